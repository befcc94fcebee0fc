"""Equal treatment: are the invoices of small sub-contractors paid late more often than those of large ones?

Judged within head contract, quarter and whether there had been a dispute. Invoices of one payee are alike, so
where payees are enough it is they that are permuted between small and large, and not their invoices.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from chaingraph.assess.compare import APART, Compared, Contrast, contrast, verdicts
from chaingraph.assess.registry import assessment
from chaingraph.assess.result import Assessment
from chaingraph.assess.strata import Strata

Floats = NDArray[np.float64]
SMALL, LARGE = "small", "large"
KEY = ["head_contract_id", "quarter", "was_disputed"]
MOST_NAMED = 5


@dataclass(frozen=True)
class Payees:
    """The payees of one head contract: late invoices beyond expectation of each small one and each large one."""

    small: Floats
    large: Floats

    @property
    def arrangements(self) -> int:
        """In how many ways as many of them could have been the small ones."""
        return math.comb(len(self.small) + len(self.large), len(self.small))


def permutation_p(payees: Sequence[Payees], permutations: int, seed: int) -> float:
    """One-sided p of the small payees' summed excess when small and large change places within head contracts.

    The statistic Σ(a−E) of CMH is a sum over the small payees of (their late invoices − those expected of like
    invoices), so a permutation needs nothing but that excess. The observed arrangement counts as one (Phipson &
    Smyth 2010).
    """
    generator = np.random.Generator(np.random.PCG64(seed))
    observed, simulated = 0.0, np.zeros(permutations)
    for one in payees:
        together = np.sort(np.concatenate([one.small, one.large]))
        shuffled = generator.permuted(np.tile(together, (permutations, 1)), axis=1)
        simulated += shuffled[:, : len(one.small)].sum(axis=1)
        observed += float(np.sort(one.small).sum())
    # Equal sums put together in another order differ in the last bits.
    return float((1 + (simulated >= observed - 1e-9).sum()) / (permutations + 1))


def variance(payees: Sequence[Payees]) -> float:
    """The variance of Σ(a−E) under that permutation: k(K−k)/[K(K−1)]·Σ(D−D̄)² summed over head contracts."""
    total = 0.0
    for one in payees:
        k, m = len(one.small), len(one.small) + len(one.large)
        if m > 1:
            together = np.sort(np.concatenate([one.small, one.large]))
            total += k * (m - k) / (m * (m - 1)) * float(((together - together.mean()) ** 2).sum())
    return total


@assessment("unequal_treatment")
def unequal_treatment(rows: pd.DataFrame, parameters: Mapping[str, Any]) -> Assessment:
    """Flag a payer that is late with small payees significantly more often than with large ones.

    Columns of ``rows``: ``org_id``, ``org_name`` (the payer), ``head_contract_id``, ``payee_id`` (text), ``size`` (small,
    large, medium; missing where unknown), ``quarter`` (number), ``was_disputed`` (bool), ``state`` (hit: late,
    miss: in time, excluded, not_assessable), ``reason`` (text, for the last two), ``records`` (invoices). Parameters:
    ``odds_ratio_min``, ``q_max``, ``min_arm_invoices``, ``min_arrangements``, ``permutations``, ``seed``.

    CMH by head contract, quarter and dispute, one-sided; the permutation of payees where they could change places in
    ``min_arrangements`` ways or more (invoices of one payee are not independent of one another); with fewer payees the
    largest p whichever of them is left out, where a comparison remains. A payer is not
    assessable without invoices of both sizes in one stratum, or with fewer than ``min_arm_invoices`` of either.
    """
    compared = [_compare(str(org_id), own, parameters) for org_id, own in rows.groupby("org_id", sort=True)]
    units = verdicts(
        compared,
        side="more",
        limit=parameters["odds_ratio_min"],
        q_max=parameters["q_max"],
        min_arm=parameters["min_arm_invoices"],
    )
    thin = [
        str(unit.values["org_name"])
        for unit in units
        if unit.outcome == "flagged" and unit.values["test"] != "permutation of payees"
    ]
    if not thin:
        return Assessment(units)
    named = ", ".join(thin[:MOST_NAMED]) + (", …" if len(thin) > MOST_NAMED else "")
    told = f"too few payees to tell their size from themselves: {named}; look at each payee before anything is said"
    return Assessment(units, [told])


def _compare(org_id: str, own: pd.DataFrame, parameters: Mapping[str, Any]) -> Compared:
    counted = own[own["state"].isin(("hit", "miss"))]
    both = counted[counted["size"].isin((SMALL, LARGE))]
    values = {
        "org_name": str(own["org_name"].iloc[0]),
        "not_counted": _not_counted(own, counted),
        "payees_small": int(both.loc[both["size"] == SMALL, "payee_id"].nunique()),
        "payees_large": int(both.loc[both["size"] == LARGE, "payee_id"].nunique()),
    }
    identity = {"org_id": org_id}
    if both.empty:
        return Compared(identity, "no invoice of a small or large payee whose day has passed", values)
    strata, payees = _tables(both)
    plain = (
        contrast(strata, "more")
        if len(strata.a)
        else "no head contract with invoices of small and of large payees"
    )
    if isinstance(plain, str):
        return Compared(identity, plain, values)
    if math.prod(one.arrangements for one in payees) < parameters["min_arrangements"]:
        return Compared(identity, _whichever(both, plain), values)
    inflation = max(1.0, variance(payees) / float(strata.variance().sum()))
    widened = contrast(strata, "more", inflation=inflation)
    assert isinstance(widened, Contrast)
    p = permutation_p(payees, parameters["permutations"], parameters["seed"])
    return Compared(identity, replace(widened, p=p, test="permutation of payees"), values)


def _whichever(both: pd.DataFrame, plain: Contrast) -> Contrast:
    """The largest p whichever one payee is left out (1 where then all are alike): no finding rests on one of several."""
    left = [
        contrast(_tables(both[both["payee_id"] != one])[0], "more")
        for one in sorted(both["payee_id"].unique())
    ]
    made = [1.0 if isinstance(one, str) else one.p for one in left if one != APART]
    if not made:
        return plain
    return replace(plain, p=max(plain.p, *made), test=f"{plain.test}, whichever payee is left out")


def _not_counted(own: pd.DataFrame, counted: pd.DataFrame) -> dict[str, int]:
    reasons = own[~own.index.isin(counted.index)].groupby("reason", sort=True)["records"].sum().to_dict()
    sizes = counted["size"].fillna("")
    for size, reason in (("medium", "medium-sized payee"), ("", "size of the payee unknown")):
        if found := int(counted.loc[sizes == size, "records"].sum()):
            reasons[reason] = found
    return {str(name): int(number) for name, number in sorted(reasons.items())}


def _tables(both: pd.DataFrame) -> tuple[Strata, list[Payees]]:
    """The comparable strata, ordered by what they hold, and the payees of each head contract likewise."""
    wide = both.assign(
        late=both["records"].where(both["state"] == "hit", 0),
        of_small=both["records"].where(both["size"] == SMALL, 0),
    )
    wide["late_small"] = wide["late"].where(wide["size"] == SMALL, 0)
    sums = wide.groupby(KEY, sort=True)[["records", "late", "of_small", "late_small"]].sum()
    sums = sums[(sums["of_small"] > 0) & (sums["of_small"] < sums["records"])]
    a = sums["late_small"].to_numpy(dtype=np.int64)
    b = sums["of_small"].to_numpy(dtype=np.int64) - a
    c = sums["late"].to_numpy(dtype=np.int64) - a
    d = sums["records"].to_numpy(dtype=np.int64) - a - b - c
    at = np.lexsort((d, c, b, a))
    joined = wide.join((sums["late"] / sums["records"]).rename("rate"), on=KEY, how="inner")
    joined["excess"] = joined["late"] - joined["records"] * joined["rate"]
    each = joined.groupby(["head_contract_id", "payee_id", "size"], sort=True)["excess"].sum().reset_index()
    payees = [
        Payees(
            np.sort(own.loc[own["size"] == SMALL, "excess"].to_numpy(dtype=float)),
            np.sort(own.loc[own["size"] == LARGE, "excess"].to_numpy(dtype=float)),
        )
        for _, own in each.groupby("head_contract_id", sort=True)
    ]
    payees.sort(key=lambda one: (one.small.tolist(), one.large.tolist()))
    return Strata(a[at], b[at], c[at], d[at]), payees
