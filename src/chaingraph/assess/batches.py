"""Customers passed on in batches: nobody decided one by one, so the test permutes whole batches.

Taking the customers of one batch for independent of one another accuses too many of the innocent.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Counts = NDArray[np.int64]
Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Clusters:
    """One stratum's clusters by kind: ``size``, ``hard`` customers, ``many`` such, ``passed`` of those.

    A batch is a cluster; a customer without one is a cluster of one.
    """

    size: Counts
    hard: Counts
    many: Counts
    passed: Counts

    @property
    def customers(self) -> int:
        """Customers in the stratum."""
        return int((self.size * self.many).sum())

    def deviation(self) -> Counts:
        """Per kind, (hard − expected hard) of one cluster times the stratum's customers: whole numbers."""
        return self.hard * self.customers - self.size * int((self.hard * self.many).sum())


def variance(clusters: Sequence[Clusters]) -> Floats:
    """The variance of a − E in each stratum when whole clusters are passed on or kept.

    With m of K clusters passed and d = hard − size·H/N, permuting which ones gives m(K−m)/[K(K−1)]·Σd²;
    with clusters of one it is the V of CMH.
    """
    result = []
    for one in clusters:
        k, m = int(one.many.sum()), int(one.passed.sum())
        spread = float((one.many * (one.deviation() / one.customers) ** 2).sum())
        result.append(m * (k - m) / (k * (k - 1)) * spread if k > 1 else 0.0)
    return np.array(result)


def permutation_p(clusters: Sequence[Clusters], permutations: int, seed: int) -> float:
    """One-sided p of Σ(a−E) when whole clusters are permuted between passed and kept, within strata.

    How many of each kind are passed in a random permutation is multivariate hypergeometric, so that is
    drawn; the observed arrangement counts as one (Phipson & Smyth 2010).
    """
    generator = np.random.Generator(np.random.PCG64(seed))
    observed, simulated = 0.0, np.zeros(permutations)
    for one in clusters:
        deviation, customers = one.deviation(), one.customers
        drawn = generator.multivariate_hypergeometric(
            one.many, int(one.passed.sum()), size=permutations, method="marginals"
        )
        observed += int(one.passed @ deviation) / customers
        simulated += (drawn @ deviation) / customers
    # Equal sums put together from different strata differ in the last bits.
    return float((1 + (simulated >= observed - 1e-9).sum()) / (permutations + 1))
