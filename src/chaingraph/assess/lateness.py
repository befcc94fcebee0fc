"""How long a payer takes to settle invoices: late shares, and beside them days, interest owed and even-handedness."""

from __future__ import annotations

import dataclasses
import math
from collections import defaultdict
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy import stats
from statsmodels.duration.survfunc import SurvfuncRight

from chaingraph.assess.multiple import q_values
from chaingraph.assess.registry import assessment
from chaingraph.assess.result import Assessment
from chaingraph.assess.shares import share_above

Counts = NDArray[np.int64]
Floats = NDArray[np.float64]

YEAR_DAYS = 365
# Fewer settled invoices say too little of how one sub-contractor is paid.
LEAST_SETTLED = 5


class Waiting:
    """Kaplan and Meier's estimate (1958, doi 10.1080/01621459.1958.10501452) of the days until settlement.

    ``days`` (a negative one counts as 0), whether each was settled then or only seen unsettled so far, and how
    many invoices each stands for. Invoices not settled yet count for as long as they were seen: among the
    settled ones alone the slow would be too few. Nothing settled: every quantile is unknown.
    """

    def __init__(self, days: Sequence[int], settled: Sequence[bool], records: Sequence[int]) -> None:
        status, weight = np.asarray(settled, dtype=np.int64), np.asarray(records, dtype=np.int64)
        self._at: Floats = np.empty(0)
        self._left: Floats = np.empty(0)
        if status.any():
            made = SurvfuncRight(np.maximum(np.asarray(days, dtype=float), 0), status, freq_weights=weight)
            self._at, self._left = np.asarray(made.surv_times), np.asarray(made.surv_prob)

    def quantile(self, share: float) -> float | None:
        """The first day by which ``share`` (0..1) is settled; None where it was not reached."""
        # Products of fractions: a half is not always 0.5 to the last bit.
        reached = self._at[self._left <= 1 - share + 1e-12]
        return float(reached[0]) if len(reached) else None

    def settled_by(self, day: int) -> float:
        """The share settled within so many days; as far as was seen, where nothing was seen so long."""
        before = self._left[self._at <= day]
        return float(1 - before[-1]) if len(before) else 0.0


def kruskal_wallis(groups: Sequence[tuple[Sequence[float], Sequence[int]]]) -> tuple[float, float]:
    """(H, p) of Kruskal and Wallis (1952, doi 10.1080/01621459.1952.10483441), corrected for ties.

    A group is its values and how often each occurs. Where all values are equal nothing differs: (0, 1). p is of
    the chi-squared approximation, which wants five or more in each group.
    """
    samples = [np.repeat(np.asarray(values, dtype=float), times) for values, times in groups]
    everything = np.concatenate(samples)
    if (everything == everything[0]).all():
        return 0.0, 1.0
    result = stats.kruskal(*samples)
    return float(result.statistic), float(result.pvalue)


@assessment("payment_lateness")
def payment_lateness(rows: pd.DataFrame, parameters: Mapping[str, Any]) -> Assessment:
    """Judge late shares as ``share_above`` does, and print beside them how long settlement takes.

    Columns of ``rows``: those of ``share_above`` and, for cells of invoices with an agreed day (missing elsewhere),
    ``contract_id``, ``head_contract_id``, ``role`` (may be missing), ``days`` (from receipt to settlement, or so far),
    ``beyond_days`` (settlement after the agreed day, negative before it; missing while unsettled), ``is_settled``;
    ``late_pence_days`` (pence times days late, summed) and ``compensation_pence``. Invoices not due yet are
    excluded from the share and part of the estimate of days. Parameters: those of ``share_above``;
    ``within_days``; ``base_rate_share`` and ``over_base_share`` (interest a year, 0..1; simple interest, a year of 365
    days, the same rate throughout). Figures ``time_to_pay``, a row a payer with a settled invoice, and
    ``timing_by_role``, a row a head contract and role whose sub-contracts can be compared: of two or more with
    five or more settled invoices each, whether they wait alike (Kruskal-Wallis; q over all rows). Neither is judged.
    """
    rows = rows.sort_values(["org_id", "state", "reason", "contract_id", "days", "beyond_days"])
    kept = ["org_id", "org_name", "state", "reason"]
    counted = rows.groupby(kept, sort=True, dropna=False, as_index=False)["records"].sum()
    judged = share_above(counted, parameters)
    timed = rows[rows["days"].notna()]
    by_payer = dict(iter(timed.groupby("org_id", sort=True)))
    units, figures = [], []
    for unit in judged.units:
        own = by_payer.get(str(unit.identity["org_id"]))
        context = _context(own, parameters) if own is not None else {}
        units.append(dataclasses.replace(unit, values={**unit.values, **context}))
        if context and context["settled"]:
            told = {name: unit.values.get(name) for name in ("org_name", "total", "share")}
            figures.append({**told, **context})
    timing = _timing(timed[timed["is_settled"].astype(bool)])
    named = {"time_to_pay": figures, "timing_by_role": timing}
    return Assessment(units, judged.warnings, {name: table for name, table in named.items() if table})


def _context(own: pd.DataFrame, parameters: Mapping[str, Any]) -> dict[str, Any]:
    days, records = own["days"].astype("int64"), own["records"].astype("int64")
    settled = own["is_settled"].astype(bool)
    waiting = Waiting(days.tolist(), settled.tolist(), records.tolist())
    paid = int(records[settled].sum())
    rate = parameters["base_rate_share"] + parameters["over_base_share"]
    return {
        "settled": paid,
        "median_days": waiting.quantile(0.5),
        "slowest_tenth_days": waiting.quantile(0.9),
        "within_share": waiting.settled_by(parameters["within_days"]) if paid else None,
        "average_days": float((days * records)[settled].clip(lower=0).sum() / paid) if paid else None,
        "interest_pence": round(sum(map(int, own["late_pence_days"])) * rate / YEAR_DAYS),
        "compensation_pence": sum(map(int, own["compensation_pence"])),
    }


def _timing(settled: pd.DataFrame) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = []
    known = settled[settled["role"].notna() & settled["beyond_days"].notna()]
    columns = ["head_contract_id", "role", "contract_id", "beyond_days"]
    counted = known.groupby(columns, sort=True)["records"].sum()
    names = known.groupby(columns[:2], sort=True)["org_name"].first()
    days: defaultdict[tuple[str, str], defaultdict[str, dict[float, int]]] = defaultdict(
        lambda: defaultdict(dict)
    )
    for (head, role, contract_id, beyond), records in zip(counted.index, counted.tolist(), strict=True):
        days[head, role][contract_id][beyond] = records
    for (head, role), contracts in days.items():
        groups = [
            (list(own), list(own.values()))
            for own in contracts.values()
            if sum(own.values()) >= LEAST_SETTLED
        ]
        if len(groups) < 2:
            continue
        middle = [_median(*group) for group in groups]
        h, p = kruskal_wallis(groups)
        found.append(
            {
                "org_name": names[head, role],
                "head_contract_id": head,
                "role": role,
                "contracts": len(groups),
                "invoices": int(sum(sum(times) for _, times in groups)),
                "earliest_median_days": min(middle),
                "latest_median_days": max(middle),
                "h": h,
                "p": p,
            }
        )
    for row, q in zip(found, q_values([row["p"] for row in found]), strict=True):
        row["q"] = q
    return found


def _median(values: Sequence[float], times: Sequence[int]) -> float:
    ends = np.cumsum(times)
    low, high = np.searchsorted(ends, [math.ceil(ends[-1] / 2), ends[-1] // 2 + 1])
    return float((values[int(low)] + values[int(high)]) / 2)
