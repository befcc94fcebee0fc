"""How far a failure spreads along contracts: DebtRank, and the Economic Systemic Risk Index (ESRI).

Everything is told for all who may fail at once, as columns of matrices: row j of column i is what becomes of j when i
fails. Nodes are numbered from 0; the numbers are anybody's choice and leave no trace in the results.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

# What the loss of an input does to its buyer.
NONE, PART, WHOLE = 0, 1, 2
TOLERANCE, MOST_STEPS = 1e-9, 1_000
# Columns worked on together: enough to be quick, few enough to stay small.
AT_ONCE = 256


@dataclass(frozen=True)
class Supply:
    """Who supplies whom for how much a year, and what losing it does: arrays of one length; ``sector`` one a node.

    ``effect`` of a link: WHOLE, its buyer cannot work without any input of that sector; PART, it loses the input's part of
    all that it needs; NONE, it does not matter. What a node needs in all is what it buys, or ``needed`` where that is more:
    its own work goes on when others fail.
    """

    supplier: Ints
    buyer: Ints
    value: Floats
    effect: Ints
    sector: Ints
    needed: Floats | None = None

    def matrix(self, values: Floats, chosen: NDArray[np.bool_]) -> csr_array:
        """The values of the chosen links, buyers down and suppliers across."""
        n = len(self.sector)
        at = (self.buyer[chosen], self.supplier[chosen])
        return csr_array((values[chosen], at), shape=(n, n))

    @property
    def sold(self) -> Floats:
        """What each sells in a year."""
        return np.bincount(self.supplier, self.value, len(self.sector)).astype(np.float64)

    @property
    def bought(self) -> Floats:
        """What each needs in a year."""
        bought = np.bincount(self.buyer, self.value, len(self.sector)).astype(np.float64)
        return bought if self.needed is None else np.maximum(bought, self.needed)


def esri(supply: Supply, failing: Ints) -> Floats:
    """The part of all yearly sales (0..1) that is lost when each of ``failing`` fails, losses spreading both ways.

    Downstream: 1 − h of a node is the greatest of what it lacks of any WHOLE sector (of all it buys from that sector)
    and of what it lacks of all PART inputs together (of all it needs); an input that fails counts by σ, the supplier's
    part in what is left of its sector, since others of the sector may take over. Upstream: h is the part of its
    customers' demand that is left. Both run until nothing changes; a node's loss is the greater of the two, weighted by
    its sales. Diem, Borsos, Reisch, Kertész & Thurner (2022), Scientific Reports 12, 7719 (doi
    10.1038/s41598-022-11522-z). Zeros where nothing is sold at all.
    """
    n, sold, bought = len(supply.sector), supply.sold, supply.bought
    if not sold.sum():
        return np.zeros(len(failing))
    lack = [
        supply.matrix(_part_of_sector(supply, at), at)
        for sector in np.unique(supply.sector)
        if (at := (supply.effect == WHOLE) & (supply.sector[supply.supplier] == sector)).any()
    ]
    partly = supply.matrix(supply.value / bought[supply.buyer], supply.effect == PART)
    everything = np.ones(len(supply.value), dtype=np.bool_)
    demand = supply.matrix(supply.value / sold[supply.supplier], everything).T.tocsr()
    member = csr_array((np.ones(n), (supply.sector, np.arange(n))), shape=(int(supply.sector.max()) + 1, n))
    lost = np.zeros(len(failing))
    for first in range(0, len(failing), AT_ONCE):
        gone = failing[first : first + AT_ONCE]
        able = np.ones((n, len(gone)))
        able[gone, np.arange(len(gone))] = 0.0
        down, up = able.copy(), able.copy()
        for _ in range(MOST_STEPS):
            left = (member @ (sold[:, None] * down))[supply.sector]
            share = np.divide(sold[:, None], left, out=np.ones_like(left), where=left > 0)
            missing = np.where(sold[:, None] > 0, np.minimum(1.0, share), 0.0) * (1.0 - down)
            worst = partly @ missing
            for one in lack:
                np.maximum(worst, one @ missing, out=worst)
            next_down = np.minimum(able, 1.0 - worst)
            next_up = np.minimum(able, np.where(sold[:, None] > 0, demand @ up, 1.0))
            moved = max(np.abs(next_down - down).max(), np.abs(next_up - up).max())
            down, up = next_down, next_up
            if moved <= TOLERANCE:
                break
        lost[first : first + AT_ONCE] = sold @ (1.0 - np.minimum(down, up)) / sold.sum()
    return lost


def _part_of_sector(supply: Supply, chosen: NDArray[np.bool_]) -> Floats:
    """Each chosen link's part of what its buyer has from the same sector over such links."""
    total = np.bincount(supply.buyer[chosen], supply.value[chosen], len(supply.sector))
    return np.divide(supply.value, total[supply.buyer], out=np.zeros_like(supply.value), where=chosen)


def debtrank(impact: csr_array, weight: Floats, failing: Ints) -> Floats:
    """The weight (of 1 in all) that each failure of ``failing`` distresses beyond its own.

    ``impact[j, i]`` (0..1): the part of j that i's failure takes. h_j(t) = min(1, h_j(t−1) + Σ impact[j, i]·h_i(t−1)) over
    those i that came into distress the step before; each hands it on once and no more, so that distress does not run
    round a circle for ever. Battiston, Puliga, Kaushik, Tasca & Caldarelli (2012), Scientific Reports 2, 541.
    """
    n = len(weight)
    found = np.zeros(len(failing))
    for first in range(0, len(failing), AT_ONCE):
        gone = failing[first : first + AT_ONCE]
        distress = np.zeros((n, len(gone)))
        distress[gone, np.arange(len(gone))] = 1.0
        fresh, spent = distress > 0, distress > 0
        while fresh.any():
            grown = np.minimum(1.0, distress + impact @ np.where(fresh, distress, 0.0))
            fresh = (grown > 0) & ~spent
            spent |= fresh
            distress = grown
        found[first : first + AT_ONCE] = weight @ distress - weight[gone]
    return found
