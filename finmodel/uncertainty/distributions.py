"""The kinds of distribution by the name that a scenario gives them."""

from __future__ import annotations

from finmodel.uncertainty.base import Distribution
from finmodel.uncertainty.bounded import Beta, Pert, Triangular, Uniform
from finmodel.uncertainty.discrete import Bernoulli, Discrete
from finmodel.uncertainty.empirical import Empirical
from finmodel.uncertainty.mixture import Mixture
from finmodel.uncertainty.normal import Lognormal, Normal, Quantiles, Score

KINDS: dict[str, type[Distribution]] = {
    "bernoulli": Bernoulli,
    "beta": Beta,
    "discrete": Discrete,
    "empirical": Empirical,
    "lognormal": Lognormal,
    "mixture": Mixture,
    "normal": Normal,
    "pert": Pert,
    "quantiles": Quantiles,
    "score": Score,
    "triangular": Triangular,
    "uniform": Uniform,
}
