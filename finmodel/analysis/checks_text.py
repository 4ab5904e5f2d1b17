"""How the reasons of the checks before signature say an amount or a share."""

from __future__ import annotations

from finmodel.analysis.estimates import Chance


def million(pounds: float) -> str:
    """`£152.0m`, `-£3.4m`."""
    sign = "-" if round(pounds / 1e5) < 0 else ""
    return f"{sign}£{abs(pounds) / 1e6:,.1f}m"


def per_cent(share: float) -> str:
    """`22.6%`; never 0% or 100% of what is neither."""
    for digits in (1, 2, 3):
        shown = f"{100 * share:,.{digits}f}"
        if float(shown.replace(",", "")) not in {0.0, 100.0} or share in {0.0, 1.0}:
            return f"{shown}%"
    return f"{100 * share:,.1f}%"


def often(chance: Chance) -> str:
    """`23.4% of futures`, never certain: `all of 10,000 trials`."""
    if chance.seen in {0, chance.trials}:
        return f"{'all' if chance.seen else 'none'} of {chance.trials:,} trials"
    return f"{per_cent(chance.value)} of futures"


def kept(pounds: float) -> str:
    """`keep £3.4m`, `lose £3.4m`."""
    return f"{'lose' if pounds < 0 else 'keep'} {million(abs(pounds))}"


def against(next_bid: float) -> str:
    """`3.6% dearer`, of a price over one's own."""
    if next_bid == 1:
        return "as dear"
    return f"{per_cent(abs(next_bid - 1))} {'dearer' if next_bid > 1 else 'cheaper'}"
