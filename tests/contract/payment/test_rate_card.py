"""Rate cards: pounds for people by hand, every limit exactly, who waits for whom, and what has no maximum."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from finmodel.arrays import FloatArray
from finmodel.contract.payment.worked import Facts, paid_on, worked
from tests.contract.flat import base_case, term, with_outcomes
from tests.contract.scenarios import TESTED, World

PLAIN = "{kind: rate_card, outcomes: {home: {price: £5000}}}"


def paid(written: str, improvement: list[float], people: float = 600) -> list[float]:
    found = worked(written, outcomes={"home": {"people": people, "improvement": improvement}})
    assert isinstance(found, list)
    return found


def test_people_more_are_paid_and_people_fewer_are_not() -> None:
    assert paid(PLAIN, [0.03, 0.0, -0.03]) == [600 * 0.03 * 5_000, 0, 0] == [90_000, 0, 0]


def test_people_fewer_are_charged_where_it_is_symmetric() -> None:
    assert paid(PLAIN.replace("}}}", "}}, symmetric: true}"), [0.03, 0.0, -0.03]) == [90_000, 0, -90_000]


@pytest.mark.parametrize("symmetric", ["", ", symmetric: true"])
def test_only_what_lies_beyond_from_is_paid(symmetric: str) -> None:
    """From 1 point: nothing at 1 point, a hundredth of a point more is £300."""
    written = f"{{kind: rate_card, outcomes: {{home: {{price: £5000, from: 1pp}}}}{symmetric}}}"
    changes = [0.0099, 0.01, 0.0101, 0.03]
    assert paid(written, changes) == [0, 0, 300, 60_000]
    lost = [-300, -60_000] if symmetric else [0, 0]
    assert paid(written, [-change for change in changes]) == [0, 0, *lost]


@pytest.mark.parametrize("symmetric", ["", ", symmetric: true"])
def test_the_cap_per_person_measured(symmetric: str) -> None:
    """£100 a person is reached at 2 points: 600 people cost £60,000 and no more."""
    written = f"{{kind: rate_card, outcomes: {{home: {{price: £5000, most_per_person: £100}}}}{symmetric}}}"
    changes = [0.0199, 0.02, 0.0201, 0.5]
    assert paid(written, changes) == [59_700, 60_000, 60_000, 60_000]
    assert paid(written, [-x for x in changes]) == ([-59_700] + [-60_000] * 3 if symmetric else [0] * 4)


@pytest.mark.parametrize("symmetric", ["", ", symmetric: true"])
def test_the_cap_in_total(symmetric: str) -> None:
    written = f"{{kind: rate_card, outcomes: {{home: {{price: £5000}}}}, most: £60000{symmetric}}}"
    changes = [0.0199, 0.02, 0.0201, 0.5]
    assert paid(written, changes) == [59_700, 60_000, 60_000, 60_000]
    assert paid(written, [-x for x in changes]) == ([-59_700] + [-60_000] * 3 if symmetric else [0] * 4)


def test_prices_and_caps_rise_with_the_index_but_the_total_does_not() -> None:
    written = "{kind: rate_card, outcomes: {home: {price: £5000, most_per_person: £100}}, index: prices, most: £63000}"
    facts = {"people": 600.0, "improvement": [0.01, 0.02, 0.02]}
    assert worked(written, outcomes={"home": facts}, index=[1.02, 1.04, 1.06]) == [30_600, 62_400, 63_000]


def test_prices_by_year() -> None:
    written = "{kind: rate_card, outcomes: {home: {price: [£5000, £0, £6000]}}, most: [£1m, £1m, £50000]}"
    assert paid(written, [0.03, 0.03, 0.03]) == [90_000, 0, 50_000]


RATES = st.floats(-0.5, 0.5)
CARDS = "{{kind: rate_card, symmetric: {}, most: £{}, outcomes: {{x: {}, y: {}}}}}"


@st.composite
def cards(draw: st.DrawFn) -> tuple[str, bool, float]:
    """A card for two outcomes, whether it is symmetric, and its cap; all £ in whole thousands."""
    prices = [
        f"{{price: £{1000 * draw(st.integers(0, 9))}, from: {draw(st.integers(0, 3))}pp"
        + (f", most_per_person: £{1000 * draw(st.integers(0, 2))}}}" if draw(st.booleans()) else "}")
        for _ in "xy"
    ]
    symmetric, most = draw(st.booleans()), 1000 * draw(st.integers(0, 900))
    return CARDS.format(str(symmetric).lower(), most, *prices), symmetric, most


def facts_of(changes: list[list[float]], people: float = 600.0) -> Facts:
    """One year; a case for each pair of improvements."""
    columns = np.array(changes).T
    number = np.full((1, len(changes)), people)
    return Facts({}, {}, {n: {"improvement": x[None, :], "people": number} for n, x in zip("xy", columns, strict=True)})


CHANGES = st.lists(st.tuples(RATES, RATES).map(list), min_size=2, max_size=6)


@given(card=cards(), changes=CHANGES, step=st.floats(0, 0.01))
def test_properties(card: tuple[str, bool, float], changes: list[list[float]], step: float) -> None:
    """Within the cap, never less for better outcomes, without a jump, in any order of the cases."""
    written, symmetric, most = card
    found = paid_on(written, facts_of(changes))
    assert (found <= most + 1e-6).all()
    assert (found >= (-most if symmetric else 0) - 1e-6).all()
    better: FloatArray = paid_on(written, facts_of([[x + step, y] for x, y in changes]))
    assert (better >= found - 1e-6).all()
    assert (better - found <= 600 * 9_000 * step + 1e-6).all()
    np.testing.assert_array_equal(paid_on(written, facts_of(changes[::-1])), found[:, ::-1])
    mirrored = paid_on(written, facts_of([[-x, -y] for x, y in changes]))
    if symmetric:
        np.testing.assert_allclose(mirrored, -found, atol=1e-6)
    tenfold = written.replace("000,", "0000,").replace("000}", "0000}")
    np.testing.assert_allclose(paid_on(tenfold, facts_of(changes)), 10 * found, atol=1e-5)


def two_outcomes(**other: object) -> World:
    """3 points more among 600 people known after two years, and 2 points fewer after half a year."""
    prices = {"survival": {"price": "£5000"}, "other": {"price": "£5000"}}
    found = with_outcomes([term("rate_card", outcomes=prices, **other)], [0.03])
    found.data["outcomes"]["survival"]["weight"] = "0%"  # priced by the card alone
    found.data["outcomes"]["other"].update(weight="100%", trend="-2pp", lag="6 months")
    return found


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("cards")


def test_each_outcome_is_paid_when_it_is_known(folder: Path) -> None:
    """Two points fewer are £60,000 in month 18, three points more £90,000 in month 36."""
    months = base_case(folder, two_outcomes(symmetric=True))[f"{TESTED}.cash_by_month[north]"]
    assert {at + 1: round(float(x), 2) for at, x in enumerate(months) if abs(x) > 1e-6} == {18: -60_000, 36: 90_000}


def test_what_is_known_first_uses_up_the_cap_first(folder: Path) -> None:
    """-£60,000 is held at -£40,000; with £90,000 the sum is £30,000, so £70,000 comes later."""
    months = base_case(folder, two_outcomes(symmetric=True, most="£40000"))[f"{TESTED}.cash_by_month[north]"]
    assert {at + 1: round(float(x), 2) for at, x in enumerate(months) if abs(x) > 1e-6} == {18: -40_000, 36: 70_000}


def test_a_cap_is_the_maximum_and_without_one_there_is_none(folder: Path) -> None:
    """What has no maximum stays apart, so that no share of a maximum counts it."""
    capped, without = base_case(folder, two_outcomes(most="£40000")), base_case(folder, two_outcomes())
    assert capped[f"{TESTED}.outcome_maximum"][0] == capped[f"{TESTED}.outcome_earned"][0] == 40_000
    assert capped[f"{TESTED}.outcome_uncapped"] == pytest.approx([0.0])
    assert without[f"{TESTED}.outcome_earned"][0] == pytest.approx(90_000)
    assert without[f"{TESTED}.outcome_uncapped"][0] == pytest.approx(90_000)
    assert without[f"{TESTED}.outcome_maximum"] == pytest.approx([0.0])
    figures = {one.figure for one in two_outcomes().compile(folder).outputs}
    assert {"outcome_earned", "outcome_uncapped"} <= figures
    assert "outcome_maximum" not in figures
