"""Which payment models read a number, and what the register knows of it."""

from __future__ import annotations

import math
from datetime import date
from pathlib import Path

import pytest

from finmodel.analysis import AssumptionsRegister, Entry, assumptions_register, open_for
from finmodel.analysis.assumptions import said_distribution
from finmodel.errors import InputError
from finmodel.scenario import Uncertain
from finmodel.scenario.numbers import numbers_of

ROOT = Path(__file__).resolve().parents[2]
FLAGSHIP = str(ROOT / "scenarios" / "staffordshire.yaml")
BASE = ROOT / "tests" / "bad_scenarios"
ALL = ("existing_contracts", "block_marginal_rate", "capitation_gain_share", "programme")
INTEGRATED = ALL[1:]
WITH_OUTCOMES = ALL[2:]


@pytest.fixture(scope="module")
def register() -> AssumptionsRegister:
    return assumptions_register(open_for(FLAGSHIP))


@pytest.fixture(scope="module")
def entries(register: AssumptionsRegister) -> dict[str, Entry]:
    return {entry.name: entry for entry in register.entries}


def test_every_number_of_the_scenario_is_an_entry(register: AssumptionsRegister) -> None:
    scenario = open_for(FLAGSHIP).scenario

    assert [entry.number for entry in register.entries] == list(numbers_of(scenario))
    assert [entry.name for entry in register.named] == list(scenario.assumptions)
    uncertain = {entry.number.path for entry in register.entries if entry.percentiles}
    assert uncertain == {value.path for value in scenario.uncertain().values()}


@pytest.mark.parametrize(
    ("name", "models"),
    [
        ("contract.years", ALL),
        ("contract.population", ("capitation_gain_share",)),  # only capitation pays for each resident
        ("appraisal.discount_rate", ALL),
        ("services.cancer.pool", ALL),
        ("services.cancer.sites.breast.people", ALL),
        ("contract_register.own_shock", ALL),
        ("nhs_cost_inflation", ALL),
        ("savings.claimed", INTEGRATED),
        ("parties.integrator.running_cost", INTEGRATED),
        ("vat_leakage", INTEGRATED),
        ("outcomes.lung_survival.effect", WITH_OUTCOMES),
        ("outcomes.lung_survival.score", WITH_OUTCOMES),
        ("outcomes.prostate_survival.trend", ()),  # unsourced, so it stays out
        ("payment_models.programme.phases.outcomes_based.withhold.rate", ("programme",)),
        ("correlations.0.rank", ALL),
        ("simulation.seed", ALL),
    ],
)
def test_the_payment_models_that_read_it(entries: dict[str, Entry], name: str, models: tuple[str, ...]) -> None:
    assert entries[name].models == models


def test_a_changed_number_moves_only_the_models_that_are_said_to_read_it(entries: dict[str, Entry]) -> None:
    from finmodel.contract import central

    def payments(*overrides: str) -> dict[str, list[float]]:
        contract = open_for(FLAGSHIP, overrides)
        values = central(contract)
        found: dict[str, list[float]] = {model: [] for model in contract.models}
        for output, value in zip(contract.outputs, values, strict=True):
            if output.model is not None:
                found[output.model].append(float(value))
        return found

    before = payments()
    changes = {
        "contract.population": "900,000 people",
        "savings.stranded": "60%",
        "outcomes.lung_survival.trend": "2pp",
        "outcomes.prostate_survival.trend": "2pp",
        "indices.tariff.efficiency": "1%",
        "payment_models.programme.phases.fee_based.fee.share": "3%",
    }
    for name, value in changes.items():
        after = payments(f"{name}={value}")
        assert tuple(model for model in ALL if after[model] != before[model]) == entries[name].models, name


def test_named_entries_carry_what_is_stated(entries: dict[str, Entry]) -> None:
    entry = entries["vat_leakage"]

    assert (entry.owner, entry.confidence, entry.review_by) == ("Tax adviser", "red", date(2016, 4, 1))
    assert entry.used_at == ("parties.integrator.vat_leakage",)
    assert entry.distribution == "discrete, drawn once"
    assert entry.percentiles[0].mean == pytest.approx(0.0055)


def test_a_review_date_passes(tmp_path: Path) -> None:
    text = (BASE / "base.yaml").read_text(encoding="utf-8")
    text = text.replace("confidence: green", "confidence: green\n    review_by: 2026-09-30")
    (tmp_path / "register.csv").write_bytes((BASE / "register.csv").read_bytes())
    (tmp_path / "dated.yaml").write_text(text, encoding="utf-8")
    found = assumptions_register(open_for(str(tmp_path / "dated.yaml")))

    assert [entry.review_by for entry in found.named] == [None, date(2026, 9, 30)]
    assert found.overdue(date(2026, 9, 30)) == ()
    assert [entry.name for entry in found.overdue(date(2026, 10, 1))] == ["nhs_cost_inflation"]


def test_entries_are_chosen_by_name_path_or_block(register: AssumptionsRegister) -> None:
    def chosen(*names: str) -> list[str]:
        return [entry.name for entry in register.chosen(names)]

    assert chosen() == [entry.name for entry in register.entries]
    assert chosen("vat_leakage", "assumptions.vat_leakage.value") == ["vat_leakage"]
    assert chosen("savings") == ["savings.claimed", "savings.realised", "savings.stranded"]
    assert len(chosen("contract_register")) == 5
    with pytest.raises(InputError) as caught:
        chosen("vat_leakag", "savings", "nonsense")
    assert [m.suggestion for m in caught.value.mistakes] == ["vat_leakage", None]


def test_nothing_is_unused_and_everything_has_a_source(register: AssumptionsRegister) -> None:
    assert register.unused == ()
    assert register.without_source == ()


SPARE = """
assumptions:
  spare: {value: 1%, unit: rate, source: Guess, owner: Finance, confidence: red}
"""


def extended(folder: Path, *, spare_in: str, more: str = "") -> Path:
    """The small scenario with an assumption that nothing uses, in the base or in the file that extends it."""
    small = (BASE / "base.yaml").read_text(encoding="utf-8")
    (folder / "register.csv").write_bytes((BASE / "register.csv").read_bytes())
    if spare_in == "base.yaml":
        small = small.replace("\nassumptions:\n", SPARE)
    (folder / "base.yaml").write_text(small, encoding="utf-8")
    own = SPARE if spare_in == "own.yaml" else ""
    (folder / "own.yaml").write_text(f"extends: base.yaml\nname: own\n{own}{more}", encoding="utf-8")
    return folder / "own.yaml"


def test_a_spare_assumption_of_a_base_is_listed_and_no_mistake(tmp_path: Path) -> None:
    found = assumptions_register(open_for(str(extended(tmp_path, spare_in="base.yaml"))))

    assert found.unused == ("spare",)
    (entry,) = found.unused_entries
    assert (entry.models, entry.used_at) == ((), ())
    assert Path(entry.number.span.file).name == "base.yaml"
    with pytest.raises(InputError, match="nothing refers to the assumption 'spare'"):
        open_for(str(tmp_path / "base.yaml"))


def test_a_spare_assumption_of_the_file_itself_is_a_mistake(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="nothing refers to the assumption 'spare'"):
        open_for(str(extended(tmp_path, spare_in="own.yaml")))


def test_a_spare_assumption_of_a_base_that_is_changed_is_a_mistake(tmp_path: Path) -> None:
    path = str(extended(tmp_path, spare_in="base.yaml"))
    with pytest.raises(InputError, match="nothing refers to the assumption 'spare'"):
        open_for(path, ("assumptions.spare.value=2%",))
    path = str(extended(tmp_path, spare_in="base.yaml", more="assumptions: {spare: {value: 3%}}\n"))
    with pytest.raises(InputError, match="nothing refers to the assumption 'spare'"):
        open_for(path)


def test_a_distribution_is_said_with_what_frames_it() -> None:
    plain = Uncertain("normal", {"mean": 0.5, "sd": 0.2})
    framed = Uncertain("normal", {"mean": 0.5, "sd": 0.2}, "yearly", 0.5, shift=0.1, within=(0.0, math.inf))

    assert said_distribution(plain) == "normal, drawn once"
    assert said_distribution(framed) == "normal shifted and within bounds, drawn every year, persistence 0.5"
