"""Where hard-to-help customers were passed to: an honest specialist's route, or a claim without evidence."""

from __future__ import annotations

from typing import Any

import pandas as pd

SUPPRESSED_BELOW = 10
MOST = 20


def routes(cells: pd.DataFrame) -> list[dict[str, Any]]:
    """The routes (sub-contractor and need type) that took hard-to-help customers, largest first, at most 20.

    Each says how far the specialism is shown: ``agreed`` before the referrals, ``evidenced``, ``paid_for``; ``standing`` is
    "specialist" where all three hold, "specialist route claimed, evidence missing" where a specialist contract lacks
    any, else "general". Cells under 10 customers are not told apart (``customers`` is None).
    """
    passed = cells[cells["is_passed"].astype(bool) & cells["is_hard"].astype(bool)]
    if passed.empty:
        return []
    listed = []
    for (supplier_id, need), own in passed.groupby(
        ["supplier_id", passed["need_type"].fillna("")], sort=True
    ):
        shown = {
            name: bool(own[name].fillna(False).astype(bool).all())
            for name in ("agreed", "evidenced", "paid_for")
        }
        claimed = bool(own["is_specialist"].fillna(False).astype(bool).any())
        customers = int(own["customers"].sum())
        standing = "specialist" if all(shown.values()) else "general"
        if claimed and not all(shown.values()):
            standing = "specialist route claimed, evidence missing"
        listed.append(
            {
                "supplier_id": supplier_id,
                "supplier": own["supplier"].iloc[0],
                "need_type": need or None,
                "customers": customers,
                **shown,
                "standing": standing,
            }
        )
    listed.sort(key=lambda route: (-route["customers"], route["supplier_id"], route["need_type"] or ""))
    return [
        {**route, "customers": route["customers"] if route["customers"] >= SUPPRESSED_BELOW else None}
        for route in listed[:MOST]
    ]
