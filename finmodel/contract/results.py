"""From terms and ledger to what is reported: positions, cash by month and year, present value, stored columns."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial

from finmodel.contract import ledger as accounts
from finmodel.contract.breaks import AT_A_BREAK, breaks_of, write_so_far
from finmodel.contract.events import EVENT_YEARS
from finmodel.contract.exit_results import add_exit_outputs, write_exit_results
from finmodel.contract.flows import ModelLines, when_paid
from finmodel.contract.shared import Shared
from finmodel.contract.signature import add_signature_outputs
from finmodel.contract.target import ENVELOPE
from finmodel.lines import Calendar, Expr, Family, Period, Sheet, falls_in, last, literal, spread, sum_over, sum_periods
from finmodel.lines.expressions import Ref
from finmodel.scenario import OwnLine
from finmodel.units import POUND, PURE, REAL_POUND


@dataclass(frozen=True)
class Output:
    """One stored figure of a trial. `figure` and `member` say what it is, `period` (from 1) and `period_label` when."""

    column: str
    model: str | None
    figure: str
    member: str | None
    period: int
    period_label: str
    unit: str
    line: str


def write_results(shared: Shared, lines: ModelLines) -> None:
    """Add the result lines of one payment model to the sheet."""
    sheet, name = shared.sheet, lines.name
    labels = {payer: shared.scenario.parties.commissioners[payer].label for payer in shared.target.payers}
    ledger = lines.ledger
    outlay = Family(
        "commissioner", {payer: ledger.paid(accounts.commissioner(payer)) for payer in shared.target.payers}
    )
    payments = {
        payer: sheet.add(
            f"{name}.payment[{payer}]",
            amount,
            unit=POUND,
            label=f"{labels[payer]}: payment of the year",
            period=Period.CONTRACT_YEAR,
        )
        for payer, amount in outlay.members.items()
    }
    sheet.add(
        f"{name}.payment",
        sum_over(Family("commissioner", dict(payments))),
        unit=POUND,
        label="Payment of the year, all commissioners",
    )
    sheet.add(
        f"{name}.integrator_surplus",
        ledger.position(accounts.INTEGRATOR),
        unit=POUND,
        label="Integrator's surplus",
        period=Period.CONTRACT_YEAR,
    )
    providers = dict.fromkeys(row.provider for row in shared.rows.values())
    surplus = {
        provider: sheet.add(
            f"{name}.provider_surplus[{provider}]",
            ledger.position(accounts.provider(provider)),
            unit=POUND,
            label=f"{provider}: surplus",
        )
        for provider in providers
    }
    for provider, amount in surplus.items():  # so that one figure a trial tells who loses over the whole contract
        position = f"{name}.provider_position[{provider}]"
        earlier = sheet.promise(position, POUND, opening=0.0)
        sheet.add(position, earlier.lag() + amount, label=f"{provider}: surplus so far")
    sheet.add(
        f"{name}.providers_surplus", sum_over(Family("provider", dict(surplus))), unit=POUND, label="Providers' surplus"
    )
    for figure, amounts, label in (
        ("outcome_earned", lines.earned, "Outcome money earned"),
        ("outcome_maximum", lines.maximum, "Outcome money at full score"),
        ("outcome_uncapped", lines.uncapped, "Outcome money earned that has no maximum"),
    ):
        total = ledger.in_force.settle(_total(amounts), literal(0.0))
        sheet.add(f"{name}.{figure}", total, unit=POUND, label=label, period=Period.CONTRACT_YEAR)
    sheet.add(
        f"{name}.staff_and_suppliers",
        ledger.received(accounts.STAFF_AND_SUPPLIERS),
        unit=POUND,
        label="Paid to staff and suppliers",
    )
    sheet.add(
        f"{name}.hmrc", ledger.received(accounts.HMRC), unit=POUND, label="Paid to HMRC", period=Period.CONTRACT_YEAR
    )
    closing = Calendar(shared.scenario.contract.start, shared.scenario.contract.years).closing_month
    cash = {payer: _cash(sheet, name, lines, payer, labels[payer], closing) for payer in shared.target.payers}
    _present_value(shared, name, cash)
    write_exit_results(shared, lines, partial(_in_months, closing_month=closing))
    if shared.scenario.contract.breaks:
        write_so_far(shared, lines)


def _total(amounts: list[Expr]) -> Expr:
    return sum_over(Family("part", {str(i): x for i, x in enumerate(amounts)})) if amounts else literal(0.0)


def _owed(lines: ModelLines, delay: int | None, payer: str) -> Expr | None:
    """What a commissioner owes for the year and pays with this delay; None where that is nothing by any term."""
    by_terms = lines.paid.get(delay, {}).get(payer, [])
    after = lines.after_exit.get(payer, []) if delay is None else []
    at_exit = lines.at_exit.get(delay, {}).get(payer, [])
    if not (by_terms or after or at_exit):
        return None
    owed = lines.ledger.in_force.settle(_total(by_terms), _total(after))
    return owed + _total(at_exit) if at_exit else owed


def _cash(sheet: Sheet, name: str, lines: ModelLines, payer: str, label: str, closing_month: int) -> Expr:
    """Cash by financial year: the calendar months in which each accrued amount is paid, added up.

    `closing_month` is the month in which a contract year ends, counted from its own first: late money falls due so many
    months after that.
    """
    months: Expr = literal(0.0)
    for delay in lines.delays:
        amount = _owed(lines, delay, payer)
        if amount is None:
            continue
        word = when_paid(delay)
        due = sheet.add(
            lines.line_paid(delay, payer),
            amount,
            unit=POUND,
            label=f"{label}: accrued, paid {word}",
            period=Period.CONTRACT_YEAR,
        )
        months = months + _in_months(due, delay, closing_month)
    paid = sheet.add(
        f"{name}.cash_by_month[{payer}]",
        months,
        unit=POUND,
        label=f"{label}: cash of the month",
        service=False,
        period=Period.MONTH,
    )
    return sheet.add(
        f"{name}.cash[{payer}]",
        sum_periods(paid, Period.FINANCIAL_YEAR),
        label=f"{label}: cash of the financial year",
        service=False,
    )


def _in_months(due: Ref, delay: int | None, closing_month: int) -> Expr:
    """A year's amount in its twelve months, or all in the month so many months after its last."""
    if delay is None:
        return spread(due)
    years, month = divmod(closing_month + delay - 1, 12)
    return falls_in(due.lag(years) if years else due, month + 1)


def _present_value(shared: Shared, name: str, cash: dict[str, Expr]) -> None:
    """(Cash of all commissioners - VAT) / deflator / (1 + rate)^t, t years after the base year, by the year paid."""
    sheet, appraisal = shared.sheet, shared.scenario.appraisal
    rate = appraisal.discount_rate.amount
    if "discount_factor" not in sheet:
        a_year = sheet.given("appraisal.discount_rate", rate, PURE, label="Discount rate")
        label = f"Discount factor at {rate:.1%}"
        shared.inputs.index("discount_factor", 1 / (1 + a_year), PURE, label, service=False)
    total = sum_over(Family("commissioner", cash))
    if f"{name}.vat" in sheet:
        vat = sheet.add(
            f"{name}.vat_by_month",
            spread(sheet.ref(f"{name}.hmrc")),
            label="Irrecoverable VAT of the month",
            service=False,
        )
        total = total - sum_periods(vat, Period.FINANCIAL_YEAR)
    deflator = shared.indices[appraisal.deflator]
    sheet.add(
        f"{name}.present_value",
        total / last(deflator, Period.FINANCIAL_YEAR) * last(sheet.ref("discount_factor"), Period.FINANCIAL_YEAR),
        unit=REAL_POUND,
        label="Real present value of the financial year's cash, without VAT",
        service=False,
    )


def run_off_years(calendar: Calendar, models: list[ModelLines]) -> int:
    """Whole years from the contract's end to the last payment; one more where financial years do not fit."""
    late = [calendar.closing_month - 12 + delay for lines in models for delay in lines.delays if delay is not None]
    return (max(late, default=0) + 11) // 12 + (1 if calendar.offset else 0)


def _add_own(add: Callable[..., None], model: str | None, lines: Mapping[str, OwnLine], years: range) -> None:
    """The own lines that a modeller wants in the report."""
    for name, own in lines.items():
        if own.report:
            line = f"{model}.lines.{name}" if model else f"lines.{name}"
            add(model, "own", line, line, years)


def _add_events(add: Callable[..., None], shared: Shared, last_year: range, all_years: str) -> None:
    """In how many years each event acted that something reads."""
    for name in shared.scenario.events:
        if f"events.{name}.years_acted" in shared.sheet:
            add(None, EVENT_YEARS, f"events.{name}", f"events.{name}.years_acted", last_year, all_years)


def _outcome_figures(lines: ModelLines) -> list[str]:
    """The figures of outcome money that a payment model has."""
    found = {
        "outcome_earned": lines.earned,
        "outcome_maximum": lines.maximum,
        "outcome_uncapped": lines.uncapped,
    }
    return [figure for figure, amounts in found.items() if amounts]


def _add_outcomes(add: Callable[..., None], lines: ModelLines, years: range, last_year: range, all_years: str) -> None:
    """Outcome money year by year; of all years together what it is paid for, and outcomes counted."""
    for figure in _outcome_figures(lines):
        add(lines.name, figure, None, f"{lines.name}.{figure}", years)
    worked_out = [(f"outcome_money_{case}", outcome, line) for case, outcome, line in lines.split]
    for figure, outcome, line in [*worked_out, *lines.counts]:
        add(lines.name, figure, outcome, line, last_year, all_years)


def outputs_of(shared: Shared, models: list[ModelLines], calendar: Calendar) -> tuple[Output, ...]:
    """The stored columns, in order: what is shared, then each payment model's. What can only be zero is not stored."""
    found: list[Output] = []
    contract_years = range(1, calendar.years + 1)
    financial_years = range(1, calendar.total_years + 1)
    with_allocation = range(1, calendar.years + 1 + (1 if calendar.offset else 0))
    all_years = range(calendar.years, calendar.years + 1), f"years 1 to {calendar.years}"

    def add(model: str | None, figure: str, member: str | None, line: str, periods: range, whole: str = "") -> None:
        row = shared.sheet[line]
        stem = "/".join(part for part in (model or "contract", figure, member) if part)
        for period in periods:
            label = whole or calendar.label(row.period, period)
            if row.period is Period.FINANCIAL_YEAR and period > with_allocation[-1]:
                label += " run-off"
            key = label.replace("/", "-").replace(" ", "-").replace("(", "").replace(")", "")
            found.append(Output(f"{stem}/{key}", model, figure, member, period, label, str(row.unit), line))

    add(None, "envelope", None, ENVELOPE if ENVELOPE in shared.sheet else "target", contract_years)
    for payer in shared.target.allocation:
        add(None, "allocation", payer, f"allocation[{payer}]", with_allocation)
    _add_own(add, None, shared.scenario.lines, contract_years)
    _add_events(add, shared, *all_years)
    for lines in models:
        name = lines.name
        _add_own(add, name, shared.scenario.payment_models[name].lines, contract_years)
        for payer in shared.target.payers:
            add(name, "cash", payer, f"{name}.cash[{payer}]", financial_years)
        add(name, "payment", None, f"{name}.payment", contract_years)
        if shared.scenario.payment_models[name].integrator:
            add(name, "integrator_surplus", None, f"{name}.integrator_surplus", contract_years)
        add(name, "providers_surplus", None, f"{name}.providers_surplus", contract_years)
        for provider in dict.fromkeys(row.provider for row in shared.rows.values()):
            add(name, "provider_surplus", provider, f"{name}.provider_position[{provider}]", *all_years)
        _add_outcomes(add, lines, contract_years, *all_years)
        add(name, "present_value", None, f"{name}.present_value", financial_years)
        add_exit_outputs(shared, add, name, shared.scenario.payment_models[name])
        add_signature_outputs(shared, add, name, shared.scenario.payment_models[name])
        for years, day in breaks_of(shared):
            for figure, line in AT_A_BREAK.items():
                add(name, figure, None, f"{name}.{line}", range(years, years + 1), day)
    return tuple(found)
