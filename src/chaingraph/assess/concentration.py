"""Concentration by ultimate owner: Herfindahl-Hirschman, the largest four, Gini."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from chaingraph.assess.registry import assessment
from chaingraph.assess.result import Assessment, Unit

Floats = NDArray[np.float64]

MEASURES = tuple(f"{name}{kind}" for kind in ("", "_by_organisation") for name in ("hhi", "cr4", "gini"))


def hhi(sizes: Sequence[float]) -> float:
    """Herfindahl-Hirschman index, 10⁴·Σ share², from near 0 to 10,000 (one holds all).

    Raises ValueError for nothing.
    """
    shares = _shares(sizes)
    return float(10_000 * (shares**2).sum())


def cr4(sizes: Sequence[float]) -> float:
    """The share of the largest four, 0..1."""
    return float(np.sort(_shares(sizes))[::-1][:4].sum())


def gini(sizes: Sequence[float]) -> float:
    """Gini's coefficient of the sizes, 0 (all equal) to 1 − 1/n."""
    ordered = np.sort(_shares(sizes))
    n = len(ordered)
    return float(((2 * np.arange(1, n + 1) - n - 1) * ordered).sum() / n)


def equal_share_hhi(count: int) -> float:
    """What the index would be if ``count`` holders had equal shares: the baseline to read it beside."""
    return 10_000 / count


def _measures(by_owner: Sequence[float], by_org: Sequence[float]) -> dict[str, float]:
    return {
        f"{name}{kind}": measure(sizes)
        for kind, sizes in (("", by_owner), ("_by_organisation", by_org))
        for name, measure in (("hhi", hhi), ("cr4", cr4), ("gini", gini))
    }


def _shares(sizes: Sequence[float]) -> Floats:
    values = np.sort(np.asarray(sizes, dtype=float))
    if not len(values) or (values < 0).any() or values.sum() <= 0:
        raise ValueError("shares need sizes that are not negative and not all zero")
    shares: Floats = values / values.sum()
    return shares


@assessment("market_concentration")
def market_concentration(rows: pd.DataFrame, parameters: Mapping[str, Any]) -> Assessment:
    """Concentration by owner per programme and area, beside that by organisation and equal shares.

    Columns of ``rows``, one row a head contract in force: ``programme``, ``area_id``, ``area`` (text, empty
    where unknown), ``buyer_id``, ``contract_id``, ``org_id``, ``org``, ``owner_id``, ``owner``,
    ``annual_value_pence``, ``paid_pence`` (may be missing), ``inferred`` (bool). Sizes are the annual value
    where every contract of the cell names it, else pounds paid where all are inferred from payments, else
    numbers of contracts; not assessable where some name a value and others none. Parameters: ``hhi_min``
    (points), ``share_max`` (0..1). Flagged at HHI ≥ hhi_min with the largest owner above share_max. HHI sorts, it
    does not accuse. Figure ``concentration``: one row a programme over all areas, one a cell.
    """
    rows = rows.sort_values(["programme", "area_id", "contract_id"])
    units, figures = [], []
    for programme, whole in rows.groupby("programme", sort=True):
        if programme:
            figures.append({"programme": programme, "area": "all areas", **_row(whole)})
        for area_id, cell in whole.groupby("area_id", sort=True):
            identity = {"programme": programme, "area_id": area_id}
            if not programme or not area_id:
                reason = "no programme named" if not programme else "no area named"
                units.append(Unit(identity, "not_assessable", reason, records=len(cell)))
                continue
            if _partly_valued(cell):
                reason = "value of a contract unknown"
                units.append(Unit(identity, "not_assessable", reason, records=len(cell)))
                continue
            row = _row(cell)
            if area_id and whole["area_id"].nunique() > 1:
                figures.append({"programme": programme, "area": cell["area"].iloc[0] or area_id, **row})
            if row["hhi"] is None:
                units.append(Unit(identity, "not_assessable", "nothing of any size", records=len(cell)))
                continue
            values = {"area": cell["area"].iloc[0], "buyer_id": cell["buyer_id"].iloc[0], **row}
            flagged = row["hhi"] >= parameters["hhi_min"] and row["top_share"] > parameters["share_max"]
            units.append(Unit(identity, "flagged" if flagged else "passed", "", values, records=len(cell)))
    return Assessment(units, figures={"concentration": figures} if figures else {})


def _row(cell: pd.DataFrame) -> dict[str, Any]:
    sizes, measure = _sizes(cell)
    by_owner = sizes.groupby(cell["owner_id"], sort=True).sum()
    by_org = sizes.groupby(cell["org_id"], sort=True).sum()
    # Money that came back can make an owner's sum negative; it then holds nothing.
    by_owner, by_org = by_owner.clip(lower=0), by_org.clip(lower=0)
    common = {
        "measure": measure,
        "contracts": len(cell),
        "organisations": len(by_org),
        "owners": len(by_owner),
    }
    if by_owner.sum() <= 0:
        unknown = dict.fromkeys((*MEASURES, "top_owner", "top_share"))
        return {**common, **unknown, "equal_share_hhi": equal_share_hhi(len(by_owner))}
    names = cell.groupby("owner_id", sort=True)["owner"].first()
    top = max(by_owner.index, key=lambda owner: (by_owner[owner], owner))
    return {
        **common,
        **_measures(by_owner.tolist(), by_org.tolist()),
        "equal_share_hhi": equal_share_hhi(len(by_owner)),
        "top_owner": names[top],
        "top_share": float(by_owner[top] / by_owner.sum()),
    }


def _partly_valued(cell: pd.DataFrame) -> bool:
    """Some contracts name a value and others none: counting them would hide a great one among small ones."""
    known = cell["annual_value_pence"].notna()
    return bool(known.any() and not known.all())


def _sizes(cell: pd.DataFrame) -> tuple[pd.Series[int], str]:
    if cell["annual_value_pence"].notna().all():
        return cell["annual_value_pence"].astype("int64"), "annual value"
    if cell["inferred"].fillna(False).astype(bool).all() and cell["paid_pence"].notna().all():
        return cell["paid_pence"].astype("int64"), "pounds paid"
    return pd.Series(1, index=cell.index), "contracts"
