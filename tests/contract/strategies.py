"""Hypothesis draws small complete scenarios: any register, any order of terms of every kind, any time of payment."""

from __future__ import annotations

from typing import Any

from hypothesis import Phase, settings
from hypothesis import strategies as st

from tests.contract.payment.limits import LIMITED, limited
from tests.contract.payment.strategies import (
    banks,
    by_year_or_one,
    percents,
    rate_cards,
    service_credits,
    shared_savings,
)
from tests.contract.scenarios import (
    PASS_THROUGH,
    SUPPLY_CHAIN,
    TESTED,
    TO_INTEGRATOR,
    TO_PROVIDERS,
    VOLUME,
    Row,
    Term,
    World,
    percent,
    world,
)
from tests.reference.shared_savings import waits_for_scores

PROVIDERS = ("trust", "hospice", "integrator", "St. Mary's")  # any text may name a provider
COMMISSIONERS = ("north", "south", "west")
MECHANISMS = (
    "existing_contracts",
    "fee",
    "block",
    "activity",
    "capitation",
    "patient_flow",
    "cost_plus",
    "one_off",
    "outcome_withhold",
    "incentive_pool",
    "rate_card",
    "gain_loss_share",
    "shared_savings",
    "banking",
    "sequestration",
    "flow_down",
    "collar",
    "profit_cap",
    "stop_loss",
    "clawback",
    "service_credits",
    "multilateral_share",
    "formula",
)
WITH_CHAIN = ("gain_loss_share", "banking", "cost_plus", "flow_down", "profit_cap", "multilateral_share")
WITHOUT_ACCOUNT = ("rate_card", "clawback")
WITHOUT_SERVICES = ("rate_card", "flow_down")
STARTS = (
    "2016-04-01", "2016-05-01", "2016-10-01", "2017-01-01", "2017-03-01",
    "2016-02-29", "2016-04-15", "2016-10-31", "2017-01-31", "2017-03-31",
)  # fmt: skip


def few(examples: int) -> settings:
    """Settings of a test whose examples are whole scenarios: few of them, and a failing one is not made smaller."""
    return settings(max_examples=examples, phases=[Phase.explicit, Phase.reuse, Phase.generate])


TIMES = st.one_of(st.just("monthly"), st.integers(1, 30).map(lambda n: f"{n} months after year end"))


@st.composite
def on_account(draw: st.DrawFn, term: Term, base: str) -> dict[str, Any]:
    """Paid on account and reconciled. `base`: an earlier term. Outcomes may be known before the payment on account."""
    outcome_money = term["kind"] in ("outcome_withhold", "incentive_pool")
    later = outcome_money or (term["kind"] == "shared_savings" and waits_for_scores(term))
    names = ["target", base, *(["maximum"] * 3 if outcome_money else [])]
    amount = draw(st.one_of(percents(0, 1.2).map(lambda x: f"{x} * {draw(st.sampled_from(names))}"), st.just("£3m")))
    early = draw(st.one_of(st.none(), st.integers(1, 18)))
    late = draw(st.integers(0 if later else (early or 0) + 1, 30))
    if later:
        reconciled = f"{late} months after it is known" if late else "when known"
    else:
        reconciled = f"{late} months after year end"
    first = {"amount": amount, **({} if early is None else {"paid": f"{early} months after year end"})}
    return {"on_account": first, "reconciled": reconciled}


def times(term: Term, earlier: list[Term]) -> st.SearchStrategy[Any]:
    """When a term is paid: only the cash of commissioners is followed, who may pay on account."""
    if term["from"] != "commissioners":
        return st.just("monthly")
    if term["kind"] in WITHOUT_ACCOUNT:
        return TIMES
    base = next(one["name"] for one in earlier if one["kind"] in VOLUME)
    return st.one_of(TIMES, on_account(term, base))


@st.composite
def bands(draw: st.DrawFn) -> list[dict[str, str]]:
    edges = sorted(draw(st.sets(st.integers(1, 4_000), max_size=3)))
    shares = draw(st.lists(percents(0, 1), min_size=len(edges) + 1, max_size=len(edges) + 1))
    found = [
        {"up_to": percent(edge / 10_000), "commissioners": share}
        for edge, share in zip(edges, shares[:-1], strict=True)
    ]
    return [*found, {"commissioners": shares[-1]}]


FORMULAS = (
    "2% * target",
    "£1.5m",
    "where(contract_year > 2, £1m, -£0.3m)",
    "0.5 * max({base} - £10m, 0)",
    "cumulative(1% * {base})",
    "min(lag(target), 90% * target) - 85% * target[a]",
)


def _some(draw: st.DrawFn, keys: dict[str, st.SearchStrategy[Any]]) -> dict[str, Any]:
    """Any of these keys, none or all."""
    return {key: draw(amounts) for key, amounts in keys.items() if draw(st.booleans())}


def _activity(draw: st.DrawFn) -> Term:
    """Rates above and below, around any baseline, with a tolerance and a break-glass clause beyond it."""
    own = {"above": draw(percents(0, 1)), "below": draw(percents(0, 1))}
    more = {"baseline": percents(0.8, 1.2), "fixed": percents(0, 1.2), "tolerance": percents(0, 0.05)}
    return own | _some(draw, {**more, "break_glass": percents(0.06, 0.3)})


def _one_off(draw: st.DrawFn, years: list[int]) -> Term:
    """Up to three payments in years of the phase, indexed or not."""
    amounts = st.sampled_from(["£0", "£0.5m", "£2m", "£7m"])
    one = st.fixed_dictionaries({"year": st.sampled_from(years), "amount": amounts})
    return {"payments": draw(st.lists(one, min_size=1, max_size=3)), **_some(draw, {"index": st.just("costs")})}


def _volume_or_cost(draw: st.DrawFn, kind: str, names: list[str], years: list[int]) -> Term:
    """The keys of kinds that pay for activity, cost or stated amounts. `names`: terms that they may act on."""
    on = st.lists(st.sampled_from(names), min_size=1, max_size=3, unique=True)
    if kind == "activity":
        return _activity(draw)
    if kind == "patient_flow":
        flows = {"elsewhere": draw(by_year_or_one(percents(0, 0.3))), "taken_in": draw(percents(0, 0.3))}
        return flows | _some(draw, {"out_rate": percents(0, 1.2), "in_rate": by_year_or_one(percents(0, 1.2))})
    if kind == "cost_plus":
        money = st.sampled_from(["£0.1m", "£2m", "£90m"])
        limits = {"margin": percents(0, 0.2), "margin_cap": by_year_or_one(money), "guaranteed_price": money}
        return _some(draw, {"on": on, **limits})
    if kind == "one_off":
        return _one_off(draw, years)
    if kind == "multilateral_share":
        shares = {"commissioners": "40%", "integrator": "20%", "providers": "40%"}
        one = draw(st.sampled_from([shares, {"commissioners": "100%"}]))
        return {"shares": one, **_some(draw, {"on": on, "cap": percents(0, 0.1)})}
    if kind == "sequestration":
        return {"on": draw(on), "rate": draw(by_year_or_one(percents(0, 0.1))), "losses": draw(st.booleans())}
    return {}


def brings(earlier: list[Term]) -> list[str]:
    """Terms that bring the integrator money for every service."""
    return [term["name"] for term in earlier if term["to"] == "integrator" and "services" not in term]


def _own(draw: st.DrawFn, kind: str, earlier: list[Term], *, anything: bool, years: list[int]) -> Term:
    """The keys of one kind. `earlier`: the terms above it; `years`: those of the phase."""
    names = [term["name"] for term in earlier if anything or term["kind"] in VOLUME]
    base = next(term["name"] for term in earlier if term["kind"] in VOLUME)
    if kind == "fee":
        by_share = {"share": draw(by_year_or_one(percents(0, 0.05)))}
        amount = {"amount": draw(st.sampled_from(["£0.5m", "£2.4m", ["£1m", "£0", "£3m"]])), "index": "prices"}
        return draw(st.sampled_from([by_share, amount]))
    if kind == "block":
        return draw(st.sampled_from([{}, {"share": draw(by_year_or_one(percents(0, 1.2)))}]))
    if kind == "capitation":
        return {
            "per_person": f"£{draw(st.integers(1, 900))}",
            "need": draw(percents(0.9, 1.1)),
            "index": "costs",
            **_some(draw, {"need_cap": percents(0.95, 1.05)}),
        }
    if kind == "outcome_withhold":
        whole = [term["name"] for term in earlier if term["name"] in names and "services" not in term]
        on = draw(st.lists(st.sampled_from(whole), min_size=1, max_size=3, unique=True))
        return {"on": on, "rate": draw(by_year_or_one(percents(0, 0.3)))}
    if kind == "incentive_pool":
        return {"rate": draw(by_year_or_one(percents(0, 0.1)))}
    if kind == "rate_card":
        return draw(rate_cards())
    if kind == "gain_loss_share":
        on = draw(st.lists(st.sampled_from(names), min_size=1, max_size=3, unique=True))
        return {
            "on": on,
            "bands": draw(bands()),
            "cap": draw(percents(0, 0.5)),
            "from_first_pound": draw(st.booleans()),
        }
    if kind == "shared_savings":
        return draw(shared_savings(names, chain=earlier[0]["from"] == "integrator"))
    beside = {"service_credits": service_credits, "banking": banks}
    if kind in beside:
        on = draw(st.lists(st.sampled_from(names), min_size=1, max_size=3, unique=True))
        return {"on": on, **draw(beside[kind]())}
    if kind == "flow_down":
        on = draw(st.lists(st.sampled_from(brings(earlier)), min_size=1, max_size=3, unique=True))
        rates = draw(
            st.sampled_from([{"rate": "40%"}, {"gains": "60%"}, {"losses": "30%"}, {"gains": "50%", "losses": "20%"}])
        )
        return {"on": on, **rates, "after_cost": draw(st.booleans())}
    if kind == "formula":
        return {"formula": draw(st.sampled_from(FORMULAS)).format(base=base)}
    return _volume_or_cost(draw, kind, names, years)


def _between(draw: st.DrawFn, kind: str, *, integrator: bool) -> dict[str, str]:
    if kind == "flow_down":
        return {"from": "integrator", "to": "providers"}
    if kind == "multilateral_share":
        return draw(st.sampled_from([TO_INTEGRATOR, {"from": "integrator", "to": "providers"}]))
    if kind in WITH_CHAIN:
        return TO_INTEGRATOR
    pairs = [TO_PROVIDERS]
    if integrator:
        inner = kind in ("service_credits", "existing_contracts", "collar", "shared_savings", "formula")
        pairs += [{"from": "integrator", "to": "providers"}] if inner else []
        pairs += [TO_INTEGRATOR] if kind != "existing_contracts" else []
    return draw(st.sampled_from(pairs))


@st.composite
def terms(
    draw: st.DrawFn,
    *,
    integrator: bool,
    years: list[int],
    formulas: bool = True,
    anything: bool = True,
    holds: str | None = None,
) -> list[Term]:
    """An ordered list of terms of one phase. It begins with the existing contracts, paid by whoever pays them.

    `holds` is a kind that must be in it; with `anything` a withhold or a share may act on any earlier term.
    """
    chain = integrator and (holds in WITH_CHAIN or draw(st.booleans()))
    possible = [k for k in MECHANISMS if (formulas or k != "formula") and (chain or k not in WITH_CHAIN)]
    found: list[Term] = [dict(SUPPLY_CHAIN if chain else PASS_THROUGH)]
    if not anything:
        possible.remove("existing_contracts")
    kinds = draw(st.lists(st.sampled_from(possible), max_size=5))
    if holds is not None and holds in possible:
        kinds.insert(draw(st.integers(0, len(kinds))), holds)
    for number, kind in enumerate(kinds):
        name = f"{kind}_{number}"
        if kind == "flow_down" and not brings(found):
            found.append({"name": "brings", "kind": "block", **TO_INTEGRATOR, "share": "80%"})
        if kind in LIMITED:
            own = limited(draw, kind, found, anything=anything)
        else:
            own = _own(draw, kind, found, anything=anything, years=years)
        term = {"name": name, "kind": kind, **_between(draw, kind, integrator=integrator), **own}
        paid = draw(times(term, found))
        theirs: dict[str, Any] = {}
        can_choose = kind not in ("outcome_withhold", *WITHOUT_SERVICES) and (kind != "shared_savings" or "cost" in own)
        if isinstance(paid, str) and can_choose and draw(st.integers(0, 3)) == 0:
            # b may have no outcomes, and a service nothing of the terms acted on
            both = kind in ("incentive_pool", "shared_savings", "clawback", "service_credits", "sequestration")
            some = [["b", "a"]] if both else [["a"], ["b"], ["b", "a"]]
            theirs["services"] = draw(st.sampled_from(some))
        found.append({**term, **theirs, "paid": paid})
    return found


@st.composite
def vat_tiers(draw: st.DrawFn) -> list[dict[str, str]]:
    """One to three links of the supply chain."""
    keys = {"share_of_payments": percents(0, 1), "rate": st.sampled_from(["0%", "5%", "20%"])}
    return [
        {
            "name": f"tier_{at}",
            **{key: draw(one) for key, one in keys.items()},
            **_some(draw, {"recovered": percents(0, 1)}),
        }
        for at in range(draw(st.integers(1, 3)))
    ]


@st.composite
def registers(draw: st.DrawFn) -> tuple[Row, ...]:
    """Four to eight contracts in both services, of all three kinds, paid by two or three commissioners."""
    count = draw(st.integers(4, 8))
    payers = COMMISSIONERS[: draw(st.integers(2, 3))]
    rows: list[Row] = []
    for number in range(count):
        service = "ab"[number] if number < 2 else draw(st.sampled_from("ab"))
        site = draw(st.sampled_from(["", "x", "y"] if service == "a" else ["", "z"]))
        payer = payers[number] if number < len(payers) else draw(st.sampled_from(payers))
        kinds = ("block", "activity", "cost")
        kind = kinds[number] if number < 3 else draw(st.sampled_from(kinds))
        rows.append(
            (
                f"C{number}",
                draw(st.sampled_from(PROVIDERS)),
                service,
                site,
                payer,
                draw(st.integers(1, 600)) * 100_000,
                kind,
                draw(st.integers(0, 20)) / 10,
                draw(percents(0, 1.2)) if kind == "activity" else "100%",
            )
        )
    return tuple(rows)


@st.composite
def scored(draw: st.DrawFn, data: dict[str, Any], unit: str) -> dict[str, Any]:
    """Keys of an outcome's score: points or tiers, a bonus, pooled years, a test; in units of a tenth of full money."""

    def at(tenths: int) -> str:
        return f"{tenths}pp" if unit == "pp" else f"{tenths / 10} points"

    found: dict[str, Any] = {}
    if draw(st.booleans()):
        edges = sorted(draw(st.sets(st.integers(-2, 9), min_size=1, max_size=3)))
        shares = [percent((number + 1) / len(edges)) for number in range(len(edges))]
        found["tiers"] = [[at(edge), share] for edge, share in zip(edges, shares, strict=True)]
    else:
        found["score"] = data["score"]
    if draw(st.booleans()):
        start = draw(st.integers(10, 12))
        to = {"to": at(draw(st.integers(start + 1, 20)))} if draw(st.booleans()) else {}
        found["bonus"] = {"from": at(start), **to, "share": draw(st.sampled_from(["110%", "150%"]))}
    found["pooled_years"] = draw(st.integers(1, 4))
    if draw(st.booleans()):
        found["significant_at"] = draw(st.sampled_from(["50%", "80%", "95%"]))
    return found


def comparator(draw: st.DrawFn, unit: str) -> dict[str, Any]:
    """Another area: many people or few, its own baseline, perhaps another trend."""
    value, drift = ("42%", "0.3pp") if unit == "pp" else ("6.8 points", "0.02 points")
    found: dict[str, Any] = {
        "label": "Elsewhere",
        "baseline": {"value": value, "period": draw(st.sampled_from(["2013", "2014/15"])), "people": "5000 people"},
        "people": draw(st.sampled_from(["60 people", "9000 people"])),
    }
    return found | _some(draw, {"drift": st.just(drift)})


@st.composite
def withdrawn(draw: st.DrawFn, weights: tuple[str, ...]) -> dict[str, Any]:
    """From a year on, or by chance."""
    weight = draw(st.sampled_from(weights))
    found: dict[str, Any] = {"weight": weight, **({"score": "70%"} if weight == "score" else {})}
    when = draw(st.sampled_from(["from", "chance", "both"]))
    found |= {} if when == "chance" else {"from": draw(st.integers(1, 3))}
    return found | ({} if when == "from" else {"chance": draw(st.sampled_from(["30%", "60%"]))})


def draw_measures(draw: st.DrawFn, data: dict[str, Any]) -> None:
    """Comparators, measures that are withdrawn, and effects of the payment model's own, with effort or without."""
    for name, unit in (("survival", "pp"), ("few", "pp"), ("views", "points")):
        if draw(st.integers(0, 2)) == 0:
            data["outcomes"][name].pop("expected_trend", None)
            data["outcomes"][name].update(reference="comparator", comparator=comparator(draw, unit))
    if draw(st.integers(0, 3)) == 0:
        data["outcomes"][draw(st.sampled_from(["survival", "views"]))]["overdispersion"] = 1.4
    ways = ("last_score", "score", "others")
    for name, possible in (("few", ways), ("views", ways[:2])):
        if draw(st.integers(0, 3)) == 0:
            data["outcomes"][name]["withdrawn"] = draw(withdrawn(possible))
    model = data["payment_models"][TESTED]
    if draw(st.integers(0, 2)) == 0:
        own = {"scale": percents(0, 1.5), "outcomes": st.just({"survival": "0.7pp", "views": "0.1 points"})}
        model["effect"] = _some(draw, own) or True
        if model["integrator"] and draw(st.booleans()):
            model["effort"] = True
            data["outcomes"]["survival"]["marginal_cost"] = draw(st.sampled_from(["£0", "£50", "£5000"]))
            data["outcomes"]["views"]["marginal_cost"] = draw(st.sampled_from(["£5", "£900"]))


def draw_appraisal(draw: st.DrawFn, data: dict[str, Any]) -> None:
    """Another discount rate of outcomes, and optimism about cost that no driver carries: running cost at least."""
    if draw(st.booleans()):
        data["appraisal"]["outcome_discount_rate"] = draw(percents(0, 0.05))
    if draw(st.booleans()):
        data["parties"]["integrator"]["running_cost"] = "£1.5m"
        bias = {"rate": draw(percents(0, 0.5)), "applies_to": draw(st.sampled_from(["uncovered_cost", "base_case"]))}
        data["appraisal"]["optimism_bias"] = bias | _some(draw, {"mitigation": percents(0, 1)})


GATES = {"score": ("50%", "100%"), "improvement": ("0pp", "1pp"), "level": ("40%", "45.5%")}


@st.composite
def gates(draw: st.DrawFn, outcome: str) -> list[dict[str, Any]]:
    """Nothing, or a gate on an outcome that is a rate."""
    figure = draw(st.sampled_from(["", *GATES]))
    if not figure:
        return []
    return [{"outcome": outcome, "figure": figure, "at_least": draw(st.sampled_from(GATES[figure]))}]


def _draw_scores(draw: st.DrawFn, data: dict[str, Any]) -> None:
    """How the outcomes of a world score: `survival` may wait for `few`, service b for `survival`."""
    for name, unit in (("survival", "pp"), ("few", "pp"), ("views", "points")):
        one = data["outcomes"][name]
        stated = draw(scored(one, unit))
        del one["score"]
        one.update(stated)
    data["outcomes"]["survival"]["gates"] = draw(gates("few"))
    data["services"]["b"]["outcome_gates"] = draw(gates("survival"))


@st.composite
def worlds(draw: st.DrawFn, *, formulas: bool = True, anything: bool = True, holds: str | None = None) -> World:
    """A whole scenario; its payment model holds a term of the kind `holds` in its second phase."""
    integrator = holds in WITH_CHAIN or draw(st.booleans())
    kinds = {"formulas": formulas, "anything": anything, "integrator": integrator}
    first, later = draw(terms(years=[1], **kinds)), draw(terms(years=[2, 3], **kinds, holds=holds))
    found = world(first, later, rows=draw(registers()), integrator=integrator)
    data = found.data
    data["contract"]["start"] = draw(st.sampled_from(STARTS))
    data["payment_models"]["tested"].update(savings=draw(st.booleans()), effect=draw(st.booleans()))
    data["parties"]["integrator"].update(vat_leakage=draw(percents(0, 0.2)), vat_in_shared_cost=draw(st.booleans()))
    if draw(st.integers(0, 2)) == 0:
        del data["parties"]["integrator"]["vat_leakage"]
        data["parties"]["integrator"]["vat_tiers"] = draw(vat_tiers())
    data["savings"].update(claimed=draw(by_year_or_one(percents(0, 0.3))), stranded=draw(percents(0, 1)))
    data["contract_register"]["variable_cost"] = draw(percents(0, 1))
    if draw(st.booleans()):  # what a commissioner is given, stated year by year
        amounts = draw(by_year_or_one(st.integers(1, 900).map(lambda millions: f"£{millions}m")))
        data["parties"]["commissioners"]["north"]["allocation"] = {"amounts": amounts}
    for name in draw(st.sets(st.sampled_from(["survival", "views"]))):
        data["outcomes"][name]["lag"] = f"{draw(st.integers(0, 30))} months"
    if draw(st.booleans()):
        _draw_scores(draw, data)
    data["outcomes"]["few"]["cohort"] = {"people": f"{draw(st.integers(1, 130))} people"}
    draw_measures(draw, data)
    if draw(st.booleans()):  # a service with no sourced outcome
        data["outcomes"]["views"]["evidence"] = "unsourced"
    return found
