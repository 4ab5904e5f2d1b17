"""Cross-checks of `checks`: a threshold is that of a test and has the keys that the test has."""

from __future__ import annotations

from finmodel.scenario.draft import Checked
from finmodel.scenario.problems import no_such
from finmodel.scenario.signature import PERCENTILES, Threshold, keys_of, shipped, threshold

_PERCENTILE_KEYS = {"low_bid": ("red", "amber"), "guarantee": ("percentile", "amber_percentile")}
_LESS_IS_WORSE = ("low_bid", "guarantee")


def check_signature(found: Checked) -> None:
    """A threshold is that of a test, with the keys that the test has; percentiles are those that a run tells."""
    for test, written in found.written("checks", "thresholds").items():
        at = ("checks", "thresholds", str(test))
        if test not in shipped():
            message, near = no_such("test", str(test), list(shipped()))
            found.refuse(message, at, near, on_key=True)
            continue
        if not isinstance(written, dict):
            continue
        known = keys_of(test)
        for key in written:
            if key in Threshold.model_fields and key not in known:
                found.refuse(f"the test '{test}' has no '{key}'; it has {', '.join(known)}", (*at, key), on_key=True)
        own = found.draft.checks.thresholds.get(test) if found.draft.checks else None
        for key in _PERCENTILE_KEYS.get(test, ()):
            stated = getattr(own, key, None)
            if stated is not None and f"{round(100 * stated.amount, 9):g}%" not in PERCENTILES:
                found.refuse(f"expected one of the percentiles {', '.join(PERCENTILES)}", (*at, key))
        _check_order(found, test, at)


def _check_order(found: Checked, test: str, at: tuple[str, ...]) -> None:
    """AMBER comes before RED: the lower number, but of a low bid and of cover, where less is worse, the higher."""
    checks = found.draft.checks
    if checks is None or test not in checks.thresholds or not {"red", "amber"} <= set(keys_of(test)):
        return
    red, amber = (threshold(checks, test, key) for key in ("red", "amber"))
    if amber < red if test in _LESS_IS_WORSE else amber > red:
        found.refuse("AMBER must come before RED", (*at, "amber" if checks.thresholds[test].amber else "red"))
