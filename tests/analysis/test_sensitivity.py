from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from finmodel.analysis import Request, sensitivity, switching_values
from finmodel.analysis.driver_values import driver_values
from finmodel.analysis.run import open_for
from finmodel.analysis.switching import Answers, switches
from finmodel.contract import Evaluator
from finmodel.errors import InputError

ROOT = Path(__file__).resolve().parents[2]
STAFFORDSHIRE = str(ROOT / "scenarios" / "staffordshire.yaml")


def answers(x: float) -> Answers:
    """Flat at 10 against a line that crosses it at 4; the line leaves the allocation of 6 at 6."""
    return Answers({"flat": 10.0, "line": 6 + x}, {"flat": 1.0, "line": 6 - x})


def test_every_crossing_is_found_where_it_is() -> None:
    found = switches(answers, 0, 10)

    assert [(one.answer, one.model) for one in found] == [("cheapest", "flat"), ("over", "line")]
    assert [one.at for one in found] == pytest.approx([4, 6], abs=0.01)


def test_going_down_it_reads_the_other_way_round() -> None:
    found = switches(lambda x: answers(-x), -10, 0)

    assert [(one.answer, one.model) for one in found] == [("within", "line"), ("cheapest", "line")]


def test_where_nothing_changes_nothing_is_told() -> None:
    assert switches(answers, 0, 3) == ()


def test_the_value_found_is_where_a_run_with_it_changes_its_answer() -> None:
    """Held, against the scenario changed: a little below the value P80 is within the allocations, above it is not."""
    contract = open_for(STAFFORDSHIRE, (), ("existing_contracts",))
    (found,) = switching_values(contract, ["cancer_growth"])
    (switch,) = found.switches
    assert switch.answer == "over"

    def headroom(growth: float) -> float:
        overrides = (f"assumptions.cancer_growth.value={100 * growth}%", "correlations=[]")
        changed = open_for(STAFFORDSHIRE, overrides, ("existing_contracts",))
        block = Evaluator(changed).block(0)
        figures = [output.figure for output in changed.outputs]
        room = sum(block[at] for at, name in enumerate(figures) if name == "allocation")
        room = room - sum(block[at] for at, name in enumerate(figures) if name == "cash")
        return float(np.quantile(room, 0.2))

    # without correlations the other drivers are drawn a little differently
    assert headroom(switch.at - 0.002) > 0 > headroom(switch.at + 0.002)


def test_an_unknown_name_is_told_with_the_nearest() -> None:
    contract = open_for(STAFFORDSHIRE, (), ("existing_contracts",))
    with pytest.raises(InputError, match="did you mean 'cancer_growth'"):
        switching_values(contract, ["cancer_grwth"])


def test_driver_values_are_those_of_the_draws() -> None:
    contract = open_for(STAFFORDSHIRE, ("correlations=[]",), ("existing_contracts",))
    found = driver_values(contract, 5_000)  # more than a draw-block

    assert all(values.shape == (5_000,) for values in found.values())
    growth, error = found["cancer_growth"], found["services.cancer.opening_error"]
    assert abs(growth.mean() - 0.015) < 4 * growth.std() / 70
    # ten years with lag-one correlation 0.5: Var(mean) = sd² (10 + 2 sum (10 - k) 0.5^k) / 100
    factor = (10 + 2 * sum((10 - k) * 0.5**k for k in range(1, 10))) / 100
    assert growth.std() == pytest.approx(0.008 * factor**0.5, rel=0.05)
    assert error.std() == pytest.approx(0.04, rel=0.05)
    own = found["contract_register.own_shock"]
    assert own.std() < 0.03 / 20  # the mean of 65 contracts and ten years


def test_what_matters_most_comes_first_and_companions_are_marked(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    _, found = sensitivity(Request(STAFFORDSHIRE, models=("existing_contracts",), trials=2_000))
    drivers = found.influences["existing_contracts"]
    shares = [one.variance_share.value for one in drivers.values()]

    assert shares == sorted(shares, reverse=True)
    assert next(iter(drivers)) == "nhs_cost_inflation"
    assert "gdp_deflator_growth" in found.companions["existing_contracts"]
    assert "cancer_growth" not in found.companions["existing_contracts"]
    assert found.top(3)[0] == "nhs_cost_inflation"
