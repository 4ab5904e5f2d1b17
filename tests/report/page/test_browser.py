"""The page in a real browser, without a network: Debian's Chromium, driven over a pipe.

Skipped where there is no Chromium. The accessibility rules are those of axe-core; FINMODEL_AXE names its axe.min.js.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from finmodel.analysis import CompareRequest, Request, compare, kept_run, pictures, run_scenario
from finmodel.report.page import compare_page, html_of, run_page

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser")
AXE = Path(os.environ.get("FINMODEL_AXE", "node_modules/axe-core/axe.min.js"))
ROOT = Path(__file__).resolve().parents[3]
EVIL = "<script>document.title='taken'</script><img src=x onerror=\"document.title='taken'\">"

pytestmark = [
    pytest.mark.skipif(CHROMIUM is None, reason="no Chromium on this machine (Debian package: chromium)"),
    pytest.mark.xdist_group("browser"),
]

# A scenario whose every text tries to be a script.
SCENARIO = f"""
extends: {ROOT / "scenarios" / "mechanisms" / "outcome-withhold.yaml"}
name: evil
title: "{EVIL.replace('"', chr(92) + '"')}"
"""


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("pages")


@pytest.fixture(scope="module")
def pages(folder: Path) -> dict[str, Path]:
    """The page of the flagship's run, those of a comparison and of bids, and one whose title is a script."""
    evil = folder / "evil.yaml"
    evil.write_text(SCENARIO, encoding="utf-8")
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(folder)
        models = ("existing_contracts", "programme")
        made = run_scenario(Request(str(ROOT / "scenarios" / "staffordshire.yaml"), models=models, trials=500))
        run = kept_run(made.folder)
        other = kept_run(run_scenario(Request(str(evil), trials=200)).folder)
        files = (str(ROOT / "scenarios" / "staffordshire.yaml"),)
        compared = compare(CompareRequest(files, models, trials=500))
        offers = tuple(str(ROOT / "scenarios" / "bids" / f"bidder-{letter}.yaml") for letter in "abc")
        bids = compare(CompareRequest(offers, models, trials=500))
    drawn = {run.summary.about.name: pictures(run) for run in bids.runs}
    found = {
        "bids": html_of(compare_page(bids, drawn)),
        "run": html_of(run_page(run, pictures(run))),
        "evil": html_of(run_page(other, pictures(other))),
        "compare": html_of(compare_page(compared, {"staffordshire": pictures(compared.runs[0])})),
    }
    paths = {name: folder / f"{name}.html" for name in found}
    for name, html in found.items():
        paths[name].write_text(html, encoding="utf-8")
    return paths


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        started = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox", "--disable-gpu"])
        yield started
        started.close()


class Opened:
    """A page that is open, with everything that it asked for and complained of."""

    def __init__(self, browser: Any, path: Path, width: int = 1200) -> None:
        self.page = browser.new_page(viewport={"width": width, "height": 900})
        self.requests: list[str] = []
        self.complaints: list[str] = []
        self.page.on("request", lambda request: self.requests.append(request.url))
        self.page.on("console", lambda message: self.complaints.append(message.text))
        self.page.on("pageerror", lambda error: self.complaints.append(str(error)))
        self.page.goto(path.as_uri())
        self.page.wait_for_selector("body[data-charts=drawn]", timeout=60_000)


def in_print(browser: Any, path: Path) -> Opened:
    """The page as it is printed, as wide as A4 within its margins."""
    opened = Opened(browser, path, width=703)
    opened.page.emulate_media(media="print")
    return opened


@pytest.fixture(scope="module")
def opened(browser: Any, pages: dict[str, Path]) -> dict[str, Opened]:
    return {name: Opened(browser, path) for name, path in pages.items()}


@pytest.mark.parametrize("name", ["run", "compare", "bids", "evil"])
def test_no_request_leaves_it_and_nothing_is_complained_of(
    opened: dict[str, Opened], pages: dict[str, Path], name: str
) -> None:
    asked = [url for url in opened[name].requests if not url.startswith("data:")]

    assert asked == [pages[name].as_uri()]
    assert opened[name].complaints == []


@pytest.mark.parametrize("name", ["run", "compare", "bids", "evil"])
def test_every_chart_is_drawn_and_described(opened: dict[str, Opened], name: str) -> None:
    charts = opened[name].page.query_selector_all(".picture")
    drawn = [chart.query_selector("svg[role=img]") for chart in charts]

    assert len(charts) > 3
    assert all(svg is not None and len(svg.get_attribute("aria-label")) > 40 for svg in drawn)
    boxes = [svg.bounding_box() for svg in drawn]
    assert all(box["width"] > 200 and box["height"] > 80 for box in boxes)
    marks = [len(svg.query_selector_all("path, rect, line, text")) for svg in drawn]
    assert min(marks) > 10


def test_a_script_in_the_text_of_a_scenario_stays_text(opened: dict[str, Opened]) -> None:
    page = opened["evil"].page

    assert EVIL in page.inner_text("h1")
    assert page.title() == EVIL  # the title says it, and was not taken
    assert page.query_selector("h1 script, h1 img, main img") is None


def test_tables_sort_by_a_click_and_totals_stay_last(opened: dict[str, Opened]) -> None:
    page = opened["run"].page
    table = page.query_selector("table:has(caption:text('P(payment accrued for a contract year'))")
    assert table is not None

    def column(place: int) -> list[str]:
        return [row.query_selector_all("th, td")[place].inner_text() for row in table.query_selector_all("tbody tr")]

    before = column(2)
    table.query_selector_all("thead button")[2].click()
    rising = [float(text.partition("%")[0].lstrip("<> ")) for text in column(2)[:-1]]
    assert rising == sorted(rising)
    assert column(0)[-1] == "All years"
    table.query_selector_all("thead button")[2].click()
    falling = [float(text.partition("%")[0].lstrip("<> ")) for text in column(2)[:-1]]
    assert falling == sorted(rising, reverse=True)
    assert sorted(before) == sorted(column(2))
    assert table.query_selector_all("thead th")[2].get_attribute("aria-sort") == "descending"


@pytest.mark.parametrize("name", ["run", "compare", "bids"])
def test_in_print_nothing_is_wider_than_a4(browser: Any, pages: dict[str, Path], name: str) -> None:
    """A4 less its margins is 186 mm wide: 703 CSS pixels."""
    opened = in_print(browser, pages[name])
    wide = opened.page.evaluate(
        "() => [...document.querySelectorAll('main *')].filter(e => !e.closest('svg, .hidden'))"
        ".filter(e => e.getBoundingClientRect().right > 703 + 24).map(e => e.outerHTML.slice(0, 120))"
    )
    pdf = opened.page.pdf(prefer_css_page_size=True)
    opened.page.close()

    assert wide == []
    assert b"/MediaBox [0 0 594" in pdf or b"/MediaBox [0 0 595" in pdf  # A4 in points


@pytest.mark.parametrize("name", ["run", "compare", "bids"])
def test_no_heading_is_lost_in_print_and_folded_tables_are_left_out(
    browser: Any, pages: dict[str, Path], name: str
) -> None:
    """Browsers repeat no button at the head of the next page, so that headings are plain text there."""
    opened = in_print(browser, pages[name])
    shown = "e => e.getClientRects().length > 0"
    buttons = opened.page.evaluate(f"() => [...document.querySelectorAll('thead button')].filter({shown}).length")
    headings = opened.page.evaluate(
        f"() => [...document.querySelectorAll('table')].filter({shown}).flatMap(t => [...t.tHead.rows[0].cells])"
        ".filter(th => !th.querySelector('.hidden') && !th.innerText.trim()).length"
    )
    folded = opened.page.evaluate(f"() => [...document.querySelectorAll('details:not([open])')].filter({shown}).length")
    opened.page.close()

    assert (buttons, headings, folded) == (0, 0, 0)


@pytest.mark.parametrize("name", ["run", "compare", "bids", "evil"])
@pytest.mark.parametrize("width", [390, 1280])
def test_the_page_itself_never_scrolls_sideways(browser: Any, pages: dict[str, Path], name: str, width: int) -> None:
    """On a telephone wide tables and charts scroll within themselves; headings and captions do not."""
    opened = Opened(browser, pages[name], width=width)
    wide = opened.page.evaluate("() => document.documentElement.scrollWidth")
    beyond = opened.page.evaluate(
        "(w) => [...document.querySelectorAll('main *, header *, nav *')]"
        ".filter(e => !e.closest('svg, .hidden') && !e.parentElement.closest('.scroll, .picture'))"
        ".filter(e => e.getBoundingClientRect().right > w + 1).map(e => e.outerHTML.slice(0, 120))",
        width,
    )
    opened.page.close()

    assert (wide, beyond) == (width, [])


@pytest.mark.parametrize("name", ["run", "compare", "bids"])
def test_on_a_desk_every_table_stands_there_whole(opened: dict[str, Opened], name: str) -> None:
    cut = opened[name].page.evaluate(
        "() => [...document.querySelectorAll('.scroll')].filter(e => e.scrollWidth > e.clientWidth + 1)"
        ".map(e => e.getAttribute('aria-label'))"
    )

    assert cut == []


@pytest.mark.parametrize("name", ["run", "compare", "bids"])
def test_no_label_of_a_chart_is_cut(opened: dict[str, Opened], name: str) -> None:
    texts = opened[name].page.evaluate("() => [...document.querySelectorAll('svg text')].map(e => e.textContent)")

    assert any("gain and loss share)" in text for text in texts)  # the end of the longest label
    assert [text for text in texts if text.endswith("…")] == []


@pytest.mark.parametrize("name", ["run", "compare", "bids"])
def test_the_answers_stand_on_one_printed_page(browser: Any, pages: dict[str, Path], name: str) -> None:
    """The first A4 page holds all headlines and the table at a glance: 273 mm less margins, 1,016 CSS pixels."""
    opened = in_print(browser, pages[name])
    ends = opened.page.evaluate("() => document.querySelector('.headlines').getBoundingClientRect().bottom")
    asked = opened.page.evaluate("() => document.querySelectorAll('.headlines dt').length")
    opened.page.close()

    assert ends < 1_016
    assert 4 <= asked <= 7


@pytest.mark.parametrize("name", ["run", "compare", "bids"])
def test_in_print_a_chart_is_as_wide_as_half_the_page_at_least_and_no_higher_than_one(
    browser: Any, pages: dict[str, Path], name: str
) -> None:
    opened = in_print(browser, pages[name])
    boxes = [svg.bounding_box() for svg in opened.page.query_selector_all("svg[role=img]")]
    opened.page.close()

    assert min(box["width"] for box in boxes) > 350
    assert max(box["height"] for box in boxes) < 1_016


@pytest.mark.parametrize("name", ["run", "compare", "bids"])
def test_a_colour_is_always_a_word_as_well(opened: dict[str, Opened], name: str) -> None:
    words = opened[name].page.evaluate(
        "() => [...document.querySelectorAll('td.red, td.amber, td.green')].map(e => [e.className, e.textContent])"
    )

    assert {kind for kind, _ in words} >= {"red", "amber"}
    assert all(kind == text.lower() for kind, text in words)


def test_whoever_has_no_mouse_reaches_every_table_and_heading(opened: dict[str, Opened]) -> None:
    page = opened["run"].page

    reached = "() => [...document.querySelectorAll('thead button, summary, nav a')].every(e => e.tabIndex >= 0)"
    assert page.evaluate(reached)
    page.focus("section > .scroll thead button")
    page.keyboard.press("Enter")
    assert page.evaluate("() => document.activeElement.closest('th').getAttribute('aria-sort')") == "ascending"


@pytest.mark.skipif(not AXE.is_file(), reason="no axe-core on this machine (npm package axe-core; FINMODEL_AXE)")
@pytest.mark.parametrize("name", ["run", "compare", "bids"])
def test_axe_finds_no_serious_violation(opened: dict[str, Opened], name: str) -> None:
    page = opened[name].page
    page.evaluate(AXE.read_text(encoding="utf-8"))
    found = page.evaluate("() => axe.run({exclude: [['svg']]})")
    serious = [
        (one["id"], one["help"], [node["html"][:100] for node in one["nodes"]][:3])
        for one in found["violations"]
        if one["impact"] in ("serious", "critical")
    ]

    assert serious == []
    assert len(found["passes"]) > 15
