"""Equal treatment: are the invoices of small sub-contractors paid late more often than those of large ones?

Judged within head contract, quarter and whether there had been a dispute. Invoices of one payee are alike, so
where payees are enough it is they that are permuted between small and large, and not their invoices.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy import stats

from chaingraph.assess.compare import APART, Compared, Contrast, contrast, verdicts
from chaingraph.assess.registry import assessment
from chaingraph.assess.result import Assessment
from chaingraph.assess.strata import TWO_SIDED, Strata

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Bools = NDArray[np.bool_]
SMALL, LARGE = "small", "large"
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


@dataclass(frozen=True)
class Alike:
    """The payees of one size in one head contract: each one's part in Σ(a−E), and the variance that chance alone gives it."""

    part: Floats
    by_chance: Floats


def widening(groups: Sequence[Alike]) -> float:
    """How many times as wide as by chance alone the interval's variance is, payees being what varies; never below 1.

    Each size of each head contract gives k/(k−1)·Σ(u−ū)², u a payee's part in the statistic; their sum over what chance alone
    would give is the widening (Liang 1985, Biometrika 72, 678, centred within size). With few payees that sum is itself a
    guess, so the interval is that of t with Satterthwaite's degrees of freedom. Where no size has two payees: 1.
    """
    seen = expected = spread = 0.0
    for one in groups:
        k = len(one.part)
        if k > 1:
            own = k / (k - 1) * float(((one.part - one.part.mean()) ** 2).sum())
            seen, spread = seen + own, spread + own**2 / (k - 1)
            expected += float(one.by_chance.sum())
    if seen <= 0 or expected <= 0:
        return 1.0
    return max(1.0, seen / expected * (float(stats.t.ppf(0.975, seen**2 / spread)) / TWO_SIDED) ** 2)


@assessment("unequal_treatment")
def unequal_treatment(rows: pd.DataFrame, parameters: Mapping[str, Any]) -> Assessment:
    """Flag a payer that is late with small payees significantly more often than with large ones.

    Columns of ``rows``: ``org_id``, ``org_name`` (the payer), ``head_contract_id``, ``payee_id`` (text), ``size`` (small,
    large, medium; missing where unknown), ``quarter`` (number), ``was_disputed`` (bool), ``state`` (hit: late,
    miss: in time, excluded, not_assessable), ``reason`` (text, for the last two), ``records`` (invoices). Parameters:
    ``odds_ratio_min``, ``q_max``, ``min_arm_invoices``, ``min_arrangements``, ``permutations``, ``seed``.

    CMH by head contract, quarter and dispute, one-sided; the permutation of payees where they could change places in
    ``min_arrangements`` ways or more (invoices of one payee are not independent of one another); with fewer payees the
    largest p whichever of them is left out, where a comparison remains. The interval is widened by how much payees of one size
    differ (``widening``). A payer is not
    assessable without invoices of both sizes in one stratum, or with fewer than ``min_arm_invoices`` of either.
    """
    in_order = rows.sort_values("org_id", kind="stable")
    compared = [_compare(org_id, own, parameters) for org_id, own in _payers(in_order)]
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


@dataclass(frozen=True)
class _Invoices:
    """One payer's rows, one element each: places of head contract, stratum and payee, and what the row says."""

    org_name: str
    state: NDArray[np.object_]
    reason: NDArray[np.object_]
    size: NDArray[np.object_]
    head: Ints
    stratum: Ints
    payee: Ints
    records: Ints


def _payers(rows: pd.DataFrame) -> Iterator[tuple[str, _Invoices]]:
    """Each payer's rows; they come sorted by payer. Arrays, because a data frame for each of thousands is slow."""
    head = pd.factorize(rows["head_contract_id"])[0]
    stratum = pd.factorize(pd.MultiIndex.from_arrays([head, rows["quarter"], rows["was_disputed"]]))[0]
    payee = pd.factorize(rows["payee_id"])[0]
    words = [
        rows[name].astype(object).where(rows[name].notna(), "").to_numpy()
        for name in ("state", "reason", "size")
    ]
    records = rows["records"].to_numpy(dtype=np.int64)
    org = rows["org_id"].to_numpy(dtype=object)
    starts = np.flatnonzero(np.r_[True, org[1:] != org[:-1]]) if len(org) else np.empty(0, dtype=np.int64)
    for first, last in pairwise([*starts, len(org)]):
        at = slice(int(first), int(last))
        parts = (head[at], stratum[at], payee[at], records[at])
        state, reason, size = (word[at] for word in words)
        yield str(org[first]), _Invoices(str(rows["org_name"].iloc[int(first)]), state, reason, size, *parts)


def _compare(org_id: str, own: _Invoices, parameters: Mapping[str, Any]) -> Compared:
    counted = (own.state == "hit") | (own.state == "miss")
    small, large = counted & (own.size == SMALL), counted & (own.size == LARGE)
    both = small | large
    values = {
        "org_name": own.org_name,
        "not_counted": _not_counted(own, counted),
        "payees_small": len(np.unique(own.payee[small])),
        "payees_large": len(np.unique(own.payee[large])),
    }
    identity = {"org_id": org_id}
    plain = (
        contrast(_strata(own, both), "more") if both.any() else "no invoice of a small or large payee is due"
    )
    if isinstance(plain, str):
        return Compared(identity, plain, values)
    widened = contrast(_strata(own, both), "more", inflation=widening(_alike(own, both)))
    assert isinstance(widened, Contrast)
    payees = _payees(own, both)
    if math.prod(one.arrangements for one in payees) < parameters["min_arrangements"]:
        return Compared(identity, _whichever(own, both, widened), values)
    p = permutation_p(payees, parameters["permutations"], parameters["seed"])
    return Compared(identity, replace(widened, p=p, test="permutation of payees"), values)


def _whichever(own: _Invoices, both: Bools, plain: Contrast) -> Contrast:
    """The largest p whichever one payee is left out (1 where then all are alike): no finding rests on one of several."""
    left = [contrast(_strata(own, both & (own.payee != one)), "more") for one in np.unique(own.payee[both])]
    made = [1.0 if isinstance(one, str) else one.p for one in left if one != APART]
    if not made:
        return plain
    return replace(plain, p=max(plain.p, *made), test=f"{plain.test}, whichever payee is left out")


def _not_counted(own: _Invoices, counted: Bools) -> dict[str, int]:
    reasons: Counter[str] = Counter()
    told = {"medium": "medium-sized payee", "": "size of the payee unknown"}
    for is_counted, reason, size, records in zip(
        counted, own.reason, own.size, own.records.tolist(), strict=True
    ):
        if not is_counted or size in told:
            reasons[told[size] if is_counted else reason] += records
    return dict(sorted(reasons.items()))


def _sums(own: _Invoices, both: Bools) -> tuple[Ints, Ints]:
    """(place of each row's stratum, for each stratum [late small, small in time, late large, large in time])."""
    at = np.unique(own.stratum[both], return_inverse=True)[1]
    cell = 2 * (own.size[both] == LARGE) + (own.state[both] == "miss")
    sums = np.zeros((int(at.max(initial=-1)) + 1, 4), dtype=np.int64)
    np.add.at(sums, (at, cell), own.records[both])
    return at, sums


def _strata(own: _Invoices, both: Bools) -> Strata:
    """The comparable strata, ordered by what they hold."""
    sums = _sums(own, both)[1]
    kept = sums[(sums[:, :2].sum(axis=1) > 0) & (sums[:, 2:].sum(axis=1) > 0)]
    return Strata(*kept[np.lexsort(kept.T[::-1])].T)


def _payees(own: _Invoices, both: Bools) -> list[Payees]:
    """The payees of each head contract in its comparable strata, ordered by what they hold."""
    at, sums = _sums(own, both)
    comparable = ((sums[:, :2].sum(axis=1) > 0) & (sums[:, 2:].sum(axis=1) > 0))[at]
    share = (sums[:, 0] + sums[:, 2]) / np.maximum(1, sums.sum(axis=1))
    records = own.records[both]
    excess = np.where(own.state[both] == "hit", records, 0) - records * share[at]
    pairs = np.column_stack([own.head[both], own.size[both] == LARGE, own.payee[both]])[comparable].astype(
        np.int64
    )
    found, place = np.unique(pairs, axis=0, return_inverse=True)
    each = np.zeros(len(found))
    np.add.at(each, place.reshape(-1), excess[comparable])
    payees = []
    for head in np.unique(found[:, 0]):
        mine, large = found[:, 0] == head, found[:, 1] == 1
        payees.append(Payees(np.sort(each[mine & ~large]), np.sort(each[mine & large])))
    return sorted(payees, key=lambda one: (one.small.tolist(), one.large.tolist()))


def _alike(own: _Invoices, both: Bools) -> list[Alike]:
    """The payees of each size in each head contract, ordered by what they hold."""
    at, sums = _sums(own, both)
    small, large = sums[:, :2].sum(axis=1), sums[:, 2:].sum(axis=1)
    n = small + large
    is_large, records = own.size[both] == LARGE, own.records[both]
    share = ((sums[:, 0] + sums[:, 2]) / n)[at]
    weight = np.where(is_large, small[at], large[at]) / n[at]
    part = weight * (np.where(own.state[both] == "hit", records, 0) - records * share)
    by_chance = weight**2 * records * share * (1 - share) * (n / np.maximum(1, n - 1))[at]
    comparable = ((small > 0) & (large > 0))[at]
    keys = np.column_stack([own.head[both], is_large, own.payee[both]])[comparable].astype(np.int64)
    found, place = np.unique(keys, axis=0, return_inverse=True)
    each = np.zeros((len(found), 2))
    np.add.at(each, place.reshape(-1), np.column_stack([part, by_chance])[comparable])
    ends = np.flatnonzero((np.diff(found[:, :2], axis=0) != 0).any(axis=1)) + 1
    groups = sorted(sorted(group.tolist()) for group in np.split(each, ends))
    return [Alike(*np.array(group).T) for group in groups]
