"""Puts a page together: one self-contained HTML file that needs no network."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from finmodel.report.grid import Grid
from finmodel.report.page.chart import Chart
from finmodel.report.page.headlines import Headline

_HERE = Path(__file__).parent
_ENDS = re.compile(r"<(/script|!--)", re.IGNORECASE)


@dataclass(frozen=True)
class Section:
    """A question and what answers it: `lines` of text, charts, tables."""

    key: str
    title: str
    charts: Sequence[Chart] = ()
    grids: Sequence[Grid] = ()
    lines: Sequence[str] = ()


@dataclass(frozen=True)
class Page:
    """Everything that a page says. All text is escaped when it is written."""

    title: str
    subtitle: str
    headlines: Sequence[Headline]
    glance: Grid
    sections: Sequence[Section]
    footer: str = ""
    charts: list[Chart] = field(init=False, repr=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "charts", [chart for section in self.sections for chart in section.charts])


def html_of(page: Page) -> str:
    """The page as HTML."""
    import jinja2
    import vl_convert

    from finmodel.report.page.tables import long, table

    environment = jinja2.Environment(autoescape=True, undefined=jinja2.StrictUndefined, keep_trailing_newline=True)
    template = environment.from_string((_HERE / "page.html.jinja").read_text(encoding="utf-8"))
    specs = {chart.name: chart.spec for chart in page.charts}
    return template.render(
        page=page,
        table=table,
        long=long,
        style=(_HERE / "page.css").read_text(encoding="utf-8"),
        bundle=_within_script(vl_convert.javascript_bundle()),  # type: ignore[call-arg] # its stub has no default
        specs=_within_script(json.dumps(specs, ensure_ascii=True, allow_nan=False)),
        behaviour=(_HERE / "page.js").read_text(encoding="utf-8"),
    )


def _within_script(text: str) -> str:
    """Text that cannot end the script it stands in, nor open a comment in it."""
    return _ENDS.sub(r"<\\\1", text)


def draw(charts: Iterable[Chart], folder: Path) -> list[Path]:
    """Each chart as PNG and SVG, named for it."""
    import vl_convert

    written: list[Path] = []
    for chart in charts:
        spec: dict[str, Any] = {**chart.spec, "title": {"text": chart.title, "anchor": "start"}}
        svg, png = folder / f"{chart.name}.svg", folder / f"{chart.name}.png"
        svg.write_text(vl_convert.vegalite_to_svg(spec), encoding="utf-8")
        png.write_bytes(vl_convert.vegalite_to_png(spec, scale=2))
        written += [svg, png]
    return written
