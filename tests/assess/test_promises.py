"""Promised volumes: the lower tail, the market that fell for everybody, and what is not judged."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from chaingraph.assess import ASSESSMENTS, Assessment, Unit
from chaingraph.assess.promises import expectation, rate_interval, shortfall_p

PARAMETERS = {"tolerance_share": 0.8, "dispersion": 0.05, "q_max": 0.05}


def promise(at: int = 1, **changed: Any) -> dict[str, Any]:
    return {
        "commitment_id": f"P{at}",
        "contract_id": f"C{at}",
        "by_org_id": "A",
        "by_org": "Prime",
        "to_org_id": "B",
        "to_org": "Sub",
        "kind": "volume",
        "promised": 200.0,
        "forecast_market_volume": 1000.0,
        "actual_market_volume": 1000.0,
        "delivered": 200,
        "excluded_reason": None,
        "days": 365,
        "is_running": False,
        "elapsed_days": changed.get("days", 365),
        "nobody_yet": changed.get("delivered") == 0,
        **changed,
    }


def assess(*rows: dict[str, Any]) -> Assessment:
    return ASSESSMENTS["promised_volume"](pd.DataFrame(rows), PARAMETERS)


def only(**changed: Any) -> Unit:
    (unit,) = assess(promise(**changed)).units
    return unit


@given(st.integers(0, 3000), st.floats(0.5, 3000), st.sampled_from([0.01, 0.05, 0.3, 1.0]))
def test_the_tail_is_that_of_the_negative_binomial(
    delivered: int, expected: float, dispersion: float
) -> None:
    mean, size = 0.8 * expected, 1 / dispersion
    reference = stats.nbinom.cdf(delivered, size, size / (size + mean))
    assert shortfall_p(delivered, expected, 0.8, dispersion) == pytest.approx(reference, rel=1e-7, abs=1e-300)


def test_the_variance_is_the_one_said() -> None:
    """Mean m and variance m + dispersion·m², by summing the probabilities that the tail gives."""
    tail = np.array([shortfall_p(k, 100.0, 0.8, 0.05) for k in range(1500)])
    chance = np.diff(tail, prepend=0.0)
    mean = float((chance * np.arange(1500)).sum())
    assert mean == pytest.approx(80.0)
    assert float((chance * (np.arange(1500) - mean) ** 2).sum()) == pytest.approx(80 + 0.05 * 80**2)


@given(st.integers(0, 5000), st.sampled_from([0.01, 0.05, 1.0]))
def test_the_interval_is_where_each_tail_is_a_fortieth(delivered: int, dispersion: float) -> None:
    low, high = rate_interval(delivered, dispersion)
    size = 1 / dispersion
    assert stats.nbinom.cdf(delivered, size, size / (size + high)) == pytest.approx(0.025, rel=1e-6)
    if delivered:
        assert stats.nbinom.sf(delivered - 1, size, size / (size + low)) == pytest.approx(0.025, rel=1e-6)
    else:
        assert low == 0.0
    assert low <= delivered <= high


@pytest.mark.parametrize(
    ("kind", "promised", "forecast", "actual", "expected"),
    [
        ("volume", 200.0, 1000.0, 600.0, 120.0),
        ("volume", 200.0, None, 600.0, None),
        ("volume", 200.0, 0.0, 600.0, None),
        ("volume", 200.0, 1000.0, None, None),
        ("volume_share", 0.25, None, 600.0, 150.0),
        ("volume_share", 0.25, 1000.0, None, None),
    ],
)
def test_what_was_to_be_expected(
    kind: str, promised: float, forecast: float | None, actual: float | None, expected: float | None
) -> None:
    assert expectation(kind, promised, forecast, actual) == expected


def test_a_shortfall_is_flagged_and_one_that_the_market_explains_is_not() -> None:
    short = only(delivered=60)
    assert short.outcome == "flagged"
    assert short.statistics is not None
    assert short.statistics.effect == pytest.approx(0.3)
    assert short.statistics.p == short.statistics.q == pytest.approx(shortfall_p(60, 200.0, 0.8, 0.05))
    assert only(delivered=60, actual_market_volume=400.0).outcome == "passed"
    assert only(delivered=200).outcome == "passed"


def test_both_sides_of_the_limit() -> None:
    edge = max(k for k in range(200) if shortfall_p(k, 200.0, 0.8, 0.05) <= 0.05)
    assert [only(delivered=k).outcome for k in (edge, edge + 1)] == ["flagged", "passed"]


def test_many_promises_share_one_false_discovery_rate() -> None:
    edge = max(k for k in range(200) if shortfall_p(k, 200.0, 0.8, 0.05) <= 0.05)
    units = assess(promise(0, delivered=edge), *(promise(at) for at in range(1, 10))).units
    assert [unit.outcome for unit in units] == ["passed"] * 10


@pytest.mark.parametrize(
    ("changed", "outcome", "reason"),
    [
        ({"actual_market_volume": None}, "not_assessable", "market volume unknown"),
        ({"forecast_market_volume": None}, "not_assessable", "market volume unknown"),
        ({"actual_market_volume": 0.0}, "not_assessable", "nothing to be expected"),
        ({"excluded_reason": "period not over"}, "excluded", "period not over"),
    ],
)
def test_what_cannot_be_judged_says_why(changed: dict[str, Any], outcome: str, reason: str) -> None:
    unit = only(delivered=0, **changed)
    assert (unit.outcome, unit.reason, unit.statistics) == (outcome, reason, None)


def test_the_excluded_do_not_weigh_on_the_others() -> None:
    rows = [promise(0, delivered=60), *(promise(at, excluded_reason="period not over") for at in (1, 2, 3))]
    first = assess(*rows).units[0]
    assert first.statistics == only(delivered=60).statistics


def test_nobody_at_all_is_flagged_without_a_test() -> None:
    def listed(**changed: Any) -> list[Any]:
        result = assess(promise(delivered=0, **changed))
        rows = result.figures.get("nothing_came", [])
        assert not rows or [unit.outcome for unit in result.units] == ["flagged"]
        return [row["commitment_id"] for row in rows]

    assert listed(promised=5.0) == ["P1"]
    assert listed(promised=4.9) == []
    assert listed(promised=5.0, days=181) == []
    assert listed(promised=5.0, actual_market_volume=None) == []
    assert listed(promised=5.0, excluded_reason="unconditional guarantee") == []


def test_a_running_promise_is_listed_by_the_part_that_has_passed() -> None:
    """Ten for 364 days are five after 182, whatever a market volume that is not whole yet says."""
    running = {"days": 364, "is_running": True, "excluded_reason": "period not over", "nobody_yet": True}

    def listed(**changed: Any) -> list[Any]:
        result = assess(promise(**{**running, "elapsed_days": 182, "promised": 10.0, **changed}))
        told = result.figures.get("nothing_came", [])
        judged = result.units[0].reason != "unconditional guarantee"
        assert [unit.outcome for unit in result.units] == ["flagged" if told and judged else "excluded"]
        return [(row["expected"], row["period"]) for row in result.figures.get("nothing_came", [])]

    assert listed() == [(5.0, "still running")]
    assert listed(actual_market_volume=None) == [(5.0, "still running")]
    assert listed(promised=9.9) == []
    assert listed(elapsed_days=181, promised=11.0) == []
    assert listed(nobody_yet=False, delivered=0) == []
    # Customers of a later day have not come yet.
    assert listed(delivered=7) == [(5.0, "still running")]
    assert listed(excluded_reason="unconditional guarantee") == [(5.0, "still running")]
    share = {"kind": "volume_share", "promised": 0.01, "actual_market_volume": None}
    assert listed(**share) == [(5.0, "still running")]
    assert listed(**share, forecast_market_volume=None) == []


def test_order_leaves_no_trace() -> None:
    rows = [promise(at, delivered=40 * at) for at in range(6)]
    assert repr(assess(*rows)) == repr(assess(*reversed(rows)))
