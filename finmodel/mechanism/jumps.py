"""Where a payment jumps while facts move in a straight line: looked for, not taken from the mechanism's word."""

from __future__ import annotations

from collections.abc import Mapping

from finmodel.arrays import FloatArray, np
from finmodel.mechanism.samples import Threshold, Tried

STEPS = 4_096  # pieces that a line is looked at in; a jump shows where it is steeper than the steepest piece
LOOKED_AT = 16  # pieces, the steepest, that are halved until they are as short as numbers allow
HALVINGS = 40
SMALL = 1e-7  # of the size of the payment and its facts: what is less is rounding

Facts = Mapping[str, FloatArray]


class Line:
    """Facts of one year on their way from one case to another; the other years stay as they are."""

    def __init__(self, tried: Tried) -> None:
        self.tried = tried
        found = tried.draw(2)
        self.year = int(tried.random.integers(0, next(iter(found.values())).shape[0]))
        self.begin = {name: amounts[:, :1] for name, amounts in found.items()}
        self.end = {name: amounts[:, 1:] for name, amounts in found.items()}

    def at(self, places: FloatArray) -> dict[str, FloatArray]:
        """The facts at places between 0 and 1, a case each."""
        found = {}
        for name, begin in self.begin.items():
            amounts = np.repeat(begin, places.shape[0], axis=1)
            amounts[self.year] = begin[self.year] + (self.end[name][self.year] - begin[self.year]) * places
            found[name] = amounts
        return found

    def paid(self, places: FloatArray) -> FloatArray:
        """£ of the year."""
        paid: FloatArray = self.tried.pay(self.at(places))[self.year]
        return paid

    def size(self) -> float:
        """What is large in this payment, in £: the most that it comes to on the line."""
        return float(np.abs(self.paid(np.linspace(0.0, 1.0, 33))).max()) or 1.0

    def jumps(self) -> list[tuple[float, float]]:
        """Pieces as short as numbers allow over which the payment still changes, each (before, after)."""
        places = np.linspace(0.0, 1.0, STEPS + 1)
        paid = self.paid(places)
        steepest = np.argsort(np.abs(np.diff(paid)))[-LOOKED_AT:]
        before, after = places[steepest], places[steepest + 1]
        low, high = paid[steepest], paid[steepest + 1]
        for _ in range(HALVINGS):
            middle = (before + after) / 2
            there = self.paid(middle)
            first = np.abs(there - low) >= np.abs(high - there)
            before, low = np.where(first, before, middle), np.where(first, low, there)
            after, high = np.where(first, middle, after), np.where(first, there, high)
        jump = np.abs(high - low) > SMALL * self.size()
        return sorted({(float(one), float(other)) for one, other in zip(before[jump], after[jump], strict=True)})

    def from_threshold(self, threshold: Threshold, places: list[float]) -> FloatArray:
        """How far places are from a threshold."""
        return self.tried.distance(threshold, self.at(np.array(places)), self.year)

    def stands_on(self, threshold: Threshold, place: float) -> bool:
        """Whether a place is on a threshold, within what `reached` allows."""
        from_ends = np.abs(self.from_threshold(threshold, [0.0, 1.0])).sum()
        return bool(np.abs(self.from_threshold(threshold, [place]))[0] <= 1e-6 * from_ends)

    def crossing(self, threshold: Threshold) -> tuple[float, float] | None:
        """The two neighbouring places between which the line crosses a threshold; None where it does not."""
        ends = self.from_threshold(threshold, [0.0, 1.0])
        if ends[0] * ends[1] >= 0:
            return None
        before, after = 0.0, 1.0
        while before < (middle := (before + after) / 2) < after:
            same = self.from_threshold(threshold, [middle])[0] * ends[0] > 0
            before, after = (middle, after) if same else (before, middle)
        return before, after
