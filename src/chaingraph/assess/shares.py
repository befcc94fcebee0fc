"""A share of records beside a limit: late invoices of a payer, referrals without a recorded need."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pandas as pd
from statsmodels.stats.proportion import proportion_confint

from chaingraph.assess.registry import assessment
from chaingraph.assess.result import Assessment, Statistics, Unit
from chaingraph.errors import ContentError

STATES = frozenset({"hit", "miss", "excluded", "not_assessable"})


def wilson(hits: int, total: int, confidence: float = 0.95) -> tuple[float, float]:
    """Wilson's interval for a share. Wilson (1927), doi 10.1080/01621459.1927.10502953.

    Raises ValueError where nothing was counted. Unlike Wald's it keeps its coverage in small samples.
    """
    if total <= 0:
        raise ValueError("a share of nothing has no interval")
    low, high = proportion_confint(hits, total, alpha=1 - confidence, method="wilson")
    return float(low), float(high)


@assessment("share_above")
def share_above(rows: pd.DataFrame, parameters: Mapping[str, Any]) -> Assessment:
    """Flag an organisation where the lower Wilson bound of its share of hits is above ``share_max``.

    Columns of ``rows``: ``org_id``, ``org_name`` (text); ``state``: hit, miss, excluded or not_assessable;
    ``reason`` (text, for the last two); ``records`` (how many). Parameters: ``share_max`` (0..1),
    ``confidence`` (0..1). An organisation without hit or miss is not assessable, or excluded where all its
    records are.
    """
    if strange := sorted(set(rows["state"].astype(str)) - STATES):
        raise ContentError(
            f"The query gives the state {', '.join(strange)}, which share_above does not know.",
            remedy=f"Use one of {', '.join(sorted(STATES))}.",
        )
    units = []
    for org_id, own in rows.sort_values(["org_id", "state", "reason"], na_position="first").groupby(
        "org_id", sort=True
    ):
        counted = own.groupby("state")["records"].sum()
        hits, misses = int(counted.get("hit", 0)), int(counted.get("miss", 0))
        beside = own[own["state"].isin(["excluded", "not_assessable"])]
        reasons = {str(k): int(v) for k, v in beside.groupby("reason", sort=True)["records"].sum().items()}
        values: dict[str, Any] = {
            "org_name": own["org_name"].iloc[0],
            "hits": hits,
            "total": hits + misses,
            "not_counted": reasons,
        }
        identity = {"org_id": org_id}
        if hits + misses == 0:
            outcome = "not_assessable" if "not_assessable" in counted else "excluded"
            reason = max(reasons, key=lambda name: (reasons[name], name)) if reasons else "no record"
            units.append(Unit(identity, outcome, reason, values))  # type: ignore[arg-type]
            continue
        low, high = wilson(hits, hits + misses, parameters["confidence"])
        share = hits / (hits + misses)
        statistics = Statistics(effect=share, low=low, high=high, n=hits + misses)
        flagged = low > parameters["share_max"]
        units.append(
            Unit(identity, "flagged" if flagged else "passed", "", {**values, "share": share}, statistics)
        )
    return Assessment(units)
