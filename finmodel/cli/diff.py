"""finmodel diff: what differs between two scenarios, composed."""

from __future__ import annotations

import textwrap
from typing import TYPE_CHECKING

import click

from finmodel.cli.options import json_option, overrides_option, print_json

if TYPE_CHECKING:
    from finmodel.scenario import Difference

_SHORT = 100


@click.command(
    short_help="Tell what differs between two scenarios.",
    epilog="Example: finmodel diff scenarios/staffordshire.yaml scenarios/staffordshire-smaller-stake.yaml",
)
@click.argument("before", metavar="A")
@click.argument("after", metavar="B")
@overrides_option
@json_option
def diff(*, before: str, after: str, overrides: tuple[str, ...], as_json: bool) -> None:
    """Tell what differs between scenario A and scenario B, with all that they extend, in the words of the scenario.

    For each difference its path, as --set takes it, then what A says (-) and what B says (+), and where. Overrides
    apply to B, so that `finmodel diff A A --set PATH=VALUE` shows what an override does. Exit code 0 in any case.
    """
    from finmodel.contract import open_scenario
    from finmodel.scenario import differences

    found = differences(open_scenario(before), open_scenario(after, overrides))
    if as_json:
        print_json({"schema": 1, "differences": [{"kind": one.kind, **_to_json(one)} for one in found]})
        return
    for one in found:
        click.echo(f"{one.path} ({one.kind})")
        for mark, text, span in (("-", one.before, one.before_at), ("+", one.after, one.after_at)):
            if text is not None:
                place = f"  # {span.file}:{span.line}" if span else ""
                click.echo(f"  {mark} {textwrap.shorten(text, _SHORT, placeholder=' …')}{place}")
    click.echo(f"{len(found)} difference{'' if len(found) == 1 else 's'}")


def _to_json(one: Difference) -> dict[str, object]:
    return {
        name: str(value) if name.endswith("_at") and value is not None else value for name, value in vars(one).items()
    }
