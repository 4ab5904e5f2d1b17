"""Whatever is written into the terms of a settlement: a clear refusal or finite amounts, never a traceback."""

from __future__ import annotations

import copy
import json
import math
import random
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from finmodel.analysis import settle
from finmodel.errors import InputError, Mistake
from finmodel.scenario.positions import read_yaml
from tests.settlement.published import HERE

BASE, _ = read_yaml((HERE / "bad" / "base.yaml").read_text(encoding="utf-8"), "base.yaml")
ODD: list[Any] = [
    None, True, 0, -1, 1.5, "", "x", "£5", "-£5", "$5", "50%", "20 people", [], {}, ["a"], {"a": 1},
    {"formula": "gain"}, "target", "gain", "gain_share", "gain_share.exact", "quality.given", "kind.acute",
    "not scored", "(((", "min(", "1/0", "cost / (cost - cost)", "sqrt(0 - 1)", "log(0)", "lag(gain)",
    "cumulative(gain)", "a" * 5000, "sum_months(target, contract_year)", "spread(gain)", "target > cost",
    "money", "money/person", "£real", "acute",
]  # fmt: skip


def paths(data: Any, path: tuple[str | int, ...] = ()) -> Iterator[tuple[str | int, ...]]:
    yield path
    below = data.items() if isinstance(data, dict) else enumerate(data) if isinstance(data, list) else ()
    for step, part in below:
        yield from paths(part, (*path, step))


ALL = [path for path in paths(BASE) if path]
FORMULAS = [path for path in ALL if path[-1] == "formula"]


def mutated(draw: random.Random) -> Any:
    data = copy.deepcopy(BASE)
    *above, last = draw.choice(draw.choice([ALL, FORMULAS]))
    part = data
    for step in above:
        part = part[step]
    if draw.random() < 0.15:
        del part[last]
    else:
        part[last] = copy.deepcopy(draw.choice(ODD))
    return data


@pytest.mark.parametrize("seed", range(12))
def test_a_mutated_settlement_is_refused_or_gives_finite_amounts(seed: int, tmp_path: Path) -> None:
    draw = random.Random(seed)
    for _ in range(20):
        model = tmp_path / "model.yaml"
        model.write_text(json.dumps(mutated(draw), ensure_ascii=False), encoding="utf-8")
        mistakes: tuple[Mistake, ...] | None = None
        try:
            settled = settle(model, HERE / "actuals.csv")
        except InputError as error:
            mistakes = error.mistakes
        else:
            assert all(math.isfinite(value) for row in settled.rows for value in row.values.values())
        assert mistakes is None or (mistakes and all(mistake.span for mistake in mistakes))
