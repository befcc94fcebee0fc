"""Owners whose failure would spread far: the cascades of ``cascade`` over the contracts of a market."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from scipy.sparse import csr_array

from chaingraph.assess.cascade import PART, Floats, Supply, debtrank, esri
from chaingraph.assess.fences import fence
from chaingraph.assess.registry import assessment
from chaingraph.assess.result import Assessment, Statistics, Unit

# What is put together in another order differs in the last bits.
NOTHING = 1e-9
MOST_TOLD = 20


@dataclass(frozen=True)
class Spread:
    """What each failure takes along, by id: part of all yearly sales lost, and of the others' in distress."""

    loss: Mapping[str, float]
    distress: Mapping[str, float]


@assessment("failure_cascade")
def failure_cascade(rows: pd.DataFrame, parameters: Mapping[str, Any]) -> Assessment:
    """Flag an owner whose failure costs the market more than those of its peers do.

    Columns of ``rows``, one row a contract in force: ``contract_id``, ``tier``, ``role``, ``need_type``, ``area_id``
    (text, empty where unknown), ``annual_value_pence`` (may be missing), ``supplier_id``, ``supplier``,
    ``supplier_owner_id``, ``supplier_owner``, ``buyer_id``, ``buyer_owner_id``, ``department_id``. Sectors of the
    Economic Systemic Risk Index are primes, and otherwise role, need and area by which an owner sells most: others of
    the sector may take over. Whoever buys loses its supplier's part of its own sales, the rest being its own work.
    DebtRank's impact on a seller is the buyer's part in its sales. Whoever buys and sells nothing (the department) does
    not fail. Sales between organisations of one owner are none.

    Parameters: ``loss_share_min`` (0..1), ``min_peers``. Flagged where the loss (or DebtRank's distress) reaches
    ``loss_share_min`` and lies above the fence (``fences.fence``) of all primes, or of all sub-contractors. Owners of a
    contract without a value are not assessable. Figure ``cascades``: the largest losses, by owner beside by
    organisation. The result does not depend on the order of rows.
    """
    if rows.empty:
        return Assessment([])
    rows = rows.sort_values("contract_id")
    unvalued = rows[rows["annual_value_pence"].isna()]
    unknown = {*unvalued["supplier_owner_id"], *unvalued["buyer_owner_id"]}
    valued = rows[rows["annual_value_pence"].fillna(0) > 0]
    by_owner = _spread(valued, "supplier_owner_id", "buyer_owner_id")
    by_org = _spread(valued, "supplier_id", "buyer_id")
    primes = set(rows.loc[rows["tier"] == 1, "supplier_owner_id"])
    owners = rows.groupby("supplier_owner_id", sort=True)
    known = [owner for owner in owners.groups if owner not in unknown and owner in by_owner.loss]
    fences = {
        standing: _Fences(
            fence([by_owner.loss[one] for one in group], parameters["min_peers"]),
            fence([by_owner.distress[one] for one in group], parameters["min_peers"]),
        )
        for standing, group in (
            ("prime", [one for one in known if one in primes]),
            ("sub-contractor", [one for one in known if one not in primes]),
        )
    }
    units, figures = [], []
    for owner_id, own in owners:
        standing = "prime" if owner_id in primes else "sub-contractor"
        values: dict[str, Any] = {
            "owner": own["supplier_owner"].iloc[0],
            "department_id": own["department_id"].iloc[0],
            "standing": standing,
            "organisations": int(own["supplier_id"].nunique()),
        }
        identity, limits = {"org_id": owner_id}, fences[standing]
        if owner_id not in known:
            reason = (
                "value of a contract unknown"
                if owner_id in unknown
                else "sells nothing of any value to others"
            )
            units.append(Unit(identity, "not_assessable", reason, values))
            continue
        loss, distress = by_owner.loss[owner_id], by_owner.distress[owner_id]
        told = {
            "loss_share": loss,
            "distress_share": distress,
            "organisation_loss_share": max(by_org.loss.get(org, 0.0) for org in own["supplier_id"]),
            "loss_fence_share": limits.loss,
            "distress_fence_share": limits.distress,
        }
        figures.append({**values, **told})
        if limits.loss is None:
            reason = f"fewer than {parameters['min_peers']} {standing}s"
            units.append(Unit(identity, "not_assessable", reason, values))
            continue
        flagged = limits.beyond(loss, distress, parameters["loss_share_min"])
        statistics = Statistics(effect=loss, n=float(len(own)))
        units.append(Unit(identity, "flagged" if flagged else "passed", "", {**values, **told}, statistics))
    figures.sort(key=lambda row: (-row["loss_share"], row["owner"]))
    warnings = [f"contracts without a yearly value, left out: {len(unvalued)}"] if len(unvalued) else []
    shown = [{k: v for k, v in row.items() if k != "department_id"} for row in figures[:MOST_TOLD]]
    return Assessment(units, warnings, {"cascades": shown} if shown else {})


@dataclass(frozen=True)
class _Fences:
    loss: float | None
    distress: float | None

    def beyond(self, loss: float, distress: float, least: float) -> bool:
        """Whether either is large enough to matter and above its fence."""
        pairs = ((loss, self.loss), (distress, self.distress))
        # What is put together in another order differs in the last bits.
        return any(
            limit is not None and value >= least - NOTHING and value > limit + NOTHING
            for value, limit in pairs
        )


def _spread(valued: pd.DataFrame, seller: str, buyer: str) -> Spread:
    """The cascades over whoever ``seller`` and ``buyer`` name, each of whom may fail that sells anything to another."""
    valued = valued[valued[seller] != valued[buyer]]
    names = sorted({*valued[seller], *valued[buyer]})
    place = {name: at for at, name in enumerate(names)}
    values = valued.groupby([seller, buyer], sort=True)["annual_value_pence"].sum().astype(float)
    ends = values.index.to_frame(index=False)
    supplier = ends[seller].map(place).to_numpy(np.int64)
    supply = Supply(
        supplier=supplier,
        buyer=ends[buyer].map(place).to_numpy(np.int64),
        value=values.to_numpy(float),
        effect=np.full(len(ends), PART),
        sector=_sectors(valued, seller, names),
        needed=np.bincount(supplier, values.to_numpy(float), len(names)).astype(float),
    )
    sellers = [name for name in names if supply.sold[place[name]] > 0]
    failing = np.array([place[name] for name in sellers], dtype=np.int64)
    if not len(failing):
        return Spread({}, {})
    income = csr_array(
        (supply.value / supply.sold[supply.supplier], (supply.supplier, supply.buyer)),
        shape=(len(names), len(names)),
    )
    weight: Floats = supply.sold / supply.sold.sum()
    return Spread(
        dict(zip(sellers, esri(supply, failing).tolist(), strict=True)),
        dict(zip(sellers, debtrank(income, weight, failing).tolist(), strict=True)),
    )


def _sectors(valued: pd.DataFrame, seller: str, names: Sequence[str]) -> np.ndarray[Any, np.dtype[np.int64]]:
    primes = set(valued.loc[valued["tier"] == 1, seller])
    kinds = valued.groupby([seller, "role", "need_type", "area_id"], sort=True)["annual_value_pence"].sum()
    most = kinds.groupby(level=0, sort=True).idxmax()
    labels = {name: ("prime",) if name in primes else most[name][1:] for name in most.index}
    order = {label: at for at, label in enumerate(sorted(set(labels.values())))}
    # Whoever only buys is of no sector that anybody sells.
    return np.array([order[labels[name]] if name in labels else len(order) for name in names], dtype=np.int64)
