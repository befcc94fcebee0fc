"""Owners whose failure spreads: worked by hand, by owner and by organisation, whatever the order."""

from __future__ import annotations

import random
from typing import Any

import pandas as pd
import pytest

from chaingraph.assess import ASSESSMENTS, Assessment, Unit

PARAMETERS = {"loss_share_min": 0.05, "min_peers": 8}


def contract(at: int, tier: int, buyer: str, supplier: str, **changed: Any) -> dict[str, Any]:
    return {
        "contract_id": f"C{at:03d}",
        "tier": tier,
        "role": "",
        "need_type": "",
        "area_id": "A1",
        "annual_value_pence": 1_000,
        "supplier_id": supplier,
        "supplier": supplier.upper(),
        "supplier_owner_id": supplier,
        "supplier_owner": supplier.upper(),
        "buyer_id": buyer,
        "buyer_owner_id": buyer,
        "department_id": "dept",
        **changed,
    }


def market(specialist: Any = lambda at: "x", **changed: Any) -> list[dict[str, Any]]:
    """Eight primes, each with a sub-contractor of its own and what ``specialist`` names for it."""
    rows = []
    for at in range(8):
        rows += [
            contract(at, 1, "dept", f"p{at}", annual_value_pence=10_000),
            contract(10 + at, 2, f"p{at}", f"s{at}", role="end_to_end"),
            contract(20 + at, 2, f"p{at}", specialist(at), role="specialist", need_type="health", **changed),
        ]
    return rows


def assess(rows: list[dict[str, Any]], **changed: Any) -> Assessment:
    return ASSESSMENTS["failure_cascade"](pd.DataFrame(rows), {**PARAMETERS, **changed})


def of(result: Assessment, org: str) -> Unit:
    return next(unit for unit in result.units if unit.identity == {"org_id": org})


def test_by_hand() -> None:
    result = assess(market())
    assert [unit.identity["org_id"] for unit in result.units if unit.outcome == "flagged"] == ["x"]
    # Its own sales, and a tenth of what each prime sells: the rest is the prime's own work and its other sub-contractor's.
    assert of(result, "x").values["loss_share"] == pytest.approx((8_000 + 8 * 1_000) / 96_000)
    # A prime that fails takes its own sales, its sub-contractor's and an eighth of the specialist's along.
    assert of(result, "p0").values["loss_share"] == pytest.approx(12_000 / 96_000)
    assert of(result, "p0").values["distress_share"] == pytest.approx(1_000 / 96_000 + 8_000 / 96_000 / 8)
    # Seven others of its sector can take over: a tenth of the prime's sales, of which a seventh is lost.
    assert of(result, "s0").values["loss_share"] == pytest.approx((1_000 + 1_000 / 7) / 96_000)
    assert result.figures["cascades"][0]["owner"] == "X"


def test_a_specialist_whom_others_of_the_place_and_need_can_replace() -> None:
    """Another of its need sells nine times as much, in the same place or elsewhere, to somebody of no other chain."""
    other = contract(91, 1, "dept", "q", annual_value_pence=100_000)
    idle = contract(90, 2, "q", "y", role="specialist", need_type="health", annual_value_pence=72_000)
    total = 96_000 + 172_000
    replaced = of(assess([*market(), other, idle]), "x").values["loss_share"]
    alone = of(assess([*market(), other, {**idle, "area_id": "A2"}]), "x").values["loss_share"]
    assert replaced == pytest.approx((8_000 + 8_000 / 9) / total)
    assert alone == pytest.approx(16_000 / total)


def test_sales_within_an_owner_are_none() -> None:
    rows = [{**row, "supplier_owner_id": "p0"} if row["supplier_id"] == "s0" else row for row in market()]
    without = [row for row in market() if row["supplier_id"] != "s0"]
    assert of(assess(rows, min_peers=7), "x").values["loss_share"] == pytest.approx(
        of(assess(without, min_peers=7), "x").values["loss_share"]
    )


def test_an_owner_is_judged_by_all_of_its_organisations() -> None:
    owned = {"supplier_owner_id": "g", "supplier_owner": "G"}
    result = assess(market(lambda at: f"x{at % 2}", **owned))
    unit = of(result, "g")
    assert (unit.outcome, unit.values["organisations"]) == ("flagged", 2)
    assert unit.values["organisation_loss_share"] == pytest.approx(unit.values["loss_share"] / 2)


def test_order_leaves_no_trace() -> None:
    rows = market(lambda at: f"x{at % 3}")
    mixed = list(rows)
    random.Random(1).shuffle(mixed)
    assert repr(assess(mixed)) == repr(assess(rows))


def test_new_names_change_nothing_but_names() -> None:
    rows = market(lambda at: f"x{at % 3}")
    ends = ("supplier_id", "supplier_owner_id", "buyer_id", "buyer_owner_id")
    turned = [{**row, **{end: row[end][::-1] + "-" for end in ends}} for row in rows]
    found = {str(unit.identity["org_id"]): unit.values["loss_share"] for unit in assess(rows).units}
    other = {
        str(unit.identity["org_id"])[:-1][::-1]: unit.values["loss_share"] for unit in assess(turned).units
    }
    assert other == pytest.approx(found)


def test_nothing_and_nobody() -> None:
    assert assess([contract(1, 1, "dept", "p", annual_value_pence=0)]).units[0].outcome == "not_assessable"
    assert ASSESSMENTS["failure_cascade"](pd.DataFrame(), PARAMETERS).units == []
