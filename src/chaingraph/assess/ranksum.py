"""Do some of the lots, all together, stand higher than others like them? An exact rank-sum test in strata."""

from __future__ import annotations

from collections.abc import Sequence
from functools import reduce

import numpy as np
from numpy.typing import NDArray
from scipy import stats

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

# Ranks are put on this many steps, so that strata of different sizes weigh alike and sums stay whole numbers.
LEVELS = 240
# Above so many chosen in a stratum the sum is as good as normal.
EXACT = 30


class Ranks:
    """The ranks of one stratum's values, and how sums of them are distributed over all choices of a given size."""

    def __init__(self, values: Sequence[float]) -> None:
        ranks = stats.rankdata(np.asarray(values, dtype=float))
        self.scores: Ints = np.rint(LEVELS * ranks / (len(ranks) + 1)).astype(np.int64)
        self._ways: Floats = np.ones((1, 1))

    def sums(self, chosen: int) -> Floats:
        """P(sum = 0, 1, 2, …) when ``chosen`` of the values are drawn at random."""
        if len(self._ways) <= chosen:
            most = min(EXACT, len(self.scores))
            self._ways = np.zeros((most + 1, most * LEVELS + 1))
            self._ways[0, 0] = 1.0
            for score in self.scores:
                self._ways[1:, score:] += self._ways[:-1, : self._ways.shape[1] - score]
        ways = self._ways[chosen, : chosen * LEVELS + 1]
        return np.asarray(ways / ways.sum())

    def moments(self, chosen: int) -> tuple[float, float]:
        """Mean and variance of the sum of ``chosen`` values drawn at random."""
        n = len(self.scores)
        spread = float(self.scores.var(ddof=1)) if n > 1 else 0.0
        return chosen * float(self.scores.mean()), chosen * (1 - chosen / n) * spread


def rank_sum_p(strata: Sequence[tuple[Ranks, Sequence[int]]]) -> float:
    """One-sided p of the chosen values' ranks: P(sum ≥ observed) when as many are drawn at random in each stratum.

    ``strata``: the ranks of a stratum and which of its values are chosen. Wilcoxon's test, ties by mid-ranks, in
    strata weighted by 1/(size + 1) as van Elteren (1960) does. Exact up to ``EXACT`` chosen a stratum (the sum's
    distribution is convolved over the strata); beyond that a normal tail. A stratum of which all or none are
    chosen says nothing. With few chosen p has a floor: 3 of 14 cannot come below 1/364.
    """
    told = [(ranks, list(chosen)) for ranks, chosen in strata if 0 < len(chosen) < len(ranks.scores)]
    if not told:
        return 1.0
    observed = sum(int(ranks.scores[chosen].sum()) for ranks, chosen in told)
    if max(len(chosen) for _, chosen in told) > EXACT:
        moments = np.array([ranks.moments(len(chosen)) for ranks, chosen in told]).sum(axis=0)
        if moments[1] == 0:
            return 1.0
        return float(stats.norm.sf((observed - 0.5 - moments[0]) / np.sqrt(moments[1])))
    sums: Floats = reduce(np.convolve, (ranks.sums(len(chosen)) for ranks, chosen in told))
    return float(min(1.0, sums[observed:].sum()))


def agreement_p(ps: Sequence[float], wanted: int) -> float:
    """P-value of "at least ``wanted`` of these hypotheses are false", whatever their dependence.

    (m − wanted + 1) times the ``wanted``-th smallest of m. Benjamini & Heller (2008), Biometrics 64, 1215: one
    screen alone, however extreme, never suffices.
    """
    if not 0 < wanted <= len(ps):
        return 1.0
    return float(min(1.0, (len(ps) - wanted + 1) * sorted(ps)[wanted - 1]))
