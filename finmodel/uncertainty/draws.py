"""Draws: the values of every driver, for a block of trials and a year at a time, in buffers that are refilled."""

from __future__ import annotations

from collections.abc import Sequence

from finmodel.arrays import FloatArray, np
from finmodel.errors import InputError, Mistake
from finmodel.uncertainty.base import Distribution
from finmodel.uncertainty.correlation import Group, Stated, make_groups
from finmodel.uncertainty.driver import Driver
from finmodel.uncertainty.process import Process
from finmodel.uncertainty.samplers import make_stream
from finmodel.uncertainty.scratch import Scratch
from finmodel.uncertainty.streams import BASE_YEAR, BLOCK_SIZE, ONCE, share_seeds


def checked_groups(drivers: Sequence[Driver], correlations: Stated) -> list[Group]:
    """The groups of correlated or persistent drivers; InputError with every mistake in drivers and correlations.

    Two drivers of one name and a correlation of an unknown name are the caller's mistakes: ValueError.
    """
    names = [driver.name for driver in drivers]
    if len(set(names)) < len(names):
        raise ValueError(f"two drivers have one name: {', '.join(sorted({n for n in names if names.count(n) > 1}))}")
    if unknown := sorted({name for a, b, *_ in correlations for name in (a, b)} - set(names)):
        raise ValueError(f"correlation of drivers that do not exist: {', '.join(unknown)}")
    mistakes = [Mistake(text, path=driver.name) for driver in drivers for text in driver.mistakes()]
    groups: list[Group] = []
    if not mistakes:
        groups, texts = make_groups(drivers, correlations)
        mistakes = [Mistake(text, path="correlations") for text in texts]
    if mistakes:
        raise InputError(mistakes)
    return groups


class Draws:
    """Values of all drivers under one seed; one object a process.

    `values[name]` is a contiguous buffer of shape (block_size,), filled by `start_block` for a driver that varies once
    and by `start_year` for one that varies yearly. Year 1 is the financial year that begins in April of
    `first_financial_year`. Block n holds the trials n x block_size … (n + 1) x block_size - 1; block_size changes no
    trial's values, and is best left at the draw-block. Raises as `checked_groups`.
    """

    def __init__(
        self,
        drivers: Sequence[Driver],
        correlations: Stated,
        *,
        seed: int,
        first_financial_year: int,
        years: int,
        block_size: int = BLOCK_SIZE,
        sampler: str = "random",
    ) -> None:
        if first_financial_year < BASE_YEAR:
            raise ValueError(f"the first financial year is {first_financial_year}; draws begin in {BASE_YEAR}")
        groups = checked_groups(drivers, correlations)
        streams = {driver.name: make_stream(sampler, seed, driver.name) for driver in drivers}
        streams |= {
            group.shared_stream: make_stream(sampler, seed, group.shared_stream)
            for group in groups
            if group.freedom is not None
        }
        share_seeds(streams.values())
        # One allocation, whose rows are the buffers.
        rows = np.empty((len(drivers), block_size))
        self.values: dict[str, FloatArray] = {driver.name: row for driver, row in zip(drivers, rows, strict=True)}
        self._first_financial_year = first_financial_year
        self._years = years
        self._block_size = block_size
        self._scratch = Scratch(block_size)
        self._spare = np.empty(BLOCK_SIZE)
        self._trial: int | None = None
        self._year = 0

        self._distributions = _distributions(drivers, years)
        grouped = {name for group in groups for name in group.names}
        alone = [driver for driver in drivers if driver.name not in grouped]
        self._alone = {
            yearly: [(d.name, streams[d.name]) for d in alone if d.yearly == yearly] for yearly in (False, True)
        }
        self._processes = {
            yearly: [Process(group, streams, block_size) for group in groups if group.yearly == yearly]
            for yearly in (False, True)
        }

    def start_block(self, block: int) -> None:
        """Begin block number `block` from 0: fill the drivers that vary once."""
        if block < 0:
            raise ValueError(f"blocks are numbered from 0, not {block}")
        self._trial = block * self._block_size
        self._year = 0
        for yearly in (False, True):
            for process in self._processes[yearly]:
                process.start(self._trial, self._first_financial_year)
        self._fill(ONCE, self._trial, yearly=False)

    def start_year(self, year: int, only: frozenset[str] | None = None) -> None:
        """Fill the drivers that vary yearly for `year` of 1 … years; ValueError where it is not the next one.

        `only` names the drivers that anybody will look at; the others may keep what they hold.
        """
        if self._trial is None or year != self._year + 1 or year > self._years:
            raise ValueError(f"year {year} after year {self._year}: years follow one another from 1 to {self._years}")
        self._year = year
        self._fill(self._first_financial_year + year - 1, self._trial, yearly=True, only=only)

    def _fill(self, key: int, trial: int, *, yearly: bool, only: frozenset[str] | None = None) -> None:
        for name, stream in self._alone[yearly]:
            if only is not None and name not in only:
                continue
            out = self.values[name]
            stream.fill(key, trial, out, self._spare)
            self._transform(name, out)
        for process in self._processes[yearly]:
            process.step(key)
            for name, score in zip(process.group.names, process.values, strict=True):
                self._transform(name, score)

    def _transform(self, name: str, score: FloatArray) -> None:
        by_year = self._distributions[name]
        by_year[max(self._year, 1) - 1].transform(score, self.values[name], self._scratch)


def _distributions(drivers: Sequence[Driver], years: int) -> dict[str, list[Distribution]]:
    """Each driver's distribution by year; equal ones are one object, which holds its constants and its table once."""
    known: dict[Distribution, Distribution] = {}
    found: dict[str, list[Distribution]] = {}
    for driver in drivers:
        by_year = [driver.distribution(year) for year in range(1, years + 1 if driver.yearly else 2)]
        found[driver.name] = [known.setdefault(distribution, distribution) for distribution in by_year]
    return found
