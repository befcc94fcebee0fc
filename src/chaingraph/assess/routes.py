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
    names = ("supplier_id", "supplier", "need_type", "customers", "is_specialist", *SHOWN)
    taken: dict[tuple[str, str], dict[str, Any]] = {}
    for supplier_id, supplier, need, customers, claimed, *shown in zip(
        *(passed[name].tolist() for name in names), strict=True
    ):
        if pd.isna(supplier_id):
            continue
        key = (supplier_id, "" if pd.isna(need) else need)
        route = taken.setdefault(
            key, {"supplier": None, "customers": 0, "claimed": False, **dict.fromkeys(SHOWN, True)}
        )
        if route["supplier"] is None and not pd.isna(supplier):
            route["supplier"] = supplier
        route["customers"] += int(customers)
        route["claimed"] |= _true(claimed)
        for name, value in zip(SHOWN, shown, strict=True):
            route[name] &= _true(value)
    listed = [
        _route({"supplier_id": supplier_id, "need": need, **route})
        for (supplier_id, need), route in taken.items()
    ]
    listed.sort(key=lambda route: (-route["customers"], route["supplier_id"], route["need_type"] or ""))
    return [
        {**route, "customers": route["customers"] if route["customers"] >= SUPPRESSED_BELOW else None}
        for route in listed[:MOST]
    ]


def _true(value: Any) -> bool:
    """Whether it is known to be so."""
    return not pd.isna(value) and bool(value)


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
