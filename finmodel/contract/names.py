"""What a name in a formula means: shared lines, assumptions and own lines; within a payment model also its terms."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from finmodel.contract.effects import WITHOUT, Effects
from finmodel.contract.outcomes import Outcomes
from finmodel.contract.own_lines import LATER, OwnLines
from finmodel.contract.shared import Shared
from finmodel.contract.spending import Spending
from finmodel.errors import InputError, Mistake
from finmodel.lines import Expr, Family, UnitError, sum_over
from finmodel.scenario import Named, PaymentModel

_OF_SPENDING = (
    "savings_rate",
    "cost_kept",
    "cost_after_savings[",
    "existing_payment_after_savings[",
    "integrator_running_cost",
    "integrator_vat_rate",
)
_OF_EFFECT = (
    "true",
    "measured",
    "measured_pooled",
    "score_ungated",
    "score",
    "effect_so_far",
    "last_level",
    "last_improvement",
)


class SharedNames:
    """Names that mean the same in every payment model, whichever of them are run."""

    def __init__(self, shared: Shared, outcomes: Outcomes) -> None:
        self.shared, self.sheet, self.scenario = shared, shared.sheet, shared.scenario
        self._outcomes = outcomes
        self.effects: dict[str, Effects] = {}
        """Of the payment models looked at so far."""
        self.own = OwnLines(self.scenario, self.sheet, self.scenario.lines, "lines", "lines", self.find, self.names)

    def find(self, name: str) -> Expr | None:
        """An own line, an assumption or a shared line; None where there is none."""
        own = self.own.find(name)
        if own is not None:
            return own
        assumption = name.removeprefix("assumptions.")
        if assumption in self.scenario.assumptions:
            unit = self.scenario.assumptions[assumption].unit
            return self.shared.inputs.value(Named(assumption, unit), f"assumptions.{assumption}", assumption)
        if name not in self.sheet:
            self._bring(name)
        return self.sheet.ref(name) if name in self.sheet and not self._of_a_model(name) else None

    def names(self) -> list[str]:
        """What a misspelt name may have meant."""
        lines = [line for line in self.sheet.names if not self._of_a_model(line)]
        return [*self.own.names(), *self.scenario.assumptions, *lines]

    def _of_a_model(self, line: str) -> bool:
        return line.startswith(tuple(f"{model}." for model in self.scenario.payment_models))

    def _bring(self, name: str) -> None:
        """Write the shared lines that are otherwise written when a term first needs them."""
        if name.startswith("outcomes."):
            self._bring_outcome(name)
        elif name.startswith(_OF_SPENDING):
            for word, model in self.scenario.payment_models.items():
                Spending(self.shared, word, model).existing_payments()

    def _bring_outcome(self, name: str) -> None:
        word, variant = f"{name}..".split(".")[1:3]
        found = [one for one in self.effects.values() if one.variant == variant]
        if word in self.scenario.outcomes:
            stated = Effects("", stated=variant != WITHOUT)
            self._outcomes.write(word, found[0] if found else stated)


class ModelNames:
    """Names within one payment model. `done[phase][term]` are the terms calculated so far, by service."""

    def __init__(self, shared: SharedNames, model: PaymentModel, effects: Effects, cost: Callable[[], Expr]) -> None:
        name = effects.model
        self.shared, self.sheet, self.name, self.model, self.effects = shared, shared.sheet, name, model, effects
        shared.effects[name] = effects
        self.done: dict[str, dict[str, Family]] = {}
        self.phase = self.term = ""
        self.unwritten: tuple[Mistake, ...] = ()
        """Why the model's results are not there, so that a line that reads them is not told for that."""
        self.member: Mapping[str, Callable[[], Expr]] = {}
        self.of_term: Callable[[Family], Expr] | None = None
        self._cost = cost
        self.own = OwnLines(
            shared.scenario,
            self.sheet,
            model.lines,
            f"payment_models.{name}.lines",
            f"{name}.lines",
            self._in_line,
            self._line_names,
        )

    def in_term(self, name: str) -> Expr | None:
        """What a name means in the term that is being calculated."""
        if name in self.done[self.phase]:
            others = (("cost",), self.sheet, self.member, self.shared.own.written)
            if any(name in other for other in others):
                raise UnitError(f"'{name}' is a term above and a line as well; give the term another name")
            amounts = self.done[self.phase][name]
            return self.of_term(amounts) if self.of_term else self._amount(self.phase, name, amounts)
        if name in self.member:
            return self.member[name]()
        if name == "cost":
            return self._cost()
        found = self.own.find(name)
        if found is None:
            found = self.shared.find(self._under_this_model(name))
        return self._qualified(name) if found is None else found

    def term_names(self) -> list[str]:
        """What a misspelt name in a term may have meant."""
        return [*self.done[self.phase], *self.member, "cost", *self.own.names(), *self._line_names()]

    def _line_names(self) -> list[str]:
        terms = [f"{phase}.{term.name}" for phase, terms in self.model.phases.items() for term in terms]
        own = [line for line in self.sheet.names if line.startswith(f"{self.name}.")]
        return [*self.shared.names(), *terms, *own, *(line.removeprefix(f"{self.name}.") for line in own)]

    def _in_line(self, name: str) -> Expr | None:
        """What a name means in an own line of the payment model."""
        found = self.own.find(name)
        if found is None:
            found = self.shared.find(self._under_this_model(name))
        if found is None:
            found = self._qualified(name)
        if found is None and name == "cost":
            raise UnitError("'cost' counts the terms above, so only a term can name it; name the terms it is made of")
        if found is None:
            phases = [phase for phase, terms in self.model.phases.items() if name in {term.name for term in terms}]
            if phases:
                raise UnitError(f"a term is named with its phase in front here: {phases[0]}.{name}")
        return found

    def _under_this_model(self, name: str) -> str:
        """The line that is meant: an outcome's level or score is that under the effect of this payment model."""
        words, variant = name.split("."), self.effects.variant
        if not variant or len(words) != 3 or words[0] != "outcomes" or words[2] not in _OF_EFFECT:
            return name
        return f"{self.effects.path(words[1])}.{words[2]}"

    def _qualified(self, name: str) -> Expr | None:
        """`PHASE.TERM`, or any line of the model written so far, with or without the model's name in front."""
        short = name.removeprefix(f"{self.name}.")
        line = f"{self.name}.{short}"
        if line in self.sheet:
            return self.sheet.ref(line)
        phase, _, term = short.partition(".")
        if self.unwritten and (short.partition("[")[0] in LATER or ("." in term and phase in self.model.phases)):
            raise InputError(self.unwritten)
        if phase not in self.model.phases or term not in {one.name for one in self.model.phases[phase]}:
            return None
        if term in self.done.get(phase, {}):
            return self._amount(phase, term, self.done[phase][term])
        chain = " -> ".join([f"{self.phase}.{self.term}", *self.own.writing, f"{phase}.{term}"])
        if (phase, term) == (self.phase, self.term):
            raise UnitError(f"a circle: {chain}")
        raise UnitError(f"the term '{phase}.{term}' is calculated later than '{self.phase}.{self.term}': {chain}")

    def _amount(self, phase: str, term: str, amounts: Family) -> Expr:
        line = f"{self.name}.{phase}.{term}"
        return self.sheet.ref(line) if line in self.sheet else sum_over(amounts)
