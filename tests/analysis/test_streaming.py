"""Passes over chunks of trials find what all trials at once give, whatever the numbers are like."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from finmodel.analysis import streaming
from finmodel.analysis.cells import FINER, Scale, Wanted
from finmodel.analysis.design import Design
from finmodel.analysis.estimates import PERCENTILES, ranks_of, shares_at_random
from finmodel.analysis.gather import Collector, Ratio
from finmodel.analysis.moments import Moments

Array = NDArray[np.float64]
N = 10_000
DESIGN = Design(N)


def lognormal(rng: np.random.Generator) -> Array:
    return np.exp(3 * rng.standard_normal(N))


SHAPES: dict[str, Callable[[np.random.Generator], Array]] = {
    "normal": lambda rng: rng.normal(1e8, 1e6, N),
    "very skewed": lognormal,
    "both signs, very skewed": lambda rng: rng.standard_normal(N) ** 9,
    "constant": lambda _: np.full(N, 0.1),
    "constant but for one": lambda _: np.append(np.zeros(N - 1), 5.0),
    "capped below and above": lambda rng: np.clip(rng.normal(0, 1, N), -0.5, 1.0),
    "three values": lambda rng: rng.choice([-1.0, 0.0, 1e300], N),
    "neighbouring numbers": lambda rng: 1 + np.spacing(1.0) * rng.integers(0, 5, N),
    "rising": lambda _: np.arange(N, dtype=np.float64),  # the first chunk tells nothing of the others
    "tiny": lambda rng: 1e-320 * rng.integers(0, 50, N),
    "the widest range": lambda rng: rng.choice([-1.7e308, 1.7e308, 0.0, 1.0], N),
    "two far apart": lambda rng: np.where(rng.random(N) < 0.5, rng.normal(0, 1, N), rng.normal(1e12, 1, N)),
}


@dataclass(frozen=True)
class Columns:
    """Figures that are held in memory, told a chunk at a time."""

    columns: dict[str, Array]

    def tell(self, first: int, last: int, into: Collector) -> None:
        here = {name: values[first:last] for name, values in self.columns.items()}
        for name, values in here.items():
            into.figure("m", name, values)
            into.event("m", f"{name} above zero", values > 0, compared=("a", "b"))
        normal, skewed = here["normal"], here["very skewed"]
        into.figure("m", "ratio", Ratio(normal, skewed))
        into.figure("m", "in some trials", normal, when=skewed > 5)
        into.figure("m", "in no trial", normal, when=skewed < 0)
        into.figure("m", "in some chunks", normal, when=first > 0)
        into.figure("m", "in no chunk", normal, when=False)


def one_after_the_other(
    function: Callable[[Any, Any], Any], shared: Any, items: Sequence[Any], told: Callable[[int, Any], None]
) -> None:
    for number, item in enumerate(items):
        told(number, function(shared, item))


def in_reverse(
    function: Callable[[Any, Any], Any], shared: Any, items: Sequence[Any], told: Callable[[int, Any], None]
) -> None:
    for number in reversed(range(len(items))):
        told(number, function(shared, items[number]))


@pytest.fixture
def columns() -> Columns:
    return Columns({name: make(np.random.default_rng(7)) for name, make in SHAPES.items()})


@pytest.fixture(autouse=True)
def small_chunks(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(streaming, "CHUNK", 512)


def in_passes(columns: Columns, call: streaming.Call = one_after_the_other, design: Design = DESIGN) -> Collector:
    into = Collector(design)
    streaming.tell_in_passes(columns, N, into, call)
    return into


@pytest.mark.filterwarnings("ignore:overflow", "ignore:invalid")  # moments of numbers near the largest there are
@pytest.mark.parametrize("design", [DESIGN, Design(N, 2, 2), Design(N, 16)])
@pytest.mark.parametrize("kept", [2**22, 500])
def test_percentiles_are_those_of_all_trials_at_once(
    columns: Columns, kept: int, design: Design, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(streaming, "KEPT", kept)
    found = in_passes(columns, design=design)
    whole = Collector(design)
    columns.tell(0, N, whole)

    assert [one.figure for one in found.figures] == [*SHAPES, "ratio", "in some trials", "in some chunks"]
    for one in found.figures:
        if one.figure == "in some chunks":
            continue  # where a chunk has it, all trials count
        other = next(o for o in whole.figures if o.figure == one.figure)
        assert [at.value for at in one.spread.percentiles] == [at.value for at in other.spread.percentiles], one.figure
        if one.figure != "the widest range":
            # At random errors of percentiles follow from ranks; of units they are sums, which may differ by a bit.
            for here, there in zip(one.spread.percentiles, other.spread.percentiles, strict=True):
                assert_alike(here, there, 0.0 if design.at_random else 1e-6)
            assert_alike(one.spread.mean, other.spread.mean, 1e-9)
    for event, same in zip(found.events, whole.events, strict=True):
        assert_alike(event.chance, same.chance, 1e-9)


def assert_alike(one: object, other: object, tolerance: float) -> None:
    """Every number of two estimates; nan, of sums that overflow, is like nan."""
    for name, number in vars(one).items():
        same = vars(other)[name]
        assert number == (same if same is None else pytest.approx(same, rel=tolerance, nan_ok=True)), name


@pytest.mark.filterwarnings("ignore:overflow", "ignore:invalid")
def test_percentiles_are_those_of_numpy(columns: Columns) -> None:
    for figure in in_passes(columns).figures[: len(SHAPES)]:
        if figure.figure == "the widest range":
            continue  # where NumPy overflows between the two
        expected = np.quantile(columns.columns[figure.figure], np.array(PERCENTILES) / 100)
        assert [at.value for at in figure.spread.percentiles] == pytest.approx(expected, rel=1e-12), figure.figure


@pytest.mark.filterwarnings("ignore:overflow", "ignore:invalid")
def test_the_order_in_which_chunks_are_done_changes_no_bit(columns: Columns) -> None:
    one, other = in_passes(columns), in_passes(columns, in_reverse)

    assert repr(one.figures) == repr(other.figures)  # repr: nan is not equal to nan
    assert one.events == other.events


def test_few_numbers_are_kept(columns: Columns) -> None:
    """Where numbers are spread out, the cells of a percentile and its error hold a small part of them."""
    values = columns.columns["normal"]
    scale = Scale.of(values[:512])
    ranks = ranks_of(N, shares_at_random(N), DESIGN)
    wanted = Wanted.among(scale, scale.counted(values), ranks)
    finer = wanted.narrowed(wanted.counted(values), ranks)

    assert wanted.numbers < N / 20
    assert finer.numbers <= 1.2 * len(ranks)
    assert np.array_equal(finer.at_ranks([finer.kept(values)], ranks), np.sort(values)[ranks])


@settings(deadline=None)
@given(
    st.lists(st.floats(allow_nan=False, allow_infinity=False, width=32), min_size=1, max_size=60),
    st.lists(st.floats(allow_nan=False, allow_infinity=False, width=32), min_size=0, max_size=20),
    st.integers(0, 3),
)
def test_any_numbers_on_the_scale_of_any_others(numbers: list[float], others: list[float], times: int) -> None:
    values = np.array(numbers)
    half = len(values) // 2
    ranks = np.arange(len(values))
    scale = Scale.of(np.array(others))
    wanted = Wanted.among(scale, scale.counted(values[:half]) + scale.counted(values[half:]), ranks)
    for _ in range(times):
        wanted = wanted.narrowed(wanted.counted(values[:half]) + wanted.counted(values[half:]), ranks)

    assert wanted.no_counts().shape == (len(wanted.cells) * FINER,)
    assert np.array_equal(
        wanted.at_ranks([wanted.kept(values[:half]), wanted.kept(values[half:])], ranks), np.sort(values)
    )


@given(st.lists(st.lists(st.tuples(st.floats(-1e6, 1e6), st.floats(-1e6, 1e6)), min_size=1, max_size=9), min_size=1))
def test_moments_of_chunks_are_those_of_all(chunks: list[list[tuple[float, float]]]) -> None:
    parts = [np.array(chunk).T for chunk in chunks]
    found = Moments.of(*parts[0])
    for part in parts[1:]:
        found = found.and_then(Moments.of(*part))
    a, b = np.concatenate(parts, axis=1)

    assert (found.n, found.low, found.high) == (len(a), a.min(), a.max())
    assert found.mean == pytest.approx(a.mean(), rel=1e-9, abs=1e-6)
    assert found.below == pytest.approx(b.mean(), rel=1e-9, abs=1e-6)
    expected = np.cov(a, b, ddof=0) * len(a)
    got = [found.squares, found.products, found.below_squares]
    assert got == pytest.approx([expected[0, 0], expected[0, 1], expected[1, 1]], rel=1e-9, abs=1e-2)
