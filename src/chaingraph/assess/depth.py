"""Depth: do customers get harder to help the further down the chain of a prime they end?

Judged within strata like referral skew, over all tiers at once: a chain may be fair between kept and passed on, and
still send the hardest to those at its end.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from chaingraph.assess import trend
from chaingraph.assess.multiple import q_values
from chaingraph.assess.registry import assessment
from chaingraph.assess.result import Assessment, Statistics, Unit
from chaingraph.assess.routes import SUPPRESSED_BELOW
from chaingraph.assess.strata import SPARSE_BELOW, Strata, mantel_fleiss, upper_p

Counts = NDArray[np.int64]
Floats = NDArray[np.float64]
# Numbers held at once while batches are permuted.
AT_ONCE = 2_000_000


@dataclass(frozen=True)
class Whole:
    """One stratum's clusters, a batch at one tier or a customer alone: tiers, and hard customers beyond their share.

    ``deviation`` is hard·N − size·H, whole numbers, N and H being the stratum's customers and hard ones.
    """

    tiers: Counts
    deviation: Counts
    customers: int

    def variance(self) -> float:
        """Σ(x−x̄)²·Σd²/(K−1) of the trend when whole clusters change places; with clusters of one it is Mantel's."""
        k = len(self.tiers)
        spread = float((self.tiers**2).sum()) - float(self.tiers.sum()) ** 2 / k
        squares = float(((self.deviation / self.customers) ** 2).sum())
        return spread * squares / (k - 1) if k > 1 else 0.0


@dataclass(frozen=True)
class Levels:
    """One prime's comparable strata: hard customers and all, strata by tiers; clusters where there are batches."""

    tiers: Counts
    hard: Counts
    all: Counts
    clusters: tuple[Whole, ...]

    @property
    def variance(self) -> float:
        """The variance of the trend's score, batches kept whole."""
        if self.clusters:
            return math.fsum(one.variance() for one in self.clusters)
        return float(trend.trend_variance(self.hard, self.all, self.scores).sum())

    @property
    def scores(self) -> Floats:
        """The tiers as numbers."""
        return self.tiers.astype(float)

    @property
    def below(self) -> int:
        """Customers below the highest tier there is."""
        return int(self.all[:, 1:].sum())

    @property
    def above(self) -> int:
        """Customers at the highest tier there is."""
        return int(self.all[:, 0].sum())


@dataclass
class _Prime:
    org_id: str
    values: dict[str, Any]
    refused: str = ""
    p: float | None = None
    ratio: trend.StepRatio | None = None
    customers: int = field(default=0)


@assessment("depth_gradient")
def depth_gradient(rows: pd.DataFrame, parameters: Mapping[str, Any]) -> Assessment:
    """Flag a prime whose customers are significantly harder to help tier by tier down its chain.

    Columns of ``rows``: ``org_id``, ``org_name`` (the prime; the name may stand in rows of its own with an empty stratum),
    ``stratum``, ``batch_id`` (missing where customers were passed on one by one), ``tier`` (1 = kept), ``is_hard``
    (bool, may be missing), ``customers``. Parameters: ``odds_ratio_min`` (a tier), ``q_max``, ``min_customers``,
    ``min_arm_customers``, ``permutations``, ``seed``.

    Mantel's extension of CMH, one-sided; a permutation within strata where they are sparse, and one of whole batches where
    customers were passed on in batches. Effect: the odds ratio a tier. A prime is not assessable without customers below the
    second tier (then ``referral-skew`` says all there is to say), with too few customers, or only customers alike.
    """
    counted = rows[rows["stratum"].ne("") | rows["stratum"].isna()]
    names = rows[rows["org_name"].ne("")].groupby("org_id")["org_name"].first()
    known = counted[counted[["stratum", "is_hard", "tier"]].notna().all(axis=1)]
    groups = dict(iter(known.groupby("org_id", sort=True)))
    primes = []
    for org_id, in_all in counted.groupby("org_id", sort=True)["customers"].sum().items():
        own = groups.get(org_id)
        values = {
            "org_name": names.get(org_id, str(org_id)),
            "customers_unknown": int(in_all) - (0 if own is None else int(own["customers"].sum())),
        }
        primes.append(_test(str(org_id), values, own, parameters))
    qs = q_values([one.p for one in primes])
    return Assessment([_judged(one, q, parameters) for one, q in zip(primes, qs, strict=True)])


def _test(
    org_id: str, values: dict[str, Any], own: pd.DataFrame | None, parameters: Mapping[str, Any]
) -> _Prime:
    if own is None:
        return _Prime(org_id, values, "difficulty, stratum or tier unknown of all customers")
    if own["tier"].nunique() < 2 or own["tier"].max() < 3:
        return _Prime(org_id, values, "no customer below the second tier")
    levels = count(own)
    if not len(levels.all):
        return _Prime(org_id, values, "no stratum with customers at two tiers")
    customers = int(levels.all.sum())
    values |= {"customers": customers, "tiers": _told(levels)}
    if customers < parameters["min_customers"]:
        reason = f"fewer than {parameters['min_customers']} customers in comparable strata"
        return _Prime(org_id, values, reason)
    if min(levels.above, levels.below) < parameters["min_arm_customers"]:
        reason = f"fewer than {parameters['min_arm_customers']} customers kept or passed on"
        return _Prime(org_id, values, reason)
    if levels.variance <= 0:
        return _Prime(org_id, values, "customers of every comparable stratum are equally hard to help")
    p, test = _p(levels, parameters)
    plain = float(trend.trend_variance(levels.hard, levels.all, levels.scores).sum())
    ratio = trend.step_ratio(levels.hard, levels.all, levels.scores, max(1.0, levels.variance / plain))
    values |= {"test": test, "odds_ratio_a_tier": ratio.value if ratio else None}
    return _Prime(org_id, values, p=p, ratio=ratio, customers=customers)


def _p(levels: Levels, parameters: Mapping[str, Any]) -> tuple[float, str]:
    permutations, seed = parameters["permutations"], parameters["seed"]
    if levels.clusters:
        return batches_p(levels.clusters, permutations, seed), "permutation of batches"
    top, rest = levels.hard[:, 0], levels.hard[:, 1:].sum(axis=1)
    folded = Strata(rest, levels.all[:, 1:].sum(axis=1) - rest, top, levels.all[:, 0] - top)
    if mantel_fleiss(folded.comparable()) < SPARSE_BELOW:
        return permutation_p(levels, permutations, seed), "permutation"
    return upper_p(trend.trend_z(levels.hard, levels.all, levels.scores) or 0.0), "Mantel's trend"


def permutation_p(levels: Levels, permutations: int, seed: int) -> float:
    """One-sided p of the trend when hardness is dealt out anew within strata; the observed deal counts as one."""
    generator = np.random.Generator(np.random.PCG64(seed))
    observed, simulated = int((levels.hard @ levels.tiers).sum()), np.zeros(permutations, dtype=np.int64)
    for alls, hard in zip(levels.all, levels.hard.sum(axis=1), strict=True):
        dealt = generator.multivariate_hypergeometric(alls, int(hard), size=permutations, method="marginals")
        simulated += dealt @ levels.tiers
    return float((1 + (simulated >= observed).sum()) / (permutations + 1))


def batches_p(clusters: Sequence[Whole], permutations: int, seed: int) -> float:
    """One-sided p of the trend when whole clusters change places between tiers, within strata."""
    generator = np.random.Generator(np.random.PCG64(seed))
    observed, simulated = 0.0, np.zeros(permutations)
    for one in clusters:
        observed += int(one.tiers @ one.deviation) / one.customers
        at_once = max(1, AT_ONCE // len(one.tiers))
        for start in range(0, permutations, at_once):
            many = min(at_once, permutations - start)
            dealt = generator.permuted(np.tile(one.deviation, (many, 1)), axis=1)
            simulated[start : start + many] += (dealt @ one.tiers) / one.customers
    # Equal sums put together from different strata differ in the last bits.
    return float((1 + (simulated >= observed - 1e-9).sum()) / (permutations + 1))


def _judged(one: _Prime, q: float | None, parameters: Mapping[str, Any]) -> Unit:
    identity = {"org_id": one.org_id}
    if one.refused or one.p is None:
        return Unit(identity, "not_assessable", one.refused, one.values)
    ratio = one.ratio
    statistics = Statistics(
        ratio.value if ratio else None,
        ratio.low if ratio else None,
        ratio.high if ratio else None,
        one.p,
        q,
        float(one.customers),
    )
    # Without a bound no easy customer stands above a hard one: the trend could not be steeper.
    steep = ratio is None or ratio.value >= parameters["odds_ratio_min"]
    outcome: Literal["flagged", "passed"] = (
        "flagged" if q is not None and q <= parameters["q_max"] and steep else "passed"
    )
    return Unit(identity, outcome, "", one.values, statistics)


def _told(levels: Levels) -> list[dict[str, Any]]:
    """Customers and share of hard ones at each tier, in comparable strata; cells under ten are not told."""
    told = []
    for place, tier in enumerate(levels.tiers.tolist()):
        customers, hard = int(levels.all[:, place].sum()), int(levels.hard[:, place].sum())
        enough = customers >= SUPPRESSED_BELOW
        told.append(
            {
                "tier": tier,
                "customers": customers if enough else None,
                "hard_share": hard / customers if enough else None,
            }
        )
    return told


def count(own: pd.DataFrame) -> Levels:
    """The tables of one prime's rows; nothing but ``batch_id`` may be missing.

    Strata are ordered by what they hold, because their names are anybody's choice.
    """
    stratum, names = pd.factorize(own["stratum"])
    tier, tiers = pd.factorize(own["tier"].astype(np.int64), sort=True)
    hard, customers = own["is_hard"].to_numpy(dtype=bool), own["customers"].to_numpy(dtype=np.int64)
    alls = np.zeros((len(names), len(tiers)), dtype=np.int64)
    hards = np.zeros_like(alls)
    np.add.at(alls, (stratum, tier), customers)
    np.add.at(hards, (stratum[hard], tier[hard]), customers[hard])
    keep = (alls > 0).sum(axis=1) > 1
    kept = np.concatenate([alls, hards], axis=1)[keep]
    kept = kept[np.lexsort(kept.T[::-1])]
    scores = np.asarray(tiers, dtype=np.int64)
    clusters: tuple[Whole, ...] = ()
    if own["batch_id"].notna().any():
        each = pd.DataFrame(
            {
                "stratum": stratum,
                "tier": scores[tier],
                "hard": customers * hard,
                "size": customers,
                "batch": own["batch_id"].to_numpy(),
            }
        )[keep[stratum]]
        clusters = _whole(each, alls.sum(axis=1), hards.sum(axis=1))
    return Levels(scores, kept[:, len(tiers) :], kept[:, : len(tiers)], clusters)


def _whole(each: pd.DataFrame, alls: Counts, hards: Counts) -> tuple[Whole, ...]:
    """The clusters of each stratum; customers without a batch are clusters of one each."""
    batched = each[each["batch"].notna()]
    together = batched.groupby(["stratum", "tier", "batch"], sort=True)[["hard", "size"]].sum().reset_index()
    alone = each[each["batch"].isna()]
    single = alone.loc[alone.index.repeat(alone["size"])]
    single = single.assign(hard=(single["hard"] > 0).astype(np.int64), size=1)
    made = []
    for stratum, own in pd.concat([together, single], ignore_index=True).groupby("stratum", sort=True):
        n, h = int(alls[int(str(stratum))]), int(hards[int(str(stratum))])
        tiers, deviation = (
            own["tier"].to_numpy(dtype=np.int64),
            (own["hard"] * n - own["size"] * h).to_numpy(np.int64),
        )
        at = np.lexsort((deviation, tiers))
        made.append(Whole(tiers[at], deviation[at], n))
    # Two strata that hold the same may change places: everything is part of the key.
    return tuple(sorted(made, key=lambda one: (one.customers, one.tiers.tolist(), one.deviation.tolist())))
