"""Failed claims: exact bounds, money by the ratio estimator beside a simulation, and what is not judged."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from chaingraph.assess import ASSESSMENTS, Assessment
from chaingraph.assess.claims import Stratum, clopper_pearson, extrapolate


def cell(state: str, claims: int, each: int | None = 1000, **changed: Any) -> dict[str, Any]:
    return {
        "contract_id": "S",
        "supplier_id": "B",
        "supplier": "Sub",
        "prime_id": "A",
        "prime": "Prime",
        "inferred": False,
        "kind": "sustained",
        "state": state,
        "priced": each is not None,
        "claims": claims,
        "pence": claims * (each or 0),
        "pence_squared": claims * (each or 0) ** 2,
        **changed,
    }


def assess(*rows: dict[str, Any]) -> Assessment:
    return ASSESSMENTS["claims_failed"](pd.DataFrame(rows), {})


def stratum(sums: np.ndarray, checked: np.ndarray, failed: np.ndarray) -> Stratum:
    bad = checked & failed
    squared = sums**2
    return Stratum(
        len(sums),
        int(sums.sum()),
        int(checked.sum()),
        int(sums[checked].sum()),
        int(squared[checked].sum()),
        int(sums[bad].sum()),
        int(squared[bad].sum()),
    )


@given(st.integers(1, 400), st.data(), st.sampled_from([0.025, 0.05]))
def test_the_interval_is_the_exact_one(total: int, data: st.DataObject, tail: float) -> None:
    hits = data.draw(st.integers(0, total))
    low, high = clopper_pearson(hits, total, tail)
    reference = stats.binomtest(hits, total).proportion_ci(1 - 2 * tail, method="exact")
    assert (low, high) == pytest.approx((reference.low, reference.high), abs=1e-9)


def test_nothing_has_no_interval() -> None:
    with pytest.raises(ValueError, match="nothing"):
        clopper_pearson(0, 0)


def test_money_by_hand() -> None:
    """Ten claims of 100 pence, four checked, one failed: R = 1/4, T = 250, s² = 4·100²·3/16/3 = 2500."""
    found = extrapolate([Stratum(10, 1000, 4, 400, 40_000, 100, 10_000)])
    assert (found.known, found.estimate) == (100, 250)
    error = np.sqrt(10**2 * 0.6 * 2500 / 4)
    assert found.low == pytest.approx(max(100, 250 - stats.norm.isf(0.05) * error)) == 100
    many = extrapolate([Stratum(1000, 100_000, 400, 40_000, 4_000_000, 10_000, 1_000_000)])
    error = np.sqrt(1000**2 * 0.6 * (400 * 1875 / 399) / 400)
    assert many.low == pytest.approx(25_000 - stats.norm.isf(0.05) * error)
    assert many.low > many.known


def test_a_full_check_leaves_nothing_to_estimate() -> None:
    found = extrapolate([Stratum(4, 400, 4, 400, 40_000, 100, 10_000)])
    assert (found.known, found.estimate, found.low) == (100, 100, 100)


@pytest.mark.parametrize("checked", [0, 1])
def test_too_few_checked_add_what_failed_alone(checked: int) -> None:
    failed = 100 * checked
    found = extrapolate([Stratum(50, 5000, checked, failed, failed**2, failed, failed**2)])
    assert (found.known, found.estimate, found.low) == (failed, failed, failed)


def test_the_bound_holds_in_a_simulation() -> None:
    """Two strata of unlike error; samples drawn at random: the bound lies below the truth nineteen times in twenty."""
    rng = np.random.default_rng(20080228)
    frames = []
    for size, rate in ((2000, 0.15), (1000, 0.3)):
        sums = rng.integers(40_000, 400_000, size)
        frames.append((sums, rng.random(size) < rate))
    truth = sum(int(sums[failed].sum()) for sums, failed in frames)
    estimates, held = [], 0
    for _ in range(1000):
        strata = []
        for sums, failed in frames:
            checked = np.zeros(len(sums), dtype=bool)
            checked[rng.choice(len(sums), 300, replace=False)] = True
            strata.append(stratum(sums, checked, failed))
        found = extrapolate(strata)
        estimates.append(found.estimate)
        held += found.low <= truth
    assert np.mean(estimates) == pytest.approx(truth, rel=0.01)
    assert 0.93 <= held / 1000 <= 0.98


def test_a_failed_claim_is_flagged_and_the_figure_speaks_of_the_prime() -> None:
    result = assess(
        cell("invalid", 1, contract_id="S1"),
        cell("valid", 19, contract_id="S1"),
        cell("unchecked", 80, contract_id="S1"),
        cell("valid", 20, contract_id="S2"),
        cell("invalid", 5, contract_id="S3", inferred=True),
        cell("not claimed", 5, contract_id="S4"),
    )
    assert [(unit.identity["contract_id"], unit.outcome) for unit in result.units] == [
        ("S1", "flagged"),
        ("S2", "passed"),
        ("S3", "excluded"),
        ("S4", "excluded"),
    ]
    (row,) = result.figures["failed_claims"]
    assert (row["claims"], row["checked"], row["invalid"]) == (120, 40, 1)
    assert row["error_share_low"] == pytest.approx(1 - 0.95 ** (1 / 40))
    assert (row["failed_pence"], row["estimated_pence"], row["recoverable_pence"]) == (1000, 3000, 1000)


def test_what_is_unknown_is_not_a_pass() -> None:
    reasons = {
        unit.identity["contract_id"]: (unit.outcome, unit.reason)
        for unit in assess(
            cell("unchecked", 3, contract_id="S1"),
            cell("undated", 1, contract_id="S2"),
            cell("valid", 3, contract_id="S2"),
            cell("undated", 1, contract_id="S3"),
            cell("invalid", 1, each=None, contract_id="S3"),
        ).units
    }
    assert reasons == {
        "S1": ("not_assessable", "no claim checked yet"),
        "S2": ("not_assessable", "day of the check unknown"),
        "S3": ("flagged", ""),
    }


def test_order_and_split_cells_leave_no_trace() -> None:
    rows = [
        cell("invalid", 2),
        cell("valid", 30, 700),
        cell("unchecked", 50),
        cell("valid", 4, kind="job_start"),
    ]
    split = [
        cell("valid", 10, 700),
        *rows[2:],
        cell("valid", 20, 700),
        cell("invalid", 1),
        cell("invalid", 1),
    ]
    assert repr(assess(*rows)) == repr(assess(*reversed(rows))) == repr(assess(*split))


def test_no_claims_at_all() -> None:
    assert assess().units == []
