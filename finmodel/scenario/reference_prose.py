"""The pages of the reference that are told rather than listed, and the sentences above the lists.

What can be listed (forms of a number, words of composition) comes from the schema.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from finmodel.scenario.reference_keys import in_table, prose, table_of_keys
from finmodel.scenario.schema_numbers import Schema

_MODEL = "[the model](../model.md#{})"
ABOUT = {
    "bid": "How bids are written and compared: [Compare bids](../how-to/compare-bids.md).",
    "checks": "What each test needs, and its thresholds as shipped: "
    "[Check before signing](../how-to/check-before-signing.md).",
    "contract_register": "The columns of the register: [scenarios](../../scenarios/README.md#the-register).",
    "savings": f"How savings lower payments and cost: {_MODEL.format('what-existing-terms-pay-contract-c')}.",
    "indices": f"How an index grows: {_MODEL.format('indices--of-the-year-per--of-base-year-prices')}.",
    "outcomes": f"How a rate becomes a score: {_MODEL.format('outcomes')}. "
    "To add one: [Add an outcome](../how-to/add-an-outcome.md). To pay by tiers, through gates and more: "
    "[Score an outcome](../how-to/score-an-outcome.md).",
    "parties": "To add a commissioner: [Add a commissioner](../how-to/add-a-commissioner.md).",
    "payment_models": "To add one: [Add a payment model](../how-to/add-a-payment-model.md).",
}

TERMS = """# Payment terms

A term says who pays whom, for what, by which rule. Terms stand in the phases of a [payment
model](payment-models.md), in the order of calculation: a term can act `on` those above it. In the formulas, `y`
is the contract year, `s` a service, `c` a contract; the other letters are those of [the
model](../model.md#payment-terms). Numbers of years and money in the examples are illustrations."""

_INDEX = """# Reference of the scenario file

What may stand in a scenario, key by key. A scenario is one YAML file; `finmodel validate FILE` tells every
mistake in it.

{table}

Besides:

- [Payment terms](payment-terms.md): the kinds of term, with formula and example
- [Numbers](numbers.md): what may be written for a number
- [Composition](composition.md): a scenario over another
- [A settlement](settlement.md): payment terms alone, for actual figures

In paths such as `services.NAME.pool`, `NAME` stands for a name of your choice: lower-case letters, digits and
`_`, a letter first. How a scenario is extended, step by step, and everything else:
[documentation](../README.md)."""


SETTLEMENT = """A settlement is a file of payment terms alone. `finmodel settle` evaluates it on actual figures,
one row each.
How one is written and read: [Settle a year](../how-to/settle-a-year.md). Formulas: [Formulas](../formulas.md). It may
stand over others (`extends`), as a scenario does: [Composition](composition.md)."""


def index_page(table: str) -> str:
    """The first page."""
    return _INDEX.format(table=table)


_NUMBERS = """# Numbers

What may be written for a number, in every place of a scenario that takes one.

## An amount

| of | written | means |
|---|---|---|
| money | `£687m`, `£1.222bn`, `£250k`, `£1,160`, `£2.4 million` | pounds; a bare number is refused, but for 0 |
| a rate or share | `3.5%`, `0.035` | a bare number above 1 is refused where 2 could mean 2% or 200% |
| percentage points | `0.8pp` | 0.8 of a hundredth: 35.4% + 0.8pp = 36.2% |
| people | `740 people`, `876,000 people`, `740` | heads |
| points of a score | `8.74 points`, `8.74` | on the scale of the survey |
| a number | `1.2` | a factor |
| money a person | `£139.50 a person`, `£139.50/person` | |
| a year | `0.8pp a year`, `0.8pp` | "a year" may be left out where the key says so |
| a time | `24 months`, `2 years` | whole months |

The sign stands first: `+0.7pp`, `-£2m`. Commas stand before groups of three digits, and inside `[...]` or
`{{...}}` such an amount needs quotes, because YAML would end it at the comma: `{{people: "1,160 people"}}`. An
amount in another unit than the key's is a mistake: `3.5%` of a population is never taken for people.

## Which form where

- **Any form**: an amount, the name of one of the [assumptions](assumptions.md), a list with one entry a
  contract year, or one of the blocks below.
- **One for all years**: the same, but not a list by year, nor what changes from year to year. It may be
  uncertain: then it is drawn once a trial.
- **A plain amount**: nothing but an amount.

The name of an assumption:

```yaml
# in: services.cancer.sites.breast
growth: cancer_growth
```

One entry a contract year (here ten). Growth of year 1 is already in year-1 prices and is not applied:

```yaml
# in: services.cancer
planned_growth: [1.5%, 1.5%, 1.5%, 1.2%, 1.2%, 1.2%, 1%, 1%, 1%, 1%]
```

From 0% until year 2 to 5% from year 6, in a straight line between:

```yaml
# in: savings
claimed: {{ramp: {{from: 0%, to: 5%, start: 2, end: 6}}}}
```

Uncertain: drawn anew each year about a mean that is known by year, each year leaning to where the one before
was:

```yaml
# in: indices.tariff
change:
  normal: [[3.1%, 2.3%, 2%, 2%, 2.9%, 2.5%, 2.5%, 2.5%, 2.5%, 2.5%], 0.8%]
  vary: yearly
  persistence: 0.5
```

## Blocks

A block holds one of these:

{alternatives}

{beside}

Parameters are written in the unit of the number; alpha, beta and probabilities are pure numbers. Instead of a
list a block with the names of the parameters can be written: `normal: {{mean: 0%, sd: 4%}}`. With `vary:
yearly` a parameter may be a list by year. How each distribution is drawn: [conventions](../conventions.md)."""

FORM_EXAMPLES = {
    "ramp": "{ramp: {from: 0%, to: 5%, start: 2, end: 6}}",
    "normal": "{normal: [1.5%, 0.8%]}",
    "lognormal": "{lognormal: [2%, 0.5%]}",
    "triangular": "{triangular: [0.5%, 1%, 2%]}",
    "pert": "{pert: [0.5%, 1%, 2%]}",
    "uniform": "{uniform: [0%, 3%]}",
    "beta": "{beta: [2, 4]}",
    "discrete": "{discrete: {values: [0%, 1%, 2%], probabilities: [60%, 25%, 15%]}}",
    "bernoulli": "{bernoulli: 30%}",
    "quantiles": "{quantiles: {P10: 1%, P50: 2%, P90: 4%}}",
    "empirical": "{empirical: [1.2%, 1.9%, 2.4%]}",
    "mixture": "{mixture: [{weight: 70%, of: {normal: [2%, 0.5%]}}, {weight: 30%, of: {normal: [5%, 1%]}}]}",
}


def numbers_page(block: Schema, others: Iterable[Schema]) -> str:
    """What may be written for a number.

    `block` is the schema of distributions and ramps, `others` those of further blocks that may stand for a number.
    """
    forms = [name for option in block["oneOf"] for name in option["required"]]
    beside = {name: schema for name, schema in block["properties"].items() if name not in forms}
    rows = [
        f"| `{name}` | {_told(block['properties'][name])} | {f'`{example}`' if example else ''} |"
        for name, example in ((name, FORM_EXAMPLES.get(name)) for name in forms)
    ]
    alternatives = "\n".join(["| block | meaning | example |", "|---|---|---|", *rows])
    extras = "\n".join(f"| `{name}` | {_told(schema)} |" for name, schema in beside.items())
    text = f"Beside a distribution can stand:\n\n| key | meaning |\n|---|---|\n{extras}" if beside else ""
    more = [part for other in others for part in _other_block(other)]
    return "\n\n".join([_NUMBERS.format(alternatives=alternatives, beside=text), *more])


def _other_block(schema: Schema) -> list[str]:
    """A block known by its first key that must be there."""
    name = schema["required"][0]
    table = table_of_keys(schema["properties"], schema["required"], lambda _: "a block")
    return [f"## `{name}`", prose(schema.get("description", "")), table, *([_SEE[name]] if name in _SEE else [])]


_SEE = {
    "table": "Step by step: [Use a table](../how-to/use-a-table.md).",
    "formula": "What a formula may say: [formulas](../formulas.md).",
}


def _told(schema: Schema) -> str:
    return in_table(schema.get("description", ""))


_COMPOSITION = """# Composition

A scenario may stand over others and state only what differs: `extends` names one file or a list, by paths
relative to the file that says so. It has a `name` of its own.

```yaml
extends: ../../scenarios/staffordshire.yaml
name: slower_growth
services:
  cancer: {{planned_growth: 1%}}
```

- A block is merged key by key. A number is replaced whole, with its distribution, ramp or list.
- A list whose entries have a `name` is merged by name, correlations by the pair they stand `between`; any other
  list is replaced whole.
- Of several bases the later wins over the earlier, and the scenario itself over all. A file that is reached
  twice counts once.

These words are read in a scenario that extends another, and nowhere else:

| word | meaning |
|---|---|
{words}

`finmodel show FILE` prints the whole with the file and line of every value; `finmodel diff FILE FILE` tells
what differs. Step by step: [Extend a scenario](../how-to/extend-a-scenario.md)."""


def composition_page(told: Mapping[str, str]) -> str:
    """How scenarios stand over each other; `told` is what each word of composition means."""
    return _COMPOSITION.format(words="\n".join(f"| `{word}` | {in_table(text)} |" for word, text in told.items()))
