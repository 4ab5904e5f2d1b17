"""The example of docs/how-to/use-a-table.md works as it is printed."""

from __future__ import annotations

import re
import shutil
from pathlib import Path

from finmodel.contract import open_scenario

ROOT = Path(__file__).parents[1]
PAGE = (ROOT / "docs" / "how-to" / "use-a-table.md").read_text(encoding="utf-8")


def printed(name: str, kind: str) -> str:
    found = re.search(rf"^`{re.escape(name)}`[^\n]*:\n\n```{kind}\n(.*?)^```$", PAGE, flags=re.MULTILINE | re.DOTALL)
    assert found is not None, name
    return found[1]


def test_the_example_is_the_flagship_with_its_list_in_a_table(tmp_path: Path) -> None:
    shutil.copytree(ROOT / "scenarios", tmp_path / "scenarios")
    folder = tmp_path / "docs" / "how-to"
    folder.mkdir(parents=True)
    (folder / "prices.csv").write_text(printed("prices.csv", "csv"), encoding="utf-8")
    (folder / "prices-in-a-table.yaml").write_text(printed("prices-in-a-table.yaml", "yaml"), encoding="utf-8")

    ours = open_scenario(folder / "prices-in-a-table.yaml")
    flagship = open_scenario(ROOT / "scenarios" / "staffordshire.yaml")

    mine, theirs = (one.uncertain()["nhs_cost_inflation"] for one in (ours, flagship))
    assert mine.parameters == theirs.parameters
    assert ours.files[-2].path.name == "prices.csv"
