"""Two-by-two tables in strata: Cochran-Mantel-Haenszel, the pooled odds ratio, exact mid-p, batches.

In each stratum a = passed and hard, b = passed and not hard, c = kept and hard, d = kept and not hard; all are
counts of customers. Only strata with customers in both arms say anything.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import stats
from statsmodels.stats.contingency_tables import StratifiedTable

Counts = NDArray[np.int64]
Floats = NDArray[np.float64]

# Below this the normal approximation of CMH is not to be trusted (Mantel & Fleiss 1980).
SPARSE_BELOW = 5.0
# Breslow-Day is anti-conservative in small strata.
HETEROGENEITY_STRATUM = 20


@dataclass(frozen=True)
class Strata:
    """The tables of one unit, one element a stratum; sort them first, for sums of floats depend on the order."""

    a: Counts
    b: Counts
    c: Counts
    d: Counts

    @property
    def n(self) -> Counts:
        """Customers in each stratum."""
        return self.a + self.b + self.c + self.d

    def comparable(self) -> Strata:
        """Only the strata in which both arms hold somebody."""
        keep = ((self.a + self.b) > 0) & ((self.c + self.d) > 0)
        return Strata(self.a[keep], self.b[keep], self.c[keep], self.d[keep])

    def expected(self) -> Floats:
        """E = (a+b)(a+c)/n."""
        expected: Floats = (self.a + self.b) * (self.a + self.c) / self.n
        return expected

    def variance(self) -> Floats:
        """V = (a+b)(c+d)(a+c)(b+d)/[n²(n−1)]; 0 in a stratum of one."""
        n = self.n.astype(float)
        top = (self.a + self.b).astype(float) * (self.c + self.d) * (self.a + self.c) * (self.b + self.d)
        return np.divide(top, n**2 * (n - 1), out=np.zeros_like(n), where=n > 1)


def cmh_z(strata: Strata, variance: Floats | None = None) -> float | None:
    """z = Σ(a−E)/√ΣV without continuity correction; None where nothing varies.

    Cochran (1954); Mantel & Haenszel (1959). ``variance`` replaces V where customers were passed on in batches.
    """
    total = float((strata.variance() if variance is None else variance).sum())
    if total <= 0:
        return None
    return float((strata.a - strata.expected()).sum() / math.sqrt(total))


def upper_p(z: float) -> float:
    """The one-sided p of z, for more than expected."""
    return float(stats.norm.sf(z))


def mantel_fleiss(strata: Strata) -> float:
    """min(ΣE−ΣL, ΣU−ΣE): how far the sum of a can move either way. Mantel & Fleiss (1980)."""
    lower = np.maximum(0, (strata.a + strata.b) - (strata.b + strata.d))
    upper = np.minimum(strata.a + strata.b, strata.a + strata.c)
    expected = strata.expected().sum()
    return float(min(expected - lower.sum(), upper.sum() - expected))


def exact_mid_p(strata: Strata) -> float:
    """One-sided mid-p of Σa given all margins: the strata's hypergeometric distributions, convolved.

    P(sum > observed) + P(sum = observed)/2. Exact for any size, so used where tables are sparse.
    """
    distribution, start = np.ones(1), 0
    for a, b, c, d in zip(strata.a, strata.b, strata.c, strata.d, strict=True):
        low, high = max(0, int(a - d)), int(min(a + b, a + c))
        values = np.arange(low, high + 1)
        pmf = stats.hypergeom(int(a + b + c + d), int(a + c), int(a + b)).pmf(values)
        distribution, start = np.convolve(distribution, pmf), start + low
    at = int(strata.a.sum()) - start
    return float(min(1.0, distribution[at + 1 :].sum() + distribution[at] / 2))


@dataclass(frozen=True)
class OddsRatio:
    """The pooled odds ratio with its 95 % interval and its one-sided 95 % lower bound."""

    value: float
    low: float
    high: float
    lower_bound: float


def odds_ratio(strata: Strata, inflation: float = 1.0) -> OddsRatio | None:
    """Mantel-Haenszel's pooled odds ratio with the interval of Robins, Breslow & Greenland (1986).

    ``inflation`` is the factor by which batches widen the variance. None where the ratio is 0 or without bound.
    """
    n = strata.n
    if not (strata.a * strata.d / n).sum() or not (strata.b * strata.c / n).sum():
        return None
    table = _table(strata)
    log, error = float(table.logodds_pooled), float(table.logodds_pooled_se) * math.sqrt(inflation)
    two, one = stats.norm.ppf(0.975), stats.norm.ppf(0.95)
    return OddsRatio(
        math.exp(log), math.exp(log - two * error), math.exp(log + two * error), math.exp(log - one * error)
    )


def heterogeneity_p(strata: Strata) -> float | None:
    """p of Breslow-Day with Tarone's correction, on strata of at least 20; None with fewer than two of them."""
    keep = strata.n >= HETEROGENEITY_STRATUM
    large = Strata(strata.a[keep], strata.b[keep], strata.c[keep], strata.d[keep])
    informative = ((large.a + large.c) > 0) & ((large.b + large.d) > 0)
    large = Strata(large.a[informative], large.b[informative], large.c[informative], large.d[informative])
    if len(large.a) < 2 or odds_ratio(large) is None:
        return None
    return float(_table(large).test_equal_odds(adjust=True).pvalue)


def _table(strata: Strata) -> StratifiedTable:
    return StratifiedTable(np.array([[strata.a, strata.b], [strata.c, strata.d]], dtype=float))


def batch_variance(clusters: Sequence[tuple[Counts, Counts, Counts, Counts]]) -> Floats:
    """The variance of a−E in each stratum when whole batches are passed on or kept.

    Each element describes one stratum's clusters: sizes, hard customers, number of such clusters, and whether passed (0 or
    1). A customer without a batch is a cluster of one. With m of K clusters passed and d = hard − size·H/N, permuting
    which ones gives Var = m(K−m)/[K(K−1)]·Σd²; clusters of one make it the V of CMH.
    """
    result = []
    for sizes, hard, many, passed in clusters:
        total = int((sizes * many).sum())
        clusters_in_all = int(many.sum())
        chosen = int((many * passed).sum())
        deviation = hard - sizes * (int((hard * many).sum()) / total)
        share = (
            chosen * (clusters_in_all - chosen) / (clusters_in_all * (clusters_in_all - 1))
            if clusters_in_all > 1
            else 0.0
        )
        result.append(share * float((many * deviation**2).sum()))
    return np.array(result)


def permutation_p(
    clusters: Sequence[tuple[Counts, Counts, Counts, Counts]], permutations: int, seed: int
) -> float:
    """One-sided p of Σ(a−E) when whole batches are permuted between passed and kept, within strata.

    Monte Carlo with the observed arrangement counted among the permutations (Phipson & Smyth 2010). Shapes: see
    ``batch_variance``.
    """
    generator = np.random.Generator(np.random.PCG64(seed))
    observed, simulated = 0.0, np.zeros(permutations)
    for sizes, hard, many, passed in clusters:
        deviation = np.repeat(hard - sizes * (int((hard * many).sum()) / int((sizes * many).sum())), many)
        labels = np.repeat(passed.astype(bool), many)
        observed += float(deviation[labels].sum())
        order = generator.random((permutations, len(labels))).argsort(axis=1)
        simulated += deviation[order[:, : int(labels.sum())]].sum(axis=1)
    # Sums of the same numbers in another order differ in the last bits.
    return float((1 + (simulated >= observed - 1e-9).sum()) / (permutations + 1))
