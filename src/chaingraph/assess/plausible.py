"""Promised outcome rates beside what was achieved: the most that history lets expect."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd
from scipy import stats

from chaingraph.assess.registry import assessment
from chaingraph.assess.result import Assessment, Statistics, Unit


def predictive_bound(
    successes: Sequence[int], sizes: Sequence[int], confidence: float, correlation: float | None = None
) -> tuple[float, float]:
    """(pooled rate, upper predictive bound of the rate of one more contract).

    A beta distribution with the pooled rate as mean and the rates' variance between contracts, beyond what counting explains,
    by moments (ρ = (s² − E[binomial variance])/(p(1−p)), never below that of the pooled rate itself). With one contract's
    rates all equal the bound is close to the rate. With ``correlation`` (ρ, 0..1) given, that is taken for it: how contracts
    vary cannot be told from a few. Raises ValueError for nobody at all, and for fewer than two contracts without it.
    """
    k, n = np.asarray(successes, dtype=float), np.asarray(sizes, dtype=float)
    if len(n) < (2 if correlation is None else 1) or n.min() <= 0:
        raise ValueError("a predictive bound needs two contracts or more, each with customers")
    p = float(k.sum() / n.sum())
    if p in (
        0.0,
        1.0,
    ):  # where nobody or everybody reached it: the middle of Jeffreys' interval, as 0 of 20 is not never
        p = float((k.sum() + 0.5) / (n.sum() + 1))
    rho = _correlation(k, n, p) if correlation is None else correlation
    size = 1 / min(max(rho, 1 / float(n.sum())), 0.999) - 1
    return p, float(stats.beta.ppf(confidence, p * size, (1 - p) * size))


def _correlation(k: np.ndarray, n: np.ndarray, p: float) -> float:
    weight = n / n.sum()
    between = float((weight * (k / n - p) ** 2).sum()) * len(n) / (len(n) - 1)
    return (between - float((weight * p * (1 - p) / n).sum())) / (p * (1 - p))


@assessment("implausible_bid")
def implausible_bid(rows: pd.DataFrame, parameters: Mapping[str, Any]) -> Assessment:
    """Flag bids that promise a higher outcome rate than the predictive bound of what was achieved before.

    Columns of ``rows``: bids have ``bid_id``, ``bidder_id``, ``bidder``, ``lot_id``, ``area_id`` (empty where unknown),
    ``promised_share`` (0..1, may be missing), ``day`` (of the bid; where missing all history came before), ``excluded_reason`` (or
    missing); history has an empty ``bid_id``, and ``contract_id``, ``area_id``, ``day`` (of the cohort's last referral, whose
    outcomes are known ``ripe_days`` later), ``customers``, ``outcomes``.
    Parameters: ``confidence``, ``min_contracts``, ``min_customers``, ``correlation_assumed``. History of the same area where it is
    enough, else of the whole market; of fewer contracts how they vary is assumed. Only what was ripe on the day of the bid.
    """
    history = rows[rows["bid_id"].eq("")]
    units = []
    for row in rows[rows["bid_id"].ne("")].sort_values("bid_id").to_dict("records"):
        identity = {"bid_id": str(row["bid_id"])}
        values: dict[str, Any] = {name: row[name] for name in ("bidder_id", "bidder", "lot_id", "area_id")}
        if not pd.isna(row["excluded_reason"]):
            units.append(Unit(identity, "excluded", str(row["excluded_reason"]), values))
            continue
        if pd.isna(row["promised_share"]):
            units.append(Unit(identity, "not_assessable", "no rate promised", values))
            continue
        known = history["day"] + parameters["ripe_days"]
        ripe = history if pd.isna(row["day"]) else history[known <= row["day"]]
        scopes = {"area": _by_contract(ripe[ripe["area_id"] == row["area_id"]]), "market": _by_contract(ripe)}
        many = {name: own for name, own in scopes.items() if len(own) >= parameters["min_contracts"]}
        enough = [
            (name, own)
            for name, own in (many or scopes).items()
            if int(own["customers"].sum()) >= int(parameters["min_customers"])
        ]
        if not scopes["market"]["outcomes"].sum():
            units.append(
                Unit(identity, "not_assessable", "no sustained outcome is recorded before the bid", values)
            )
            continue
        if not enough:
            units.append(Unit(identity, "not_assessable", "too little history before the bid", values))
            continue
        scope, own = enough[0]
        rate, bound = predictive_bound(
            own["outcomes"].tolist(),
            own["customers"].tolist(),
            parameters["confidence"],
            None if many else parameters["correlation_assumed"],
        )
        promised = float(row["promised_share"])
        customers = int(own["customers"].sum())
        values |= {
            "promised_share": promised,
            "achieved_share": rate,
            "bound_share": bound,
            "history": scope,
            "history_contracts": len(own),
            "history_customers": customers,
            "spread": "as seen" if many else "assumed",
        }
        statistics = Statistics(effect=promised / rate if rate else None, n=float(customers))
        units.append(Unit(identity, "flagged" if promised > bound else "passed", "", values, statistics))
    return Assessment(units)


def _by_contract(cells: pd.DataFrame) -> pd.DataFrame:
    summed: pd.DataFrame = cells.groupby("contract_id", sort=True)[["customers", "outcomes"]].sum()
    return summed[summed["customers"] > 0]
