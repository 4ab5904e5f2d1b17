"""Uncertainty: what is not known about the future, as numbers.

This room turns drivers (a name, a distribution, how it varies) into draws: blocks of trials in which every driver has
its stated distribution in every year, its persistence and its rank correlation, and in which a trial's number depends
only on the seed, the driver's name, the financial year and the trial (conventions, rules 14 to 16). It must not know
contracts, payment or money, nor how many workers there are or what is done with the draws.
"""

from __future__ import annotations

from finmodel.uncertainty.correlation import Pair
from finmodel.uncertainty.draws import Draws, checked_groups
from finmodel.uncertainty.driver import Driver, central_values
from finmodel.uncertainty.streams import BLOCK_SIZE

__all__ = ["BLOCK_SIZE", "Draws", "Driver", "Pair", "central_values", "checked_groups"]
