"""What the engine costs, in time and memory, always as ratios within one run: `python -m benchmarks`.

One small file an entry in `benchmarks/entries/`; each registers itself. Absolute times differ from machine to machine
and from hour to hour, so cases are measured in turn, round after round, and compared within a round.
"""
