"""Every kind of payment term is held to the tests that packages of others use too."""

from __future__ import annotations

import pytest

from finmodel.contract.payment import BUILT_IN
from finmodel.mechanism.conformance import MechanismContract, Sample
from tests.contract.payment import samples_outcomes, samples_sharing, samples_volume

M = 1e6
TARGET = {"target": (0.0, 200 * M)}
SEEDS = 10  # as many as a test of every kind looks at
SAMPLES = {**samples_volume.SAMPLES, **samples_outcomes.SAMPLES, **samples_sharing.SAMPLES}

for _kind, _samples in SAMPLES.items():
    _name = f"Test_{_kind}"
    globals()[_name] = type(_name, (MechanismContract,), {"kind": _kind, "samples": _samples})


class Broken(MechanismContract):
    """Not a test by itself: a term that is not as its sample says."""

    kind = "formula"

    def __init__(self, sample: Sample) -> None:
        self.samples = (sample,)  # type: ignore[misc]


@pytest.mark.parametrize(
    ("sample", "test"),
    [
        (Sample("{kind: formula, formula: 'where(target > £50m, £2m, £1.9m)'}", TARGET), "jumps_nowhere_but"),
        (
            Sample("{kind: formula, formula: 'target'}", TARGET, thresholds=[("target", 50 * M)]),
            "jumps_at_its_thresholds",
        ),
        (
            Sample(
                "{kind: formula, formula: 'where(target >= 98% * cost, target, 0 * target)'}",
                {**TARGET, "cost": (0, 200 * M)},
                thresholds=[lambda at: at["target"] - 0.98 * at["cost"]],
            ),
            "jumps_at_its_thresholds",
        ),
        (Sample("{kind: formula, formula: 'max(£9m - target, £0)'}", TARGET, rises_with=["target"]), "rises_and_falls"),
        (Sample("{kind: formula, formula: 'target'}", TARGET, falls_with=["target"]), "rises_and_falls"),
        (Sample("{kind: formula, formula: 'target + £1'}", TARGET, nothing_without=["target"]), "nothing_leaves"),
        (Sample("{kind: block}", TARGET), "every_sample"),
    ],
)
def test_what_is_not_so_is_found(sample: Sample, test: str) -> None:
    (name,) = [name for name in dir(Broken) if name.startswith("test_") and test in name]
    tested = getattr(Broken, name)
    by_seed = getattr(tested, "hypothesis", None)  # without Hypothesis, which would look for the simplest failure

    def look() -> None:
        if by_seed is None:
            tested(Broken(sample))
            return
        for seed in range(SEEDS):
            by_seed.inner_test(Broken(sample), seed=seed)

    with pytest.raises(AssertionError):
        look()


def test_every_kind_is_held_to_them() -> None:
    assert set(SAMPLES) == set(BUILT_IN)
