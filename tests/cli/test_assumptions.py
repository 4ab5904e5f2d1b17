"""finmodel assumptions: what is printed at several widths, what is drawn, what is refused."""

from __future__ import annotations

import io
import json
from datetime import date
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from rich.console import Console

from finmodel.analysis import AssumptionsRegister, assumptions_register, open_for
from finmodel.cli import app
from finmodel.report import show_register, show_sketches

ROOT = Path(__file__).resolve().parents[2]
FLAGSHIP = str(ROOT / "scenarios" / "staffordshire.yaml")
SMALL = str(ROOT / "tests" / "bad_scenarios" / "base.yaml")


def finmodel(*arguments: str) -> Result:
    return CliRunner().invoke(app, ["assumptions", *arguments], catch_exceptions=False)


@pytest.fixture(scope="module")
def register() -> AssumptionsRegister:
    return assumptions_register(open_for(FLAGSHIP))


class Page(io.StringIO):
    """What a terminal with an encoding of its own would get."""

    def __init__(self, encoding: str) -> None:
        super().__init__()
        self._encoding = encoding

    @property
    def encoding(self) -> str:  # type: ignore[override]
        return self._encoding


def console(width: int, encoding: str = "utf-8") -> tuple[Console, Page]:
    page = Page(encoding)
    return Console(file=page, width=width, highlight=False, markup=False, emoji=False), page


@pytest.mark.parametrize("width", [80, 120])
def test_sketches_fit_the_terminal(register: AssumptionsRegister, width: int) -> None:
    made, page = console(width)
    show_sketches(made, [entry for entry in register.entries if entry.varies], register.years)
    lines = page.getvalue().splitlines()

    assert [line for line in lines if len(line) > width and "payment_models" not in line] == []
    assert sum(line.strip().startswith("mean ") for line in lines) == 30


@pytest.mark.parametrize("width", [80, 120])
def test_the_register_fits_the_terminal(register: AssumptionsRegister, width: int) -> None:
    made, page = console(width)
    show_register(made, register, register.entries, date(2026, 1, 1))
    text = page.getvalue()

    assert [line for line in text.splitlines() if len(line) > width] == []
    assert all(entry.name.rpartition("phases.")[2].rpartition(".")[2] in text for entry in register.entries)
    assert "147 numbers: 16 sourced, 33 sourced in part, 96 assumed, 2 settings" in text
    assert "Numbers with no source: none" in text


def test_a_terminal_without_blocks_gets_ascii(register: AssumptionsRegister) -> None:
    made, page = console(100, "ascii")
    show_sketches(made, [entry for entry in register.entries if entry.varies], register.years)

    page.getvalue().encode("ascii")
    assert "GBP 2.0m" in page.getvalue()


def test_the_whole_register_is_printed() -> None:
    done = finmodel(FLAGSHIP)

    assert done.exit_code == 0
    assert "9 with a name: 6 amber, 3 red, 9 past the review date on 20" in done.stdout
    assert "Owner: Tax adviser; review by 2016-04-01 (past)" in done.stdout
    small = finmodel(SMALL)
    assert "2 with a name: 1 green, 1 amber, 2 with no review date" in small.stdout


def test_names_show_everything_of_a_few() -> None:
    text = " ".join(finmodel(FLAGSHIP, "savings.stranded", "vat_leakage").stdout.split())

    assert "Meaning: The share of each saving whose cost stays with the provider." in text
    assert "Source: Assumption: 30% of what providers lose in income stays with them as cost." in text
    assert "Used by: all but existing_contracts" in text
    assert "services.cancer" not in text


def test_plot_draws_those_named() -> None:
    shown = finmodel(FLAGSHIP, "--plot", "vat_leakage", "nhs_cost_inflation", "savings", "contract.years").stdout

    assert "60%" in shown
    assert "year 10  1.5%  2.5%  3.5%" in shown
    assert "▁▁▃▅▆█████ 5.0%  years 1 to 10" in shown
    assert "outside the plot 0%" in shown
    assert "10: one number, nothing to draw" in shown


def test_plot_draws_events_by_year() -> None:
    event = "{bernoulli: [10%, 20%, 30%, 40%], vary: yearly}"
    once = "{bernoulli: 15%}"
    sets = ("--set", f"savings.realised={event}", "--set", f"savings.stranded={once}")
    shown = finmodel(SMALL, "--plot", "savings", *sets).stdout

    assert [line.split()[-1] for line in shown.splitlines() if line.strip().startswith("year ")] == [
        "10%", "20%", "30%", "40%",
    ]  # fmt: skip
    assert [line.split()[0] for line in shown.splitlines() if "happen" in line] == ["Probability", "does", "happens"]
    assert any(line.strip().startswith("happens") and line.endswith("15%") for line in shown.splitlines())


def test_json_counts_and_marks() -> None:
    found = json.loads(finmodel(SMALL, "--json").stdout)

    assert found["name"] == "small"
    assert "services.end_of_life.pool" in found["no_source"]
    assert found["unused"] == []
    assert {one["status"] for one in found["numbers"]} == {"sourced", "no source", "setting"}


def test_only_what_has_no_source() -> None:
    shown = finmodel(SMALL, "--no-source").stdout
    paths = json.loads(finmodel(SMALL, "--json").stdout)["no_source"]

    assert f"Numbers with no source: {len(paths)}" in shown
    assert all(path in shown for path in paths)


def test_only_what_nothing_uses() -> None:
    assert finmodel(FLAGSHIP, "--unused").stdout.strip() == "Assumptions that nothing uses: none"


@pytest.mark.parametrize("ending", ["csv", "xlsx", "json"])
def test_out_writes_a_file_and_never_over_another(tmp_path: Path, ending: str) -> None:
    path = tmp_path / f"register.{ending}"
    done = finmodel(SMALL, "--out", str(path))

    assert done.exit_code == 0
    assert path.stat().st_size > 1000
    again = finmodel(SMALL, "--out", str(path))
    assert (again.exit_code, "--overwrite" in again.stderr) == (2, True)
    assert finmodel(SMALL, "--out", str(path), "--overwrite").exit_code == 0


@pytest.mark.parametrize(
    "arguments",
    [("--plot", "--json"), ("--no-source", "--unused"), ("--out", "register.pdf"), ("--out", "no/such/folder/r.csv")],
)
def test_what_cannot_be_is_refused(arguments: tuple[str, ...]) -> None:
    assert finmodel(SMALL, *arguments).exit_code == 2


def test_a_misspelt_name_is_told_with_the_nearest() -> None:
    done = finmodel(FLAGSHIP, "--plot", "nhs_cost_inflaton")

    assert done.exit_code == 2
    assert "did you mean 'nhs_cost_inflation'?" in done.stderr


def test_the_sketch_in_the_page_is_what_the_command_draws(register: AssumptionsRegister) -> None:
    page = (ROOT / "docs" / "how-to" / "keep-the-assumptions-register.md").read_text(encoding="utf-8")
    made, drawn = console(76)
    show_sketches(made, register.chosen(["parties.integrator.running_cost"]), register.years)

    assert f"```\n{drawn.getvalue().rstrip()}\n```" in page
