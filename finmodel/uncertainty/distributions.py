"""The kinds of distribution by the name that a scenario gives them."""

from __future__ import annotations

from finmodel.uncertainty.base import Distribution
from finmodel.uncertainty.bounded import Beta, Pert, Triangular, Uniform
from finmodel.uncertainty.discrete import Bernoulli, Discrete
from finmodel.uncertainty.normal import Lognormal, Normal, Score

KINDS: dict[str, type[Distribution]] = {
    "bernoulli": Bernoulli,
    "beta": Beta,
    "discrete": Discrete,
    "lognormal": Lognormal,
    "normal": Normal,
    "pert": Pert,
    "score": Score,
    "triangular": Triangular,
    "uniform": Uniform,
}
