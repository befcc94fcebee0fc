"""Where hard-to-help customers were passed to: an honest specialist's route, or a claim without evidence."""

from __future__ import annotations

from typing import Any

import pandas as pd

SUPPRESSED_BELOW = 10
MOST = 20
SHOWN = ("agreed", "evidenced", "paid_for")


def routes(cells: pd.DataFrame) -> list[dict[str, Any]]:
    """The routes (sub-contractor and need type) that took hard-to-help customers, largest first, at most 20.

    Each says how far the specialism is shown: ``agreed`` before the referrals, ``evidenced``, ``paid_for``;
    ``standing`` is "specialist" where all three hold, "specialist route claimed, evidence missing" where a
    specialist contract lacks any, else "general". Cells under 10 customers are not told apart
    (``customers`` is None).
    """
    passed = cells[cells["is_passed"].astype(bool) & cells["is_hard"].astype(bool)]
    if passed.empty:
        return []
    shown = {name: passed[name].fillna(False).astype(bool) for name in (*SHOWN, "is_specialist")}
    grouped = passed.assign(need=passed["need_type"].fillna(""), **shown).groupby(
        ["supplier_id", "need"], sort=True
    )
    taken = grouped.agg(
        supplier=("supplier", "first"),
        customers=("customers", "sum"),
        claimed=("is_specialist", "any"),
        **{name: (name, "all") for name in SHOWN},
    )
    listed = [_route(row) for row in taken.reset_index().to_dict("records")]
    listed.sort(key=lambda route: (-route["customers"], route["supplier_id"], route["need_type"] or ""))
    return [
        {**route, "customers": route["customers"] if route["customers"] >= SUPPRESSED_BELOW else None}
        for route in listed[:MOST]
    ]


def _route(row: dict[str, Any]) -> dict[str, Any]:
    shown = {name: bool(row[name]) for name in SHOWN}
    standing = "specialist" if all(shown.values()) else "general"
    if row["claimed"] and not all(shown.values()):
        standing = "specialist route claimed, evidence missing"
    return {
        "supplier_id": row["supplier_id"],
        "supplier": row["supplier"],
        "need_type": row["need"] or None,
        "customers": int(row["customers"]),
        **shown,
        "standing": standing,
    }
