"""What a payment term cannot be: the message, the dotted path and the place in the file."""

from __future__ import annotations

from pathlib import Path

import pytest

from finmodel.errors import InputError
from tests.contract.flat import fixed, flat, term
from tests.contract.scenarios import SUPPLY_CHAIN, TESTED, TO_PROVIDERS, Term, World, outcome

SHARE = term("gain_loss_share", on=["base"], bands=[{"commissioners": "50%"}])
FORMULA = {**term("formula"), "name": "rule"}

PAIRS = "from commissioners to integrator or from commissioners to providers"
NO_CHAIN = (
    "needs the integrator's payments to providers: put an existing_contracts term from integrator to providers above it"
)
NOTHING = "no outcome has a sourced baseline and a weight, so nothing can be earned"


def place(text: str, name: str, key: str = "") -> tuple[int, int]:
    """Line and column of a term, or of the value of one of its keys."""
    lines = text.splitlines()
    at = next(i for i, line in enumerate(lines) if line.strip() == f"- name: {name}")
    if not key:
        return at + 1, lines[at].index("name:") + 1
    at = next(i for i, line in enumerate(lines[at:], start=at) if line.strip().startswith(f"{key}: "))
    return at + 1, lines[at].index(f"{key}: ") + len(key) + 3


def refused(folder: Path, found: World) -> tuple[list[tuple[str, str, int, int]], str]:
    with pytest.raises(InputError) as caught:
        found.compile(folder)
    mistakes = [(m.message, m.path, m.span.line, m.span.column) for m in caught.value.mistakes if m.span]
    assert len(mistakes) == len(caught.value.mistakes)
    assert all(m.span.file.endswith("scenario.yaml") for m in caught.value.mistakes if m.span)
    return mistakes, (folder / "scenario.yaml").read_text(encoding="utf-8")


CASES: dict[str, tuple[list[Term], str, str, str]] = {
    "wrong payer": (
        [{**term("block"), "from": "integrator", "to": "providers"}],
        f"block is paid {PAIRS}, not from integrator to providers",
        "block",
        "",
    ),
    "wrong payee": (
        [{**SUPPLY_CHAIN}, fixed(1e6), {**SHARE, **TO_PROVIDERS}],
        "gain_loss_share is paid from commissioners to integrator, not from commissioners to providers",
        "gain_loss_share",
        "",
    ),
    "money back": (
        [{**term("fee", share="1%"), "from": "integrator", "to": "commissioners"}],
        f"fee is paid {PAIRS}, not from integrator to commissioners",
        "fee",
        "",
    ),
    "share before the supply chain": (
        [fixed(1e6), SHARE, {**SUPPLY_CHAIN}],
        NO_CHAIN,
        "gain_loss_share",
        "",
    ),
    "cost before the supply chain": (
        [{**FORMULA, "formula": "10% * cost"}, {**SUPPLY_CHAIN}],
        NO_CHAIN,
        "rule",
        "",
    ),
    "no outcome to earn by": (
        [term("incentive_pool", rate="1%")],
        NOTHING,
        "incentive_pool",
        "",
    ),
    "nothing to withhold for": (
        [term("block"), term("outcome_withhold", on=["block"], rate="1%")],
        NOTHING,
        "outcome_withhold",
        "",
    ),
    "a formula in people": (
        [{**FORMULA, "formula": "2 * population"}],
        "a payment is in £ a year, but this formula gives person",
        "rule",
        "formula",
    ),
    "a formula in base-year prices": (
        [{**FORMULA, "formula": "pool_a_year[a]"}],
        "a payment is in £ a year, but this formula gives £real",
        "rule",
        "formula",
    ),
    "a condition": (
        [{**FORMULA, "formula": "target > £1m"}],
        "a payment is in £ a year, but this formula gives a condition",
        "rule",
        "formula",
    ),
    "a formula by month": (
        [{**FORMULA, "formula": "spread(target)"}],
        f"line '{TESTED}.later.rule' is declared by contract year but its formula is by month",
        "rule",
        "",
    ),
}


@pytest.mark.parametrize("case", CASES)
def test_a_term_that_cannot_be_calculated(tmp_path: Path, case: str) -> None:
    terms, message, name, key = CASES[case]
    mistakes, text = refused(tmp_path, flat(terms))
    path = ".".join(word for word in (f"payment_models.{TESTED}.phases.later.{name}", key) if word)
    assert mistakes == [(message, path, *place(text, name, key))]


@pytest.mark.parametrize(
    ("formula", "column", "message"),
    [
        ("tagret * 2%", 0, "there is no line named 'tagret' above this one"),
        ("2% * chian", 5, "there is no line named 'chian' above this one"),
        ("target + population", 0, "+: £ and person do not fit together"),
        ("minn(target, £1m)", 0, "there is no function 'minn'"),
        ("target * (2%", 12, "the formula ends too early"),
    ],
)
def test_a_formula_that_cannot_be_read(tmp_path: Path, formula: str, column: int, message: str) -> None:
    mistakes, text = refused(tmp_path, flat([{**SUPPLY_CHAIN}, {**FORMULA, "formula": formula}]))
    line, first = place(text, "rule", "formula")
    assert [(path, line, at) for _, path, line, at in mistakes] == [
        (f"payment_models.{TESTED}.phases.later.rule.formula", line, first + column)
    ]
    assert mistakes[0][0].partition(": the bracket")[0] == message


def test_no_integrator_in_the_model(tmp_path: Path) -> None:
    found = flat([term("block")])
    found.data["payment_models"][TESTED]["integrator"] = False
    mistakes, text = refused(tmp_path, found)
    line = next(i for i, one in enumerate(text.splitlines(), start=1) if one.strip() == "integrator: false")
    message = "integrator: false, but it pays or is paid by terms: block"
    column = text.splitlines()[line - 1].index("false") + 1
    assert mistakes == [(message, f"payment_models.{TESTED}.integrator", line, column)]


@pytest.mark.parametrize("evidence", ["unsourced", "sourced"])
def test_an_outcome_without_source_or_weight_earns_nothing(tmp_path: Path, evidence: str) -> None:
    """Weights add up to 100% over all outcomes of a service; what is left must be sourced and weigh something."""
    found = flat([term("incentive_pool", rate="1%")])
    found.data["outcomes"] = {
        "one": outcome("a", "100%", evidence="unsourced"),
        "two": outcome("a", "0%", evidence=evidence),
    }
    mistakes, _ = refused(tmp_path, found)
    assert [message for message, *_ in mistakes] == [NOTHING]


def test_every_mistake_is_told_at_once(tmp_path: Path) -> None:
    found = flat([term("incentive_pool", rate="1%"), {**FORMULA, "formula": "nothing"}])
    assert len(refused(tmp_path, found)[0]) == 2


def test_names_that_make_one_line_are_refused(tmp_path: Path) -> None:
    found = flat([{**SUPPLY_CHAIN}])
    found.data["indices"]["payment"] = {"change": 0}
    found.data["payment_models"] = {"index": found.data["payment_models"][TESTED]}
    mistakes, _ = refused(tmp_path, found)
    assert [(message, path) for message, path, *_ in mistakes] == [
        ("there are two lines named 'index.payment'; rename the payment model", "payment_models.index")
    ]
