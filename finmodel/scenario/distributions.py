"""Distributions as people write them: `{normal: [1.5%, 0.8%], vary: yearly, persistence: 0.5}`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from finmodel.errors import nearest
from finmodel.scenario.problems import Problem, one_of, shown
from finmodel.scenario.quantities import parse_quantity
from finmodel.scenario.values import Uncertain
from finmodel.units import PURE

if TYPE_CHECKING:
    from finmodel.scenario.fields import NumberField

Parameter = float | tuple[float, ...]

# kind -> names of its parameters, in the order of the list form
ARITY: dict[str, tuple[str, ...]] = {
    "normal": ("mean", "sd"),
    "lognormal": ("mean", "sd"),
    "triangular": ("min", "mode", "max"),
    "pert": ("min", "mode", "max"),
    "uniform": ("min", "max"),
    "beta": ("alpha", "beta"),
    "discrete": ("values", "probabilities"),
    "bernoulli": ("p",),
}
_OPTIONAL = {"beta": ("min", "max")}
_PURE = {"alpha", "beta", "probabilities", "p"}
_BESIDE = ("vary", "persistence", "central")


def read_distribution(kinds: list[str], written: dict[str, Any], field: NumberField, years: int | None) -> Uncertain:
    """The distribution in a block of keys. Problem where it is not one of the known spellings or not a distribution.

    `field` is the number that varies: parameters are read in its unit; `years` the number of contract years, if known.
    """
    kind = kinds[0]
    if len(kinds) > 1:
        raise Problem(f"one distribution is needed, got {' and '.join(kinds)}", (kinds[1],), on_key=True)
    for key in written:
        if key not in (kind, *_BESIDE):
            message = f"unknown key '{key}'; beside {kind} can stand {one_of(list(_BESIDE))}"
            raise Problem(message, (key,), nearest(key, _BESIDE), on_key=True)
    vary = written.get("vary", "once")
    if vary not in ("once", "yearly"):
        raise Problem(f"expected once or yearly, got {shown(vary)}", ("vary",), nearest(str(vary), ["once", "yearly"]))
    persistence = _persistence(written, vary)
    reader = _Parameters(kind, field, years, vary)
    parameters = reader.read(written[kind])
    central = None
    if "central" in written:
        try:
            central = field.amount(written["central"])
        except Problem as problem:
            raise Problem(problem.message, ("central",)) from None
    _check_shape(kind, parameters, field)
    low, high = _support(kind, parameters)
    if central is not None and not low <= central <= high:
        raise Problem(
            f"the central value lies outside the distribution, {field.say(low)} to {field.say(high)}", ("central",)
        )
    return Uncertain(kind, parameters, vary, persistence, central, field.unit)


def _persistence(written: dict[str, Any], vary: str) -> float:
    if "persistence" not in written:
        return 0.0
    if vary != "yearly":
        raise Problem("persistence needs vary: yearly", ("persistence",), on_key=True)
    try:
        found = (
            parse_quantity(written["persistence"]) if isinstance(written["persistence"], (str, int, float)) else None
        )
    except ValueError:
        found = None
    if found is None or found.unit != PURE or not 0 <= found.amount < 1 or isinstance(written["persistence"], bool):
        message = f"expected a number from 0 to less than 1, got {shown(written['persistence'])}"
        raise Problem(message, ("persistence",))
    return found.amount


class _Parameters:
    """Reads the parameters of one kind, in list or block form, each one number or a list by year."""

    def __init__(self, kind: str, field: NumberField, years: int | None, vary: str) -> None:
        self.kind, self.field, self.years, self.vary = kind, field, years, vary
        self.names = ARITY[kind]

    def read(self, written: Any) -> dict[str, Parameter]:
        if self.kind == "bernoulli":
            if self.field.unit != PURE:
                raise Problem(f"bernoulli gives 0 or 1: expected {self.field.expects}", ("bernoulli",), on_key=True)
            return {"p": self.one(written, "p", ("bernoulli",))}
        if isinstance(written, dict):
            return self.block(written)
        form = f"[{', '.join(self.names)}]" if self.kind != "discrete" else "{values: [...], probabilities: [...]}"
        if self.kind == "discrete" or not isinstance(written, list):
            raise Problem(f"expected {self.kind}: {form}, got {shown(written)}", (self.kind,))
        if len(written) != len(self.names):
            message = f"{self.kind} has {len(self.names)} parameters, {form}; got {len(written)}"
            raise Problem(message, (self.kind,))
        return self.complete(
            {
                name: self.one(item, name, (self.kind, at))
                for at, (name, item) in enumerate(zip(self.names, written, strict=True))
            }
        )

    def block(self, written: dict[str, Any]) -> dict[str, Parameter]:
        known = (*self.names, *_OPTIONAL.get(self.kind, ()))
        for key in written:
            if key not in known:
                message = f"unknown key '{key}'; {self.kind} has {one_of(list(known))}"
                raise Problem(message, (self.kind, key), nearest(key, known), on_key=True)
        for name in self.names:
            if name not in written:
                raise Problem(
                    f"the key '{name}' is missing; {self.kind} has {', '.join(self.names)}",
                    (self.kind,),
                    on_key=True,
                )
        return self.complete(
            {name: self.one(written[name], name, (self.kind, name)) for name in known if name in written}
        )

    def complete(self, found: dict[str, Parameter]) -> dict[str, Parameter]:
        if self.kind != "beta":
            return found
        if self.field.unit != PURE and not ("min" in found and "max" in found):
            raise Problem(f"beta needs min and max here: expected {self.field.expects}", (self.kind,))
        return {"min": 0.0, "max": 1.0} | found

    def one(self, written: Any, name: str, below: tuple[str | int, ...]) -> Parameter:
        """One parameter: a quantity, a list by year (vary: yearly), or for a discrete one its outcomes."""
        if not isinstance(written, list):
            if self.kind == "discrete":
                raise Problem(f"expected a list of {name}, got {shown(written)}", below)
            return self.number(written, name, below)
        if self.kind != "discrete":
            if self.vary != "yearly":
                raise Problem("a parameter can be a list by year only with vary: yearly", below)
            if self.years is not None and len(written) != self.years:
                raise Problem(
                    f"expected one entry for each of the {self.years} contract years, got {len(written)}", below
                )
        if not written:
            raise Problem(f"expected a list of {name}, got an empty list", below)
        return tuple(self.number(item, name, (*below, at)) for at, item in enumerate(written))

    def number(self, written: Any, name: str, below: tuple[str | int, ...]) -> float:
        try:
            if name not in _PURE:
                return self.field.quantity(written)
            found = (
                None
                if isinstance(written, bool) or not isinstance(written, (str, int, float))
                else parse_quantity(written)
            )
        except Problem as problem:
            raise Problem(problem.message, below) from None
        except ValueError:
            found = None
        if found is None or found.unit != PURE:
            what = "a number such as 2" if name in ("alpha", "beta") else "a probability such as 30%"
            raise Problem(f"expected {what} for {name}, got {shown(written)}", below)
        return found.amount


def _years(parameters: dict[str, Parameter]) -> list[dict[str, float]]:
    """The parameters of each year, one entry where none is a list."""
    count = max((len(part) for part in parameters.values() if isinstance(part, tuple)), default=1)
    return [
        {name: part[year] if isinstance(part, tuple) else part for name, part in parameters.items()}
        for year in range(count)
    ]


def _support(kind: str, parameters: dict[str, Parameter]) -> tuple[float, float]:
    """The least and the most the distribution can give in any year."""
    if kind in ("normal", "lognormal"):
        return (float("-inf") if kind == "normal" else 0.0), float("inf")
    if kind == "bernoulli":
        return 0.0, 1.0
    if kind == "discrete":
        values = parameters["values"]
        assert isinstance(values, tuple)
        return min(values), max(values)
    every = _years(parameters)
    return min(year["min"] for year in every), max(year["max"] for year in every)


def _check_shape(kind: str, parameters: dict[str, Parameter], field: NumberField) -> None:
    """Problem where the parameters make no distribution."""
    if kind == "discrete":
        _check_discrete(parameters)
        return
    every = _years(parameters)
    for at, year in enumerate(every):
        which = f" in year {at + 1}" if len(every) > 1 else ""
        problem = _wrong_shape(kind, year, field)
        if problem:
            raise Problem(problem + which, (kind,))


def _wrong_shape(kind: str, year: dict[str, float], field: NumberField) -> str | None:
    say = field.say
    if kind in ("normal", "lognormal") and year["sd"] <= 0:
        return f"the standard deviation must be more than 0, got {say(year['sd'])}"
    if kind == "lognormal" and year["mean"] <= 0:
        return f"the mean of a lognormal must be more than 0, got {say(year['mean'])}"
    if kind in ("triangular", "pert") and not (
        year["min"] <= year["mode"] <= year["max"] and year["min"] < year["max"]
    ):
        low, mode, high = say(year["min"]), say(year["mode"]), say(year["max"])
        return f"expected min <= mode <= max with min < max, got {low}, {mode}, {high}"
    if kind in ("uniform", "beta") and year["min"] >= year["max"]:
        return f"expected min < max, got {say(year['min'])}, {say(year['max'])}"
    if kind == "beta" and (year["alpha"] <= 0 or year["beta"] <= 0):
        return f"alpha and beta must be more than 0, got {year['alpha']:g} and {year['beta']:g}"
    if kind == "bernoulli" and not 0 <= year["p"] <= 1:
        return f"expected a probability from 0 to 1, got {year['p']:g}"
    return None


def _check_discrete(parameters: dict[str, Parameter]) -> None:
    values, probabilities = parameters["values"], parameters["probabilities"]
    assert isinstance(values, tuple)
    assert isinstance(probabilities, tuple)
    if len(values) != len(probabilities):
        raise Problem(f"{len(values)} values but {len(probabilities)} probabilities", ("discrete", "probabilities"))
    if any(one < 0 for one in probabilities):
        raise Problem("a probability cannot be negative", ("discrete", "probabilities"))
    total = sum(probabilities)
    if abs(total - 1) > 1e-9:
        raise Problem(f"the probabilities add up to {total:.6g}, not 1", ("discrete", "probabilities"))
