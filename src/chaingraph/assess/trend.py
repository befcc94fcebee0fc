"""A trend over ordered columns in strata: Mantel's extension test, and the odds ratio a step.

Counts come as two arrays, strata by levels: ``hits`` and ``alls``, with the ``scores`` of the levels (tiers of the
chain). With two levels a step apart everything here is Cochran-Mantel-Haenszel and its odds ratio.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from itertools import combinations

import numpy as np
from numpy.typing import NDArray
from scipy import optimize

from chaingraph.assess.strata import ONE_SIDED, TWO_SIDED

Counts = NDArray[np.int64]
Floats = NDArray[np.float64]
LIMIT = 50.0  # of the logarithm of the ratio: beyond it there is none


def trend_score(hits: Counts, alls: Counts, scores: Floats) -> Floats:
    """In each stratum the sum of scores of the hits beyond its expectation: Σ x·h − H·Σ x·n / N."""
    total = alls.sum(axis=1)
    score: Floats = hits @ scores - hits.sum(axis=1) * (alls @ scores) / total
    return score


def trend_variance(hits: Counts, alls: Counts, scores: Floats) -> Floats:
    """Its variance with all margins given: H(N−H)/[N²(N−1)]·[N·Σ n·x² − (Σ n·x)²]; 0 in a stratum of one.

    Mantel (1963), Journal of the American Statistical Association 58, 690.
    """
    total = alls.sum(axis=1).astype(float)
    hit = hits.sum(axis=1).astype(float)
    spread = total * (alls @ scores**2) - (alls @ scores) ** 2
    variance: Floats = np.divide(
        hit * (total - hit) * spread, total**2 * (total - 1), out=np.zeros_like(total), where=total > 1
    )
    return variance


def trend_z(hits: Counts, alls: Counts, scores: Floats, variance: float | None = None) -> float | None:
    """Mantel's extension statistic without continuity correction; None where nothing varies.

    ``variance`` replaces the sum of variances where customers were passed on in batches.
    """
    total = float(trend_variance(hits, alls, scores).sum()) if variance is None else variance
    if total <= 0:
        return None
    return float(trend_score(hits, alls, scores).sum() / math.sqrt(total))


@dataclass(frozen=True)
class StepRatio:
    """The odds ratio a step of the score, its 95 % interval and its one-sided 95 % lower bound."""

    value: float
    low: float
    high: float
    lower_bound: float


def step_ratio(hits: Counts, alls: Counts, scores: Floats, inflation: float = 1.0) -> StepRatio | None:
    """The common odds ratio θ a step, by Mantel-Haenszel's equation over all pairs of levels.

    For levels t < u a distance k apart each stratum gives R = h_u·(n_t−h_t)/N and S = h_t·(n_u−h_u)/N with
    E[R] = θ^k·E[S]; θ solves Σ k(R − θ^k·S) = 0. Right for few large strata and for many sparse ones, as its
    variance is: unbiased products of counts, as Robins, Breslow & Greenland (1986) do for one pair and Greenland (1989),
    Biometrics 45, 183, for several. None where the ratio has no bound. ``inflation`` is the factor by which batches widen
    the variance.
    """
    total = alls.sum(axis=1).astype(float)
    weight = np.divide(1.0, total, out=np.zeros_like(total), where=total > 0)
    h, e = hits.astype(float), (alls - hits).astype(float)
    pairs = [(t, u, float(scores[u] - scores[t])) for t, u in combinations(range(len(scores)), 2)]
    up = np.array([float((h[:, u] * e[:, t] * weight).sum()) for t, u, _ in pairs])
    down = np.array([float((h[:, t] * e[:, u] * weight).sum()) for t, u, _ in pairs])
    steps = np.array([k for _, _, k in pairs])
    if not up.sum() or not down.sum():
        return None

    def excess(log: float) -> float:
        return float((steps * (up - np.exp(steps * log) * down)).sum())

    reach = LIMIT / float(steps.max())
    if excess(-reach) <= 0 or excess(reach) >= 0:
        return None
    log = float(optimize.brentq(excess, -reach, reach, xtol=1e-12))
    slope = float((steps**2 * np.exp(steps * log) * down).sum())
    error = math.sqrt(max(0.0, _variance(h, e, weight, pairs, log)) * inflation) / slope
    return StepRatio(
        math.exp(log),
        math.exp(log - TWO_SIDED * error),
        math.exp(log + TWO_SIDED * error),
        math.exp(log - ONE_SIDED * error),
    )


def _variance(h: Floats, e: Floats, weight: Floats, pairs: list[tuple[int, int, float]], log: float) -> float:
    """The variance of Σ k·w·Z over strata and pairs, Z_tu = h_u·e_t − ψ_tu·h_t·e_u and ψ_tu = θ^k.

    With levels independent, E[Z|level] is linear in the shared level's count, which gives the covariance of
    two pairs as a product of expectations; each is estimated by counts of three different levels.
    """
    n = h + e
    total = 0.0
    for at, (t, u, k) in enumerate(pairs):
        psi = math.exp(k * log)
        right, wrong = h[:, u] * e[:, t], psi * h[:, t] * e[:, u]
        own = (right + wrong) * ((h[:, u] + e[:, t]) + psi * (h[:, t] + e[:, u])) / 2
        total += k**2 * float((weight**2 * own).sum())
        for s, v, j in pairs[at + 1 :]:
            shared = {t, u} & {s, v}
            if not shared:
                continue
            (m,) = shared
            a, b = t + u - m, s + v - m
            psi_b = math.exp(j * log)
            if m == t == s:  # both go up from m
                both = n[:, m] * (h[:, a] * e[:, b] * psi_b + h[:, b] * e[:, a] * psi) / 2
            elif m == u == v:  # both come up to m
                both = n[:, m] * (e[:, a] * h[:, b] * psi_b + e[:, b] * h[:, a] * psi) / 2
            else:  # m stands between them
                low, top = (a, b) if m == u else (b, a)
                both = -n[:, m] * e[:, low] * h[:, top]
            total += 2 * k * j * float((weight**2 * both).sum())
    return total
