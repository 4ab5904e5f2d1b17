from __future__ import annotations

import pickle
import subprocess
import sys
import time
from hashlib import sha256
from pathlib import Path

import pytest

from finmodel.errors import InputError, Span
from finmodel.scenario import Constant, Named, Phase, Scenario, Term, load
from finmodel.units import PERSON, REAL_POUND
from tests.scenario.kinds import KINDS

FOLDER = Path(__file__).resolve().parents[1] / "bad_scenarios"
BASE = FOLDER / "base.yaml"


@pytest.fixture(scope="module")
def scenario() -> Scenario:
    return load(BASE, KINDS)


def told(path: Path) -> list[str]:
    with pytest.raises(InputError) as caught:
        load(path, KINDS)
    return [str(mistake) for mistake in caught.value.mistakes]


def test_what_the_file_says(scenario: Scenario) -> None:
    pool = scenario.services["cancer"].pool
    assert (pool.amount, pool.unit, pool.path) == (24e6, REAL_POUND, "services.cancer.pool")
    assert pool.span == Span(str(BASE), 20, 11)
    assert scenario.contract.phases == {"fee_based": Phase(1, 1), "outcomes_based": Phase(2, 4)}
    assert list(scenario.contract.phases["outcomes_based"].years) == [2, 3, 4]
    assert scenario.appraisal.green_book == "2022"
    assert scenario.outcomes["lung_survival"].lag == 24
    assert scenario.outcomes["lung_survival"].score == ((0.0, 0.0), (0.03, 1.0))
    assert scenario.outcomes["lung_survival"].scale == (0.0, 1.0)
    assert scenario.outcomes["lung_survival"].baseline.middle == 2013.5
    assert scenario.outcomes["experience"].baseline.middle == 2015.75
    assert scenario.outcomes["experience"].scale == (0.0, 10.0)
    assert scenario.commissioners["south"].allocation is None
    share = scenario.payment_models["programme"].phases["outcomes_based"][3]
    assert (share.payer, share.payee) == ("commissioners", "integrator")
    assert (share.paid.monthly, share.paid.months_after_year_end) == (False, 6)


def test_names_stand_for_assumptions(scenario: Scenario) -> None:
    growth = scenario.services["cancer"].sites["breast"].growth
    assert isinstance(growth, Named)
    assert scenario.value_of(growth) is scenario.assumptions["cancer_growth"].value
    assert scenario.value_of(Constant(1.0, PERSON)) == Constant(1.0, PERSON)


def test_drivers_are_named_by_assumption_or_place(scenario: Scenario) -> None:
    assert list(scenario.uncertain()) == [
        "services.cancer.opening_error",
        "services.cancer.demand_shock",
        "services.end_of_life.sites.home.growth",
        "contract_register.own_shock",
        "savings.realised",
        "outcomes.lung_survival.effect",
        "cancer_growth",
        "nhs_cost_inflation",
    ]


def test_paths_go_through_names_of_terms(scenario: Scenario) -> None:
    withhold = scenario.payment_models["programme"].phases["outcomes_based"][2]
    path = "payment_models.programme.phases.outcomes_based.withhold.rate"
    assert withhold.rate.path == path  # type: ignore[attr-defined]
    assert scenario.span(path) == withhold.rate.span  # type: ignore[attr-defined]


def test_defaults_know_where_they_would_stand(scenario: Scenario) -> None:
    cost_growth = scenario.services["cancer"].cost_growth
    assert isinstance(cost_growth, Constant)
    assert (cost_growth.amount, cost_growth.path) == (0.0, "services.cancer.cost_growth")
    other = scenario.services["end_of_life"].cost_growth
    assert other.path == "services.end_of_life.cost_growth"


def test_origin(scenario: Scenario) -> None:
    assert scenario.path == BASE
    assert scenario.text == BASE.read_text(encoding="utf-8")
    assert scenario.sha256 == sha256(BASE.read_bytes()).hexdigest()
    assert scenario.overrides == ()


def test_workers_can_be_sent_a_scenario(scenario: Scenario) -> None:
    again = pickle.loads(pickle.dumps(scenario))  # noqa: S301  # our own bytes
    assert again == scenario
    assert again.register == scenario.register


def test_files_that_cannot_be_read(tmp_path: Path) -> None:
    missing = tmp_path / "missing.yaml"
    assert told(missing) == [f"{missing}:1:1: there is no such file"]
    assert told(tmp_path) == [f"{tmp_path}:1:1: expected a file, but this is a folder"]
    latin = tmp_path / "latin.yaml"
    latin.write_bytes("a: 1\npool: £5m\n".encode("latin-1"))
    assert told(latin) == [f"{latin}:2:7: the file is not UTF-8 text; save it as UTF-8"]
    large = tmp_path / "large.yaml"
    large.write_bytes(b"#" * 10_000_001)
    assert told(large) == [f"{large}:1:1: the file is larger than 10 MB"]
    listed = tmp_path / "list.yaml"
    listed.write_text("- 1\n", encoding="utf-8")
    assert told(listed) == [f"{listed}:1:1: expected a scenario: a block of keys, got a list of 1"]
    assert "is not possible" in told(Path("a\0b"))[0] or "no such file" in told(Path("a\0b"))[0]


def test_windows_files_read_alike(tmp_path: Path) -> None:
    windows = tmp_path / "base.yaml"
    windows.write_bytes(b"\xef\xbb\xbf" + BASE.read_bytes().replace(b"\n", b"\r\n"))
    (tmp_path / "register.csv").write_bytes(
        b"\xef\xbb\xbf" + (FOLDER / "register.csv").read_bytes().replace(b"\n", b"\r\n")
    )
    again = load(windows, KINDS)
    assert again.services["cancer"].pool.span.line == 20
    assert [row.contract for row in again.register] == ["c1", "c2", "c3", "c4", "c5"]


def test_mistakes_come_in_the_order_of_the_text_and_do_not_hide_each_other(tmp_path: Path) -> None:
    text = BASE.read_text(encoding="utf-8")
    text = text.replace("pool: £24m", "pool: 3.5%").replace("{index: tariff}", "{index: tarif}")
    text = text.replace("weight: 40%", "weight: 41%").replace("rate: 5%}", "rate: 5%, cap: 2%}")
    text = text.replace("on: [target], rate", "on: [targit], rate").replace("confidence: amber", "confidence: ambr")
    path = tmp_path / "s.yaml"
    path.write_text(text, encoding="utf-8")
    (tmp_path / "register.csv").write_text("contract,provider\n", encoding="utf-8")
    found = told(path)
    for part in ("tarif'", "£687m", "101%", "key 'cap'", "targit", "ambr'", "'service' is missing"):
        assert any(part in line for line in found), part
    lines = [int(line.removeprefix(f"{path}:").split(":")[0]) for line in found if line.startswith(f"{path}:")]
    assert lines == sorted(lines)


def test_a_kind_may_refuse_in_its_own_words() -> None:
    from pydantic import model_validator

    class Odd(Term):
        @model_validator(mode="after")
        def _refuse(self) -> Odd:
            raise ValueError("blocks are odd here")

    with pytest.raises(InputError) as caught:
        load(BASE, KINDS | {"block": Odd})
    assert [mistake.message for mistake in caught.value.mistakes] == ["blocks are odd here"]


def test_loading_is_fast_and_light() -> None:
    started = time.perf_counter()
    load(BASE, KINDS)
    assert time.perf_counter() - started < 0.3
    program = (
        "import sys, finmodel.scenario; print([m for m in ('numpy', 'pandas', 'scipy', 'pyarrow') if m in sys.modules])"
    )
    result = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert result.stdout.strip() == "[]"
