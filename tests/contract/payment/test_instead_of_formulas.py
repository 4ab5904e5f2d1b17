"""The shipped scenarios that say a cap or a stop-loss by a formula pay the same with the kind that says it."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from finmodel.contract import compile_contract, open_scenario
from tests.contract.money import evaluate

MECHANISMS = Path(__file__).resolve().parents[3] / "scenarios" / "mechanisms"


@pytest.mark.parametrize(
    ("file", "model", "term", "keys"),
    [
        ("profit-cap", "profit_cap", "cap", "kind: profit_cap, to: integrator, on: [capitation, fee], cap: 7.5%"),
        ("stop-loss", "aggregate", "stop_loss", "kind: stop_loss, to: integrator, attachment_share: 102%"),
    ],
)
def test_the_kind_pays_what_the_formula_pays(tmp_path: Path, file: str, model: str, term: str, keys: str) -> None:
    over = f"""
        extends: {MECHANISMS / f"{file}.yaml"}
        name: over
        payment_models:
          {model}:
            phases:
              whole:
                - {{name: {term}, replace: true, from: commissioners, {keys}}}
    """
    path = tmp_path / "over.yaml"
    path.write_text("\n".join(line[8:] for line in over.splitlines()), encoding="utf-8")
    by_formula, by_kind = (
        evaluate(compile_contract(open_scenario(one)), model, trials=200) for one in (MECHANISMS / f"{file}.yaml", path)
    )
    paid = by_formula[f"{model}.whole.{term}"]
    assert 0 < (np.abs(paid) > 1).mean() < 1  # there are trials on both sides of the threshold
    np.testing.assert_allclose(by_kind[f"{model}.whole.{term}"], paid, rtol=1e-9, atol=0.01)
    np.testing.assert_allclose(by_kind[f"{model}.payment"], by_formula[f"{model}.payment"], rtol=1e-12)
