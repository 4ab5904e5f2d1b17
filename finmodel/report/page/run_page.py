"""The page of a run: the questions in the order the board asks them, then the assumptions and the assurance."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from finmodel.analysis import KeptRun, Model, Pictures, Summary
from finmodel.report.each_model import options_of
from finmodel.report.grid import Cell, Column, Grid
from finmodel.report.headlines import paid_for_nothing
from finmodel.report.own import own
from finmodel.report.page.assurance import assurance
from finmodel.report.page.build import Page, Section
from finmodel.report.page.chart import Chart
from finmodel.report.page.exit_charts import gone_by
from finmodel.report.page.glance import at_a_glance
from finmodel.report.page.headlines import headlines
from finmodel.report.page.outcome_charts import outcome_money, paid_for
from finmodel.report.page.payment_charts import distribution, fan, side_by_side
from finmodel.report.page.risk_charts import positions, shares, waterfall
from finmodel.report.page.signature import reasons, signature_picture
from finmodel.report.questions import QUESTIONS, reading

FOOTER = "Made by finmodel. Nothing on this page comes from a network; every figure stands in the run folder as well."


def run_page(run: KeptRun, found: Pictures) -> Page:
    """Everything that the terminal shows, with pictures."""
    summary = run.summary
    about = summary.about
    options, titles = options_of(summary), {about.name: about.title}
    charts = {number: [one for one in each if one] for number, each in charts_of(summary, found).items()}
    said = {3: paid_for_nothing(summary), 4: _no_exit(summary)}
    sections = [
        Section(
            f"question-{number}",
            f"{number}  {one.title}",
            charts.get(number, ()),
            _filled(one.full(summary)),
            said.get(number, ()),
        )
        for number, one in QUESTIONS.items()
    ]
    checks = _filled([signature_picture(options, titles), reasons(summary)])
    sections.append(Section("signature", "Before signature: is it safe to sign?", (), checks))
    sections.append(Section("own", "Own figures", (), _filled(own(summary))))
    sections.append(with_care([run]))
    sections.append(Section("assumptions", "Assumptions", (), [_assumptions(run)]))
    sections.append(Section("assurance", "Assurance", (), assurance(run, found)))
    shown = [section for section in sections if section.charts or section.grids or section.lines]
    models = "1 payment model" if len(about.models) == 1 else f"{len(about.models)} payment models"
    subtitle = f"{about.trials:,} trials, seed {about.seed}, {models}, run {run.manifest.run_hash}"
    told = headlines(summary, run.stated.assumptions)
    return Page(about.title, subtitle, told, at_a_glance(options, titles), shown, FOOTER)


def with_care(runs: Sequence[KeptRun]) -> Section:
    """How figures are to be read, what they rest on, and what in the scenarios deserves a second look."""
    abouts = [run.summary.about for run in runs]
    lines = (
        *(f"Changed for this run: {one}" for about in abouts for one in about.overrides),
        *(note for about in abouts for note in about.notes),
        *(f"Questionable, but legal: {one}" for run in runs for one in run.stated.warnings),
        *reading(abouts[0]),
    )
    return Section("care", "Read with care", lines=tuple(dict.fromkeys(lines)))


def _no_exit(summary: Summary) -> list[str]:
    """What stands in the place of question 4 where no integrator can go."""
    models = [model for model in summary.about.models if model.integrator]
    if not models or any(summary.chance(model.name, "integrator_goes") for model in models):
        return []
    return ["Answered where the scenario states the integrator’s capital; this one states none."]


def charts_of(summary: Summary, found: Pictures) -> dict[int, list[Chart | None]]:
    """The charts of a run by the question that they answer; None for what it has nothing to draw of."""
    models: tuple[Model, ...] = summary.about.models
    return {
        1: [*(fan(summary, model) for model in models), distribution(summary, found)],
        2: [positions(summary), *(waterfall(model, found) for model in models), shares(models, found)],
        3: [*(outcome_money(summary, model) for model in models), paid_for(summary)],
        4: [gone_by(summary)],
        5: [side_by_side(summary)],
    }


def _filled(grids: Iterable[Grid] | Iterator[Grid]) -> list[Grid]:
    return [grid for grid in grids if not grid.empty]


def _assumptions(run: KeptRun) -> Grid:
    """The named assumptions; every other number of the scenario stands in its register."""
    columns = [Column(heading) for heading in ("Value", "Unit", "Confidence", "Owner", "Review by", "Source")]
    grid = Grid("Named assumptions", "Assumption", columns, words=True)
    for one in run.stated.assumptions:
        cells = (one.text, one.unit, one.confidence, one.owner, one.review_by, one.source)
        grid.row(one.name, [Cell(text) for text in cells])
    grid.notes.append("Every other number of the scenario, with its source: finmodel assumptions FILE.")
    return grid
