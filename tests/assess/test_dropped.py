"""The best sub-contractors: two proportions beside scipy and statsmodels, who is asked about, and what is not judged."""

from __future__ import annotations

from typing import Any

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats
from statsmodels.stats.proportion import proportions_ztest

from chaingraph.assess import ASSESSMENTS, Assessment, Unit
from chaingraph.assess.dropped import best_quarter, two_proportions

PARAMETERS = {"fall_share": 0.3, "q_max": 0.05, "min_customers": 30, "min_peers": 4}


def contract(org: str, before: int, now: int, achieved: int, **changed: Any) -> dict[str, Any]:
    return {
        "contract_id": f"C-{org}",
        "head_contract_id": "H",
        "tier": 1 if org == "A" else 2,
        "inferred": False,
        "programme": "Work",
        "prime_id": "A",
        "prime": "Prime",
        "org_id": org,
        "org_name": org,
        "ended_day": None,
        "ended_by": None,
        "customers_before": before,
        "customers_now": now,
        "achieved_before": achieved,
        **changed,
    }


def market(best: dict[str, Any], kept: int = 180) -> list[dict[str, Any]]:
    return [contract("A", 100, kept, 20), best, *(contract(org, 100, 100, 20) for org in "CDE")]


def assess(rows: list[dict[str, Any]]) -> Assessment:
    return ASSESSMENTS["good_subcontractor_dropped"](pd.DataFrame(rows), PARAMETERS)


def unit_of(rows: list[dict[str, Any]], org: str = "B") -> Unit:
    return next(unit for unit in assess(rows).units if unit.identity["org_id"] == org)


@given(st.integers(50, 400), st.integers(50, 400))
def test_the_test_is_that_of_two_proportions(now: int, before: int) -> None:
    """The hypergeometric variance has n − 1 where the pooled z has n: one factor apart."""
    found = two_proportions(now, 1000, before, 900, "less")
    z, _ = proportions_ztest([now, before], [1000, 900])
    assert not isinstance(found, str)
    assert found.p == pytest.approx(float(stats.norm.cdf(z * (1899 / 1900) ** 0.5)), rel=1e-6, abs=1e-12)
    assert found.ratio.value == pytest.approx(now / 1000 / (before / 900))


def test_small_tables_are_exact() -> None:
    found = two_proportions(0, 9, 4, 9, "less")
    assert not isinstance(found, str)
    assert found.test == "exact mid-p"
    # P(0 of 9 now | 4 in all) = C(9,4)/C(18,4) = 126/3060, half of it counted.
    assert found.p == pytest.approx(126 / 3060 / 2)


def test_the_best_quarter_by_hand() -> None:
    assert best_quarter([0.1, 0.2, 0.3, 0.4]) == pytest.approx(0.325)


def test_only_the_best_are_asked_about() -> None:
    found = {unit.identity["org_id"]: unit for unit in assess(market(contract("B", 100, 20, 40))).units}
    assert {org: unit.outcome for org, unit in found.items()} == {
        "B": "flagged",
        "C": "excluded",
        "D": "excluded",
        "E": "excluded",
    }
    assert found["B"].values["now_share"] == pytest.approx(0.04)
    assert found["B"].statistics is not None
    assert found["B"].statistics.effect == pytest.approx(0.2)
    assert found["B"].statistics.p == found["B"].statistics.q


def test_where_all_are_alike_nobody_is_good() -> None:
    assert unit_of(market(contract("B", 100, 20, 20))).reason == "not of the best quarter"


@pytest.mark.parametrize(
    ("best", "kept", "outcome", "reason"),
    [
        (contract("B", 100, 70, 40), 130, "passed", ""),
        (contract("B", 100, 69, 40), 131, "flagged", ""),
        (contract("B", 100, 0, 40), 100, "passed", ""),
        (contract("B", 100, 99, 40, ended_day=1, ended_by="buyer"), 181, "flagged", ""),
        (contract("B", 100, 99, 40, ended_day=1, ended_by="expiry"), 181, "passed", ""),
        (contract("B", 100, 0, 40, ended_day=1, ended_by="expiry"), 200, "flagged", ""),
        (
            contract("B", 100, 0, 40, ended_day=1, ended_by="supplier"),
            200,
            "excluded",
            "ended by the sub-contractor",
        ),
        (contract("B", 100, 0, 40, ended_day=1), 200, "not_assessable", "who ended the contract unknown"),
        (contract("B", 100, 0, 40, inferred=True), 200, "excluded", "inferred contract"),
        (contract("B", 29, 0, 20), 200, "not_assessable", "fewer than 30 customers in the year before"),
    ],
)
def test_both_sides(best: dict[str, Any], kept: int, outcome: str, reason: str) -> None:
    unit = unit_of(market(best, kept))
    assert (unit.outcome, unit.reason) == (outcome, reason)


def test_what_the_prime_delivers_to_itself_is_in_house() -> None:
    own = contract("A", 0, 80, 0, contract_id="C-own", tier=2)
    rows = [*market(contract("B", 100, 20, 40), kept=100), own]
    assert unit_of(rows).outcome == "flagged"
    assert "A" not in {unit.identity["org_id"] for unit in assess(rows).units}


def test_order_leaves_no_trace() -> None:
    rows = market(contract("B", 100, 20, 40))
    assert repr(assess(rows)) == repr(assess(rows[::-1]))


def test_no_contracts_at_all() -> None:
    assert assess([]).units == []
