"""The reference of the scenario language as Markdown pages, from the same schema that helps editors.

A page a section of the scenario, one for the kinds of payment term, and those of `reference_prose`. A new key, kind or
section appears by itself.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from collections.abc import Set as AbstractSet
from itertools import chain, combinations

from pydantic import ValidationError

from finmodel.scenario.reference_keys import HEAD, Link, in_table, in_yaml, paragraphs, prose, row, table_of_keys
from finmodel.scenario.reference_prose import ABOUT, SETTLEMENT, TERMS, composition_page, index_page, numbers_page
from finmodel.scenario.schema import scenario_schema
from finmodel.scenario.schema_numbers import PREFIX, REFERENCE, Schema, block_schema, number_field
from finmodel.scenario.schema_over import WORDS
from finmodel.scenario.settlement import Settlement
from finmodel.scenario.terms import Term

Pairs = Mapping[str, Sequence[tuple[str, str]]]
"""Who may pay whom by a kind of term: (payer, payee)."""

MADE = "<!-- Written by `finmodel schema --markdown docs/reference`, from the models that read scenarios. -->"
EXAMPLE_PHASE = (
    "payment_models.capitation_gain_share.phases.outcomes_based"  # of the scenario that examples are merged into
)
_TERM, _TERMS_PAGE = Term.__name__, "payment-terms.md"
_LONGEST = 116


def reference_pages(kinds: Mapping[str, type[Term]], pairs: Pairs) -> dict[str, str]:
    """Every page by the name of its file."""
    definitions = scenario_schema(kinds)["definitions"]
    whole, over = definitions["Whole"], definitions["Extending"]
    top = {"extends": over["properties"]["extends"], **whole["properties"]}
    pages, rows = {}, []
    for key, schema in top.items():
        page = _Page(definitions)
        page.find(schema, key)
        where = f"`{key}`"
        if page.blocks:
            file = f"{key.replace('_', '-')}.md"
            where, pages[file] = f"[`{key}`]({file})", page.text(key, schema)
        plain = {**schema, "examples": ()} if page.blocks else schema
        rows.append(row(where, plain, lambda _: "a block", needed=key in whole["required"]))
    pages["settlement.md"] = _settlement(definitions)
    pages[_TERMS_PAGE] = _terms(definitions, kinds, pairs)
    pages["numbers.md"] = numbers_page(block_schema(None), _blocks_for_numbers(definitions))
    pages["composition.md"] = composition_page({word: schema["description"] for word, schema in WORDS.items()})
    pages["README.md"] = index_page("\n".join([HEAD, *rows]))
    return {file: f"{MADE}\n\n{text.strip()}\n" for file, text in sorted(pages.items())}


def _blocks_for_numbers(definitions: dict[str, Schema]) -> list[Schema]:
    """The blocks that may stand for a number, but for ramps and distributions."""
    fields = [part for name, part in definitions.items() if number_field(name) is not None]
    found: dict[str, Schema] = {}
    for option in (option for field in fields for option in field.get("anyOf", ())):
        name = str(option.get(REFERENCE, "")).removeprefix(PREFIX)
        part = definitions.get(name, option)
        if part.get("required") and part.get("properties"):
            found.setdefault(part["required"][0], part)
    return list(found.values())


class _Page:
    """The blocks of a page: the classes that may stand at each path, outer before inner."""

    def __init__(self, definitions: dict[str, Schema]) -> None:
        self.definitions = definitions
        self.blocks: dict[str, tuple[str, ...]] = {}

    def find(self, schema: Schema, path: str) -> None:
        """Note the blocks at and below a path; a class that is there already is not noted again."""
        for at, names in self._within(schema, path):
            known = {name for noted in self.blocks.values() for name in noted}
            new = tuple(name for name in names if name not in known)
            if new:
                self.blocks[at] = self.blocks.get(at, ()) + new
            for name in new:
                for key, below in self.definitions[name]["properties"].items():
                    self.find(below, f"{at}.{key}")

    def _within(self, schema: Schema, path: str) -> Iterator[tuple[str, list[str]]]:
        options = [schema, *schema.get("anyOf", ()), *schema.get("oneOf", ())]
        names = [str(option.get(REFERENCE, "")).removeprefix(PREFIX) for option in options]
        yield path, [name for name in names if name != _TERM and self._is_block(name)]
        for option in options:
            if isinstance(option.get("items"), dict):
                yield from self._within(option["items"], path)
            if isinstance(option.get("additionalProperties"), dict):
                yield from self._within(option["additionalProperties"], f"{path}.NAME")

    def _is_block(self, name: str) -> bool:
        return name[:1].isupper() and "properties" in self.definitions.get(name, {})

    def link(self, name: str) -> str:
        """What the keys of a class are called in a table."""
        if name == _TERM:
            return f"[payment terms]({_TERMS_PAGE})"
        at = next((path for path, names in self.blocks.items() if name in names), None)
        return f"[`{at}`](#{slug(at)})" if at else "a block"

    def text(self, key: str, schema: Schema) -> str:
        """The page of a section."""
        parts = [f"# `{key}`"]
        if key not in self.blocks:
            parts.append(prose(schema["description"].partition(" Default:")[0]))
        parts += [part for path, names in self.blocks.items() for part in self.section(path, names, key)]
        parts += ["## See also", ABOUT[key]] if key in ABOUT else []
        return "\n\n".join(parts)

    def section(self, path: str, names: Sequence[str], title: str = "", level: str = "##") -> Iterator[str]:
        """A block: what it is and its keys; where it is of several classes, what they share, then each."""
        if path != title:
            yield f"{level} `{path}`"
        classes = [self.definitions[name] for name in names]
        if len(classes) == 1:
            yield prose(classes[0]["description"])
            yield _table(classes[0], classes[0]["properties"], self.link)
            return
        chosen, common = shared(classes)
        rows = [_chosen_row(chosen, classes)] if chosen else []
        yield "\n".join([_table(classes[0], common, self.link), *rows])
        for one in classes:
            if chosen:
                yield f"{level}# `{chosen}: {one['properties'][chosen]['const']}`"
            yield prose(one["description"])
            own = {key: below for key, below in one["properties"].items() if key != chosen and key not in common}
            if own:
                yield _table(one, own, self.link)


def shared(classes: Sequence[Schema]) -> tuple[str | None, dict[str, Schema]]:
    """The key whose word decides between classes, and the keys that all of them have alike."""
    first, *others = (one["properties"] for one in classes)
    chosen = next((key for key in first if all("const" in each.get(key, {}) for each in (first, *others))), None)
    common = {key: below for key, below in first.items() if all(each.get(key) == below for each in others)}
    return chosen, common


def slug(heading: str) -> str:
    """The anchor of a heading, as GitHub makes it."""
    return re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-")


def _table(block: Schema, properties: dict[str, Schema], link: Link) -> str:
    return table_of_keys(properties, block.get("required", ()), link)


def _chosen_row(key: str, classes: Sequence[Schema]) -> str:
    constants = [one["properties"][key]["const"] for one in classes]
    written = " or ".join(f"[`{one}`](#{slug(f'{key}: {one}')})" for one in constants)
    return f"| `{key}` | Which of these it is. | {written} | required |"


def _terms(definitions: dict[str, Schema], kinds: Mapping[str, type[Term]], pairs: Pairs) -> str:
    named = definitions[_TERM]["discriminator"]["mapping"]
    classes = [definitions[named[kind].removeprefix(PREFIX)] for kind in kinds]
    page = _Page(definitions)
    _, common = shared(classes)
    for key, below in common.items():
        page.find(below, key)
    of_all = dict(page.blocks)
    own = {kind: _without(one["properties"], {"kind", *common}) for kind, one in zip(kinds, classes, strict=True)}
    for kind, keys in own.items():
        for key, below in keys.items():
            page.find(below, f"{kind}.{key}")
    parts = [TERMS, "## Keys of every term", _table(classes[0], common, page.link)]
    parts += [part for path, names in of_all.items() for part in page.section(path, names, level="###")]
    by_kind = [_kind_row(kind, one) for kind, one in zip(kinds, classes, strict=True)]
    parts += ["## Kinds", "\n".join(["| `kind` | the rule |", "|---|---|", *by_kind])]
    for (kind, cls), one in zip(kinds.items(), classes, strict=True):
        parts += [f"## `kind: {kind}`", paragraphs(one["description"])]
        parts.append(f"Paid {' or '.join(f'from {payer} to {payee}' for payer, payee in pairs[kind])}.")
        example = _example(cls, one, pairs[kind][0])
        if example:
            parts.append(f"```yaml\n# in: {EXAMPLE_PHASE}\n{example}\n```")
        parts.append(_table(one, own[kind], page.link) if own[kind] else "No keys beyond those of every term.")
        for path, names in page.blocks.items():
            if path.startswith(f"{kind}."):
                parts += page.section(path, names, level="###")
    return "\n\n".join(parts)


def _settlement(definitions: dict[str, Schema]) -> str:
    page = _Page(definitions)
    name = Settlement.__name__
    page.find({REFERENCE: PREFIX + name}, "settlement")
    parts = ["# A settlement", SETTLEMENT, _table(definitions[name], definitions[name]["properties"], page.link)]
    del page.blocks["settlement"]
    for path, names in page.blocks.items():
        parts += page.section(path, names)
    return "\n\n".join(parts).replace("`settlement.", "`").replace("](#settlement", "](#")


def _without(properties: dict[str, Schema], keys: AbstractSet[str]) -> dict[str, Schema]:
    return {key: below for key, below in properties.items() if key not in keys}


def _kind_row(kind: str, schema: Schema) -> str:
    return f"| [`{kind}`](#{slug(f'kind: {kind}')}) | {in_table(schema['properties']['kind']['description'])} |"


def _example(cls: type[Term], schema: Schema, pair: tuple[str, str]) -> str | None:
    """A term with as few keys as its class accepts, each as in its own example."""
    kind = schema["properties"]["kind"]["const"]
    given = {key: below["examples"][0] for key, below in schema["properties"].items() if below.get("examples")}
    start = {"name": kind, "kind": kind, "from": pair[0], "to": pair[1]}
    needed = [key for key in schema["required"] if key not in start]
    spare = [key for key in given if key not in (*start, *needed)]
    for more in chain.from_iterable(combinations(spare, size) for size in range(3)):
        found = start | {key: given[key] for key in (*needed, *more) if key in given}
        try:
            cls.model_validate(found)
        except ValidationError:
            continue
        line = f"- {in_yaml(found)}"
        lines = [f"{key}: {in_yaml(value)}" for key, value in found.items()]
        return line if len(line) <= _LONGEST else "- " + "\n  ".join(lines)
    return None
