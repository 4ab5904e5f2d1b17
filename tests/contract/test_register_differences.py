"""Register and pools that differ: listed differences explain it, or it is refused; shares come from the register."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from click.testing import CliRunner

from finmodel.cli import app
from finmodel.contract import compile_contract, open_scenario, trial
from finmodel.errors import InputError
from tests.contract.agreement import compare, drawn
from tests.contract.scenarios import PASS_THROUGH, ROWS, SUPPLY_CHAIN, TESTED, TO_INTEGRATOR, World, world
from tests.reference import contract as reference
from tests.reference import read

A = 3 * sum(row[5] for row in ROWS if row[2] == "a")
TERMS = [SUPPLY_CHAIN, {"name": "block", "kind": "block", **TO_INTEGRATOR}]


def differing(*amounts: float, pool: float = 0.0) -> World:
    """The pool of service a is `pool` more than its contracts; differences of these amounts are listed."""
    found = world([PASS_THROUGH], TERMS)
    found.data["services"]["a"]["pool"] = f"£{A + pool}"
    found.data["contract_register"]["differences"] = [
        {"name": f"part_{at}", "service": "a", "amount": f"£{amount}".replace("£-", "-£"), "reason": "A reason."}
        for at, amount in enumerate(amounts)
    ]
    return found


def test_the_reference_agrees_and_only_the_target_moves(tmp_path: Path) -> None:
    found = differing(15e6, -3e6, pool=12e6)
    path = found.write(tmp_path)
    contract = compile_contract(open_scenario(path))
    sheet = trial(contract, TESTED, 3)
    scenario = read.read_scenario(path)
    assert compare(sheet, scenario, reference.central(scenario) | drawn(sheet)) > 50

    plain = trial(world([PASS_THROUGH], TERMS).compile(tmp_path), TESTED, 3)
    raised, before = sheet.values["target[a]"], plain.values["target[a]"]
    np.testing.assert_allclose(raised[:3], before[:3] * (A + 12e6) / A, rtol=1e-12)
    shares = [name for name in plain.values if name.startswith(("share_of[", "contract_people[", "cost["))]
    assert len(shares) > 5
    for name in shares:
        assert sheet.values[name].tobytes() == plain.values[name].tobytes(), name


@pytest.mark.parametrize(
    ("amounts", "pool", "rest"),
    [
        ((), 12e6, "a difference of -£4,000,000"),
        ((11e6,), 12e6, "(part_0 £11,000,000) £1,000,000 is left unexplained"),
        ((11e6, 3e6), 12e6, "(part_0 £11,000,000, part_1 £3,000,000) -£2,000,000 is left unexplained"),
        ((5.0,), 0.0, "(part_0 £5) -£5 is left unexplained"),
        ((2.9,), 0.0, None),  # £1 a year is left
        ((-12e6,), -12e6, None),
    ],
)
def test_what_is_left_unexplained(tmp_path: Path, amounts: tuple[float, ...], pool: float, rest: str | None) -> None:
    found = differing(*amounts, pool=pool)
    if rest is None:
        found.open(tmp_path)
        return
    with pytest.raises(InputError) as caught:
        found.open(tmp_path)
    (mistake,) = caught.value.mistakes
    assert mistake.path == "services.a.pool"
    assert rest in mistake.message


def test_validate_and_the_notes_tell_it(tmp_path: Path) -> None:
    path = differing(15e6, -3e6, pool=12e6).write(tmp_path)
    told = CliRunner().invoke(app, ["validate", str(path)])
    assert told.exit_code == 0
    a, b = (line for line in told.stdout.splitlines() if "register £" in line)
    assert a.strip().startswith(
        "A: register £315,000,000 over 3 years; differences part_0 £15,000,000, part_1 -£3,000,000; pool £327,000,000."
    )
    assert b.strip() == "B: register £84,000,000 over 3 years; no difference; pool £84,000,000."
    notes = compile_contract(open_scenario(path)).notes
    assert [a.strip(), b.strip()] == [note for note in notes if "register £" in note]


def test_the_reason_of_a_difference_stands_in_the_assumptions_register(tmp_path: Path) -> None:
    found = differing(15e6, -3e6, pool=12e6)
    found.data["contract_register"]["differences"][1]["source"] = "Minutes of 1 March."
    told = CliRunner().invoke(app, ["assumptions", str(found.write(tmp_path))]).output
    assert "assumed: A reason." in told
    assert "sourced: Minutes of 1 March." in told
