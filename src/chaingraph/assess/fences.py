"""What stands out among its peers: above the third quartile by one and a half times the middle half's width."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd

from chaingraph.assess.registry import assessment
from chaingraph.assess.result import Assessment, Statistics, Unit

LEAST_PEERS = 8
WIDTHS = 1.5


def fence(values: Sequence[float], least: int = LEAST_PEERS) -> float | None:
    """Tukey's upper fence Q3 + 1.5·(Q3 − Q1); None for fewer than ``least`` values.

    Quartiles by linear interpolation (Hyndman & Fan's type 7). Tukey (1977), Exploratory Data Analysis. Of values from
    a normal distribution 0.35 % lie above it; of few or skewed values more, which is why it sorts and does not judge.
    """
    if len(values) < least:
        return None
    low, high = np.quantile(np.asarray(values, dtype=float), [0.25, 0.75])
    return float(high + WIDTHS * (high - low))


def chained(shares: Sequence[float]) -> float:
    """What is left out of 1 after each share was taken of the rest: 1 − Π(1 − share)."""
    return float(1 - np.prod(1 - np.asarray(shares, dtype=float)))


@assessment("peer_fence")
def peer_fence(rows: pd.DataFrame, parameters: Mapping[str, Any]) -> Assessment:
    """Flag a thing whose measure lies above the fence of all that were measured.

    Columns of ``rows``, one row a part of a thing: ``unit_id`` (the identity's column is named by the column
    ``identity``, the same in every row), ``measure`` (may be missing), ``peers`` (the group it is compared in),
    ``excluded_reason`` (or missing), and any others, of which the first of each thing is told. The measures of one thing's
    parts are put together as the column ``how`` says: ``sum``, or ``chained`` (1 − Π(1 − x)). Parameters: ``min_peers``;
    ``times_median_min`` (where given, a measure has to be so many times the peers' median, too: where all are nearly alike
    the fence stands right beside them, and a trifle would be beyond it).
    A thing of which a part is not measured, or that has too few peers, is not assessable. The values told are
    ``measure``, ``fence``, ``median`` and ``peers_compared``. The result does not depend on the order of rows.
    """
    if rows.empty:
        return Assessment([])
    name, how = str(rows["identity"].iloc[0]), str(rows["how"].iloc[0])
    ordered = rows.sort_values(["unit_id", *[c for c in rows if c not in ("unit_id", "measure")], "measure"])
    parts: defaultdict[str, list[dict[str, Any]]] = defaultdict(list)
    # Row by row: there are thousands of things, and a frame of each would take seconds.
    for part in ordered.astype(object).where(ordered.notna(), None).to_dict("records"):
        parts[str(part["unit_id"])].append({str(key): value for key, value in part.items()})
    things = []
    for unit_id, own in parts.items():
        told = {
            key: value
            for key, value in own[0].items()
            if key not in ("unit_id", "identity", "how", "measure", "excluded_reason")
        }
        measures = [part["measure"] for part in own]
        known = None not in measures
        measure = (chained(measures) if how == "chained" else float(np.sum(measures))) if known else None
        reason = next((part["excluded_reason"] for part in own if part["excluded_reason"] is not None), None)
        things.append((unit_id, told, measure, reason))
    groups: dict[str, list[float]] = {}
    for _, told, measure, reason in things:
        if measure is not None and reason is None:
            groups.setdefault(str(told["peers"]), []).append(measure)
    limits = {
        peers: (fence(measures, parameters["min_peers"]), float(np.median(measures)), len(measures))
        for peers, measures in groups.items()
    }
    return Assessment([_judged(name, *thing, limits, parameters) for thing in things])


def _judged(
    name: str,
    unit_id: str,
    told: dict[str, Any],
    measure: float | None,
    reason: str | None,
    limits: Mapping[str, tuple[float | None, float, int]],
    parameters: Mapping[str, Any],
) -> Unit:
    identity = {name: unit_id}
    if reason is not None:
        return Unit(identity, "excluded", reason, told)
    if measure is None:
        return Unit(identity, "not_assessable", "measure unknown", told)
    limit, median, compared = limits[str(told["peers"])]
    if limit is None:
        return Unit(identity, "not_assessable", f"fewer than {parameters['min_peers']} peers", told)
    values = {**told, "measure": measure, "fence": limit, "median": median, "peers_compared": compared}
    # Equal measures put together from different parts differ in the last bits.
    flagged = measure > max(limit, parameters.get("times_median_min", 0.0) * median) + 1e-9
    return Unit(
        identity,
        "flagged" if flagged else "passed",
        "",
        values,
        Statistics(effect=measure, n=float(compared)),
    )
