"""Scenarios over one another: what wins, what goes, in which order, and where each value comes from."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from finmodel.errors import InputError, Span
from finmodel.scenario import compose
from finmodel.scenario.merge import Merger
from finmodel.scenario.nodes import plain, tree_of
from finmodel.scenario.positions import Positions, read_yaml

BASE = Path(__file__).resolve().parents[1] / "bad_scenarios" / "base.yaml"


def composed(folder: Path, **files: str) -> Any:
    """The data of `top` among files written into a folder."""
    for name, text in files.items():
        (folder / f"{name}.yaml").write_text(text, encoding="utf-8")
    found = compose(folder / "top.yaml")
    assert found.mistakes == ()
    return found.data


def test_a_file_alone_is_what_it_says() -> None:
    data, positions = read_yaml(BASE.read_text(encoding="utf-8"), str(BASE))
    found = compose(BASE)
    assert found.data == data
    assert found.positions == positions


def test_blocks_are_merged_and_numbers_replaced_whole(tmp_path: Path) -> None:
    data = composed(
        tmp_path,
        base="name: base\na: {x: 1, y: {normal: [1%, 2%], vary: yearly}, z: [1, 2, 3]}\nb: {ramp: {from: 0, to: 1}}\n",
        top="extends: base.yaml\nname: top\na: {y: {uniform: [1%, 2%]}, z: [4]}\nb: {normal: [0, 1]}\n",
    )
    assert data == {
        "name": "top",
        "a": {"x": 1, "y": {"uniform": ["1%", "2%"]}, "z": [4]},
        "b": {"normal": [0, 1]},
    }


def test_replace_takes_the_place_of_the_whole_block(tmp_path: Path) -> None:
    data = composed(
        tmp_path,
        base="cohort: {site: lung, coverage: 90%}\nother: {a: 1}\n",
        top="extends: base.yaml\nname: top\ncohort: {replace: true, people: 600}\n",
    )
    assert data == {"cohort": {"people": 600}, "other": {"a": 1}, "name": "top"}


def test_lists_are_merged_by_name_and_placed(tmp_path: Path) -> None:
    data = composed(
        tmp_path,
        base="terms: [{name: a, x: 1}, {name: b, x: 2}, {name: c, x: 3}]\n",
        top="extends: base.yaml\nname: top\n"
        "terms: [{name: c, before: a}, {name: d, after: a}, {name: b, remove: true}, {name: e}]\n",
    )
    assert data["terms"] == [{"name": "c", "x": 3}, {"name": "a", "x": 1}, {"name": "d"}, {"name": "e"}]


def test_pairs_are_known_whichever_way_round(tmp_path: Path) -> None:
    data = composed(
        tmp_path,
        base="correlations: [{between: [a, b], rank: 0.1}, {between: [a, c], rank: 0.2}]\n",
        top="extends: base.yaml\nname: top\n"
        "correlations: [{between: [b, a], rank: 0.5}, {between: [c, a], remove: true}]\n",
    )
    assert data["correlations"] == [{"between": ["b", "a"], "rank": 0.5}]


def test_every_file_counts_once_and_the_later_base_wins(tmp_path: Path) -> None:
    """Both sides of a diamond extend the same file: what one changes is not undone by the other's copy of it."""
    data = composed(
        tmp_path,
        root="a: {x: 1, y: 1, z: 1}\n",
        left="extends: root.yaml\na: {x: 2, z: 2}\n",
        right="extends: root.yaml\na: {y: 3, z: 3}\n",
        top="extends: [left.yaml, right.yaml]\nname: top\n",
    )
    assert data["a"] == {"x": 2, "y": 3, "z": 3}


def test_each_value_knows_its_file_and_paths_are_relative_to_it(tmp_path: Path) -> None:
    (tmp_path / "library").mkdir()
    (tmp_path / "library" / "base.yaml").write_text("a:\n  x: 1\n  y: 2\n", encoding="utf-8")
    (tmp_path / "top.yaml").write_text("extends: library/base.yaml\nname: top\na:\n  y: 3\n", encoding="utf-8")
    found = compose(tmp_path / "top.yaml")
    assert found.positions.value(("a", "x")) == Span(str(tmp_path / "library" / "base.yaml"), 2, 6)
    assert found.positions.value(("a", "y")) == Span(str(tmp_path / "top.yaml"), 4, 6)
    assert found.folder_of(found.positions.value(("a", "x"))) == tmp_path / "library"
    assert found.folder_of(found.positions.value(("a", "y"))) == tmp_path
    assert [file.path.name for file in found.files] == ["top.yaml", "base.yaml"]


def test_sources_of_what_is_gone_go_with_it(tmp_path: Path) -> None:
    data = composed(
        tmp_path,
        base="a: {x: 1, y: 2}\nsources: {a.x: A letter, a.y: A book}\n",
        top="extends: base.yaml\nname: top\na: {x: {remove: true}}\n",
    )
    assert data == {"a": {"y": 2}, "sources": {"a.y": "A book"}, "name": "top"}


def test_a_file_of_overrides_and_one_more_on_the_command_line(tmp_path: Path) -> None:
    (tmp_path / "o.yaml").write_text(
        "contract.population_growth: 2%\nservices.cancer.pool: £25m\n"
        "payment_models.programme.phases.outcomes_based.share.cap: 7%\n",
        encoding="utf-8",
    )
    found = compose(BASE, [f"@{tmp_path / 'o.yaml'}", "services.cancer.pool=£26m"])
    assert found.mistakes == ()
    assert found.data["contract"]["population_growth"] == "2%"
    assert found.data["services"]["cancer"]["pool"] == "£26m"
    assert found.data["payment_models"]["programme"]["phases"]["outcomes_based"][3]["cap"] == "7%"
    assert found.positions.value(("contract", "population_growth")) == Span(str(tmp_path / "o.yaml"), 1, 29)
    assert found.files[-1].path == tmp_path / "o.yaml"


def test_mistakes_in_a_file_of_overrides_point_into_it(tmp_path: Path) -> None:
    file = tmp_path / "o.yaml"
    file.write_text("contract.population_grwth: 2%\nservices.cancer.pol: £25m\n", encoding="utf-8")
    first, second = map(str, compose(BASE, [f"@{file}"]).mistakes)
    assert first.startswith(f"{file}:1:1: there is no 'contract.population_grwth' in the scenario; did you mean 'contr")
    assert second.startswith(f"{file}:2:1: there is no 'services.cancer.pol' in the scenario; did you mean 'services.")
    file.write_text("- 3\n", encoding="utf-8")
    assert "expected a block of paths and values, got a list of 1" in str(compose(BASE, [f"@{file}"]).mistakes[0])
    missing = compose(BASE, ["@nowhere.yaml"]).mistakes
    assert [str(mistake) for mistake in missing] == ["--set @nowhere.yaml:1:1: nowhere.yaml: there is no such file"]


def test_mistakes_of_several_bases_are_told_together(tmp_path: Path) -> None:
    (tmp_path / "a.yaml").write_text("x: [1\n", encoding="utf-8")
    (tmp_path / "b.yaml").write_text("x: 1\nx: 2\n", encoding="utf-8")
    (tmp_path / "top.yaml").write_text("extends: [a.yaml, b.yaml, c.yaml]\nname: top\n", encoding="utf-8")
    with pytest.raises(InputError) as caught:
        compose(tmp_path / "top.yaml")
    assert [mistake.span.file.rpartition("/")[2] for mistake in caught.value.mistakes if mistake.span] == [
        "a.yaml",
        "b.yaml",
        "top.yaml",
    ]


KEYS = st.sampled_from(["a", "b", "c"])
PLAIN = st.recursive(
    st.integers(0, 9) | st.lists(st.integers(0, 9), max_size=2),
    lambda below: st.dictionaries(KEYS, below, max_size=3),
    max_leaves=8,
)
BLOCKS = st.dictionaries(KEYS, PLAIN, max_size=3)


def merged(*layers: Any) -> Any:
    merger = Merger()
    root, *rest = (tree_of(layer, Positions("f")) for layer in layers)
    for layer in rest:
        root = merger.merge(root, layer)
    assert merger.mistakes == []
    return plain(root)


@given(BLOCKS)
@settings(max_examples=200)
def test_layers(data: Any) -> None:
    """Nothing over a scenario leaves it; a scenario over itself is itself."""
    assert merged(data, {}) == merged({}, data) == merged(data, data) == data


@given(BLOCKS, BLOCKS)
@settings(max_examples=200)
def test_the_upper_layer_is_all_there(lower: Any, upper: Any) -> None:
    def holds(whole: Any, part: Any) -> bool:
        if isinstance(part, dict):
            return isinstance(whole, dict) and all(key in whole and holds(whole[key], part[key]) for key in part)
        return bool(whole == part)

    assert holds(merged(lower, upper), upper)
