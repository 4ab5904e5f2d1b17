"""Equality to the bit: one trial alone, any set of outputs, any order of blocks, one kept trial, another process."""

from __future__ import annotations

import pickle
from datetime import date

import numpy as np
from hypothesis import given, reject
from hypothesis import strategies as st

from finmodel.lines import BoundPlan, Calendar, Sheet, UnitError, compile_plan, exp, log, sqrt
from finmodel.units import PURE
from tests.lines.sheets import Draws, bind, calendars, every_value, sheets

TRIALS = 37  # not a multiple of what a processor does at once


def bound_or_reject(sheet: Sheet, calendar: Calendar) -> BoundPlan:
    try:
        return bind(sheet, calendar, TRIALS)
    except UnitError:
        reject()


@given(sheets(jumps=True), calendars, st.integers(0, TRIALS - 1))
def test_one_trial_alone_equals_the_same_trial_in_a_block(sheet: Sheet, calendar: Calendar, trial: int) -> None:
    block = bound_or_reject(sheet, calendar).run(2)
    alone = bind(sheet, calendar, 1, first=trial).run(2)
    kept = bind(sheet, calendar, TRIALS, kept=[trial])

    assert alone.tobytes() == block[:, trial : trial + 1].tobytes()
    assert kept.run(2).tobytes() == alone.tobytes()
    some = bind(sheet, calendar, TRIALS, kept=[0, trial])
    assert some.run(2).tobytes() == np.ascontiguousarray(block[:, [0, trial]]).tobytes()


def test_transcendental_functions_give_one_trial_the_bits_of_a_block() -> None:
    sheet = Sheet()
    x = sheet.drawn("x", "x", PURE, yearly=True)
    sheet.add("y", log(exp(x / 3) + sqrt(x * x)) / 7)
    calendar = Calendar(date(2020, 4, 1), 1)
    block = bind(sheet, calendar, 1_001).run(0)

    for trial in range(0, 1_001, 50):
        assert bind(sheet, calendar, 1, first=trial).run(0).tobytes() == block[:, trial : trial + 1].tobytes()


@given(sheets(jumps=True), calendars, st.data())
def test_other_outputs_do_not_change_a_value(sheet: Sheet, calendar: Calendar, data: st.DataObject) -> None:
    everything = bound_or_reject(sheet, calendar).run(1)
    columns = [(name, number) for name, numbers in every_value(sheet, calendar) for number in numbers]
    few = data.draw(st.lists(st.sampled_from(range(len(columns))), min_size=1, max_size=5))
    wanted = [(columns[i][0], [columns[i][1]]) for i in few]

    assert bind(sheet, calendar, TRIALS, outputs=wanted).run(1).tobytes() == everything[few].tobytes()


@given(sheets(jumps=True), calendars)
def test_a_block_leaves_nothing_behind_for_the_next(sheet: Sheet, calendar: Calendar) -> None:
    used = bound_or_reject(sheet, calendar)
    first = used.run(0).copy()
    third = used.run(3).copy()

    assert third.tobytes() == bind(sheet, calendar, TRIALS).run(3).tobytes()
    assert used.run(0).tobytes() == first.tobytes()


@given(sheets(jumps=True), calendars)
def test_a_plan_that_travelled_to_a_worker_gives_the_same(sheet: Sheet, calendar: Calendar) -> None:
    here = bound_or_reject(sheet, calendar).run(1)
    sent = pickle.dumps(compile_plan(sheet, calendar, every_value(sheet, calendar)))
    plan = pickle.loads(sent)  # noqa: S301

    assert BoundPlan(plan, Draws(plan.drivers, TRIALS), TRIALS).run(1).tobytes() == here.tobytes()


def test_the_values_of_every_block_stand_in_one_buffer() -> None:
    sheet = Sheet()
    x = sheet.drawn("x", "x", PURE, yearly=True)
    sheet.add("y", x * 2 + 1)
    bound = bind(sheet, Calendar(date(2020, 4, 1), 3), TRIALS)

    assert bound.run(0) is bound.run(1)
    assert not np.shares_memory(bound.results, bound.source.values["x"])
