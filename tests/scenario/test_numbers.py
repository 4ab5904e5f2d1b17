"""Every number of a file is accounted for: counted here from the YAML alone, by a walk that shares no code."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
import yaml

from finmodel.contract import KINDS, open_scenario
from finmodel.errors import Mistake, Span
from finmodel.scenario.checks import check_all
from finmodel.scenario.document import Scenario, place_values
from finmodel.scenario.draft import Checked, draft_of
from finmodel.scenario.numbers import Number, flow, numbers_of, unused_assumptions, uses_of
from finmodel.scenario.positions import Positions, read_yaml

ROOT = Path(__file__).resolve().parents[2]
FLAGSHIP = ROOT / "scenarios" / "staffordshire.yaml"
SMALL = ROOT / "tests" / "bad_scenarios" / "base.yaml"
REGISTER_COLUMNS = 3

# What a leaf is that holds a figure, and the keys under which figures are only part of a text.
FIGURE = re.compile(r"[+-]?£?[0-9.,]+(k|m|bn)?( ?%|pp)?( (people|points|months|a person|months after year end))?")
SPAN_OF_YEARS = re.compile(r"[0-9]+[-/][0-9]+(-[0-9]+)?")
WORDS = {"title", "description", "label", "note", "source", "sources", "review_by", "green_book", "finmodel"}


def leaves(data: Any, path: tuple[str, ...] = ()) -> Iterator[tuple[str, str]]:
    """Dotted path and text of every leaf; entries of lists by their name, else by number."""
    if isinstance(data, dict):
        for key, below in data.items():
            if key not in WORDS:
                yield from leaves(below, (*path, key))
    elif isinstance(data, list):
        for at, below in enumerate(data):
            name = below.get("name", str(at)) if isinstance(below, dict) else str(at)
            yield from leaves(below, (*path, name))
    else:
        yield ".".join(path), data


def figures(path: Path) -> dict[str, str]:
    data = yaml.load(path.read_text(encoding="utf-8"), Loader=yaml.BaseLoader)
    return {place: text for place, text in leaves(data) if FIGURE.fullmatch(text) or SPAN_OF_YEARS.fullmatch(text)}


def numbers(path: Path) -> tuple[Number, ...]:
    return numbers_of(open_scenario(path))


@pytest.mark.parametrize("path", [FLAGSHIP, SMALL], ids=["flagship", "small"])
def test_every_figure_of_the_file_belongs_to_exactly_one_number(path: Path) -> None:
    paths = [number.path for number in numbers(path)]
    owners = {place: [one for one in paths if place == one or place.startswith(f"{one}.")] for place in figures(path)}

    assert len(paths) == len(set(paths))
    assert {place: found for place, found in owners.items() if len(found) != 1} == {}


@pytest.mark.parametrize("path", [FLAGSHIP, SMALL], ids=["flagship", "small"])
def test_every_number_holds_a_figure_of_the_file(path: Path) -> None:
    places = figures(path)
    empty = [
        number.path
        for number in numbers(path)
        if number.kind != "register"
        and not any(place == number.path or place.startswith(f"{number.path}.") for place in places)
    ]

    assert empty == []


def test_the_flagships_numbers_are_as_many_as_counted_by_hand() -> None:
    # contract 7, appraisal 1, indices 2, services 2 x (pool, growth, error, shock) + 5 sites, contract register 2,
    # headroom 5, running cost 1, savings 3; outcomes: 3 of the baseline each (21), trend, expected trend, effect, lag,
    # score, weight each (42), coverage 5, people of a cohort 2, scale and sd 2, cost of one more 2; named 9;
    # correlations 5; block with marginal rate 4; capitation 2 + fee 1 + pool 1 + share 5; programme 2 +
    # share 5; simulation 2.
    counted = 7 + 1 + 2 + 8 + 5 + 2 + 5 + 1 + 3 + 21 + 42 + 5 + 2 + 2 + 2 + 9 + 5 + 4 + 9 + 7 + 2

    assert len(numbers(FLAGSHIP)) == counted + REGISTER_COLUMNS


def test_the_text_is_what_is_written_and_the_place_is_where() -> None:
    lines = FLAGSHIP.read_text(encoding="utf-8").splitlines()
    for number in numbers(FLAGSHIP):
        if number.kind in ("constant", "date", "contract years"):
            assert number.text in lines[number.span.line - 1], number.path


def test_a_number_reads_back_from_its_text() -> None:
    scenario = open_scenario(FLAGSHIP)
    texts = {number.path: number.text for number in numbers_of(scenario) if number.kind != "register"}
    overrides = tuple(f"{path}={text}" for path, text in texts.items() if "," not in text or text[0] in "{[")
    again = open_scenario(FLAGSHIP, overrides)

    assert len(overrides) > 120
    assert {n.path: n.text for n in numbers_of(again)} == {n.path: n.text for n in numbers_of(scenario)}
    assert [type(v) for v in again.values()] == [type(v) for v in scenario.values()]


def by_path(path: Path, overrides: tuple[str, ...] = ()) -> dict[str, Number]:
    return {number.path: number for number in numbers_of(open_scenario(path, overrides))}


def test_units_kinds_and_labels() -> None:
    found = by_path(FLAGSHIP)
    told = {
        "services.cancer.pool": ("£687m", "£real", "constant", "Cancer: pool"),
        "outcomes.lung_survival.lag": ("24 months", "months", "constant", "One-year survival, lung cancer: lag"),
        "outcomes.patient_experience.score": ("[[0 points, 0%], [0.3 points, 100%]]", "points, rate", "list", None),
        "savings.claimed": ("{ramp: {from: 0%, to: 5%, start: 2, end: 6}}", "rate", "ramp", "Savings: claimed"),
        "contract.phases.outcomes_based": ("3-10", "contract years", "contract years", None),
        "correlations.4.rank": ("0.3", "number", "constant", "cancer_growth with end_of_life_growth"),
        "payment_models.programme.phases.outcomes_based.share.paid": ("6 months after year end", "months", None, None),
        "payment_models.programme.phases.outcomes_based.withhold.rate": (
            "[0%, 0%, 5%, 8%, 10%, 10%, 12%, 15%, 15%, 15%]",
            "rate",
            "by year",
            "Programme (target, outcomes, gain and loss share), outcomes based, Withheld for outcomes: rate",
        ),
    }
    for path, expected in told.items():
        number = found[path]
        got = (number.text, number.unit, number.kind, number.label)
        assert tuple(g if e is not None else None for g, e in zip(got, expected, strict=True)) == expected


def test_what_a_number_means_is_the_keys_own_sentence() -> None:
    found = by_path(FLAGSHIP)

    assert found["savings.stranded"].meaning == "The share of each saving whose cost stays with the provider."
    assert [n.path for n in found.values() if not n.meaning and not n.assumption and n.kind != "register"] == []


def test_a_source_of_a_block_holds_for_every_number_in_it_and_the_nearest_wins() -> None:
    found = by_path(FLAGSHIP)

    assert found["outcomes.prostate_survival.weight"].source.startswith("Assumption: about 95%")
    assert found["services.cancer.sites.lung.people"].status == "sourced in part"
    assert found["services.cancer.sites.bladder.people"].source.startswith("Assumption: 3% of registrations")
    assert found["correlations.0.rank"].status == "assumed"
    assert found["services.cancer.pool"].status == "sourced"
    assert found["simulation.seed"].status == "setting"
    assert found["assumptions.vat_leakage.value"].status == "assumed"
    assert found["contract_register.file[loading]"].source.startswith("Assumption: 65 contracts")


def test_the_flagship_states_a_source_for_every_number() -> None:
    assert [number.path for number in numbers(FLAGSHIP) if number.status == "no source"] == []


def test_the_small_scenario_states_few() -> None:
    found = by_path(SMALL)
    sourced = {path for path, number in found.items() if number.status == "sourced"}

    assert sourced == {
        "services.cancer.pool", "assumptions.cancer_growth.value", "assumptions.nhs_cost_inflation.value",
    }  # fmt: skip


def test_an_override_says_so() -> None:
    found = by_path(FLAGSHIP, ("services.cancer.planned_growth=2%",))["services.cancer.planned_growth"]

    assert (found.text, found.span.file) == ("2%", "--set services.cancer.planned_growth")


def test_an_amount_in_a_formula_is_a_number() -> None:
    path = "payment_models.programme.phases.outcomes_based.target"
    term = (
        "{name: target, kind: formula, from: commissioners, to: integrator, formula: 'min(target, £2m) + vat_leakage'}"
    )
    scenario = open_scenario(FLAGSHIP, (f"{path}={term}",))
    found = {number.path: number for number in numbers_of(scenario)}[f"{path}.formula"]

    assert (found.kind, found.text) == ("formula", "min(target, £2m) + vat_leakage")
    assert f"{path}.formula" in uses_of(scenario)["vat_leakage"]


def test_uses_name_every_place() -> None:
    uses = uses_of(open_scenario(FLAGSHIP))

    assert uses["nhs_cost_inflation"] == ("indices.nhs_cost.change", "indices.tariff.change")
    assert len(uses["ccg_allocation_growth"]) == 4


def test_flow_is_one_line() -> None:
    assert flow({"a": [1, "2%"], "b": {"c": True}}) == "{a: [1, 2%], b: {c: true}}"


# An assumption that nothing uses: an error in the file that is run, listed where a base holds it.

SPARE = """\
  spare:
    value: 1%
    unit: rate
    source: Guess
    owner: Finance
    confidence: red
  lender: {value: spare, unit: rate, source: Guess, owner: Finance, confidence: red}
"""


def with_spares(files: dict[tuple[str, ...], str]) -> tuple[Checked, Scenario]:
    """The small scenario with two spare assumptions, some parts of it as if they were written in other files."""
    text = SMALL.read_text(encoding="utf-8").replace("assumptions:\n", f"assumptions:\n{SPARE}")
    data, positions = read_yaml(text, "main.yaml")
    for places in (positions.values, positions.keys):
        for path, span in places.items():
            for part, file in files.items():
                if path[: len(part)] == part:
                    places[path] = Span(file, span.line, span.column)
    assert isinstance(positions, Positions)
    scenario = Scenario.model_validate(data, context={"kinds": KINDS, "years": 4})
    place_values(scenario, data, positions)
    return Checked(draft_of(scenario), data, positions, complete=True), scenario


def mistakes(files: dict[tuple[str, ...], str]) -> list[Mistake]:
    checked, _ = with_spares(files)
    check_all(checked)
    return checked.mistakes


def test_an_unused_assumption_of_the_file_that_is_run_is_a_mistake() -> None:
    assert [m.message for m in mistakes({})] == ["nothing refers to the assumption 'lender'"]


def test_an_unused_assumption_of_a_base_is_none() -> None:
    assert mistakes({("assumptions", "lender"): "base.yaml"}) == []


def test_a_base_assumption_that_the_file_changes_is_a_mistake_again() -> None:
    files = {("assumptions", "lender"): "base.yaml", ("assumptions", "lender", "value"): "main.yaml"}

    assert [m.path for m in mistakes(files)] == ["assumptions.lender"]
    files[("assumptions", "lender", "value")] = "--set assumptions.lender.value"
    assert [m.path for m in mistakes(files)] == ["assumptions.lender"]


def test_what_only_an_unused_assumption_uses_is_unused_too() -> None:
    checked, scenario = with_spares({})
    scenario._origin = SimpleNamespace(data=checked.data)  # type: ignore[assignment]

    assert unused_assumptions(scenario) == ("spare", "lender")
