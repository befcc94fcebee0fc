"""Shares of variance: beside statsmodels' analysis of variance, by hand, under chance, and what is not judged."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import pytest
from statsmodels.formula.api import ols

from chaingraph.assess import ASSESSMENTS, Assessment
from chaingraph.assess.payment_groups import explained

PARAMETERS = {"explained_min": 0.0, "min_customers": 40, "mature_days": 365}


def cell(group: str, band: int, customers: int, achieved: int, **changed: Any) -> dict[str, Any]:
    return {
        "programme": "Work",
        "inferred": False,
        "department_id": "D",
        "customer_group": group,
        "band": band,
        "referrals": 1,
        "customers": customers,
        "achieved": achieved,
        **changed,
    }


MIXED = [cell("a", 2, 10, 8), cell("a", 4, 10, 4), cell("b", 2, 10, 6), cell("b", 4, 10, 2)]


def assess(rows: list[dict[str, Any]], **changed: Any) -> Assessment:
    return ASSESSMENTS["payment_groups"](pd.DataFrame(rows), PARAMETERS | changed)


def test_by_hand() -> None:
    """Of 10 in all 0.4 lies between groups, 1.6 between bands, 2 between cells; 8/36 for each degree of freedom within."""
    found = explained(pd.DataFrame(MIXED))
    assert found is not None
    assert found.group == pytest.approx((0.4 - 8 / 36) / 10)
    assert found.band == pytest.approx((1.6 - 8 / 36) / 10)
    assert found.both == pytest.approx((2 - 3 * 8 / 36) / 10)


def test_beside_a_linear_model_of_every_customer() -> None:
    rng = np.random.default_rng(11)
    n = 3000
    people = pd.DataFrame({"g": rng.integers(0, 4, n), "b": rng.integers(1, 6, n)})
    people["y"] = (rng.random(n) < 0.15 + 0.1 * people["g"] + 0.05 * people["b"]).astype(int)
    cells = people.groupby(["g", "b"])["y"].agg(customers="count", achieved="sum").reset_index()
    found = explained(cells.rename(columns={"g": "customer_group", "b": "band"}))
    full, group = ols("y ~ C(g) * C(b)", people).fit(), ols("y ~ C(g)", people).fit()
    assert found is not None
    # The full model's epsilon squared is its adjusted R².
    assert found.both == pytest.approx(full.rsquared_adj)
    assert found.group == pytest.approx((group.ess - 3 * full.mse_resid) / group.centered_tss)


def test_groups_by_lot_explain_nothing() -> None:
    rng = np.random.default_rng(12)
    found = []
    for _ in range(200):
        rows = [cell(f"g{g}", b, 5, int(rng.binomial(5, 0.3))) for g in range(20) for b in range(1, 4)]
        one = explained(pd.DataFrame(rows))
        assert one is not None
        found.append(one.group)
    assert float(np.mean(found)) < 0.03


def test_a_figure_and_no_verdict() -> None:
    rows = [cell("a", 2, 100, 80), cell("a", 4, 100, 20), cell("b", 2, 100, 80), cell("b", 4, 100, 20)]
    result = assess(rows)
    assert [unit.outcome for unit in result.units] == ["passed"]
    (figure,) = result.figures["payment_groups"]
    assert figure["explained_share"] == 0
    assert figure["left_share"] == pytest.approx(figure["both_share"])
    assert [unit.outcome for unit in assess(rows, explained_min=0.1).units] == ["flagged"]


@pytest.mark.parametrize(
    ("changed", "outcome", "reason"),
    [
        ({"inferred": True}, "excluded", "inferred contract"),
        ({"programme": ""}, "not_assessable", "programme unknown"),
        ({"customers": 9, "achieved": 1}, "not_assessable", "fewer than 40 customers"),
        ({"achieved": 0}, "not_assessable", "neither group nor difficulty says anything about outcomes"),
    ],
)
def test_what_cannot_be_judged_says_why(changed: dict[str, Any], outcome: str, reason: str) -> None:
    result = assess([row | changed for row in MIXED])
    assert [(unit.outcome, unit.reason, unit.records) for unit in result.units] == [(outcome, reason, 4)]
    assert not result.figures


def test_everybody_alone_leaves_no_variance_within() -> None:
    assert explained(pd.DataFrame([cell("a", 1, 1, 1), cell("b", 2, 1, 0)])) is None


def test_order_names_and_split_cells_leave_no_trace() -> None:
    split = [cell("a", 2, 4, 4), *MIXED[1:], cell("a", 2, 6, 4)]
    renamed = [row | {"customer_group": {"a": "z", "b": "y"}[row["customer_group"]]} for row in MIXED]
    whole = explained(pd.DataFrame(MIXED))
    for rows in (MIXED[::-1], split, renamed):
        assert explained(pd.DataFrame(rows)) == whole


def test_no_customers_at_all() -> None:
    assert assess([]).units == []
