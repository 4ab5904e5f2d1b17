"""The day on which each number was known."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from finmodel.contract import open_scenario
from finmodel.errors import InputError
from finmodel.scenario.document import raw_path
from finmodel.scenario.known import known_day

BASE = Path(__file__).resolve().parents[1] / "bad_scenarios" / "base.yaml"
SECTIONS = (
    "contract appraisal indices services contract_register parties savings outcomes assumptions correlations "
    "payment_models"
)


def over_base(folder: Path, words: str) -> Path:
    path = folder / "over.yaml"
    days = "".join(f"  {section}: 2015-12-31\n" for section in SECTIONS.split())
    path.write_text(f"extends: {BASE}\nname: over\nknown_on:\n{days}{words}", encoding="utf-8")
    return path


def test_the_nearest_day_counts(tmp_path: Path) -> None:
    words = "  services.cancer: 2014-02-28\n  services.cancer.pool: 2013-01-31\n"
    scenario = open_scenario(over_base(tmp_path, words))

    def day(path: str) -> date | None:
        return known_day(scenario, raw_path(path, scenario.data)[0])

    assert day("services.cancer.pool") == date(2013, 1, 31)
    assert day("services.cancer.planned_growth") == date(2014, 2, 28)
    assert day("services.end_of_life.pool") == date(2015, 12, 31)
    assert day("title") is None


def test_settings_of_the_simulation_need_no_day(tmp_path: Path) -> None:
    assert open_scenario(over_base(tmp_path, "simulation: {trials: 2000, seed: 7}\n")).known_by is None


@pytest.mark.parametrize(("day", "refused"), [("2015-12-31", False), ("2015-12-30", True)])
def test_a_day_on_the_limit_is_not_later(tmp_path: Path, day: str, *, refused: bool) -> None:
    path = over_base(tmp_path, f"known_by: {day}\n")
    if not refused:
        assert open_scenario(path).known_by == date.fromisoformat(day)
        return
    with pytest.raises(InputError) as caught:
        open_scenario(path)
    assert len(caught.value.mistakes) == len(SECTIONS.split())


def test_days_of_what_is_gone_go_with_it(tmp_path: Path) -> None:
    over_base(tmp_path, "")
    top = tmp_path / "top.yaml"
    top.write_text("extends: over.yaml\nname: top\nsavings: {remove: true}\n", encoding="utf-8")
    text = top.read_text(encoding="utf-8")
    top.write_text(f"{text}payment_models: {{programme: {{savings: false}}}}\n", encoding="utf-8")

    assert "savings" not in open_scenario(top).known_on
