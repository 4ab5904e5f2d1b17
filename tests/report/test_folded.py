"""Long sums and lists of like lines are folded, and what is said of those left out is what they come to."""

from __future__ import annotations

import pytest

from finmodel.analysis import Row
from finmodel.report.folded import fold_rows, fold_sum


def row(name: str) -> Row:
    return Row(name, "", "£", "year 1", 1.0, "1", "1", ())


def test_a_run_of_like_terms_is_cut_to_its_first_and_their_sum_is_told() -> None:
    formula = "start + cost[a] + cost[b] + cost[c.d] + cost[e] + 0 - (fee[a] + fee[b])"
    numbers = "1.00 + 1,000.50 + -200.25 + 3.00 + (-0.25) + 0 - (5.00 + 6.00)"

    assert fold_sum(formula, numbers) == (
        "start + cost[a] + … 3 more like it + 0 - (fee[a] + fee[b])",
        "1.00 + 1,000.50 + … 3 more, 803 together + 0 - (5.00 + 6.00)",
    )


@pytest.mark.parametrize(
    ("formula", "numbers"),
    [
        ("a[1] + a[2] + a[3]", "1.00 + 2.00 + 3.00"),  # few
        ("a[1] + b[2] + a[3] + b[4] + a[5]", "1.00 + 2.00 + 3.00 + 4.00 + 5.00"),  # not one after another
        ("2 * a[1] + 2 * a[2] + 2 * a[3] + 2 * a[4]", "2 * 1.00 + 2 * 2.00 + 2 * 3.00 + 2 * 4.00"),  # no plain terms
        ("x - a[1] + a[2] + a[3] + a[4] * b", "9.00 - 1.00 + 2.00 + 3.00 + 4.00 * 5"),  # only two stand by themselves
        ("a[1] + a[2] + a[3] + a[4]", "10.00"),  # numbers that do not go with the terms
    ],
)
def test_other_sums_stay_as_they_are(formula: str, numbers: str) -> None:
    assert fold_sum(formula, numbers) == (formula, numbers)


def test_shares_are_added_with_all_their_digits() -> None:
    names, shares = " + ".join(f"s[{name}]" for name in "abcd"), "0.125 + 0.25 + 0.5 + 0.0625"

    assert fold_sum(names, shares)[1] == "0.125 + … 3 more, 0.9375 together"


def test_of_many_like_rows_the_first_stands_for_all_in_its_place() -> None:
    rows = [row("top"), *(row(f"cost[{name}]") for name in "abcd"), row("fee[a]"), row("fee[b]")]
    found = [(one.name, len(others)) for one, others in fold_rows(rows)]

    assert found == [("top", 0), ("cost[a]", 3), ("fee[a]", 0), ("fee[b]", 0)]
