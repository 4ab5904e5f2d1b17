"""What the documentation shows works: YAML loads and compiles, commands parse, files and links exist.

A block of YAML on a page is one of three. A whole scenario or settlement (with `finmodel:` or `extends:`) is saved
where the line above it says (`NAME.yaml`:), else beside the page. A fragment begins with a comment that says where it
belongs, such as `# in: payment_models.programme.phases.outcomes_based`, or `# in: scenario` for keys at the top, and
is merged into the Staffordshire scenario. A block of dotted paths holds overrides for `--set @FILE`. Tutorials are
done as sessions in `test_tutorials.py`.
"""

from __future__ import annotations

import re
import shlex
import shutil
import subprocess
from pathlib import Path

import click
import pytest
from click.testing import CliRunner
from openpyxl import Workbook

from finmodel.cli import app
from finmodel.contract import compile_contract, open_scenario, open_settlement, reference_pages
from finmodel.scenario import is_settlement
from finmodel.scenario.reference import MADE, slug
from finmodel.scenario.register import COLUMNS
from tests.documentation import PAGES, ROOT, TUTORIALS, WHERE, Block, blocks, commands, over

REFERENCE = ROOT / "docs" / "reference"
YAML = [block for block in blocks("yaml") if block.page not in TUTORIALS]
STAFFORDSHIRE = Path("scenarios/staffordshire.yaml")
PLACEHOLDER = re.compile(r"(FILE|DIR|NAME|PATH)(…|\.\.\.)?|…|PATH=VALUE|@FILE")
REFERRED = [page for page in PAGES if page not in TUTORIALS]
COMMANDS = [(page, found) for page in REFERRED for found in commands(page.read_text(encoding="utf-8"))]
QUICK = ("validate", "diff", "show", "lines", "settle")  # run as they stand; the others are read only, for their time


@pytest.fixture(scope="module")
def copy(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The scenarios and pages with all files that the pages tell to save."""
    place = tmp_path_factory.mktemp("copy")
    for folder in ("scenarios", "docs"):
        shutil.copytree(ROOT / folder, place / folder)
    for block in blocks("yaml", "csv"):
        if block.file and block.page not in TUTORIALS:
            assert not (ROOT / block.file).exists(), f"{block}: there is a {block.file} already"
            (place / block.file).write_text(block.text, encoding="utf-8")
    for block in blocks("sh"):
        for line in block.text.splitlines():
            if line.startswith("sed "):
                subprocess.run(["/bin/sh", "-c", line], cwd=place, check=True)
    _workbook(place / "docs" / "how-to" / "register.xlsx")
    return place


def _workbook(path: Path) -> None:
    """The Staffordshire register as the workbook that `Use a table` names."""
    book = Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.title = "Contracts"
    sheet.append(COLUMNS)
    for row in open_scenario(ROOT / STAFFORDSHIRE).register:
        sheet.append([getattr(row, column) for column in COLUMNS])
    book.save(path)


def _beside(block: Block, copy: Path) -> Path:
    return copy / block.page.parent.relative_to(ROOT)


def _saved(block: Block, copy: Path) -> Path:
    path = copy / block.file if block.file else _beside(block, copy) / f"block_{block.line}.yaml"
    base = Path(*[".."] * len(block.page.parent.relative_to(ROOT).parts), STAFFORDSHIRE)
    path.write_text(over(block, base.as_posix()) if block.form == "fragment" else block.text, encoding="utf-8")
    return path


@pytest.mark.parametrize("block", YAML, ids=str)
def test_a_block_of_yaml_works(block: Block, copy: Path) -> None:
    assert block.form != "unknown", (
        "say where it belongs: a first line such as `# in: assumptions`; see this test's file"
    )
    if block.form == "overrides":
        saved = _saved(block, copy)
        compile_contract(open_scenario(copy / STAFFORDSHIRE, [f"@{saved}"]))
        return

    saved = _saved(block, copy)
    if is_settlement(saved):
        assert open_settlement(saved).settlement.terms
        return

    contract = compile_contract(open_scenario(saved))

    assert contract.models


def test_a_fragment_is_put_where_it_says() -> None:
    term = Block(ROOT / "README.md", 1, "yaml", "# in: payment_models.a.phases.b\n- {name: c}\n- {name: d}\n", "")
    top = Block(ROOT / "README.md", 1, "yaml", "# in: scenario\nsavings: {remove: true}\n", "")

    assert over(term, "base.yaml").splitlines()[2:] == [
        "payment_models:", "  a:", "    phases:", "      b:", "        - {name: c}", "        - {name: d}",
    ]  # fmt: skip
    assert over(top, "base.yaml").splitlines()[2:] == ["savings: {remove: true}"]
    assert WHERE.match("savings: 1") is None


@pytest.mark.parametrize(("page", "command"), COMMANDS, ids=lambda part: getattr(part, "stem", part))
def test_a_command_is_one(page: Path, command: str, copy: Path) -> None:
    name, *words = shlex.split(command, comments=True)[1:]
    assert name in app.commands or name.startswith("-"), f"{page.name}: no command {name}"
    if not words:
        return
    known = app.commands[name]
    given = [copy / STAFFORDSHIRE if PLACEHOLDER.fullmatch(word) else word for word in words]

    known.make_context(name, [str(word) for word in given])

    named = [word for word in words if re.search(r"\.(yaml|csv)$", word) and not word.startswith("-")]
    made = [words[at + 1] for at, word in enumerate(words[:-1]) if word == "--out"]
    assert [word for word in named if word not in made and not (copy / word).is_file() and "*" not in word] == []


@pytest.mark.parametrize("command", sorted({found for _, found in COMMANDS if found.split()[1] in QUICK}))
def test_a_quick_command_runs(command: str, copy: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    words = shlex.split(command, comments=True)[1:]
    if len(words) == 1 or any(PLACEHOLDER.fullmatch(word) for word in words):
        return
    monkeypatch.chdir(copy)

    done = CliRunner().invoke(app, words)

    assert done.exit_code == 0, done.stderr


@pytest.mark.parametrize("bad", ["finmodel validat x.yaml", "finmodel run x.yaml --trails 5", "finmodel diff x.yaml"])
def test_a_wrong_command_is_noticed(bad: str) -> None:
    name, *words = bad.split()[1:]

    with pytest.raises((KeyError, click.UsageError)):
        app.commands[name].make_context(name, words)


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_links_lead_somewhere(page: Path) -> None:
    text = re.sub(r"^```.*?^```$", "", page.read_text(encoding="utf-8"), flags=re.MULTILINE | re.DOTALL)
    wrong = []
    for target in re.findall(r"\]\(([^)\s]+)\)", text):
        file, _, anchor = target.partition("#")
        if "://" in target:
            continue
        there = (page.parent / file) if file else page
        if not there.exists():
            wrong.append(target)
        elif anchor and there.suffix == ".md":
            headings = re.findall(r"^#+ (.*)$", there.read_text(encoding="utf-8"), flags=re.MULTILINE)
            wrong += [] if anchor in map(slug, headings) else [target]

    assert wrong == []


def test_the_index_names_every_page() -> None:
    index = (ROOT / "docs" / "README.md").read_text(encoding="utf-8")
    reference = (REFERENCE / "README.md").read_text(encoding="utf-8")
    pages = [page for page in PAGES if page.parent != ROOT and page.name != "README.md"]
    told = {page: reference if page.parent == REFERENCE else index for page in pages}

    assert [page.name for page, text in told.items() if f"{page.name})" not in text + index] == []


def test_the_reference_is_what_the_command_writes(tmp_path: Path) -> None:
    done = CliRunner().invoke(app, ["schema", "--built-in", "--markdown", str(tmp_path / "reference")])
    written = {page.name: page.read_text(encoding="utf-8") for page in (tmp_path / "reference").iterdir()}
    shipped = {page.name: page.read_text(encoding="utf-8") for page in REFERENCE.iterdir()}
    by_hand = [name for name, text in shipped.items() if name not in written and not text.startswith(MADE)]

    assert done.exit_code == 0
    assert written == {name: text for name, text in shipped.items() if name not in by_hand}, (
        "run: finmodel schema --built-in --markdown docs/reference, and delete the pages that are not written any more"
    )


def test_every_kind_of_term_has_an_example() -> None:
    page = reference_pages(built_in=True)["payment-terms.md"]
    sections = re.split(r"^## `kind: ", page, flags=re.MULTILINE)[1:]

    assert [section.split("`")[0] for section in sections if "```yaml" not in section] == []
