"""The schema for editors: shipped, made from the models, and never stricter than the loader."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest
from click.testing import CliRunner
from hypothesis import given
from hypothesis import strategies as st
from jsonschema import Draft7Validator

from finmodel.cli import app
from finmodel.contract import schema_text
from finmodel.contract.payment import BUILT_IN
from finmodel.scenario import fields
from finmodel.scenario.fields import NumberField
from finmodel.scenario.parts import Part
from finmodel.scenario.positions import read_yaml
from finmodel.scenario.problems import Problem
from finmodel.scenario.schema import docstrings
from finmodel.scenario.schema_numbers import field_schema

ROOT = Path(__file__).resolve().parents[2]
SHIPPED = sorted((ROOT / "scenarios").rglob("*.yaml"))
SCHEMA = json.loads(schema_text(built_in=True))
VALIDATOR = Draft7Validator(SCHEMA)
FIRST = re.compile(r"# yaml-language-server: \$schema=(\S+)")
NUMBERS = {name: field for name, field in vars(fields).items() if isinstance(field, NumberField)}
OF_FORM = [
    "break_for_list", "paid_no_amount", "paid_not_reconciled", "paid_on_account_when", "paid_reconciled_monthly",
    "paid_unknown_key", "term_paid",
    "bad_name", "comma_in_braces", "confidence_unknown", "constant_needed", "decimal_comma", "empirical_not_a_list",
    "empty_value", "index_lag_in_months", "index_opening_wrong_entry", "index_unknown_key", "mixture_of_one",
    "mixture_unknown_key", "quantiles_unknown", "shift_unit", "within_one_bound",
    "list_for_block", "missing_key", "missing_section", "money_for_rate", "money_without_pound", "newer_format",
    "no_trials", "number_for_text", "outcome_lag", "outcome_measure", "people_for_points", "ramp_unknown_key",
    "rate_for_money", "rate_for_people", "sampler_unknown", "term_unknown_key",
    "term_unknown_kind", "term_unknown_party", "text_for_list", "unknown_distribution", "unknown_key",
    "unknown_section", "vary_unknown", "wrong_number_of_parameters", "years_out_of_range", "yes_is_not_true",
]  # fmt: skip


def written(path: Path) -> object:
    return read_yaml(path.read_text(encoding="utf-8"), path.name)[0]


def test_the_schema_is_one() -> None:
    Draft7Validator.check_schema(SCHEMA)


def test_the_shipped_schema_is_what_the_command_writes(tmp_path: Path) -> None:
    shipped = (ROOT / "scenarios" / "finmodel.schema.json").read_text(encoding="utf-8")
    printed = CliRunner().invoke(app, ["schema", "--built-in"]).stdout
    kept = CliRunner().invoke(app, ["schema", "--built-in", "--out", str(tmp_path / "s.json")])

    assert shipped == printed, "run: finmodel schema --built-in --out scenarios/finmodel.schema.json"
    assert (tmp_path / "s.json").read_text(encoding="utf-8") == printed
    assert kept.exit_code == 0


def test_a_folder_that_is_not_there_is_told(tmp_path: Path) -> None:
    done = CliRunner().invoke(app, ["schema", "--out", str(tmp_path / "none" / "s.json")])

    assert done.exit_code == 2
    assert "No such file" in done.stderr


@pytest.mark.parametrize("path", SHIPPED, ids=lambda path: path.name)
def test_a_shipped_scenario_fits_and_names_the_schema(path: Path) -> None:
    found = FIRST.fullmatch(path.read_text(encoding="utf-8").split("\n", 1)[0])

    assert [error.message for error in VALIDATOR.iter_errors(written(path))] == []
    assert found
    assert (path.parent / found[1]).resolve() == ROOT / "scenarios" / "finmodel.schema.json"


def test_the_base_of_the_bad_scenarios_fits() -> None:
    path = ROOT / "tests" / "bad_scenarios" / "base.yaml"

    assert [error.message for error in VALIDATOR.iter_errors(written(path))] == []


@pytest.mark.parametrize("name", OF_FORM)
def test_a_mistake_of_form_is_marked(name: str) -> None:
    assert not VALIDATOR.is_valid(written(ROOT / "tests" / "bad_scenarios" / f"{name}.yaml"))


OVER = "{extends: base.yaml, name: over, %s}"


@pytest.mark.parametrize(
    ("over", "fits"),
    [
        ("savings: {remove: true}", True),
        ("indices: {tariff: {efficiency: {remove: true}}}", True),
        ("outcomes: {lung: {cohort: {replace: true, people: 600 people}}}", True),
        ("services: {cancer: {planned_growth: 2%}}", True),
        ("payment_models: {a: {phases: {b: [{name: guard, after: target, rate: 2%}]}}}", True),
        ("payment_models: {a: {remove: true}}", True),
        ("indices: {a: {follows: b, lag: 2 years, opening_change: [2%, 3%], base: 2014/15, since_base: 4%}}", True),
        ("indices: {a: {lag: 1 year, opening_change: 2%, cap: ceiling, expected: [2%, 2%], true_up: 50%}}", True),
        ("services: {cancer: {planned_growth: £2m}}", False),
        ("payment_models: {a: {phases: {b: [{name: guard, afterwards: target}]}}}", False),
        ("savings: {remove: 1}", False),
        ("sevices: {}", False),
    ],
)
def test_a_scenario_over_another_needs_only_what_differs(over: str, fits: bool) -> None:
    data, _ = read_yaml(OVER % over, "over.yaml")

    assert VALIDATOR.is_valid(data) is fits


BAD_TERMS = ROOT / "tests" / "settlement" / "bad"
OF_FORM_IN_TERMS = ["nothing_written", "unknown_key", "without_a_name"]


def test_the_base_of_the_bad_settlements_fits() -> None:
    assert [error.message for error in VALIDATOR.iter_errors(written(BAD_TERMS / "base.yaml"))] == []


@pytest.mark.parametrize("name", OF_FORM_IN_TERMS)
def test_a_mistake_of_form_in_a_settlement_is_marked(name: str) -> None:
    assert not VALIDATOR.is_valid(written(BAD_TERMS / f"{name}.yaml"))


def test_every_kind_of_term_is_an_option() -> None:
    term = SCHEMA["definitions"]["Term"]

    assert set(term["properties"]["kind"]["enum"]) == set(BUILT_IN)
    assert {option["$ref"] for option in term["oneOf"]} == {
        f"#/definitions/{cls.__name__}" for cls in BUILT_IN.values()
    }


def test_every_reference_leads_somewhere() -> None:
    names = set(re.findall(r'"#/definitions/([^"]+)"', schema_text(built_in=True)))

    assert names <= set(SCHEMA["definitions"])


def test_a_key_shows_its_docstring() -> None:
    efficiency = SCHEMA["definitions"]["Index"]["properties"]["efficiency"]

    assert efficiency["description"] == "Taken off the growth each year, a share. Default: 0%."
    assert efficiency["examples"] == ["2%"]


def test_a_docstring_of_a_base_is_kept_and_joined() -> None:
    class Base(Part):
        first: int
        """Told
        in two lines."""

    class Below(Base):
        second: int
        """Told below."""

    assert docstrings(Below) == {"first": "Told in two lines.", "second": "Told below."}


QUANTITIES = st.builds(
    "{}{}{}{}{}{}".format,
    st.sampled_from(["", "+", "-", "−", "- "]),
    st.sampled_from(["", "£", "£ "]),
    st.sampled_from(["0", "1", "7.5", ".5", "1,160", "12,345.6", "0.00", "740", "15"]),
    st.sampled_from(["", "m", " bn", "K", " Thousand"]),
    st.sampled_from(["", "%", "pp", " people", " person", " points", "point", " months", " Years"]),
    st.sampled_from(["", " a year", "/year", " per person", "/month", " A Year"]),
).filter(lambda text: not re.search("(year|month|person|people).*(year|month|person)", text, re.IGNORECASE))


@pytest.mark.parametrize("name", sorted(NUMBERS))
@given(st.one_of(QUANTITIES, st.floats(allow_nan=False, allow_infinity=False), st.integers(-3, 3)))
def test_what_the_loader_reads_is_not_marked(name: str, number: str | float) -> None:
    field = NUMBERS[name]
    schema = Draft7Validator({**field_schema(field), "definitions": SCHEMA["definitions"]})
    try:
        field.read(number, None)
    except Problem:
        return
    assert schema.is_valid(number), number


def test_a_table_may_stand_for_a_list_and_its_keys_are_known() -> None:
    scenario = written(ROOT / "tests" / "bad_scenarios" / "base.yaml")
    assert isinstance(scenario, dict)
    table = {"table": "prices.xlsx", "sheet": "CPI", "column": "change", "rows": {"area": "north"}}
    scenario["indices"]["tariff"]["change"] = table
    scenario["assumptions"]["cancer_growth"]["value"] = {"normal": {"mean": table, "sd": "1%"}, "vary": "yearly"}
    scenario["assumptions"]["nhs_cost_inflation"]["value"] = table
    assert [error.message for error in VALIDATOR.iter_errors(scenario)] == []
    scenario["indices"]["tariff"]["change"] = {"table": "prices.csv", "colum": "change"}
    assert [list(error.path) for error in VALIDATOR.iter_errors(scenario)] == [["indices", "tariff", "change"]]
