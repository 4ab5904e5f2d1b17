"""finmodel new: a small scenario to start from, with its register."""

from __future__ import annotations

import os
import shlex
import sys
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import click

YEARS, POOL, POPULATION = "10", "£40m", "100,000 people"  # offered where nothing is given; a short and simple contract
SCHEMA = "finmodel.schema.json"


def read_by(name: str) -> Callable[[str], Any]:
    """What a reader of the scenario room accepts; its own words where it does not."""

    def convert(written: str) -> Any:
        from finmodel import scenario

        reader: Callable[[str], Any] = getattr(scenario, name)
        try:
            return reader(written)
        except scenario.Problem as problem:
            raise click.BadParameter(problem.message) from None

    return convert


years_of, pool_of, people_of = click.IntRange(2, 30), read_by("read_pool"), read_by("read_population")


@click.command(
    short_help="Begin a scenario: a small one that runs, with its register.",
    epilog='Example: finmodel new our_contract --years 10 --pool £40m --population "100,000 people"',
)
@click.argument("name", metavar="NAME", type=read_by("read_name"))
@click.option("--years", type=years_of, help="Contract years, 2 to 30.")
@click.option("--pool", type=pool_of, metavar="AMOUNT", help="What the contract is worth over all years, e.g. £40m.")
@click.option("--population", type=people_of, metavar="PEOPLE", help='How many people, e.g. "100,000 people".')
@click.option(
    "--start",
    type=read_by("read_start"),
    metavar="YYYY-MM-DD",
    help="First day of the contract; default: the next 1 April.",
)
@click.option(
    "--out",
    type=click.Path(path_type=Path, exists=True, file_okay=False),
    default=Path(),
    metavar="FOLDER",
    help="The folder to write to; default: this one.",
)
def new(
    *,
    name: str,
    years: int | None,
    pool: float | None,
    population: float | None,
    start: date | None,
    out: Path,
) -> None:
    """Write NAME.yaml, a small commented scenario that runs, with its register and the schema for editors.

    What is not given is asked, in a terminal. No file that is there already is changed.
    """
    from finmodel.contract import schema_text
    from finmodel.scenario import Start, register_name, starter_register, starter_scenario, write_all_new

    scenario, register, schema = out / f"{name}.yaml", out / register_name(name), out / SCHEMA
    _refuse_what_is_there(scenario, register)
    _complete_or_ask({"--years": years, "--pool": pool, "--population": population})
    begun = Start(
        name=name,
        start=start or next_april(date.today()),  # noqa: DTZ011 - a day on the writer's own calendar
        years=_asked(years, "How many years does the contract run?", YEARS, years_of),
        pool=_asked(pool, "What is it worth over all these years, at the prices of the first?", POOL, pool_of),
        population=_asked(population, "For how many people?", POPULATION, people_of),
    )
    texts = {scenario: starter_scenario(begun), register: starter_register(begun)}
    has_schema = os.path.lexists(schema)
    write_all_new(texts if has_schema else {**texts, schema: schema_text()})
    click.echo("Written:")
    click.echo(f"  {scenario}: the scenario; its comments say what to change first")
    click.echo(f"  {register}: its four existing contracts, illustrative")
    if has_schema:
        click.echo(f"Left as it was: {schema}, with which an editor helps")
    else:
        click.echo(f"  {schema}: with which an editor helps")
    click.echo("Next:")
    for command in ("validate", "run"):
        click.echo(f"  finmodel {command} {shlex.quote(str(scenario))}")


def next_april(today: date) -> date:
    """The first 1 April after a day.

    >>> next_april(date(2026, 3, 31)), next_april(date(2026, 4, 1))
    (datetime.date(2026, 4, 1), datetime.date(2027, 4, 1))
    """
    return date(today.year + (today >= date(today.year, 4, 1)), 4, 1)


def in_person() -> bool:
    """Whether somebody sits at a terminal and can be asked."""
    return sys.stdin.isatty()


def _refuse_what_is_there(*paths: Path) -> None:
    """Before anything is asked; writing refuses again."""
    there = [str(path) for path in paths if os.path.lexists(path)]
    if there:
        raise click.BadParameter(f"there is {' and '.join(there)} already; nothing was written", param_hint="NAME")


def _complete_or_ask(given: dict[str, Any]) -> None:
    missing = [option for option, value in given.items() if value is None]
    if missing and not in_person():
        raise click.UsageError(f"missing {', '.join(missing)}: nobody can be asked, because the input is no terminal")


def _asked(given: Any, question: str, default: str, kind: Any) -> Any:
    return click.prompt(question, default=default, type=kind) if given is None else given
