"""What the board must not miss: said first, in sentences with their figures."""

from __future__ import annotations

from collections.abc import Iterator

from finmodel.analysis import Estimate, Model, Summary
from finmodel.report.amounts import millions, percent
from finmodel.report.checks import red_headlines, red_in_short

TOLD = 5e4
"""Outcome money below which a headline would say £0.0m, £."""


def headlines(summary: Summary) -> list[str]:
    """Checks before signature that are RED, then warnings about outcome money, payment model by payment model."""
    return [*red_headlines(summary), *paid_for_nothing(summary)]


def headlines_in_short(summary: Summary) -> list[str]:
    """The same, with the numbers of the checks that are RED in place of their titles."""
    return [*red_in_short(summary), *paid_for_nothing(summary)]


def paid_for_nothing(summary: Summary) -> list[str]:
    """What outcome terms would pay for the trend alone, payment model by payment model."""
    return [line for model in summary.about.models for line in _static_baseline(summary, model)]


def _static_baseline(summary: Summary, model: Model) -> Iterator[str]:
    """What the stated baselines, carried forward by nothing, would pay for what happens anyway."""
    found = summary.spread(model.name, "outcome_static_baseline")
    share = summary.spread(model.name, "outcome_static_baseline_share")
    if found is None or found.mean.value < TOLD:
        return
    of_most = f" ({percent(share.mean).text} of the maximum)" if share else ""
    still, trend = (summary.spread(model.name, f"outcome_{part}") for part in ("standing_still", "deadweight"))
    as_written = (still.mean.value if still else 0.0) + (trend.mean.value if trend else 0.0)
    yield (
        f"{model.label}: held against the baselines as they stand, the same outcome terms would pay "
        f"£{millions(found.mean).text}m{of_most} for the trend alone; "
        f"as written they pay £{millions(Estimate(as_written, 0.0)).text}m without any effect."
    )
