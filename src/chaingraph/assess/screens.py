"""Screens of one tender's bids: how closely they lie together, how far the lowest stands off, what shape they have.

A cartel that agrees on who is to win tends to bid close together (low spread), with cover bids bunched some way
above the winner (a gap, bids skewed to the left), unlike the even scatter of honest bids. No value of a screen is
suspicious as such: markets differ, so ``bid_screens`` compares lots of one market with one another.

Abrantes-Metz et al. (2006), doi 10.1016/j.ijindorg.2005.10.003; Huber & Imhof (2019), doi
10.1016/j.ijindorg.2019.04.002; Wallimann, Imhof & Huber (2022), doi 10.1007/s10614-022-10315-w.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from math import inf

import numpy as np
from scipy import stats

# Screen → what a cartel does to it: +1 raises, -1 lowers. DIFFP goes either way: the gap that a cartel opens shrinks
# with the spread that it closes.
DIRECTION = {
    "cv": -1,
    "spd": -1,
    "diffp": 0,
    "rd": 1,
    "rdnor": 1,
    "altrd": 1,
    "skewness": -1,
    "kurtosis": 1,
    "ks": 1,
}
SCREENS = tuple(DIRECTION)


def screens(prices: Sequence[float]) -> dict[str, float | None]:
    """Every screen of the bids of one tender, None where it does not exist.

    With b₁ ≤ … ≤ b_n the bids, s their sample deviation and L the losing ones (all but b₁):

    - ``cv`` s/mean; ``spd`` (b_n−b₁)/b₁; ``diffp`` (b₂−b₁)/b₁: from two bids on
    - ``rd`` (b₂−b₁)/s_L; ``rdnor`` (b₂−b₁)/mean adjacent gap; ``altrd`` (b₂−b₁)/mean adjacent gap within L: from
      three; ``inf`` where the losing bids are all equal and the lowest is not
    - ``skewness`` (from three) and excess ``kurtosis`` (from four), corrected for bias
    - ``ks`` Kolmogorov and Smirnov's distance from even scatter, max |xᵢ − i/(n+1)| with x the bids scaled to
      0..1 (Wallimann's form, a little below the textbook's max with i/n and (i−1)/n): from two

    Ratios to a lowest bid of 0 do not exist; of bids that are all equal only ``cv``, ``spd`` and ``diffp`` do.
    """
    bids = np.sort(np.asarray(prices, dtype=float))
    n = len(bids)
    found: dict[str, float | None] = dict.fromkeys(SCREENS)
    if n < 2 or bids[-1] <= 0:
        return found
    mean, deviation = float(bids.mean()), float(bids.std(ddof=1))
    gap, whole = float(bids[1] - bids[0]), float(bids[-1] - bids[0])
    found["cv"] = deviation / mean if whole else 0.0
    if bids[0] > 0:
        found |= {"spd": whole / float(bids[0]), "diffp": gap / float(bids[0])}
    if not whole:
        return found
    even = np.arange(1, n + 1) / (n + 1)
    found["ks"] = float(np.abs((bids - bids[0]) / whole - even).max())
    if n < 3:
        return found
    losing = float(bids[-1] - bids[1])
    found["rdnor"] = gap / (whole / (n - 1))
    found["rd"] = gap / float(bids[1:].std(ddof=1)) if losing else inf
    found["altrd"] = gap / (losing / (n - 2)) if losing else inf
    # Centred and scaled first: prices are large beside what they differ by.
    centred = (bids - mean) / deviation
    found["skewness"] = float(stats.skew(centred, bias=False))
    if n > 3:
        found["kurtosis"] = float(stats.kurtosis(centred, bias=False))
    return found


def finite(value: float | None) -> float | None:
    """The value, or None where it is none or has no bound."""
    return None if value is None or not math.isfinite(value) else float(value)
