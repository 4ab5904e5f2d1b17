from __future__ import annotations

import pytest

from finmodel.analysis import (
    PERCENTILES,
    About,
    Chance,
    Estimate,
    Event,
    Figure,
    Finding,
    Model,
    Spread,
    StatedAssumption,
    Summary,
)
from finmodel.report.each_model import options_of
from finmodel.report.page.glance import at_a_glance
from finmodel.report.page.headlines import headlines, share_of_futures
from finmodel.report.page.signature import reasons, signature_picture


@pytest.mark.parametrize(
    ("seen", "trials", "said"),
    [
        (0, 10_000, "fewer than 3 of 10,000 futures"),
        (10_000, 10_000, "practically all futures"),
        (9_999, 10_000, "over 99.9% of futures"),
        (9_930, 10_000, "99.3% of futures"),
        (5_530, 10_000, "55% of futures"),
        (40, 10_000, "0.40% of futures"),
    ],
)
def test_a_chance_is_said_as_surely_as_the_trials_allow(seen: int, trials: int, said: str) -> None:
    assert share_of_futures(Chance(seen, trials, None)) == said


def run_of(
    figures: dict[tuple[str, str], float],
    chances: dict[tuple[str, str], float] | None = None,
    checks: tuple[Finding, ...] = (),
) -> Summary:
    """A run of 1,000 trials whose figures, £m by payment model, have no spread but what `at` is told."""
    models = dict.fromkeys(model for model, _ in figures)
    about = About(
        "made",
        "Made up",
        1_000,
        1,
        tuple(Model(model, f"{model.capitalize()} (of a kind)", model != "existing") for model in models),
        {},
    )
    spreads = {key: Estimate(1e6 * amount, 1e5) for key, amount in figures.items()}
    return Summary(
        about,
        tuple(
            Figure(model, figure, None, None, "all years", "£", Spread(one, (one,) * len(PERCENTILES)))
            for (model, figure), one in spreads.items()
        ),
        tuple(
            Event(model, event, "", "", None, None, "all years", Chance(round(1_000 * share), 1_000, 0.01))
            for (model, event), share in (chances or {}).items()
        ),
        checks,
    )


def answers(summary: Summary, confidences: tuple[str, ...] = ()) -> dict[str, str]:
    stated = [StatedAssumption("a", "1", "", "", "", confidence, "", "") for confidence in confidences]
    return {one.question: one.told for one in headlines(summary, stated)}


def test_the_cheapest_model_is_named_with_its_gap_and_never_without_a_likely_exit() -> None:
    figures = {("existing", "cash"): 1_313.0, ("programme", "cash"): 1_272.0, ("block", "cash"): 1_326.0}
    cost = answers(run_of(figures))["What does it cost, and which is cheapest?"]

    assert cost.startswith("Cheapest for commissioners is Programme: £1,272m on average")
    assert "£41.0m below the next, Existing." in cost
    failing = answers(run_of(figures, {("programme", "integrator_goes"): 0.9}))
    assert (
        "But its integrator fails or leaves in 90% of futures." in failing["What does it cost, and which is cheapest?"]
    )
    lasting = answers(run_of(figures, {("programme", "integrator_goes"): 0.1}))
    assert "But its" not in lasting["What does it cost, and which is cheapest?"]


@pytest.mark.parametrize(("left", "said"), [(-207.0, "£207m or more short"), (113.0, "£113m or more to spare")])
def test_short_allocations_are_said_to_be_short(left: float, said: str) -> None:
    found = answers(run_of({("existing", "cash"): 900.0, ("existing", "headroom"): left}))

    assert said in found["What does it cost, and which is cheapest?"]


@pytest.mark.parametrize(("loss", "moved"), [(55.0, True), (41.0, True), (40.0, False)])
def test_a_saving_that_the_integrator_loses_is_no_saving(loss: float, moved: bool) -> None:
    figures = {
        ("existing", "cash"): 1_313.0,
        ("programme", "cash"): 1_272.0,
        ("programme", "cash_difference"): -41.0,
        ("programme", "integrator_surplus"): -loss,
    }
    risk = answers(run_of(figures))["Who bears the risk?"]

    assert ("£41.0m, is not saved but moved" in risk) is moved


def test_an_exit_that_saves_is_not_told_as_a_cost() -> None:
    figures = {("block", "cash"): 1_300.0, ("block", "exit_extra_cost"): -1.2}
    told = answers(run_of(figures, {("block", "integrator_goes"): 0.16}))["Does the integrator survive?"]

    assert told == (
        "The integrator fails or leaves in 16% of futures under Block. "
        "That saves commissioners £1.2m on average, against one that stayed."
    )


def test_outcome_money_is_told_by_what_it_is_paid_for() -> None:
    amounts = {"maximum": 121.0, "earned": 71.4, "standing_still": 0.0, "deadweight": 20.0, "attributable": 50.3}
    figures = {("programme", f"outcome_{part}"): amount for part, amount in (amounts | {"noise": 1.1}).items()}
    told = answers(run_of(figures))["What do we get for the outcome money?"]

    assert told == (
        "Of £121m outcome money under Programme, £71.4m is earned on average (59%): £50.3m for the effect of the "
        "payment model, £20.0m for the trend that comes anyway and £1.1m by chance."
    )


@pytest.mark.parametrize(
    ("surpluses", "said"),
    [
        ((-51.7, -48.2), "lose £48.2m to £51.7m, by payment model"),
        ((3.0, 4.5), "keep £3.0m to £4.5m, by payment model"),
        ((-3.0, 4.5), "have a loss of £3.0m to a surplus of £4.5m, by payment model"),
        ((-2.0, -2.0), "lose £2.0m"),
    ],
)
def test_what_providers_keep_or_lose(surpluses: tuple[float, float], said: str) -> None:
    figures = {
        (model, "providers_surplus"): amount for model, amount in zip(("block", "programme"), surpluses, strict=True)
    }
    told = answers(run_of(figures | {("block", "cash"): 1.0, ("programme", "cash"): 2.0}))["Who bears the risk?"]

    assert f"Providers together {said}." in told


def test_red_checks_are_counted_and_those_of_all_models_named() -> None:
    found = [("block", "T1"), ("block", "T5"), ("programme", "T1"), ("programme", "T5"), ("programme", "T7")]
    checks = tuple(Finding(model, test, "RED", "it is so") for model, test in found)
    figures = {("block", "cash"): 1.0, ("programme", "cash"): 2.0}
    told = answers(run_of(figures, checks=checks))["Is it safe to sign?"]

    assert told.startswith(
        "Not as written: of the nine checks before signature 2 are RED under Block and 3 under Programme."
    )
    assert told.endswith("RED under each: opening baseline gap and VAT by tier of the supply chain.")
    green = tuple(Finding(one.model, one.test, "GREEN", "it is so") for one in checks)
    assert "None" in answers(run_of(figures, checks=green))["Is it safe to sign?"]


def test_how_sure_it_is_tells_sampling_apart_from_what_is_assumed() -> None:
    told = answers(run_of({("existing", "cash"): 1.0}), ("red", "red", "amber", ""))["How sure is this?"]

    assert "1,000 futures" in told
    assert "±£0.2m" in told  # 1.96 standard errors of £0.1m
    assert told.endswith("Of 3 named assumptions their owners rate 2 red, 1 amber and none green.")


def test_a_check_that_finds_the_same_of_all_models_is_told_once() -> None:
    checks = (
        Finding("block", "T1", "RED", "same"),
        Finding("programme", "T1", "RED", "same"),
        Finding("block", "T2", "RED", "one"),
        Finding("programme", "T2", "GREEN", "another"),
        Finding("programme", "T6", "does not apply", "none at risk"),
    )
    summary = run_of({("block", "cash"): 1.0, ("programme", "cash"): 2.0}, checks=checks)
    rows = [(label, *(cell.text for cell in cells)) for _, rows in reasons(summary).groups for label, cells, _ in rows]

    assert rows[0] == ("T1 Opening baseline gap", "RED", "–", "all", "Same.")
    assert [row[3] for row in rows[1:]] == ["Block", "Programme", "Programme"]
    picture = signature_picture(options_of(summary), {"made": "Made up"})
    assert [[cell.text for cell in cells] for _, rows in picture.groups for _, cells, _ in rows] == [
        ["RED", "RED", "–"],
        ["RED", "GREEN", "–"],
    ]


def test_at_a_glance_leaves_out_what_no_model_has() -> None:
    figures = {("existing", "cash"): 1_313.0, ("block", "cash"): 1_326.0, ("block", "cash_difference"): 13.0}
    grid = at_a_glance(options_of(run_of(figures)), {"made": "Made up"})

    assert [column.heading for column in grid.columns] == ["Commissioners pay", "P10 to P90", "Above the first"]
    assert [[cell.text for cell in cells] for _, rows in grid.groups for _, cells, _ in rows] == [
        ["1,313.0", "1,313 to 1,313", "–"],
        ["1,326.0", "1,326 to 1,326", "13.0"],
    ]
