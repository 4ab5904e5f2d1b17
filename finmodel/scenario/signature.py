"""What a scenario says for the checks before signature (`finmodel check`): evidence, and thresholds of its own."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from functools import cache
from importlib.resources import files
from typing import Annotated, Any

from pydantic import Field

from finmodel.scenario.fields import ConstantFactor, ConstantShare
from finmodel.scenario.parts import Part, Text, checked, whole
from finmodel.scenario.problems import Problem, shown
from finmodel.scenario.values import Constant

PERCENTILES = ("5%", "10%", "20%", "50%", "80%", "90%", "95%")
"""The percentiles that a run tells, and so those that a threshold can be."""


def _yes_or_no(written: Any) -> bool:
    known = {"yes": True, "no": False, True: True, False: False}
    if not isinstance(written, (str, bool)) or written not in known:
        raise Problem(f"expected yes or no, got {shown(written)}")
    return known[written]


YesOrNo = Annotated[bool, checked(_yes_or_no, {"enum": ["yes", "no", True, False]})]


class OpeningBaseline(Part):
    """Whether the costs that the price was built on were reconciled with those who bear them."""

    reconciled: YesOrNo = Field(examples=["yes"])
    """Whether providers' true costs of year 1 were reconciled with the register before signature: yes or no."""
    source: Text = Field(examples=["Open-book reconciliation signed by all providers, March 2016"])
    """Where the reconciliation is documented, or who says that there is none."""


class NextBid(Part):
    """The next bid, against which a low one shows."""

    price: ConstantFactor = Field(examples=["103.6%"])
    """Its price as a share of this contract's price, above 100% where it is dearer."""
    source: Text = Field(examples=["Evaluation report, 2014"])
    """Where that is documented, or "Assumption:" and why."""


class Threshold(Part):
    """The threshold of a test of `finmodel check`. What is left out is as shipped."""

    red: ConstantFactor | None = Field(default=None, examples=["3%"])
    """Beyond it the test is RED. Default: as shipped."""
    amber: ConstantFactor | None = Field(default=None, examples=["1.5%"])
    """Beyond it the test is AMBER. Default: as shipped."""
    years: Annotated[int, whole(1, 30)] | None = Field(default=None, examples=[3])
    """Of `savings`: the first contract years, within which it must break even. Default: as shipped."""
    percentile: ConstantShare | None = Field(default=None, examples=["80%"])
    """Of `guarantee`: the percentile of the loss that must be covered. Default: as shipped."""
    amber_percentile: ConstantShare | None = Field(default=None, examples=["90%"])
    """Of `guarantee`: the percentile of the loss for AMBER. Default: as shipped."""
    next_bid: ConstantFactor | None = Field(default=None, examples=["10%"])
    """Of `low_bid`: AMBER where the next bid is dearer by more. Default: as shipped."""


class OwnThreshold(Threshold):
    """A threshold of the scenario's own, with its reason."""

    reason: Text = Field(examples=["The board accepts a gap of 3% against a reserve of £4m."])
    """Why it is right here."""


class SignatureChecks(Part):
    """What the checks before signature need to know beside the contract itself."""

    opening_baseline: OpeningBaseline | None = None
    """Whether the opening baseline was reconciled. Default: it was not."""
    next_bid: NextBid | None = None
    """The next bid. Default: none is known."""
    thresholds: dict[str, OwnThreshold] = Field(
        default_factory=dict, examples=[{"opening_gap": {"red": "3%", "reason": "Covered by a reserve of £4m."}}]
    )
    """Thresholds of this scenario's own, by test: opening_gap, loss, savings, low_bid, vat, outcome_risk, guarantee,
    unpriced. Default: as shipped.
    """


class ShippedThreshold(Threshold):
    """A threshold as shipped, with its source."""

    source: Text
    """Why it is what it is."""


@cache
def shipped() -> Mapping[str, ShippedThreshold]:
    """The shipped thresholds by test, from `signature_checks.toml`."""
    text = (files("finmodel.scenario") / "signature_checks.toml").read_text(encoding="utf-8")
    return {name: ShippedThreshold.model_validate(keys) for name, keys in tomllib.loads(text).items()}


def keys_of(test: str) -> tuple[str, ...]:
    """The keys that the threshold of a test has."""
    return tuple(key for key in Threshold.model_fields if getattr(shipped()[test], key) is not None)


def threshold(checks: SignatureChecks | None, test: str, key: str) -> float:
    """One number of a threshold: the scenario's own, else the shipped one."""
    own = checks.thresholds.get(test) if checks else None
    found = getattr(own, key, None) if own else None
    if found is None:
        found = getattr(shipped()[test], key)
    return float(found.amount if isinstance(found, Constant) else found)


def said_of_checks(checks: SignatureChecks | None, path: tuple[str | int, ...]) -> str:
    """The source of a number below `checks`: of a threshold, an assumption with its reason."""
    if checks is None or len(path) < 3:
        return ""
    if path[1] == "thresholds":
        own = checks.thresholds.get(str(path[2]))
        return f"Assumption: {own.reason}" if own else ""
    return checks.next_bid.source if path[1] == "next_bid" and checks.next_bid else ""
