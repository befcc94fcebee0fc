"""What payment groups say about outcomes beside what difficulty says: shares of variance, a figure and no verdict."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal

import pandas as pd

from chaingraph.assess.registry import assessment
from chaingraph.assess.result import Assessment, Statistics, Unit


@dataclass(frozen=True)
class Explained:
    """Shares of the variance of a yes-or-no outcome, each 0..1: by group, by difficulty, by the cells of both."""

    group: float
    band: float
    both: float


def explained(cells: pd.DataFrame) -> Explained | None:
    """How much of the variance of outcomes groups, bands, and their cells explain; None where nothing varies.

    Columns of ``cells``: ``customer_group``, ``band``, ``customers``, ``achieved``. ε² = (SS − (k−1)·MS)/SS_total, at least 0,
    with MS what is left within the cells of both for each degree of freedom (Kelley 1935, doi 10.1073/pnas.21.9.554):
    k groups drawn by lot explain nothing on average, where R² would grow with every group. None, too, where every customer
    is alone in a cell.
    """
    customers, achieved = int(cells["customers"].sum()), int(cells["achieved"].sum())
    total = achieved * (customers - achieved) / customers if customers else 0.0
    inside, places = _between(cells, ["customer_group", "band"])
    if total <= 0 or customers <= places:
        return None
    within = max(0.0, total - inside) / (customers - places)

    def share(names: list[str]) -> float:
        between, k = _between(cells, names)
        return min(1.0, max(0.0, between - (k - 1) * within) / total)

    return Explained(share(["customer_group"]), share(["band"]), share(["customer_group", "band"]))


def _between(cells: pd.DataFrame, names: list[str]) -> tuple[float, int]:
    """Sum of squares between the groups, Σ a²/n − A²/N, and how many groups hold somebody."""
    summed = cells.groupby(names, sort=True)[["customers", "achieved"]].sum()
    summed = summed[summed["customers"] > 0].sort_values(["customers", "achieved"]).astype(float)
    whole = summed.sum()
    squares = float((summed["achieved"] ** 2 / summed["customers"]).sum())
    return squares - float(whole["achieved"] ** 2 / whole["customers"]) if len(summed) else 0.0, len(summed)


@assessment("payment_groups")
def payment_groups(rows: pd.DataFrame, parameters: Mapping[str, Any]) -> Assessment:
    """The part of what group and difficulty say together about outcomes that the group says alone, by programme.

    Columns of ``rows``: ``programme`` (empty where unknown), ``inferred`` (bool), ``department_id``, ``customer_group``,
    ``band`` (difficulty), ``referrals`` (rows), ``customers``, ``achieved``. Parameters: ``explained_min`` (flagged below it; 0
    flags nothing), ``min_customers``. Figure ``payment_groups``: all shares for each programme. As Carter and
    Whitworth (2015, Journal of Social Policy 44, 277) ask: how much of predicted outcomes lies between groups, not within.
    """
    if rows.empty:
        return Assessment([])
    shown, units = [], []
    for programme, own in rows.groupby("programme", sort=True):
        unit = _judged(str(programme), own[~own["inferred"].astype(bool)], own, parameters)
        units.append(unit)
        if unit.statistics is not None:
            shown.append(
                {"programme": programme, **{k: v for k, v in unit.values.items() if k != "department_id"}}
            )
    return Assessment(units, figures={"payment_groups": shown} if shown else {})


def _judged(programme: str, own: pd.DataFrame, whole: pd.DataFrame, parameters: Mapping[str, Any]) -> Unit:
    identity, records = {"programme": programme}, int(whole["referrals"].sum())
    customers = int(own["customers"].sum())
    values: dict[str, Any] = {"department_id": whole["department_id"].iloc[0], "customers": customers}

    def refused(outcome: Literal["excluded", "not_assessable"], reason: str) -> Unit:
        return Unit(identity, outcome, reason, values, records=records)

    if own.empty:
        return refused("excluded", "inferred contract")
    if not programme:
        return refused("not_assessable", "programme unknown")
    if customers < parameters["min_customers"]:
        return refused("not_assessable", f"fewer than {parameters['min_customers']} customers")
    found = explained(own)
    if found is None or found.both <= 0:
        return refused("not_assessable", "neither group nor difficulty says anything about outcomes")
    share = min(1.0, found.group / found.both)
    values |= {
        "groups": int(own["customer_group"].nunique()),
        "achieved_share": int(own["achieved"].sum()) / customers,
        "group_share": found.group,
        "band_share": found.band,
        "both_share": found.both,
        "explained_share": share,
        "left_share": max(0.0, found.both - found.group),
    }
    outcome: Literal["flagged", "passed"] = "flagged" if share < parameters["explained_min"] else "passed"
    return Unit(identity, outcome, "", values, Statistics(effect=share, n=float(customers)), records)
