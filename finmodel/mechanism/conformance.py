"""The tests that every kind of payment term is held to, finmodel's own and those of other packages.

    from finmodel.mechanism.conformance import MechanismContract, Sample

    class TestMyKind(MechanismContract):
        kind = "my_kind"
        samples = [Sample("{kind: my_kind, rate: $rate%}", {"target": (0, 200e6)}, {"rate": (0, 10)})]

pytest runs the tests of such a class. They need pytest and Hypothesis, which finmodel itself does not.
"""

from __future__ import annotations

import doctest
import re
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import ClassVar

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pydantic import BaseModel

from finmodel.arrays import FloatArray, np
from finmodel.contract.payment import KINDS, Mechanism
from finmodel.contract.payment.mechanism import COMMISSIONERS, INTEGRATOR
from finmodel.contract.payment.worked import read_term, worked
from finmodel.mechanism.jumps import SMALL, Line
from finmodel.mechanism.samples import Sample, Tried, as_facts, in_pounds, ranges, times, tried
from finmodel.mechanism.whole import Moved, in_whole_contracts
from finmodel.scenario import Part
from finmodel.scenario.schema import docstrings

__all__ = ["MechanismContract", "Sample"]

CASES = 40
ROUNDING = 1e-9
_FORMULA = re.compile(r"[=×*/+]| x |\b(max|min|clip|sum)\b")

seeds = given(seed=st.integers(0, 2**32 - 1))
few = settings(
    max_examples=max(10, settings().max_examples // 10),  # each looks at every sample; a profile may ask for more
    deadline=None,
    suppress_health_check=[HealthCheck.differing_executors, HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)


class MechanismContract:
    """Subclass it for a kind, say which, and give terms of that kind to try."""

    kind: ClassVar[str]
    """The word after `kind:`."""
    samples: ClassVar[Sequence[Sample]]
    """Terms to try: each way of writing one that counts differently."""

    @property
    def mechanism(self) -> type[Mechanism]:
        """The class of this kind."""
        return KINDS[self.kind]

    def trying(self, seed: int) -> Iterator[Tried]:
        """Each sample with parameters of its own."""
        return (tried(sample, seed + number) for number, sample in enumerate(self.samples))

    # What is told

    def test_every_sample_is_of_this_kind(self) -> None:
        assert self.samples, "give at least one Sample"
        for one in self.trying(0):
            assert self._term(one).kind == self.kind

    def test_the_docstring_says_what_it_means_how_it_is_calculated_and_where_it_comes_from(self) -> None:
        text = self.mechanism.__doc__ or ""
        before, _, _ = text.partition(">>>")
        assert len(before.split()) >= 10, "say what it means"
        assert _FORMULA.search(text), "say how it is calculated: a formula"
        assert "£" in before, "work an example in £"
        assert re.search(r"\b(Source:|Illustration)", text), "say where it comes from: 'Source: …', or 'Illustration'"

    def test_the_worked_example_is_right(self) -> None:
        finder, runner = doctest.DocTestFinder(recurse=False), doctest.DocTestRunner(verbose=False)
        told: list[str] = []
        tests = finder.find(self.mechanism, self.kind, globs={"worked": worked})
        examples = [example for test in tests for example in test.examples]
        assert any(f"kind: {self.kind}" in example.source or "worked(" in example.source for example in examples), (
            "work an example: >>> worked('{kind: …}', …)"
        )
        failed = sum(runner.run(test, out=told.append).failed for test in tests)
        assert failed == 0, "".join(told)

    def test_every_key_is_described_with_an_example(self) -> None:
        missing = []
        for cls in (self.mechanism, *_blocks(self.mechanism)):
            texts = docstrings(cls)
            of_all = set(Mechanism.model_fields) | {"kind"}
            for name, field in cls.model_fields.items():
                if name == "kind" and not texts.get(name):
                    missing.append(f"{cls.__name__}.kind: a docstring below it")
                if cls is self.mechanism and name in of_all:
                    continue
                if not texts.get(name):
                    missing.append(f"{cls.__name__}.{name}: a docstring below it")
                if not field.examples:
                    missing.append(f"{cls.__name__}.{name}: Field(examples=[…])")
        assert missing == []

    # What is paid

    @seeds
    @few
    def test_it_is_a_number(self, seed: int) -> None:
        for one in self.trying(seed):
            facts = one.draw(CASES)
            ends = ranges(one.sample)
            for name, amounts in facts.items():
                if not name.endswith(".weight"):
                    amounts[:, :3] = [0.0, *ends[name]]
            assert np.isfinite(one.pay(facts)).all(), one.written

    @seeds
    @few
    def test_it_is_free_of_scale(self, seed: int) -> None:
        """All £ times k, of facts and of the term, is k times the payment."""
        for one in self.trying(seed):
            facts = one.draw(CASES)
            paid = one.pay(facts)
            for k in (0.5, 2.0, 3.0):
                scaled = {name: amounts * k if in_pounds(name) else amounts for name, amounts in facts.items()}
                other = Tried(one.sample, times(one.written, k), one.parameters, one.random).pay(scaled)
                np.testing.assert_allclose(other, k * paid, rtol=ROUNDING, atol=k * _little(paid), err_msg=one.written)

    @seeds
    @few
    def test_cases_are_looked_at_one_by_one(self, seed: int) -> None:
        """Their order changes nothing, and each by itself pays the same, to the bit."""
        for one in self.trying(seed):
            facts = one.draw(CASES)
            paid, order = one.pay(facts), one.random.permutation(CASES)
            again = one.pay({name: amounts[:, order] for name, amounts in facts.items()})
            np.testing.assert_array_equal(again, paid[:, order], err_msg=one.written)
            alone = one.pay({name: amounts[:, :1] for name, amounts in facts.items()})
            np.testing.assert_array_equal(alone, paid[:, :1], err_msg=one.written)

    @seeds
    @few
    def test_it_rises_and_falls_as_it_says(self, seed: int) -> None:
        """With a fact of the same year, the others and the other years unchanged."""
        for one in self.trying(seed):
            signs = [(name, 1) for name in one.sample.rises_with] + [(name, -1) for name in one.sample.falls_with]
            for name, sign in signs:
                facts = one.draw(CASES)
                year = int(one.random.integers(0, facts[name].shape[0]))
                this, other = facts[name][year], one.draw(CASES)[name][year]
                both = np.minimum(this, other), np.maximum(this, other)
                paid = [one.pay(_with(facts, name, year, amounts))[year] for amounts in both]
                steps = sign * (paid[1] - paid[0])
                word = "rise" if sign > 0 else "fall"
                assert (steps >= -_little(np.array(paid))).all(), f"{one.written} does not always {word} with {name}"

    @seeds
    @few
    def test_it_jumps_nowhere_but_at_its_thresholds(self, seed: int) -> None:
        for one in self.trying(seed):
            line = Line(one)
            for before, after in line.jumps():
                declared = any(line.stands_on(threshold, before) for threshold in one.sample.thresholds)
                facts = {name: float(amounts[line.year, 0]) for name, amounts in line.at(np.array([before])).items()}
                by = np.diff(line.paid(np.array([before, after])))[0]
                assert declared, f"{one.written} jumps by £{by:,.2f} at {facts}, where no threshold is declared"

    def test_it_jumps_at_its_thresholds_and_rounding_does_not_decide(self) -> None:
        """Exactly on a threshold it pays as on one of its sides, and so it does a rounding error beside it."""
        for number, sample in enumerate(self.samples):
            for threshold in sample.thresholds:
                crossed = jumped = 0
                for seed in range(30):
                    line = Line(tried(sample, seed))
                    places = line.crossing(threshold)
                    if places is None:
                        continue
                    crossed += 1
                    here, there = line.paid(np.array(places))
                    beside = np.array([places[0] - 2e-7, places[0] - 1e-7, places[1] + 1e-7, places[1] + 2e-7])
                    before, low, high, after = line.paid(np.clip(beside, 0, 1))
                    small = SMALL * line.size() + 2 * max(abs(low - before), abs(after - high))  # twice the slope
                    alike = abs(here - there) <= SMALL * line.size()
                    assert alike, f"{sample.written}: rounding decides; use `reached`"
                    assert min(abs(here - low), abs(here - high)) <= small, f"{sample.written}: neither side is paid"
                    jumped += abs(high - low) > small
                assert crossed, f"sample {number}: the ranges of the facts do not reach the threshold {threshold}"
                assert jumped, f"sample {number}: no jump at the threshold {threshold}; take it out"

    @seeds
    @few
    def test_nothing_leaves_nothing_to_pay(self, seed: int) -> None:
        for one in self.trying(seed):
            for name in one.sample.nothing_without:
                facts = one.draw(CASES)
                facts[name][:] = 0.0
                np.testing.assert_array_equal(one.pay(facts), 0.0, err_msg=f"{one.written} without {name}")

    # What it does in a contract

    def test_what_one_party_pays_reaches_the_other(self, tmp_path: Path) -> None:
        """In a small whole contract, with the term and without it: no pound appears or is lost, and cash follows."""
        moved = [one for each in self.trying(0) for one in in_whole_contracts(each, self._term(each), tmp_path)]
        assert moved
        for one in moved:
            _check(one)
        assert any((one.after.outlay != one.before.outlay).any() for one in moved if one.payer == COMMISSIONERS) or (
            any((one.after.providers != one.before.providers).any() for one in moved)
        ), "no sample pays anything in the small contract"

    def _term(self, one: Tried) -> Mechanism:
        return read_term(one.written, as_facts(one.draw(1)))


def _check(one: Moved) -> None:
    for positions in (one.before, one.after):
        kept = positions.integrator + positions.providers + positions.hmrc + positions.staff_and_suppliers
        np.testing.assert_allclose(positions.outlay, kept, rtol=1e-11, atol=0.01, err_msg="what leaves and what stays")
        assert positions.cash == pytest.approx(positions.outlay.sum(), rel=1e-11, abs=0.01), "cash over all years"
    before, after = one.before, one.after
    received = after.integrator - before.integrator if one.payee == INTEGRATOR else after.providers - before.providers
    if one.payer == COMMISSIONERS:
        paid = after.outlay - before.outlay
    else:
        paid = before.integrator - after.integrator - (after.hmrc - before.hmrc)
    np.testing.assert_allclose(received, paid, rtol=1e-9, atol=0.01, err_msg=f"from {one.payer} to {one.payee}")


def _blocks(cls: type[BaseModel]) -> list[type[Part]]:
    """The blocks that stand in the keys of a class and are its own."""
    found = [part for part in vars(sys.modules[cls.__module__]).values() if isinstance(part, type)]
    return [part for part in found if issubclass(part, Part) and part.__module__ == cls.__module__ and part is not cls]


def _with(facts: dict[str, FloatArray], name: str, year: int, then: FloatArray) -> dict[str, FloatArray]:
    amounts = facts[name].copy()
    amounts[year] = then
    return {**facts, name: amounts}


def _little(paid: FloatArray) -> float:
    return 1e-9 * max(float(np.abs(paid).max()), 1e-6)
