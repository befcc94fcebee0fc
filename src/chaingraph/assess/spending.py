"""Whom a department's money goes to, year by year: the stable core of its providers, and those who are new to it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pandas as pd

from chaingraph.assess.registry import assessment
from chaingraph.assess.result import Assessment, Statistics, Unit

# Rows of the table of owners; the rest are left out of print, never of the share.
OWNERS_TOLD = 50


def share(part: float, whole: float) -> float | None:
    """Part / whole, None where there is no whole."""
    return part / whole if whole > 0 else None


@assessment("stable_core_share")
def stable_core_share(rows: pd.DataFrame, parameters: Mapping[str, Any]) -> Assessment:
    """Flag a department whose stable core of owners has less or more of last year's money than the strategy meant.

    Columns of ``rows``, one row an organisation and year: ``department_id``, ``org_id``, ``owner_id``, ``owner`` (text),
    ``year`` (1 the last 365 days, 2 and 3 those before, 0 anything earlier), ``paid_pence`` (at tier 1). Parameters:
    ``share_min``, ``share_max`` (0..1, the band with its ends). The core are the owners paid in each of the three years; their
    share is of what was paid in the last. Everything is counted, so there is no interval. Not assessable where nothing was
    paid before the three years (the payments do not reach back), or in one of the years. Figure ``core``: one row an owner.
    """
    units, figures = [], []
    for department_id, own in rows.groupby("department_id", sort=True):
        identity = {"department_id": department_id}
        years = own.groupby("year")["paid_pence"].sum()
        if 0 not in years.index:
            reason = "payments do not reach back three years"
            units.append(Unit(identity, "not_assessable", reason, {"paid_pence": int(years.get(1, 0))}))
            continue
        if any(years.get(year, 0) <= 0 for year in (1, 2, 3)):
            units.append(Unit(identity, "not_assessable", "a year without payments"))
            continue
        by_owner, by_org = _by_year(own, "owner_id"), _by_year(own, "org_id")
        core = _core(by_owner)
        core_share = float(by_owner.loc[core, 1].sum() / years[1])
        values = {
            "core_share": core_share,
            "organisation_core_share": float(by_org.loc[_core(by_org), 1].sum() / years[1]),
            "core_owners": int(core.sum()),
            "owners": int((by_owner[1] > 0).sum()),
            "core_pence": int(by_owner.loc[core, 1].sum()),
            "paid_pence": int(years[1]),
        }
        flagged = not parameters["share_min"] <= core_share <= parameters["share_max"]
        statistics = Statistics(effect=core_share, n=float(values["owners"]))
        units.append(Unit(identity, "flagged" if flagged else "passed", "", values, statistics))
        names = own.groupby("owner_id")["owner"].first()
        largest = by_owner[by_owner[1] > 0].sort_values(1, ascending=False, kind="stable").head(OWNERS_TOLD)
        figures += [
            {
                "owner": names[owner],
                "in_core": bool(core[owner]),
                "paid_pence": int(paid[1]),
                "year_before_pence": int(paid[2]),
                "two_years_before_pence": int(paid[3]),
            }
            for owner, paid in zip(largest.index, largest.to_dict("records"), strict=True)
        ]
    return Assessment(units, figures={"core": figures} if figures else {})


def _by_year(own: pd.DataFrame, who: str) -> pd.DataFrame:
    summed = own.pivot_table(index=who, columns="year", values="paid_pence", aggfunc="sum", fill_value=0)
    return summed.reindex(columns=[1, 2, 3], fill_value=0).sort_index()


def _core(by_year: pd.DataFrame) -> pd.Series[bool]:
    return (by_year > 0).all(axis=1)


@assessment("entrant_share")
def entrant_share(rows: pd.DataFrame, parameters: Mapping[str, Any]) -> Assessment:
    """Flag a department in whose chains new organisations had next to nothing of the money, two years running.

    Columns of ``rows``, one row a year and kind of supplier: ``department_id``, ``year`` (1 the last 365 days, 2 those
    before, 0 anything earlier), ``kind`` (entrant, incumbent, unknown), ``paid_pence``, ``organisations`` (counts). Parameter:
    ``share_min`` (0..1). An organisation whose first day is not known may be either: flagged only where the share stays
    below even if all of those are entrants, passed where it does not even if none is. Not assessable in between, and
    where nothing was paid before the two years or in one of them.
    """
    units = []
    for department_id, own in rows.groupby("department_id", sort=True):
        identity = {"department_id": department_id}
        paid = own.groupby(["year", "kind"])["paid_pence"].sum()
        if 0 not in own["year"].tolist():
            units.append(Unit(identity, "not_assessable", "payments do not reach back two years"))
            continue
        least, most = [], []
        for year in (1, 2):
            known, unknown = paid.get((year, "entrant"), 0), paid.get((year, "unknown"), 0)
            whole = known + unknown + paid.get((year, "incumbent"), 0)
            least.append(share(known, whole))
            most.append(share(known + unknown, whole))
        if None in least:
            units.append(Unit(identity, "not_assessable", "a year without payments"))
            continue
        entrants = own[(own["year"] == 1) & (own["kind"] == "entrant")]["organisations"].sum()
        values = {
            "last_share": least[0],
            "most_last_share": most[0],
            "before_share": least[1],
            "most_before_share": most[1],
            "entrants": int(entrants),
            "paid_pence": int(own[own["year"] == 1]["paid_pence"].sum()),
        }
        statistics = Statistics(effect=least[0])
        if all(one is not None and one < parameters["share_min"] for one in most):
            units.append(Unit(identity, "flagged", "", values, statistics))
        elif any(one is not None and one >= parameters["share_min"] for one in least):
            units.append(Unit(identity, "passed", "", values, statistics))
        else:
            units.append(Unit(identity, "not_assessable", "first contract of too many unknown", values))
    return Assessment(units)
