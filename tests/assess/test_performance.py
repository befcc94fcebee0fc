"""Outcomes beside a promise: the limit, quarters running, what is unknown, and a year of real contracts."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from chaingraph.assess import ASSESSMENTS, Assessment, Unit
from chaingraph.assess.performance import (
    Cohort,
    longest_run,
    quarter_end,
    quarter_number,
    shortfall_p,
)
from chaingraph.assess.shares import wilson

PARAMETERS = {"mature_days": 365, "quarters_running": 2, "dispersion": 0.01, "as_of": date(2026, 3, 31)}


def cell(quarter: str | None, customers: int, achieved: int, **changed: Any) -> dict[str, Any]:
    return {
        "contract_id": "H",
        "prime_id": "A",
        "prime": "Prime",
        "inferred": False,
        "promised_rate": 0.4,
        "quarter": quarter,
        "customers": customers,
        "achieved": achieved,
        "achieved_at_most": achieved,
        "recorded": achieved + 1,
        **changed,
    }


def assess(*rows: dict[str, Any], **changed: Any) -> Assessment:
    return ASSESSMENTS["below_promise"](pd.DataFrame(rows), PARAMETERS | changed)


def only(*rows: dict[str, Any], **changed: Any) -> Unit:
    (unit,) = assess(*rows, **changed).units
    return unit


def test_the_tail_by_summing_the_definition() -> None:
    """With α = β = 1 (p = ½, ρ = ⅓) every count is as likely as any other."""
    assert shortfall_p(3, 9, 0.5, 1 / 3) == pytest.approx(0.4)


def test_without_much_dispersion_it_is_the_binomial() -> None:
    assert shortfall_p(31, 100, 0.4, 1e-7) == pytest.approx(stats.binom.cdf(31, 100, 0.4), rel=1e-4)


def test_the_variance_is_the_one_said() -> None:
    n, p, rho = 200, 0.4, 0.02
    tail = pd.Series([shortfall_p(k, n, p, rho) for k in range(n + 1)])
    chance = tail.diff().fillna(tail.iloc[0])
    mean = float((chance * chance.index).sum())
    assert mean == pytest.approx(n * p)
    spread = float((chance * (chance.index - mean) ** 2).sum())
    assert spread == pytest.approx(n * p * (1 - p) * (1 + (n - 1) * rho))


@pytest.mark.parametrize(("achieved", "promised", "p"), [(9, 1.0, 0.0), (10, 1.0, 1.0), (0, 0.0, 1.0)])
def test_certain_promises(achieved: int, promised: float, p: float) -> None:
    assert shortfall_p(achieved, 10, promised, 0.01) == p


@given(st.integers(1, 300), st.floats(0.02, 0.95), st.sampled_from([0.001, 0.01, 0.1]))
def test_fewer_outcomes_are_never_the_likelier(customers: int, promised: float, dispersion: float) -> None:
    tails = [shortfall_p(k, customers, promised, dispersion) for k in (0, customers // 2, customers)]
    assert tails == sorted(tails)
    assert tails[-1] == pytest.approx(1)


def test_quarters_know_their_neighbours_and_their_last_day() -> None:
    assert quarter_number("2025Q1") - quarter_number("2024Q4") == 1
    assert [quarter_end(q) for q in ("2024Q1", "2024Q4")] == [date(2024, 3, 31), date(2024, 12, 31)]


@pytest.mark.parametrize(
    ("quarters", "below", "run"),
    [
        (["2024Q1", "2024Q2", "2024Q3"], [True, True, True], ["2024Q1", "2024Q2", "2024Q3"]),
        (["2024Q1", "2024Q2", "2024Q3"], [True, False, True], ["2024Q3"]),
        (["2023Q4", "2024Q1", "2024Q3", "2024Q4"], [True] * 4, ["2024Q3", "2024Q4"]),
        (["2024Q1", "2024Q2"], [False, False], []),
    ],
)
def test_runs(quarters: list[str], below: list[bool], run: list[str]) -> None:
    assert [one.quarter for one in longest_run([Cohort(q, 1, 0, 0) for q in quarters], below)] == run


def test_both_sides_of_the_limit() -> None:
    """The limit worked out from scipy's own quantile: the first count whose lower tail reaches a fortieth."""
    limit = int(stats.betabinom.ppf(0.025, 200, 0.4 * 99, 0.6 * 99))
    first = cell("2024Q1", 200, 0)
    assert only(first, cell("2024Q2", 200, limit - 1)).outcome == "flagged"
    assert only(first, cell("2024Q2", 200, limit)).outcome == "passed"


def test_what_is_told() -> None:
    unit = only(cell("2024Q1", 200, 40), cell("2024Q2", 300, 60), cell("2024Q3", 100, 50))
    assert unit.outcome == "flagged"
    assert (unit.values["first_quarter"], unit.values["last_quarter"]) == ("2024Q1", "2024Q2")
    assert (unit.values["customers"], unit.values["achieved"]) == (500, 100)
    assert unit.statistics is not None
    assert unit.statistics.effect == pytest.approx(0.5)
    assert unit.statistics.n == 500


@pytest.mark.parametrize(
    ("changed", "outcome", "reason"),
    [
        ({"inferred": True}, "excluded", "inferred contract"),
        ({"promised_rate": None}, "not_assessable", "promise of the winning bid unknown"),
        ({"promised_rate": 0.0}, "excluded", "nothing promised"),
        ({"recorded": 0}, "not_assessable", "no outcome recorded"),
        ({"achieved_at_most": 90}, "not_assessable", "outcomes without a date"),
        ({"quarter": None, "customers": 0}, "not_assessable", "too few quarters in which the days are over"),
    ],
)
def test_what_cannot_be_judged_says_why(changed: dict[str, Any], outcome: str, reason: str) -> None:
    unit = only(*({**cell(quarter, 200, 0), **changed} for quarter in ("2024Q1", "2024Q2")))
    assert (unit.outcome, unit.reason, unit.statistics) == (outcome, reason, None)


def test_a_quarter_counts_from_the_day_on_which_its_last_customer_had_the_days() -> None:
    rows = [cell("2024Q1", 200, 0), cell("2024Q2", 200, 0)]
    over = date(2024, 6, 30) + timedelta(days=365)
    assert only(*rows, as_of=over).outcome == "flagged"
    assert only(*rows, as_of=over - timedelta(days=1)).outcome == "not_assessable"


def test_order_and_split_cells_leave_no_trace() -> None:
    rows = [cell("2024Q1", 200, 40), cell("2024Q2", 300, 60), cell("2024Q3", 100, 50)]
    split = [cell("2024Q1", 50, 10), *rows[1:], cell("2024Q1", 150, 30)]
    assert repr(assess(*rows)) == repr(assess(*reversed(rows))) == repr(assess(*split))


def test_the_interval_takes_customers_of_one_quarter_for_alike() -> None:
    """Two quarters of 101 with ρ = 0.01 are worth 202²/(2·101·2) = 101 customers."""
    unit = only(cell("2024Q1", 101, 40), cell("2024Q2", 101, 42), dispersion=0.01)
    low, high = wilson(41, 101)
    assert unit.statistics is not None
    assert (unit.statistics.low, unit.statistics.high) == pytest.approx((low / 0.4, high / 0.4))
