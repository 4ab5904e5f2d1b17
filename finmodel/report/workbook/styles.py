"""How cells look: inputs blue on pale yellow, formulas black, numbers by their unit; made once each."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from finmodel.arrays import FloatArray
from finmodel.units import PERSON, POUND, PURE, REAL_POUND, Unit

NAVY, BLUE, GREY, LINE, PALE, YELLOW, RUN_OFF = (
    "#1F3864", "#0000FF", "#6B6B6B", "#BFBFBF", "#E8EDF5", "#FFFBE6", "#EFEFEF",
)  # fmt: skip
GOOD, BAD, CHANGED = ("#C6E0B4", "#1E4620"), ("#F8B4AE", "#7A0C0C"), ("#FFE699", "#5F4700")
FONT = {"font_name": "Arial", "font_size": 10, "font_scheme": "none", "valign": "top"}

_POUNDS = '£#,##0;-£#,##0;"–"'
_PENCE = '£#,##0.00;-£#,##0.00;"–"'
_PERCENT = "0.00%"
_FACTOR = "0.0000"
_PLAIN = ("noise", "overdispersion", "loading", "weights[", "unit_cost", "planned_activity", "discount_factor", "need")
"""Pure numbers that nobody reads as a percentage."""

_LOOKS: dict[str, dict[str, Any]] = {
    "title": {"bold": True, "font_size": 16, "font_color": NAVY},
    "subtitle": {"font_color": GREY},
    "head": {"bold": True, "font_color": "#FFFFFF", "bg_color": NAVY, "valign": "vcenter", "text_wrap": True},
    "head_right": {
        "bold": True, "font_color": "#FFFFFF", "bg_color": NAVY, "align": "right", "valign": "vcenter",
        "text_wrap": True,
    },
    "number_of_period": {"font_color": GREY, "align": "right", "num_format": "0", "bottom": 1, "bottom_color": LINE},
    "small_head": {"font_color": GREY, "italic": True, "align": "right"},
    "section": {"bold": True, "font_color": NAVY, "bg_color": PALE},
    "label": {},
    "name": {"font_color": GREY, "font_size": 8},
    "unit": {"font_color": GREY},
    "source": {"font_color": GREY, "font_size": 9, "indent": 1},
    "wrap_source": {"font_color": GREY, "font_size": 9, "text_wrap": True, "indent": 1},
    "wrap": {"text_wrap": True, "valign": "top"},
    "wrap_bold": {"text_wrap": True, "valign": "top", "bold": True},
    "link": {"font_color": NAVY, "underline": 1, "valign": "top"},
    "input": {"font_color": BLUE, "bg_color": YELLOW, "border": 1, "border_color": LINE},
    "derived": {"font_color": BLUE, "border": 1, "border_color": LINE},
    "formula": {},
    "total": {"bold": True},
    "opening": {"font_color": GREY, "italic": True},
    "run_off": {"bg_color": RUN_OFF},
    "result": {"bold": True, "align": "center"},
    "big_result": {"bold": True, "font_size": 14, "align": "center", "valign": "vcenter", "border": 1},
}  # fmt: skip


class Styles:
    """The formats of one workbook."""

    def __init__(self, book: Any) -> None:
        self._book = book
        self._made: dict[tuple[str, str], Any] = {}

    def __call__(self, look: str, number: str = "") -> Any:
        """The format of a look, with a number format."""
        if (look, number) not in self._made:
            properties = {**FONT, **_LOOKS[look], **({"num_format": number} if number else {})}
            self._made[look, number] = self._book.add_format(properties)
        return self._made[look, number]

    def of_results(self, sheet: Any, first: tuple[int, int], last: tuple[int, int]) -> None:
        """Green for what is in order, red for what is not, amber where inputs were changed (cells from 0)."""
        for begins, (fill, font) in (("OK", GOOD), ("ALL OK", GOOD), ("CHECK", BAD), ("CHANGED", CHANGED)):
            colours = self._book.add_format({"bg_color": fill, "font_color": font})
            rule = {"type": "text", "criteria": "begins with", "value": begins, "format": colours}
            sheet.conditional_format(*first, *last, rule)


def number_format(unit: Unit, values: FloatArray | Sequence[float], name: str = "") -> str:
    """Pounds with separators, shares as per cent, people with one decimal, other pure numbers as they are."""
    numbers = np.asarray(values, dtype=float)
    finite = numbers[np.isfinite(numbers)]
    largest = float(np.max(np.abs(finite))) if finite.size else 0.0
    if unit in (POUND, REAL_POUND):
        return _POUNDS if largest >= 1000 or largest == 0 else _PENCE
    if any(word in {"£", "£real"} and power > 0 for word, power in unit.powers) and unit != POUND / REAL_POUND:
        return _PENCE
    if "middle" in name.rpartition(".")[2]:  # a calendar year
        return "0.00"
    if unit == PERSON:
        return "#,##0.0"
    if unit == PURE or str(unit) == "1/year":
        whole = bool(finite.size) and bool(np.all(finite == np.round(finite)))
        if any(word in name for word in _PLAIN):
            return _FACTOR
        if whole and largest > 1:
            return "#,##0"
        return _PERCENT if largest <= 1 else _FACTOR
    return _FACTOR if unit == POUND / REAL_POUND else "#,##0.00"
