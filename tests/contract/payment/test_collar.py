"""Collar: by hand at and beside each limit; what it leaves lies within them; scale, order and slope."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from finmodel.contract.payment.worked import worked
from tests.contract.flat import M, base_case, fixed, flat, payment, term
from tests.contract.payment.told import paid
from tests.contract.scenarios import TESTED, TO_PROVIDERS, percent

BOTH = "{kind: collar, on: [core], floor_share: 95%, ceiling_share: 105%}"
POUNDS = st.floats(-1e9, 1e9).map(lambda x: round(x, 2))


def test_at_and_beside_both_limits() -> None:
    """Target £100m: nothing is due from £95m to £105m; a penny beyond is a penny."""
    core = [95e6 - 0.01, 95e6, 95e6 + 0.01, 105e6 - 0.01, 105e6, 105e6 + 0.01, 0.0, -5e6, 300e6]
    found = paid(BOTH, earlier={"core": core}, target=100e6)
    np.testing.assert_allclose(found, [0.01, 0, 0, 0, 0, -0.01, 95e6, 100e6, -195e6], rtol=0, atol=1e-6)


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        ("floor: £95m", [5e6, 0, 0]),
        ("ceiling: £105m", [0, 0, -5e6]),
        ("floor: £95m, ceiling: £105m, share: 40%", [2e6, 0, -2e6]),
        ("floor: £95m, ceiling_share: 104%", [5e6, 0, -6e6]),
        ("floor: £0", [0, 0, 0]),
        ("ceiling_share: 0%", [-90e6, -100e6, -110e6]),
        ("floor_share: 50%, of: [other, more]", [10e6, 0, 0]),
        ("ceiling_share: 50%, of: [negative]", [-90e6, -100e6, -110e6]),
        ("floor: [£110m], ceiling_share: 105%, share: 100%", [15e6, 5e6, -5e6]),
    ],
)
def test_limits_in_pounds_and_as_shares(written: str, expected: list[float]) -> None:
    """Terms pay £90m, £100m and £110m, target £100m, others £150m and £50m; in the last case the ceiling holds."""
    earlier = {"core": [90e6, 100e6, 110e6], "other": 150e6, "more": 50e6, "negative": -7e6}
    found = paid(f"{{kind: collar, on: [core], {written}}}", earlier=earlier, target=100e6)
    np.testing.assert_allclose(found, expected, rtol=1e-12, atol=1e-6)


def test_limits_by_year() -> None:
    written = "{kind: collar, on: [core], floor: [£90m, £96m, £100m]}"
    assert worked(written, earlier={"core": [95e6, 95e6, 95e6]}) == [0.0, 1e6, 5e6]


@given(core=st.lists(POUNDS, min_size=2, max_size=20), low=st.integers(0, 20_000), width=st.integers(0, 20_000))
def test_what_is_left_lies_within_the_limits(core: list[float], low: int, width: int) -> None:
    """And it moves with what is paid, never by more; within the limits nothing is due; the order does not matter."""
    limits = f"floor_share: {percent(low / 10_000)}, ceiling_share: {percent((low + width) / 10_000)}"
    written, core = f"{{kind: collar, on: [core], {limits}}}", sorted(core)
    found = paid(written, earlier={"core": core}, target=100e6)
    left = found + np.array(core)
    least, most = low * 1e4, (low + width) * 1e4
    assert (left >= least - 1e-5).all()
    assert (left <= most + 1e-5).all()
    assert (np.diff(left) >= -1e-5).all()
    assert (np.diff(left) <= np.diff(core) + 1e-5).all()
    inside = (np.array(core) >= least) & (np.array(core) <= most)
    np.testing.assert_allclose(found[inside], 0, atol=1e-5)
    np.testing.assert_array_equal(paid(written, earlier={"core": core[::-1]}, target=100e6), found[::-1])
    thrice = paid(written, earlier={"core": [3 * x for x in core]}, target=300e6)
    np.testing.assert_allclose(thrice, 3 * found, rtol=1e-9, atol=1e-5)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("collar")


def test_without_on_all_terms_above_between_the_same_parties(folder: Path) -> None:
    """£100m and £20m to the integrator, £9m to providers, then £5m below it: the ceiling of £110m takes £10m."""
    fee = {**fixed(20 * M), "name": "fee"}
    theirs = {**fixed(9 * M), "name": "theirs", **TO_PROVIDERS}
    below = {**fixed(5 * M), "name": "below"}
    found = flat([fixed(100 * M), theirs, fee, term("collar", ceiling="£110m"), below])
    assert payment(folder, found) == pytest.approx([(100 + 20 + 9 - 10 + 5) * M])


def test_a_collar_of_one_service(folder: Path) -> None:
    """The target is £68.7m and £53.5m, a block of it is paid: 90% at most for b alone takes £5.35m, south's."""
    found = flat([term("block"), term("collar", on=["block"], ceiling_share="90%", services=["b"])])
    values = base_case(folder, found)
    assert values[f"{TESTED}.payment[north]"] == pytest.approx([68.7 * M])
    assert values[f"{TESTED}.payment[south]"] == pytest.approx([0.9 * 53.5 * M])
