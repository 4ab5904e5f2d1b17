"""Which keys a block of the scenario could hold besides those that it does: what an override may add."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from types import UnionType
from typing import Annotated, Any, Union, get_args, get_origin

from pydantic import BaseModel

from finmodel.scenario.document import Scenario
from finmodel.scenario.positions import Path
from finmodel.scenario.terms import Term


def keys_allowed(path: Path, data: Any, kinds: Mapping[str, type[Term]]) -> set[str]:
    """The keys declared for the block at `path`; none where its keys are names, or where no block stands."""
    found: list[Any] = [Scenario]
    for step in path:
        data = data[step]
        found = [below for one in found for below in _below(one, step)]
        if isinstance(data, dict) and Term in found:  # its keys are those of its kind
            found = [kinds.get(str(data.get("kind")), Term)]
    if not isinstance(data, dict):
        return set()
    return {field.alias or name for one in found if _is_model(one) for name, field in one.model_fields.items()}


def _below(kind: Any, step: str | int) -> Iterator[Any]:
    """What may stand under a key or entry of a part of this type."""
    if _is_model(kind):
        fields = {field.alias or name: field for name, field in kind.model_fields.items()}
        if step in fields:
            yield from _plain(fields[str(step)].annotation)
    elif get_origin(kind) in (dict, list):
        yield from _plain(get_args(kind)[-1])


def _plain(kind: Any) -> Iterator[Any]:
    """A type without its annotations, each member of a union by itself."""
    if get_origin(kind) is Annotated:
        yield from _plain(get_args(kind)[0])
    elif get_origin(kind) in (Union, UnionType):
        for member in get_args(kind):
            yield from _plain(member)
    else:
        yield kind


def _is_model(kind: Any) -> bool:
    return isinstance(kind, type) and issubclass(kind, BaseModel)
