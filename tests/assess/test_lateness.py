"""Days until settlement: published survival data, sums by hand, and the comparison of sub-contracts."""

from __future__ import annotations

import random
from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from chaingraph.assess import ASSESSMENTS, Assessment
from chaingraph.assess.lateness import Waiting, kruskal_wallis

PARAMETERS = {
    "share_max": 0.05,
    "confidence": 0.95,
    "min_records": 4,
    "within_days": 60,
    "base_rate_share": 0.04,
    "over_base_share": 0.08,
}


def cell(state: str = "miss", **changed: Any) -> dict[str, Any]:
    return {
        "org_id": "A",
        "org_name": "The payer",
        "state": state,
        "reason": None,
        "contract_id": "C1",
        "head_contract_id": "H",
        "role": "specialist",
        "days": 20.0,
        "beyond_days": -10.0,
        "is_settled": True,
        "records": 10,
        "late_pence_days": 0,
        "compensation_pence": 0,
        **changed,
    }


def assess(*rows: dict[str, Any]) -> Assessment:
    return ASSESSMENTS["payment_lateness"](pd.DataFrame(rows), PARAMETERS)


# Freireich et al. (1963), Blood 21, 699: weeks in remission; a negative number was still in remission then.
TREATED = [6, 6, 6, -6, 7, -9, 10, -10, -11, 13, 16, -17, -19, -20, 22, 23, -25, -32, -32, -34, -35]
PLACEBO = [1, 1, 2, 2, 3, 4, 4, 5, 5, 8, 8, 8, 8, 11, 11, 12, 12, 15, 17, 22, 23]


@pytest.mark.parametrize(
    ("weeks", "median", "tenth", "left_at_10"), [(TREATED, 23, None, 0.752941), (PLACEBO, 8, 17, 8 / 21)]
)
def test_the_published_remissions(
    weeks: list[int], median: float, tenth: float | None, left_at_10: float
) -> None:
    waiting = Waiting([abs(week) for week in weeks], [week > 0 for week in weeks], [1] * len(weeks))
    assert waiting.quantile(0.5) == median
    assert waiting.quantile(0.9) == tenth
    assert waiting.settled_by(10) == pytest.approx(1 - left_at_10, abs=1e-6)


def test_nothing_settled_is_nothing_known() -> None:
    waiting = Waiting([10, 90], [False, False], [3, 4])
    assert (waiting.quantile(0.5), waiting.settled_by(60)) == (None, 0.0)


def test_half_reached_to_the_last_bit_is_the_median() -> None:
    assert Waiting([3, 7], [True, True], [1, 1]).quantile(0.5) == 3


def test_settled_on_the_day_of_receipt_or_before_it() -> None:
    waiting = Waiting([-2, 0, 30], [True, True, True], [1, 1, 2])
    assert (waiting.quantile(0.5), waiting.settled_by(0)) == (0, 0.5)


@given(st.lists(st.tuples(st.integers(0, 120), st.booleans(), st.integers(1, 5)), min_size=1, max_size=20))
@settings(max_examples=60, deadline=None)
def test_many_invoices_in_a_cell_count_as_one_by_one(cells: list[tuple[int, bool, int]]) -> None:
    whole = Waiting(*zip(*cells, strict=True))
    single = [(day, settled, 1) for day, settled, many in cells for _ in range(many)]
    random.Random(1).shuffle(single)
    apart = Waiting(*zip(*single, strict=True))
    for share in (0.1, 0.5, 0.9):
        assert whole.quantile(share) == apart.quantile(share)
    assert whole.settled_by(60) == pytest.approx(apart.settled_by(60), abs=1e-9)
    if all(settled for _, settled, _ in cells):  # nothing censored: plain order statistics
        days = sorted(day for day, _, _ in single)
        assert whole.quantile(0.5) == days[(len(days) + 1) // 2 - 1]


def test_kruskal_wallis_by_hand() -> None:
    """Ranks 1 to 3 against 4 to 6: H = 12/(6·7)·(6²/3 + 15²/3) - 3·7 = 3.857."""
    h, p = kruskal_wallis([([1, 2, 3], [1, 1, 1]), ([4, 5, 6], [1, 1, 1])])
    assert h == pytest.approx(27 / 7)
    assert p == pytest.approx(float(stats.chi2.sf(27 / 7, 1)))
    assert kruskal_wallis([([4], [5]), ([4], [9])]) == (0.0, 1.0)


def test_three_late_of_forty_and_what_stands_beside() -> None:
    """30 at 20 days, 7 at 28, 2 at 50 (20 late), one unsettled for 90; 38 of 40 within 60 days is 0.975."""
    result = assess(
        cell(records=30),
        cell(records=7, days=28.0, beyond_days=-2.0),
        cell("hit", records=2, days=50.0, beyond_days=20.0, late_pence_days=73_000, compensation_pence=8000),
        cell("hit", records=1, days=90.0, beyond_days=None, is_settled=False, late_pence_days=73_000),
    )
    (unit,) = result.units
    assert (unit.outcome, unit.values["hits"], unit.values["total"]) == ("passed", 3, 40)
    told = {name: unit.values[name] for name in ("settled", "median_days", "slowest_tenth_days")}
    assert told == {"settled": 39, "median_days": 20, "slowest_tenth_days": 28}
    assert unit.values["within_share"] == pytest.approx(0.975)
    assert unit.values["average_days"] == pytest.approx((600 + 196 + 100) / 39)
    # 146,000 pence-days at 12 % a year.
    assert (unit.values["interest_pence"], unit.values["compensation_pence"]) == (48, 8000)
    (row,) = result.figures["time_to_pay"]
    assert (row["org_name"], row["share"], row["median_days"]) == ("The payer", 0.075, 20)
    assert "timing_by_role" not in result.figures


def test_what_is_not_due_counts_for_the_days_and_not_for_the_share() -> None:
    (unit,) = assess(
        cell(records=4),
        cell("excluded", reason="not yet due", days=5.0, beyond_days=None, is_settled=False, records=4),
        cell("excluded", reason="in dispute", days=None, beyond_days=None, is_settled=False, records=2),
    ).units
    assert (unit.values["total"], unit.values["settled"], unit.values["median_days"]) == (4, 4, 20)
    assert unit.values["not_counted"] == {"in dispute": 2, "not yet due": 4}


@pytest.mark.parametrize(
    ("total", "outcome"), [(1, "not_assessable"), (2, "not_assessable"), (3, "not_assessable"), (4, "passed")]
)
def test_a_single_late_invoice_flags_nobody(total: int, outcome: str) -> None:
    """Lower bounds of one in 1, 2, 3, 4, 5: 0.207, 0.095, 0.061, 0.046, 0.036. The first three are above 5 %."""
    rows = [cell("hit", records=1, beyond_days=3.0)] + [cell(records=1)] * (total - 1)
    (unit,) = assess(*rows).units
    assert unit.outcome == outcome


def roles(*contracts: tuple[str, str | None, list[int]], **changed: Any) -> list[dict[str, Any]]:
    return [
        cell(contract_id=contract, role=role, beyond_days=float(day), records=1, **changed)
        for contract, role, days in contracts
        for day in days
    ]


def test_sub_contracts_of_a_role_are_compared() -> None:
    """C1 always earlier than C2: of ranks 1 to 5 and 6 to 10, H = 12/110·(15²/5 + 40²/5) - 33 = 6.818."""
    early, late = [-9, -8, -7, -6, -5], [1, 2, 3, 4, 5]
    others = ("C3", "spot", early), ("C4", None, late), ("C5", "specialist", late[:4])
    result = assess(*roles(("C1", "specialist", early), ("C2", "specialist", late), *others))
    (row,) = result.figures["timing_by_role"]
    assert (row["role"], row["contracts"], row["invoices"]) == ("specialist", 2, 10)
    assert (row["earliest_median_days"], row["latest_median_days"]) == (-7, 3)
    assert row["h"] == pytest.approx(6.818, abs=5e-4)
    assert row["p"] == row["q"] == pytest.approx(float(stats.chi2.sf(row["h"], 1)))


def test_other_heads_are_not_compared_and_many_comparisons_cost() -> None:
    early, late = [-9, -8, -7, -6, -5], [1, 2, 3, 4, 5]
    rows = roles(("C1", "spot", early), ("C2", "spot", late)) + roles(
        ("C3", "spot", early), ("C4", "spot", early), head_contract_id="G"
    )
    other, own = assess(*rows).figures["timing_by_role"]
    assert (other["head_contract_id"], other["h"], other["p"]) == (
        "G",
        pytest.approx(0.0),
        pytest.approx(1.0),
    )
    assert own["q"] == pytest.approx(2 * own["p"])


def test_sub_contracts_paid_alike_are_rarely_told_apart() -> None:
    """Five sub-contracts from one distribution: p is below 0.05 in about one of twenty."""
    rng = np.random.default_rng(20080228)
    low = 0
    for _ in range(400):
        groups = [(rng.integers(-20, 5, 20).tolist(), [1] * 20) for _ in range(5)]
        low += kruskal_wallis(groups)[1] <= 0.05
    assert 0.025 <= low / 400 <= 0.08


@given(
    st.lists(st.tuples(st.sampled_from("AB"), st.integers(-20, 20)), min_size=2, max_size=30), st.randoms()
)
@settings(max_examples=30, deadline=None)
def test_order_leaves_no_trace(drawn: list[tuple[str, int]], shuffler: random.Random) -> None:
    rows = [cell(org_id=org, days=float(30 + at), beyond_days=float(at), records=1) for org, at in drawn]
    again = list(rows)
    shuffler.shuffle(again)
    assert repr(assess(*rows)) == repr(assess(*again))
