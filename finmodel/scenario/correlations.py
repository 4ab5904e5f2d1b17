"""How uncertain numbers move together: pairs, or several numbers by one factor; a Gaussian or a t copula."""

from __future__ import annotations

import math
from collections.abc import Iterator
from itertools import combinations
from typing import Annotated, Any, Self

from pydantic import Field, model_validator

from finmodel.scenario.fields import NUMBER, NumberField
from finmodel.scenario.parts import Part, checked
from finmodel.scenario.problems import Problem, shown
from finmodel.units import PURE


def _coefficient(written: Any, what: str) -> float:
    message = f"expected {what} from -1 to 1, got {shown(written)}"
    try:
        found = NumberField(PURE, NUMBER.expects).quantity(written)
    except Problem:
        raise Problem(message) from None
    if not -1 <= found <= 1:
        raise Problem(message)
    return found


def _coefficients(what: str) -> Any:
    def read(written: Any) -> float | tuple[float, ...]:
        if isinstance(written, list):
            return tuple(_coefficient(one, what) for one in written)
        return _coefficient(written, what)

    one = {"type": ["number", "string"]}
    return checked(read, {"anyOf": [one, {"type": "array", "items": one, "minItems": 2}]})


_TEXTS = {"type": "array", "items": {"type": "string"}, "minItems": 2}


def _pair(written: Any) -> tuple[str, str]:
    if not isinstance(written, (list, tuple)) or len(written) != 2 or not all(isinstance(one, str) for one in written):
        raise Problem(f"expected a list of two names, got {shown(written)}")
    return written[0], written[1]


def _several(written: Any) -> tuple[str, ...]:
    if not isinstance(written, list) or len(written) < 2 or not all(isinstance(one, str) for one in written):
        raise Problem(f"expected a list of two or more names, got {shown(written)}")
    twice = [one for at, one in enumerate(written) if one in written[:at]]
    if twice:
        raise Problem(f"'{twice[0]}' is named twice")
    return tuple(written)


def _copula(written: Any) -> float | None:
    """Degrees of freedom of the t copula; None for the Gaussian one."""
    if written == "gaussian":
        return None
    freedom = written.get("t") if isinstance(written, dict) and set(written) == {"t"} else None
    if isinstance(freedom, bool) or not isinstance(freedom, (int, float)) or not 1 <= freedom <= 1000:
        raise Problem(f"expected gaussian, or {{t: 4}} with 1 to 1,000 degrees of freedom, got {shown(written)}")
    return float(freedom)


_FREEDOM = {"type": "number", "minimum": 1, "maximum": 1000}
_COPULA = {
    "anyOf": [
        {"const": "gaussian"},
        {"type": "object", "properties": {"t": _FREEDOM}, "required": ["t"], "additionalProperties": False},
    ]
}


class Correlation(Part):
    """How the same-year values of uncertain numbers move together: two of them, or several that share one factor."""

    between: Annotated[tuple[str, str] | None, checked(_pair, {**_TEXTS, "maxItems": 2})] = Field(
        default=None, examples=[["nhs_cost_inflation", "gdp_deflator_growth"]]
    )
    """The two uncertain numbers: names of assumptions, or dotted paths to distributions. Either this or `factor`."""
    factor: Annotated[tuple[str, ...] | None, checked(_several, _TEXTS)] = Field(
        default=None, examples=[["nhs_cost_inflation", "gdp_deflator_growth", "ccg_allocation_growth"]]
    )
    """Uncertain numbers that move together because each follows one unseen factor."""
    rank: Annotated[float | tuple[float, ...] | None, _coefficients("a rank correlation")] = Field(
        default=None, examples=[0.6]
    )
    """Spearman's rank correlation, from -1 to 1: of the two numbers, or of each number with the factor (one for all, or
    a list). Either this or `tau`."""
    tau: Annotated[float | tuple[float, ...] | None, _coefficients("Kendall's tau")] = Field(
        default=None, examples=[0.4]
    )
    """Kendall's tau in place of `rank`; the t copula takes it."""
    copula: Annotated[float | None, checked(_copula, _COPULA)] = Field(default=None, examples=[{"t": 4}])
    """`gaussian`, or `{t: 4}`: a t copula of so many degrees of freedom, in which extremes come together, the more the
    fewer they are. The same for all numbers that are joined. Default: gaussian."""

    @property
    def names(self) -> tuple[str, ...]:
        """The uncertain numbers, in the order written."""
        return self.between or self.factor or ()

    @property
    def pairs(self) -> Iterator[tuple[str, str, float]]:
        """Each two of the numbers and their coefficient, Kendall's tau where `tau` is stated, else Spearman's.

        Two that follow one factor with normal correlations a and b have the normal correlation a b between them.
        """
        stated = self.rank if self.tau is None else self.tau
        assert stated is not None
        if self.factor is None:
            assert isinstance(stated, float)
            yield self.names[0], self.names[1], stated
            return
        each = stated if isinstance(stated, tuple) else (stated,) * len(self.factor)
        for (one, first), (other, second) in combinations(zip(self.factor, each, strict=True), 2):
            if self.tau is None:
                product = 4 * math.sin(math.pi * first / 6) * math.sin(math.pi * second / 6)
                yield one, other, 6 / math.pi * math.asin(product / 2)
            else:
                product = math.sin(math.pi * first / 2) * math.sin(math.pi * second / 2)
                yield one, other, 2 / math.pi * math.asin(product)

    @model_validator(mode="after")
    def _one_way(self) -> Self:
        """Either two or several numbers, either rank or tau, and what goes with them."""
        if (self.between is None) == (self.factor is None):
            raise Problem("either between or factor is needed, and not both", on_key=True).for_pydantic()
        if (self.rank is None) == (self.tau is None):
            raise Problem("either rank or tau is needed, and not both", on_key=True).for_pydantic()
        if self.copula is not None and self.tau is None:
            raise Problem("the t copula takes Kendall's tau: write tau in place of rank", ("rank",)).for_pydantic()
        key = "rank" if self.tau is None else "tau"
        stated = getattr(self, key)
        if isinstance(stated, tuple) and (self.factor is None or len(stated) != len(self.factor)):
            expected = "one number" if self.factor is None else f"one number, or {len(self.factor)}"
            raise Problem(f"expected {expected}, got a list of {len(stated)}", (key,)).for_pydantic()
        return self
