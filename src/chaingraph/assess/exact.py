"""Exact distributions of two-by-two tables in strata, all margins given.

Tables come as four arrays a, b, c, d, one element a stratum (see ``strata``). Hypergeometric, or
shifted by an odds ratio: nothing is approximated, so these serve
where tables are sparse or a ratio has no bound.
"""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray
from scipy import optimize, stats

Counts = NDArray[np.int64]
Floats = NDArray[np.float64]


def mid_p(a: Counts, b: Counts, c: Counts, d: Counts) -> float:
    """One-sided mid-p of Σa: the strata's hypergeometric distributions, convolved.

    P(sum > observed) + P(sum = observed)/2, for more than expected. Lancaster (1961),
    Journal of the American Statistical Association 56, 223.
    """
    distribution, seen = _summed(a, b, c, d)
    return float(min(1.0, distribution[seen + 1 :].sum() + distribution[seen] / 2))


def upper_p(a: Counts, b: Counts, c: Counts, d: Counts) -> float:
    """One-sided p of Σa, P(sum ≥ observed): as ``mid_p``, with all of the observed point counted.

    Never called more often than its level says, at the price of power. Fisher (1935), Journal of the Royal
    Statistical Society 98, 39, in strata.
    """
    distribution, seen = _summed(a, b, c, d)
    return float(min(1.0, distribution[seen:].sum()))


def extreme_odds_ratio(a: Counts, b: Counts, c: Counts, d: Counts, log_probability: float) -> float:
    """The common odds ratio under which tables as extreme as these have that probability.

    For tables in which every a is as large as its margins allow (b or c is 0 in each), where the pooled
    odds ratio has no bound. ``log_probability`` < 0. At log ½ it is the median-unbiased estimate; at the
    log of a tail, an exact lower bound (Gart 1970, Biometrika 57, 471).
    """
    values, at, starts = _supports(a, b, c, d)
    n = a + b + c + d
    log_weights = stats.hypergeom.logpmf(values, n[at], (a + c)[at], (a + b)[at])
    below = values - a[at]
    top = float(log_weights[below == 0].sum())

    def excess(log_ratio: float) -> float:
        totals = np.logaddexp.reduceat(log_weights + below * log_ratio, starts)
        return top - float(totals.sum()) - log_probability

    low, high = -1.0, 1.0
    while excess(low) > 0:
        low *= 2
    while excess(high) < 0:
        high *= 2
    return math.exp(optimize.brentq(excess, low, high, xtol=1e-12))


def _summed(a: Counts, b: Counts, c: Counts, d: Counts) -> tuple[Floats, int]:
    """The distribution of Σa above its least value, by convolution, and where the observed sum stands in it."""
    values, at, starts = _supports(a, b, c, d)
    n = a + b + c + d
    pmf = stats.hypergeom.pmf(values, n[at], (a + c)[at], (a + b)[at])
    distribution: Floats = np.ones(1)
    for part in np.split(pmf, starts[1:]):
        distribution = np.convolve(distribution, part)
    return distribution, int((a - np.maximum(0, a - d)).sum())


def _supports(a: Counts, b: Counts, c: Counts, d: Counts) -> tuple[Counts, Counts, Counts]:
    """(each value that a can take, the stratum of each, where each stratum's begin), laid end to end."""
    low, high = np.maximum(0, a - d), np.minimum(a + b, a + c)
    sizes = high - low + 1
    starts = np.cumsum(sizes) - sizes
    at = np.repeat(np.arange(len(a)), sizes)
    return np.arange(int(sizes.sum())) - starts[at] + low[at], at, starts
