"""Distributions as people write them: `{normal: [1.5%, 0.8%], vary: yearly, persistence: 0.5}`."""

from __future__ import annotations

import math
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from finmodel.errors import nearest
from finmodel.scenario.problems import Problem, one_of, shown
from finmodel.scenario.quantities import parse_quantity
from finmodel.scenario.shapes import SCORES, check_shape, check_within
from finmodel.scenario.support import support
from finmodel.scenario.values import Parameter, Uncertain
from finmodel.units import PURE

if TYPE_CHECKING:
    from finmodel.scenario.fields import NumberField

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
    "quantiles": ("low", "mid", "high"),
    "empirical": ("observations",),
    "mixture": ("parts",),
}
_FORMS = {"discrete": "{values: [...], probabilities: [...]}"}
_OPTIONAL = {"beta": ("min", "max")}
_PURE = {"alpha", "beta", "probabilities", "p", "weight"}
_LISTS = {"values", "probabilities", "observations"}
_BESIDE = ("vary", "persistence", "central")
_FRAME = ("shift", "within")
_SEPARATE = ("discrete", "bernoulli")  # values apart from each other: neither shifted nor kept within bounds, nor mixed


def read_distribution(kinds: list[str], written: dict[str, Any], field: NumberField, years: int | None) -> Uncertain:
    """The distribution in a block of keys. Problem where it is not one of the known spellings or not a distribution.

    `field` is the number that varies: parameters are read in its unit; `years` the number of contract years, if known.
    """
    kind = kinds[0]
    if len(kinds) > 1:
        raise Problem(f"one distribution is needed, got {' and '.join(kinds)}", (kinds[1],), on_key=True)
    _check_keys(kind, written, () if kind in _SEPARATE else _FRAME)
    vary = written.get("vary", "once")
    if vary not in ("once", "yearly"):
        raise Problem(f"expected once or yearly, got {shown(vary)}", ("vary",), nearest(str(vary), ["once", "yearly"]))
    persistence = _persistence(written, vary)
    value = _read(kind, written, field, years, vary)
    central = None
    if "central" in written:
        try:
            central = field.amount(written["central"])
        except Problem as problem:
            raise Problem(problem.message, ("central",)) from None
    low, high = support(value)
    if central is not None and not low <= central <= high:
        raise Problem(
            f"the central value lies outside the distribution, {field.say(low)} to {field.say(high)}", ("central",)
        )
    return replace(value, vary=vary, persistence=persistence, central=central)


def _check_keys(kind: str, written: dict[str, Any], more: tuple[str, ...], beside: tuple[str, ...] = _BESIDE) -> None:
    known = [*beside, *more]
    for key in written:
        if key not in (kind, *known):
            message = f"unknown key '{key}'; beside {kind} can stand {one_of(known)}"
            raise Problem(message, (key,), nearest(key, known), on_key=True)


def _read(kind: str, written: dict[str, Any], field: NumberField, years: int | None, vary: str) -> Uncertain:
    """The distribution itself, shifted and kept within its bounds."""
    reader = _Parameters(kind, field, years, vary)
    if kind == "mixture":
        value = _mixture(written[kind], reader)
    else:
        value = Uncertain(kind, reader.read(written[kind]), unit=field.unit)
        check_shape(value, field)
    if "shift" in written:
        value = replace(value, shift=reader.one(written["shift"], "shift", ("shift",)))
    if "within" in written:
        value = replace(value, within=_within(written["within"], reader))
        check_within(value, field)
    return value


def _within(written: Any, reader: _Parameters) -> tuple[Parameter, Parameter]:
    if not isinstance(written, list) or len(written) != 2:
        raise Problem(
            f"expected within: [least, most], either of them none where it is open; got {shown(written)}", ("within",)
        )
    if written == ["none", "none"]:
        raise Problem("within: [none, none] bounds nothing: leave it out", ("within",))
    ends = [
        open_end if item == "none" else reader.one(item, "within", ("within", at))
        for at, (item, open_end) in enumerate(zip(written, (-math.inf, math.inf), strict=True))
    ]
    return ends[0], ends[1]


def _mixture(written: Any, reader: _Parameters) -> Uncertain:
    """The parts of a mixture: `[{weight: 70%, of: {normal: [2%, 1%]}}, ...]`."""
    if not isinstance(written, list) or len(written) < 2:
        message = f"expected a list of two or more parts {{weight, of}}, got {shown(written)}"
        raise Problem(message, ("mixture",))
    weights, parts = [], []
    for at, item in enumerate(written):
        here = ("mixture", at)
        if not isinstance(item, dict):
            raise Problem(f"expected a part {{weight, of}}, got {shown(item)}", here)
        for key in item:
            if key not in ("weight", "of"):
                message = f"unknown key '{key}' in a part of a mixture"
                raise Problem(message, (*here, key), nearest(key, ["weight", "of"]), on_key=True)
        for key in ("weight", "of"):
            if key not in item:
                message = f"the key '{key}' is missing; a part of a mixture has weight and of"
                raise Problem(message, here, on_key=True)
        weight = reader.number(item["weight"], "weight", (*here, "weight"))
        if weight <= 0:
            raise Problem(f"a weight must be more than 0, got {shown(item['weight'])}", (*here, "weight"))
        weights.append(weight)
        try:
            parts.append(_part(item["of"], reader))
        except Problem as problem:
            below = (*here, "of", *problem.below)
            raise Problem(problem.message, below, problem.suggestion, on_key=problem.on_key) from None
    total = math.fsum(weights)
    if abs(total - 1) > 1e-9:
        raise Problem(f"the weights add up to {100 * total:.6g}%, not 100%", ("mixture",))
    return Uncertain("mixture", {"weights": tuple(weights)}, unit=reader.field.unit, parts=tuple(parts))


def _part(written: Any, reader: _Parameters) -> Uncertain:
    known = [kind for kind in ARITY if kind not in (*_SEPARATE, "mixture")]
    if not isinstance(written, dict):
        raise Problem(f"expected a distribution such as {{normal: [...]}}, got {shown(written)}")
    kinds = [key for key in written if key in known]
    if len(kinds) > 1:
        raise Problem(f"one distribution is needed, got {' and '.join(kinds)}", (kinds[1],), on_key=True)
    if not kinds:
        wrong = next(iter(written), None)
        below = () if wrong is None else (wrong,)
        near = nearest(str(wrong), known)
        raise Problem(
            f"a part of a mixture is one of {one_of(known)}; got {shown(written)}", below, near, on_key=bool(below)
        )
    for key in written:
        if key in _BESIDE:
            raise Problem(f"'{key}' holds for the whole mixture: it stands beside 'mixture'", (key,), on_key=True)
    _check_keys(kinds[0], written, _FRAME, beside=())
    return _read(kinds[0], written, reader.field, reader.years, reader.vary)


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
        if self.kind == "quantiles":
            return self.quantiles(written)
        if self.kind == "empirical":
            if not isinstance(written, list):
                raise Problem(f"expected empirical: a list of observations, got {shown(written)}", ("empirical",))
            return {"observations": self.one(written, "observations", ("empirical",))}
        if isinstance(written, dict):
            return self.block(written)
        form = _FORMS.get(self.kind, f"[{', '.join(self.names)}]")
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

    def quantiles(self, written: Any) -> dict[str, Parameter]:
        """P50 and a pair as far below as above it."""
        if not isinstance(written, dict):
            raise Problem(f"expected quantiles: {{P10, P50, P90}}, got {shown(written)}", ("quantiles",))
        known = ["P50", *(name for low, (high, _) in SCORES.items() for name in (low, high))]
        for key in written:
            if key not in known:
                message = f"unknown key '{key}'; a quantile is one of {one_of(known)}"
                raise Problem(message, ("quantiles", key), nearest(key, known), on_key=True)
        low, high, score = next(((low, *pair) for low, pair in SCORES.items() if low in written), ("", "", 0.0))
        if set(written) != {low, "P50", high}:
            pairs = one_of([f"{low} and {high}" for low, (high, _) in SCORES.items()])
            message = f"expected P50 and one pair: {pairs}; got {', '.join(written) or 'none'}"
            raise Problem(message, ("quantiles",), on_key=True)
        names = {"low": low, "mid": "P50", "high": high}
        found = {name: self.one(written[key], key, ("quantiles", key)) for name, key in names.items()}
        return {**found, "score": score}

    def complete(self, found: dict[str, Parameter]) -> dict[str, Parameter]:
        if self.kind != "beta":
            return found
        if self.field.unit != PURE and not ("min" in found and "max" in found):
            raise Problem(f"beta needs min and max here: expected {self.field.expects}", (self.kind,))
        return {"min": 0.0, "max": 1.0} | found

    def one(self, written: Any, name: str, below: tuple[str | int, ...]) -> Parameter:
        """One parameter: a quantity, a list by year (vary: yearly), or for a discrete one its outcomes."""
        if not isinstance(written, list):
            if name in _LISTS:
                raise Problem(f"expected a list of {name}, got {shown(written)}", below)
            return self.number(written, name, below)
        if name not in _LISTS:
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
            what = "a weight such as 30%" if name == "weight" else what
            raise Problem(f"expected {what} for {name}, got {shown(written)}", below)
        return found.amount
