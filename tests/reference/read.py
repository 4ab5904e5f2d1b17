"""Read a scenario file and its register into plain dicts, quantities as floats.

Nothing is checked here beyond what the calculation needs: the reference is only given scenarios the engine accepts.
Text stays text where a field is known to be text; every other scalar that looks like a quantity becomes a number.
"""

from __future__ import annotations

import csv
import re
from pathlib import Path
from typing import Any

from .compose import composed

TEXT_FIELDS = frozenset(
    [
        "title",
        "label",
        "description",
        "note",
        "source",
        "owner",
        "confidence",
        "unit",
        "period",
        "green_book",
        "file",
        "formula",
        "paid",
        "name",
        "kind",
        "from",
        "to",
        "start",
        "bidder",
        "legal_form",
        "reason",
    ]
)
"""Fields never read as numbers; a ramp's `from`, `to` and `start` are read by `_ramp`."""

MULTIPLES = {"": 1.0, "k": 1e3, "m": 1e6, "bn": 1e9}
QUANTITY = re.compile(r"([+-]?)(£?)([+-]?)(\d[\d,]*(?:\.\d*)?(?:[eE][+-]?\d+)?)\s*((?:k|m|bn)\b)?\s*(%|pp|[A-Za-z]+)?")
WORDS = frozenset({"people", "person", "points", "point", "months", "month", "years", "year"})


def quantity(text: str) -> float | None:
    """The number a quantity stands for in £, people, shares of one, points or as counted; None if it is no quantity.

    `£1.222bn` is 1.222e9, `3.5%` and `3.5pp` are 0.035, `1,160 people` is 1160, `24 months` is 24 (a count of months).
    """
    match = QUANTITY.fullmatch(text.strip().replace("\u2212", "-"))
    if match is None:
        return None
    sign, pound, inner_sign, digits, multiple, word = match.groups()
    if multiple and not pound:
        return None
    number = float(digits.replace(",", "")) * MULTIPLES[multiple or ""]
    if word in ("%", "pp"):
        number = float(digits.replace(",", "")) / 100
    elif word is not None and word not in WORDS:
        return None
    return -number if "-" in (sign, inner_sign) else number


def months(value: Any) -> int:
    """A delay in months: `24 months`, `2 years`, or a bare count of months."""
    text = str(value).strip()
    number, _, word = text.partition(" ")
    return round(float(number) * (12 if word.startswith("year") else 1))


def after_year_end(text: Any) -> int | None:
    """Months after year end, or None for monthly."""
    text = str(text).strip()
    if text == "monthly":
        return None
    match = re.fullmatch(r"(\d+)\s+months?\s+after\s+year\s+end", text)
    if match is None:
        raise ValueError(f"cannot read when a term is paid: {text!r}")
    return int(match.group(1))


def paid_after(term: dict[str, Any]) -> int | None:
    """Months after year end (or after an outcome is known) at which a term, or the rest of it, is paid."""
    paid = term.get("paid", "monthly")
    if not isinstance(paid, dict):
        return after_year_end(paid)
    text = str(paid["reconciled"]).replace("when known", "0 months after it is known")
    return after_year_end(text.replace("it is known", "year end"))


def on_account_after(term: dict[str, Any]) -> int | None:
    """Months after year end at which a term pays on account, or None for monthly."""
    return after_year_end(term["paid"]["on_account"].get("paid", "monthly"))


def pays_on_account(term: dict[str, Any]) -> bool:
    """Whether a term pays part of its money before what is due is known."""
    return isinstance(term.get("paid"), dict)


def year_range(text: str) -> tuple[int, int]:
    """`3-10` is (3, 10); a single year `2` is (2, 2)."""
    first, _, last = str(text).partition("-")
    return int(first), int(last or first)


def middle_of_period(text: str) -> float:
    """The middle of a baseline period, in years: `2013` is 2013.5, `2010-2014` is 2012.5, `2015/16` is 2015.75."""
    if "/" in text:
        return int(text.partition("/")[0]) + 3 / 12 + 0.5
    first, last = year_range(text)
    return (first + last + 1) / 2


def _ramp(raw: dict[str, str]) -> dict[str, Any]:
    ends = {key: _plain(raw[key], "value") for key in ("from", "to")}
    return {**ends, "start": int(raw["start"]), "end": int(raw["end"])}


def _plain(raw: Any, key: str) -> Any:
    """Turn a parsed tree of strings into floats, booleans, text, lists and dicts."""
    if isinstance(raw, dict):
        if "<<" in raw:
            raise NotImplementedError("merge keys are not read")
        for k in raw:
            if k[:1].isdigit():  # YAML splits {people: 1,160 people} at its comma
                raise ValueError(f"{k!r} is no key; quote a number that has commas in it")
        return {k: _ramp(v) if k == "ramp" else _plain(v, k) for k, v in raw.items()}
    if isinstance(raw, list):
        return [_plain(entry, key) for entry in raw]
    if key in TEXT_FIELDS:
        return raw
    if raw in ("true", "false"):
        return raw == "true"
    if raw in ("", "null", "~"):
        return None
    number = quantity(raw)
    return raw if number is None else number


def read_register(path: Path) -> list[dict[str, Any]]:
    """One dict a contract; `site` is None for the whole service; loading defaults to 1, the marginal rate to 100%."""
    rows = []
    with path.open(encoding="utf-8-sig", newline="") as lines:
        for row in csv.DictReader(line for line in lines if not line.lstrip().startswith("#")):
            text = {key.strip(): (cell or "").strip() for key, cell in row.items() if key is not None}
            rows.append(
                {
                    **{key: text[key] for key in ("contract", "provider", "service", "commissioner", "kind")},
                    "site": text.get("site") or None,
                    "value": _number(text["annual_value"]),
                    "loading": _number(text.get("loading") or "1"),
                    "marginal": _number(text.get("marginal_rate") or "100%"),
                }
            )
    return rows


def _number(text: str) -> float:
    number = quantity(text)
    if number is None:
        raise ValueError(f"not a quantity: {text!r}")
    return number


def read_scenario(path: str | Path) -> dict[str, Any]:
    """The scenario as a plain dict, with the register under `register` and phases as pairs of years.

    Lags become whole months. Raises OSError or ValueError for a file that cannot be read.
    """
    raw = composed(Path(path))
    phases = {name: year_range(text) for name, text in raw["contract"]["phases"].items()}
    lags = {name: months(outcome.get("lag", "0")) for name, outcome in (raw.get("outcomes") or {}).items()}
    sources = raw.pop("sources", {})
    register = raw["contract_register"].pop("file")
    scenario: dict[str, Any] = _plain(raw, "")
    scenario["sources"] = sources
    integrator = scenario["parties"].get("integrator") or {}
    if "margin_known" in (integrator.get("exit") or {}):
        integrator["exit"]["margin_known"] = months(raw["parties"]["integrator"]["exit"]["margin_known"])
    if "guarantee" in integrator and "by" in integrator["guarantee"]:
        integrator["guarantee"]["by"] = str(raw["parties"]["integrator"]["guarantee"]["by"])
    scenario["contract"]["breaks"] = raw["contract"].get("breaks") or []
    scenario["name"] = str(raw.get("name", ""))
    scenario["contract"]["phases"] = phases
    scenario["contract"]["years"] = int(scenario["contract"]["years"])
    for name, lag in lags.items():
        scenario["outcomes"][name]["lag"] = lag
    scenario["register"] = read_register(register)
    return scenario
