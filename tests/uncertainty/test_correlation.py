"""Which rank correlations are possible, and what is said about those that are not."""

from __future__ import annotations

import itertools
import re

import numpy as np
import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from finmodel.errors import InputError
from finmodel.scenario import Correlation
from finmodel.uncertainty import Driver
from finmodel.uncertainty.correlation import Pair, Rows, cholesky, normal_correlation
from finmodel.uncertainty.draws import checked_groups
from finmodel.uncertainty.nearest import nearest_correlations


def driver(name: str, persistence: float = 0.0, *, yearly: bool = True) -> Driver:
    return Driver(name, "normal", {"mean": 0.0, "sd": 1.0}, yearly=yearly, persistence=persistence)


def refusal(drivers: list[Driver], pairs: list[Pair]) -> str:
    with pytest.raises(InputError) as caught:
        checked_groups(drivers, pairs)
    return str(caught.value)


def square(rows: Rows) -> np.ndarray[tuple[int, int], np.dtype[np.float64]]:
    filled = np.zeros((len(rows), len(rows)))
    for i, row in enumerate(rows):
        filled[i, : i + 1] = row
    return filled


def test_cholesky_against_a_published_example() -> None:
    # The matrices S and C of the worked example in Mildenhall's "Correlation and aggregate loss distributions with an
    # emphasis on the Iman-Conover method" of 2005, printed to three digits.
    matrix = [[1, 0.8, 0.4, 0.0], [0.8, 1, 0.3, -0.2], [0.4, 0.3, 1, 0.1], [0.0, -0.2, 0.1, 1]]
    factor = [[1, 0.8, 0.4, 0.0], [0, 0.6, -0.033, -0.333], [0, 0, 0.916, 0.097], [0, 0, 0, 0.938]]

    found = cholesky(matrix)

    assert found is not None
    assert square(found) == pytest.approx(np.array(factor).T, abs=0.0006)


@given(st.integers(1, 7), st.integers(0, 7), st.integers(0, 2**32 - 1))
def test_cholesky_reproduces_any_correlation_matrix_even_a_singular_one(size: int, rank: int, seed: int) -> None:
    vectors = np.random.default_rng(seed).standard_normal((size, max(1, min(rank, size))))
    vectors /= np.sqrt(np.sum(vectors**2, axis=1, keepdims=True))
    matrix = vectors @ vectors.T

    found = cholesky(matrix.tolist())

    assert found is not None
    assert square(found) @ square(found).T == pytest.approx(matrix, abs=1e-4)


@given(st.integers(2, 6), st.integers(0, 2**32 - 1), st.floats(-1, 1))
def test_cholesky_refuses_what_has_a_negative_eigenvalue(size: int, seed: int, shift: float) -> None:
    random = np.random.default_rng(seed).uniform(-1, 1, (size, size))
    matrix = (random + random.T) / 2
    np.fill_diagonal(matrix, 1 + shift / 2)
    smallest = np.linalg.eigvalsh(matrix)[0]

    found = cholesky(matrix.tolist())

    if abs(smallest) > 1e-6:
        assert (found is None) == (smallest < 0)


def test_cholesky_refuses_a_driver_that_is_two_others_at_once() -> None:
    # b is a, so c cannot follow one more than the other: the pivot of b is zero, what remains for c is not.
    assert cholesky([[1, 1, 0.5], [1, 1, 0.4], [0.5, 0.4, 1]]) is None
    assert cholesky([[1, 1, 0.5], [1, 1, 0.5], [0.5, 0.5, 1]]) is not None


def test_rank_one_is_perfect_and_zero_is_none() -> None:
    assert [normal_correlation(rank) for rank in (-1, 0, 1)] == [-1, 0, 1]
    # The rank correlation of a bivariate normal is 6/pi arcsin(r/2); at r = 0.5 that is 0.4826.
    assert normal_correlation(6 / np.pi * np.arcsin(0.25)) == pytest.approx(0.5, abs=1e-15)


def test_groups_are_the_drivers_joined_by_pairs_in_name_order() -> None:
    drivers = [driver(name) for name in "zebfac"] + [driver("p", 0.5), driver("q")]
    groups = checked_groups(drivers, [("z", "e", 0.1), ("b", "a", 0.2), ("e", "c", 0.3)])

    assert [group.names for group in groups] == [("a", "b"), ("c", "e", "z"), ("p",)]


def test_a_driver_without_persistence_and_correlation_does_not_walk_from_the_base_year() -> None:
    assert checked_groups([driver("a"), driver("b", yearly=False)], []) == []


def test_the_limit_at_persistence_0_and_0_9_is_printed() -> None:
    message = refusal([driver("growth", 0.9), driver("shock", 0.0)], [("shock", "growth", 0.5)])

    # r at most sqrt(1 - 0.81) = 0.436, which is a rank correlation of 6/pi arcsin(0.436 / 2) = 0.4196.
    assert "0.436 between normal scores" in message
    assert "largest feasible value is 0.4196" in message
    assert "growth 0.9" in message
    assert "shock 0" in message
    assert "persistence" in message


@given(st.floats(0, 0.99), st.floats(0, 0.99), st.sampled_from([-1.0, 1.0]))
def test_what_is_printed_for_a_pair_is_feasible_and_a_little_more_is_not(p: float, q: float, sign: float) -> None:
    limit = np.sqrt((1 - p * p) * (1 - q * q)) / (1 - p * q)
    drivers = [driver("a", p), driver("b", q)]
    if limit > 0.999:
        return
    message = refusal(drivers, [("a", "b", sign)])
    match = re.search(r"largest feasible value is (-?[\d.]+)", message)
    assert match
    printed = float(match[1])

    assert printed == pytest.approx(sign * 6 / np.pi * np.arcsin(limit / 2), abs=2e-4)
    assert checked_groups(drivers, [("a", "b", printed)])
    refusal(drivers, [("a", "b", printed + sign * 2e-4)])


def test_equal_persistence_limits_nothing() -> None:
    assert checked_groups([driver("a", 0.9), driver("b", 0.9)], [("a", "b", 1.0)])


def test_correlations_that_contradict_one_another_are_refused_with_the_nearest_ones() -> None:
    pairs = [("a", "b", 0.9), ("b", "c", 0.9), ("a", "c", -0.9)]
    drivers = [driver(name) for name in "abc"]
    message = refusal(drivers, pairs)

    assert "contradict" in message
    for text in ("a and b: 0.9", "b and c: 0.9", "a and c: -0.9"):
        assert text in message
    # Equal correlations of which one has the other sign: possible up to r = 1/2, where two cancel the third.
    limit = 6 / np.pi * np.arcsin(0.25)
    nearest = pasted(message)
    assert [abs(one.coefficient) for one in nearest] == pytest.approx([limit] * 3, abs=2e-3)
    assert checked_groups(drivers, nearest)
    refusal(drivers, [one._replace(coefficient=one.coefficient * 1.01) for one in nearest])


def pasted(message: str) -> list[Pair]:
    """The correlations that a refusal prints, read as a scenario is."""
    entries = yaml.safe_load(message[message.index("correlations:\n") :])["correlations"]
    read = [Correlation.model_validate(entry) for entry in entries]
    return [
        Pair(one, other, value, "rank" if entry.tau is None else "tau", entry.copula)
        for entry in read
        for one, other, value in entry.pairs
    ]


def test_the_nearest_matrix_is_highams() -> None:
    # Higham, Computing the nearest correlation matrix, IMA Journal of Numerical Analysis 22 (2002), section 4.
    found = nearest_correlations([[1, 1, 0], [1, 1, 1], [0, 1, 1]])

    assert np.array(found) == pytest.approx(
        np.array([[1, 0.7607, 0.1573], [0.7607, 1, 0.7607], [0.1573, 0.7607, 1]]), abs=5e-5
    )


@given(st.integers(2, 6), st.integers(0, 2**32 - 1), st.booleans())
@settings(max_examples=40, deadline=None)
def test_what_is_printed_is_possible_and_what_is_possible_is_not_refused(size: int, seed: int, tau: bool) -> None:
    rng = np.random.default_rng(seed)
    names = "abcdef"[:size]
    drivers = [driver(name, float(rng.choice([0, 0.3, 0.9]))) for name in names]
    measure, freedom = ("tau", 4.0) if tau else ("rank", None)
    pairs = [
        Pair(one, other, round(float(rng.uniform(-1, 1)), 2), measure, freedom)  # type: ignore[arg-type]
        for one, other in itertools.combinations(names, 2)
        if rng.random() < 0.8
    ]
    try:
        checked_groups(drivers, pairs)
    except InputError as error:
        for mistake in error.mistakes:
            nearest = pasted(str(mistake))
            assert checked_groups([one for one in drivers if any(one.name in pair for pair in nearest)], nearest)
            assert all((one.measure, one.freedom) == (measure, freedom) for one in nearest)


def test_pairs_of_one_group_have_one_kind_of_copula() -> None:
    pairs = [Pair("a", "b", 0.2, "tau", 4.0), Pair("b", "c", 0.2, "tau", None)]

    assert "gaussian and t of 4 degrees" in refusal([driver(name) for name in "abc"], pairs)


def test_numbers_that_follow_one_factor_have_the_product_of_their_correlations() -> None:
    ranks = Correlation.model_validate({"factor": ["a", "b", "c"], "rank": [0.6, 0.5, -0.4]})
    taus = Correlation.model_validate({"factor": ["a", "b"], "tau": 0.5, "copula": {"t": 3}})
    normal = {(a, b): normal_correlation(value) for a, b, value in ranks.pairs}

    own = dict(zip("abc", map(normal_correlation, (0.6, 0.5, -0.4)), strict=True))
    assert normal == pytest.approx({(a, b): own[a] * own[b] for a, b in ("ab", "ac", "bc")})
    # sin(pi / 4) squared is a half, and tau of r = 1/2 is a third.
    assert list(taus.pairs) == [("a", "b", pytest.approx(1 / 3))]


def test_a_group_whose_pairs_are_possible_alone_may_be_impossible_with_its_persistence() -> None:
    drivers = [driver("a", 0.0), driver("b", 0.8), driver("c", 0.8)]

    assert checked_groups(drivers, [("a", "b", 0.5)])
    message = refusal(drivers, [("a", "b", 0.5), ("a", "c", 0.5)])
    assert "different persistence (a 0, b 0.8, c 0.8)" in message


def test_every_impossible_group_is_told_at_once() -> None:
    drivers = [driver("a", 0.9), driver("b"), driver("c", 0.9), driver("d"), driver("e"), driver("f")]
    with pytest.raises(InputError) as caught:
        checked_groups(drivers, [("a", "b", 0.8), ("c", "d", 0.8), ("e", "f", 0.8)])

    assert len(caught.value.mistakes) == 2
    assert all(mistake.path == "correlations" for mistake in caught.value.mistakes)


@pytest.mark.parametrize(
    ("pairs", "words"),
    [
        ([("a", "once", 0.1)], "'once' varies once and 'a' varies yearly"),
        ([("once", "a", 0.1)], "'once' varies once and 'a' varies yearly"),
        ([("a", "a", 0.1)], "'a' and itself"),
        ([("a", "b", 0.1), ("b", "a", 0.1)], "stated twice"),
        ([("a", "b", 1.01)], "between -1 and 1"),
        ([("a", "b", float("nan"))], "between -1 and 1"),
    ],
)
def test_a_wrong_pair_is_refused_in_words(pairs: list[Pair], words: str) -> None:
    assert words in refusal([driver("a"), driver("b"), driver("once", yearly=False)], pairs)


def test_names_are_the_callers_duty() -> None:
    with pytest.raises(ValueError, match="do not exist: c"):
        checked_groups([driver("a")], [("a", "c", 0.1)])
    with pytest.raises(ValueError, match="one name: a"):
        checked_groups([driver("a"), driver("b"), driver("a")], [])
