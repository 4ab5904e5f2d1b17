"""python -m benchmarks [NAME…] [--rounds N] [--out FILE]."""

from __future__ import annotations

import argparse
import json
from dataclasses import asdict
from pathlib import Path

from benchmarks.measure import Measured, measure, watch
from benchmarks.registry import Entry, all_entries
from benchmarks.report import record, table, write


def main(arguments: list[str] | None = None) -> int:
    """Measure and print; 0 whatever is found, 2 for a name that is not known."""
    entries = all_entries()
    options = _options(entries).parse_args(arguments)
    unknown = [name for name in options.names if name not in entries]
    if unknown:
        print(f"no benchmark is named {', '.join(unknown)}; there are: {', '.join(entries)}")
        return 2
    if options.peak_of:
        print(json.dumps(asdict(watch(entries[options.names[0]].case(options.peak_of), options.scale))))
        return 0
    chosen = options.names or [name for name, entry in entries.items() if not entry.on_request]
    results: dict[str, list[Measured]] = {}
    for name in chosen:
        missing = entries[name].missing()
        if missing:
            print(f"{name}: skipped, {missing}\n")
            continue
        results[name] = measure(entries[name], options.rounds, options.scale, memory=not options.no_memory)
        print("\n".join(table(entries[name], results[name])), end="\n\n", flush=True)
    if options.out:
        write(options.out, record(entries, results, options.rounds, options.scale))
    return 0


def _options(entries: dict[str, Entry]) -> argparse.ArgumentParser:
    known = "\n".join(
        f"  {name:<16} {entry.title}{' (on request)' if entry.on_request else ''}" for name, entry in entries.items()
    )
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks",
        description="Time and peak memory, as ratios within one run.",
        epilog=f"benchmarks:\n{known}",
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("names", metavar="NAME", nargs="*", help="which; default: all but those on request")
    parser.add_argument("--rounds", type=int, default=7, help="how often each case is done, in turn (default 7)")
    parser.add_argument("--scale", type=float, default=1.0, help="a part of the full size, to try out")
    parser.add_argument("--no-memory", action="store_true", help="time only")
    parser.add_argument("--out", type=Path, metavar="FILE", help="keep every round, the machine and versions as JSON")
    parser.add_argument("--peak-of", help=argparse.SUPPRESS)
    return parser


if __name__ == "__main__":
    raise SystemExit(main())
