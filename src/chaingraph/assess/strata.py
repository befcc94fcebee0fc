"""Two-by-two tables in strata: Cochran-Mantel-Haenszel, the pooled odds ratio, when to be exact.

In each stratum a = passed and hard, b = passed and not hard, c = kept and hard, d = kept and not hard; all
are counts of customers. Only strata with customers in both arms say anything.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import stats
from statsmodels.stats.contingency_tables import StratifiedTable

from chaingraph.assess import exact

Counts = NDArray[np.int64]
Floats = NDArray[np.float64]

# Below this the normal approximation of CMH is not to be trusted (Mantel & Fleiss 1980).
SPARSE_BELOW = 5.0
# Breslow-Day is anti-conservative in small strata.
HETEROGENEITY_STRATUM = 20
TWO_SIDED, ONE_SIDED = float(stats.norm.ppf(0.975)), float(stats.norm.ppf(0.95))


@dataclass(frozen=True)
class Strata:
    """The tables of one unit, one element a stratum; sort them first: sums of floats depend on the order."""

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
        variance: Floats = np.divide(top, n**2 * (n - 1), out=np.zeros_like(n), where=n > 1)
        return variance


def cmh_z(strata: Strata, variance: Floats | None = None) -> float | None:
    """The statistic Σ(a−E)/√ΣV without continuity correction; None where nothing varies.

    Cochran (1954); Mantel & Haenszel (1959). ``variance`` replaces V where customers were passed on in
    batches.
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
    """One-sided mid-p of Σa given all margins. Exact for any size, so used where tables are sparse."""
    return exact.mid_p(strata.a, strata.b, strata.c, strata.d)


@dataclass(frozen=True)
class OddsRatio:
    """The pooled odds ratio, its 95 % interval (``high`` None: open) and its one-sided 95 % lower bound.

    ``exact``: the Mantel-Haenszel ratio is 0 or without bound; its median-unbiased estimate stands in its
    place.
    """

    value: float
    low: float
    high: float | None
    lower_bound: float
    exact: bool = False


def odds_ratio(strata: Strata, inflation: float = 1.0) -> OddsRatio | None:
    """Mantel-Haenszel's pooled odds ratio with the interval of Robins, Breslow & Greenland (1986).

    ``inflation`` is the factor by which batches widen the variance. Where nobody hard was kept while
    somebody easy was (or the other way about) the ratio has no bound: then estimate and bounds are exact.
    None where nothing varies.
    """
    # With whole numbers: whether one of the two sums is 0 is the question.
    upward, downward = bool((strata.a * strata.d).any()), bool((strata.b * strata.c).any())
    if not upward and not downward:
        return None
    if not downward:
        return _unbounded(strata, inflation)
    if not upward:
        mirrored = _unbounded(Strata(strata.b, strata.a, strata.d, strata.c), inflation)
        return OddsRatio(1 / mirrored.value, 0.0, 1 / mirrored.low, 0.0, exact=True)
    table = _table(strata)
    log, error = float(table.logodds_pooled), float(table.logodds_pooled_se) * math.sqrt(inflation)
    return OddsRatio(
        math.exp(log),
        math.exp(log - TWO_SIDED * error),
        math.exp(log + TWO_SIDED * error),
        math.exp(log - ONE_SIDED * error),
    )


def _unbounded(strata: Strata, inflation: float) -> OddsRatio:
    def ratio(log_probability: float) -> float:
        return exact.extreme_odds_ratio(strata.a, strata.b, strata.c, strata.d, log_probability)

    def bound(deviations: float) -> float:
        # A mid-p tail is half the probability of the most extreme tables; batches move it like a normal one.
        return ratio(float(stats.norm.logsf(deviations * math.sqrt(inflation))) + math.log(2))

    return OddsRatio(ratio(math.log(0.5)), bound(TWO_SIDED), None, bound(ONE_SIDED), exact=True)


def heterogeneity_p(strata: Strata) -> float | None:
    """Whether the ratio differs: p of Breslow-Day-Tarone on strata of 20 or more; None with under two.

    Tarone (1985), Biometrika 72, 91. By hand because statsmodels divides by 1 − ratio: by zero
    where the pooled ratio is 1. The root of the quadratic is taken in the form that does not cancel.
    """
    use = (strata.n >= HETEROGENEITY_STRATUM) & (strata.variance() > 0)
    if use.sum() < 2:
        return None
    a, b, c, d = (side[use].astype(float) for side in (strata.a, strata.b, strata.c, strata.d))
    upward, downward = float((a * d / (a + b + c + d)).sum()), float((b * c / (a + b + c + d)).sum())
    if not upward or not downward:
        return None
    ratio, passed, hard = upward / downward, a + b, a + c
    linear = ratio * (passed + hard) + d - a
    root = np.sqrt(linear**2 + 4 * (1 - ratio) * ratio * passed * hard)
    fitted = np.where(linear >= 0, 2 * ratio * passed * hard, root - linear)
    fitted /= np.where(linear >= 0, linear + root, 2 * (1 - ratio))
    spread = 1 / (1 / fitted + 1 / (passed - fitted) + 1 / (hard - fitted) + 1 / (d - a + fitted))
    statistic = ((a - fitted) ** 2 / spread).sum() - (a - fitted).sum() ** 2 / spread.sum()
    return float(stats.chi2.sf(max(0.0, statistic), len(a) - 1))


def _table(strata: Strata) -> StratifiedTable:
    return StratifiedTable(np.array([[strata.a, strata.b], [strata.c, strata.d]], dtype=float))
