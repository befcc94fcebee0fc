"""Outcomes beside the rate that a winning bid promised: the lower limit of each quarter, several quarters running."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any, Literal

import pandas as pd
from scipy import stats

from chaingraph.assess.registry import assessment
from chaingraph.assess.result import Assessment, Statistics, Unit
from chaingraph.assess.shares import wilson_of_share

# A 95 % limit on either side.
TAIL = 0.025


def shortfall_p(achieved: int, customers: int, promised: float, dispersion: float) -> float:
    """P(X ≤ achieved) where X is beta-binomial with mean ``promised`` and intra-class correlation ``dispersion``.

    α = p(1−ρ)/ρ, β = (1−p)(1−ρ)/ρ, so that the variance of X/n is p(1−p)(1 + (n−1)ρ)/n (Skellam 1948, Journal of the
    Royal Statistical Society B 10, 257). Exact for any n; few customers have a limit of no outcome at all.
    """
    if promised >= 1:
        return 1.0 if achieved >= customers else 0.0
    if promised <= 0:
        return 1.0
    size = (1 - dispersion) / dispersion
    return float(stats.betabinom.cdf(achieved, customers, promised * size, (1 - promised) * size))


def quarter_number(quarter: str) -> int:
    """``2025Q3`` as the number of quarters since year 0, so that neighbours differ by one."""
    return 4 * int(quarter[:4]) + int(quarter[5]) - 1


def quarter_end(quarter: str) -> date:
    """The last day of ``2025Q3``."""
    year, after = divmod(quarter_number(quarter) + 1, 4)
    return date(year, 3 * after + 1, 1) - timedelta(days=1)


@dataclass(frozen=True)
class Cohort:
    """The customers of one quarter; ``achieved_at_most`` counts outcomes without a date, too."""

    quarter: str
    customers: int
    achieved: int
    achieved_at_most: int


def longest_run(cohorts: Sequence[Cohort], below: Sequence[bool]) -> list[Cohort]:
    """The longest row of neighbouring quarters below their limits, the latest of equals; cohorts in order of time."""
    best: list[Cohort] = []
    current: list[Cohort] = []
    for cohort, is_below in zip(cohorts, below, strict=True):
        follows = current and quarter_number(cohort.quarter) == quarter_number(current[-1].quarter) + 1
        current = ([*current, cohort] if follows else [cohort]) if is_below else []
        if current and len(current) >= len(best):
            best = current
    return best


@assessment("below_promise")
def below_promise(rows: pd.DataFrame, parameters: Mapping[str, Any]) -> Assessment:
    """Flag a contract whose outcomes lie below the lower 95 % limit of its promise for quarters running.

    Columns of ``rows``, cells of customers for whom the days are over: ``contract_id``, ``prime_id``, ``prime``, ``inferred``
    (bool), ``promised_rate`` (0..1, or missing), ``quarter`` of the referral (``2025Q3``, or missing: nobody referred),
    ``customers``, ``achieved`` (of them with an outcome in the days), ``achieved_at_most`` (with those whose outcome bears no
    date), ``recorded`` (outcomes of any kind). Parameters: ``quarters_running``, ``dispersion``, ``mature_days``, ``as_of``.

    Only quarters all of whose customers have had their days are cohorts. What depends on outcomes without a date is not
    assessable; so is a contract under which no outcome of any kind was recorded, for then nobody handed them in.
    """
    if rows.empty:
        return Assessment([])
    return Assessment(
        [
            _judged(str(contract_id), own, parameters)
            for contract_id, own in rows.groupby("contract_id", sort=True)
        ]
    )


def _cohorts(own: pd.DataFrame, parameters: Mapping[str, Any]) -> list[Cohort]:
    summed = own.groupby("quarter", sort=True)[["customers", "achieved", "achieved_at_most"]].sum()
    mature = timedelta(days=int(parameters["mature_days"]))
    return [
        Cohort(str(quarter), *(int(value) for value in counts))
        for quarter, counts in zip(summed.index, summed.itertuples(index=False), strict=True)
        if quarter_end(str(quarter)) + mature <= parameters["as_of"]
    ]


def _judged(contract_id: str, own: pd.DataFrame, parameters: Mapping[str, Any]) -> Unit:
    identity, first = {"contract_id": contract_id}, own.iloc[0]
    promised = None if pd.isna(first["promised_rate"]) else float(first["promised_rate"])
    cohorts, wanted = _cohorts(own, parameters), int(parameters["quarters_running"])
    values: dict[str, Any] = {
        "prime_id": first["prime_id"],
        "prime": first["prime"],
        "promised_rate": promised,
        "quarters": len(cohorts),
    }
    if bool(first["inferred"]):
        return Unit(identity, "excluded", "inferred contract", values)
    if promised is None:
        return Unit(identity, "not_assessable", "promise of the winning bid unknown", values)
    if promised == 0:
        return Unit(identity, "excluded", "nothing promised", values)
    if len(cohorts) < wanted:
        return Unit(identity, "not_assessable", "too few quarters in which the days are over", values)
    if not own["recorded"].sum():
        return Unit(identity, "not_assessable", "no outcome recorded", values)

    def run(measure: str) -> list[Cohort]:
        below = [
            shortfall_p(getattr(one, measure), one.customers, promised, parameters["dispersion"]) < TAIL
            for one in cohorts
        ]
        return longest_run(cohorts, below)

    at_least, at_most = run("achieved_at_most"), run("achieved")
    flagged = len(at_least) >= wanted
    if not flagged and len(at_most) >= wanted:
        return Unit(identity, "not_assessable", "outcomes without a date", values)
    told = at_least if flagged else cohorts[-wanted:]
    values, statistics = (
        values | _told(told, len(at_least)),
        _statistics(told, promised, parameters["dispersion"]),
    )
    outcome: Literal["flagged", "passed"] = "flagged" if flagged else "passed"
    return Unit(identity, outcome, "", values, statistics)


def _told(cohorts: Sequence[Cohort], below: int) -> dict[str, Any]:
    customers, achieved = _sums(cohorts)
    return {
        "first_quarter": cohorts[0].quarter,
        "last_quarter": cohorts[-1].quarter,
        "quarters_below": below,
        "customers": customers,
        "achieved": achieved,
        "achieved_share": achieved / customers,
    }


def _statistics(cohorts: Sequence[Cohort], promised: float, dispersion: float) -> Statistics:
    customers, achieved = _sums(cohorts)
    # Customers of a quarter are alike by as much as the limits allow for: they tell as much as so many unlike ones.
    tells = customers**2 / sum(one.customers * (1 + (one.customers - 1) * dispersion) for one in cohorts)
    share = achieved / customers
    low, high = wilson_of_share(share, tells)
    return Statistics(share / promised, low / promised, high / promised, n=float(customers))


def _sums(cohorts: Sequence[Cohort]) -> tuple[int, int]:
    return sum(one.customers for one in cohorts), sum(one.achieved_at_most for one in cohorts)
