"""finmodel report: one self-contained web page of a run."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from finmodel.report.page import Page

PAGE = "report.html"


@click.command(
    short_help="Write a web page of a kept run.",
    epilog="Example: finmodel report runs/staffordshire-1a2b3c4d --charts charts",
)
@click.argument("folder", metavar="RUN", type=click.Path(path_type=Path))
@click.option(
    "--out", type=click.Path(path_type=Path), metavar="FILE.html", help="Default: report.html in the run folder."
)
@click.option(
    "--charts",
    type=click.Path(path_type=Path),
    metavar="DIR",
    help="Also write every chart as PNG and SVG to the empty or new folder DIR.",
)
@click.option("--overwrite", is_flag=True, help="Replace an earlier page.")
def report(*, folder: Path, out: Path | None, charts: Path | None, overwrite: bool) -> None:
    """Write a web page of the kept run in RUN: one file that needs no network, to be mailed, projected or printed.

    It says what the terminal says, in the same order, with pictures: headlines, fans of payments against the envelope,
    how cash is spread, where the pounds go, who bears the risk, outcome money, models side by side, assumptions and
    an assurance statement.
    """
    write_run_page(folder, out, charts, overwrite=overwrite)


def write_run_page(
    folder: Path, out: Path | None, charts: Path | None, *, overwrite: bool = False, keep: bool = False
) -> None:
    """The page of the run in `folder`; with `keep` one that is there already stays as it is."""
    from finmodel.analysis import kept_run, pictures
    from finmodel.report.page import run_page

    path = out or folder / PAGE
    if keep and path.exists():
        click.echo(f"Already there: {path}", err=True)
        return
    run = kept_run(folder)
    write_page(run_page(run, pictures(run)), path, charts, overwrite=overwrite)


def write_page(page: Page, path: Path, charts: Path | None, *, overwrite: bool) -> None:
    """Write a page, and its charts where wanted; says where they are."""
    from finmodel.cli.options import check_out
    from finmodel.report.page import draw, html_of

    check_out(path, (".html",), overwrite=overwrite)
    if charts is not None:
        charts.mkdir(parents=True, exist_ok=True)
        if any(charts.iterdir()) and not overwrite:
            raise click.UsageError(f"--charts {charts}: it is not empty; --overwrite replaces its files")
    beside = path.with_name(f".{path.name}.part")
    try:
        beside.write_text(html_of(page), encoding="utf-8")
        beside.replace(path)
    finally:
        beside.unlink(missing_ok=True)
    click.echo(f"Written: {path}", err=True)
    if charts is not None:
        draw(page.charts, charts)
        click.echo(f"Charts in {charts}", err=True)
