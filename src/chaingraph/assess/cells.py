"""Cells of referrals counted into tables, for all primes at once; names and order of rows leave no trace."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from chaingraph.assess.batches import Clusters
from chaingraph.assess.strata import Counts, Strata


@dataclass(frozen=True)
class Counted:
    """One prime's comparable strata, and their clusters where it passed customers on in batches."""

    strata: Strata
    clusters: tuple[Clusters, ...]
    passed_in_all: int
    kept_in_all: int


def count(rows: pd.DataFrame) -> dict[str, Counted]:
    """Per ``org_id``, sorted: its tables of ``customers``.

    By ``stratum``, ``is_passed``, ``is_hard`` and ``batch_id``. Nothing but ``batch_id`` may be missing.
    Strata are ordered by what they hold, because sums of floats depend on the order and the names of strata
    are anybody's choice.
    """
    org, orgs = pd.factorize(rows["org_id"], sort=True)
    stratum, names = pd.factorize(rows["stratum"])
    places, at = np.unique(org * len(names) + stratum, return_inverse=True)
    passed = rows["is_passed"].to_numpy(dtype=bool)
    hard = rows["is_hard"].to_numpy(dtype=bool)
    customers = rows["customers"].to_numpy(dtype=np.int64)
    tables = np.zeros((len(places), 4), dtype=np.int64)
    np.add.at(tables, (at, 2 * ~passed + ~hard), customers)
    comparable = (tables[:, :2].sum(axis=1) > 0) & (tables[:, 2:].sum(axis=1) > 0)
    owners = places // max(1, len(names))
    ends = np.searchsorted(owners, np.arange(len(orgs) + 1))
    batch = pd.factorize(rows["batch_id"])[0]
    batched = np.unique(org[batch >= 0])
    result = {}
    for i, name in enumerate(orgs):
        own = tables[ends[i] : ends[i + 1]]
        kept = own[comparable[ends[i] : ends[i + 1]]]
        kept = kept[np.lexsort(kept.T[::-1])]
        clusters: tuple[Clusters, ...] = ()
        if i in batched:
            mine = (org == i) & comparable[at]
            clusters = _clusters(at[mine], passed[mine], hard[mine], batch[mine], customers[mine])
        result[str(name)] = Counted(Strata(*kept.T), clusters, int(own[:, :2].sum()), int(own[:, 2:].sum()))
    return result


def _clusters(
    stratum: Counts,
    passed: NDArray[np.bool_],
    hard: NDArray[np.bool_],
    batch: Counts,
    customers: Counts,
) -> tuple[Clusters, ...]:
    together = batch >= 0
    found, inside = _distinct(stratum[together], passed[together], batch[together])
    size = _summed(inside, customers[together], len(found))
    hard_inside = _summed(inside, (customers * hard)[together], len(found))
    ones = np.ones(len(found), dtype=np.int64)
    alone = ~together
    kinds, at = _distinct(
        np.concatenate([found[:, 0], stratum[alone]]),
        np.concatenate([size, np.ones(int(alone.sum()), dtype=np.int64)]),
        np.concatenate([hard_inside, hard[alone]]),
    )
    many = np.concatenate([ones, customers[alone]])
    gone = many * np.concatenate([found[:, 1], passed[alone]])
    whole, sent = _summed(at, many, len(kinds)), _summed(at, gone, len(kinds))
    cuts = np.flatnonzero(np.diff(kinds[:, 0])) + 1
    parts = np.split(np.column_stack([kinds[:, 1:], whole, sent]), cuts)
    # Two strata that hold the same may change places: everything is part of the key.
    return tuple(Clusters(*part.T) for part in sorted(parts, key=lambda part: part.tolist()) if len(part))


def _distinct(*columns: NDArray[np.generic]) -> tuple[Counts, Counts]:
    """The distinct rows of the columns, sorted, and for each row the place of its like among them."""
    found, at = np.unique(np.column_stack(columns).astype(np.int64), axis=0, return_inverse=True)
    return found, at.reshape(-1)


def _summed(at: Counts, values: Counts, size: int) -> Counts:
    total = np.zeros(size, dtype=np.int64)
    np.add.at(total, at, values)
    return total
