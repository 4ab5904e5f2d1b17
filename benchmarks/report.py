"""What is printed and kept of the measurements."""

from __future__ import annotations

import json
import platform
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

from benchmarks.measure import Measured
from benchmarks.registry import Entry, Limit, PeakLimit

Results = Mapping[str, list[Measured]]


def verdict(limit: Limit, found: Sequence[Measured]) -> tuple[float, bool]:
    """The ratio of two cases (median over the rounds) and whether it keeps to the limit."""
    import statistics

    rounds = {one.case: one.rounds for one in found}
    ratio = statistics.median(a / b for a, b in zip(rounds[limit.case], rounds[limit.against], strict=True))
    return ratio, ratio >= limit.ratio if limit.least else ratio <= limit.ratio


def fastest(limit: Limit, found: Sequence[Measured]) -> tuple[float, bool]:
    """The fastest round of a case in seconds, and whether it keeps to the limit (where it has none: it does)."""
    seconds = next(one.fastest for one in found if one.case == limit.case)
    return seconds, limit.seconds is None or seconds <= limit.seconds


def peak(limit: PeakLimit, found: Sequence[Measured]) -> tuple[float, float, bool]:
    """The peak of a case in MiB, the most that it may be, and whether it keeps to that."""
    peaks = {one.case: one.peak_mib for one in found}
    most = limit.mib if limit.against is None else min(limit.mib, limit.ratio * peaks[limit.against])
    return peaks[limit.case], most, peaks[limit.case] <= most


def record(entries: Mapping[str, Entry], results: Results, rounds: int, scale: float) -> dict[str, Any]:
    """Plain data for a file: the machine, the versions, every round."""
    from finmodel.simulation import describe_machine

    return {
        "rounds": rounds,
        "scale": scale,
        **describe_machine(),
        "processor": _processor(),
        "entries": {
            name: {
                "title": entries[name].title,
                "clock": entries[name].clock,
                "unit": entries[name].unit,
                "cases": [asdict(one) for one in found],
                "limits": [
                    {
                        **asdict(limit),
                        "found": verdict(limit, found)[0],
                        "kept": verdict(limit, found)[1] and fastest(limit, found)[1],
                        "fastest": fastest(limit, found)[0],
                    }
                    for limit in entries[name].limits
                ],
                "peak_limits": [
                    {**asdict(limit), "found": peak(limit, found)[0], "kept": peak(limit, found)[2]}
                    for limit in entries[name].peak_limits
                ],
            }
            for name, found in results.items()
        },
    }


def write(path: Path, found: Mapping[str, Any]) -> None:
    """The record as JSON."""
    path.write_text(json.dumps(found, indent=2) + "\n", encoding="utf-8")


def table(entry: Entry, found: Sequence[Measured]) -> list[str]:
    """The rows of one entry, and its limits."""
    against = found[-1].case
    lines = [
        f"{entry.name}: {entry.title}",
        f"  {'case':<44} {f'{entry.clock}{_of(entry)}{entry.unit}':>18} {'ratio to last':>14} {'peak memory':>12}",
    ]
    for one in found:
        compared = "1" if one.case == against else f"{one.ratio:.2f}"
        shown = f"{one.seconds:,.0f}" if entry.clock == "error" else _time(one.seconds)
        lines.append(f"  {one.case:<44} {shown:>18} {compared:>14} {one.peak_mib:>8.0f} MiB")
        if one.facts:
            lines.append("    " + ", ".join(f"{name} {_number(value)}" for name, value in one.facts.items()))
    for limit in entry.limits:
        ratio, kept = verdict(limit, found)
        bound = "at least" if limit.least else "at most"
        lines.append(f"  {limit.case} / {limit.against}: {ratio:.2f}, {bound} {limit.ratio:g}: {_said(kept)}")
        if limit.seconds is not None:
            seconds, kept = fastest(limit, found)
            lines.append(f"  {limit.case}: {_time(seconds)} at best, at most {limit.seconds:g} s: {_said(kept)}")
    for bound_of in entry.peak_limits:
        mib, most, kept = peak(bound_of, found)
        lines.append(f"  {bound_of.case}: peak {mib:.0f} MiB, at most {most:.0f} MiB: {_said(kept)}")
    return lines


def _said(kept: bool) -> str:  # noqa: FBT001 - one word for one fact
    return "kept" if kept else "NOT KEPT"


def _of(entry: Entry) -> str:
    return ", " if entry.clock == "error" else " a "


def _time(seconds: float) -> str:
    for unit, size in (("s", 1.0), ("ms", 1e-3), ("µs", 1e-6)):
        if seconds >= size:
            return f"{seconds / size:.3g} {unit}"
    return f"{seconds / 1e-9:.3g} ns"


def _number(value: object) -> str:
    return f"{value:,.4g}" if isinstance(value, float) else f"{value:,}" if isinstance(value, int) else str(value)


def _processor() -> str:
    try:
        for line in Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines():
            if line.startswith("model name"):
                return line.partition(":")[2].strip()
    except OSError:
        pass
    return platform.processor()
