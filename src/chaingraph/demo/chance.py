"""Random numbers that stay put, and days as numbers."""

from __future__ import annotations

import datetime
import zlib

import numpy as np
from numpy.typing import NDArray

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]
Bools = NDArray[np.bool_]


def rng(seed: int, *path: str | int) -> np.random.Generator:
    """A generator for one part of the market, so that a change in one part leaves the others as they were."""
    words = [seed & 0xFFFFFFFF, seed >> 32, *(zlib.crc32(str(part).encode()) for part in path)]
    return np.random.Generator(np.random.PCG64(np.random.SeedSequence(words)))


def day(text: str) -> int:
    """``2026-03-31`` as days since 1970-01-01."""
    return datetime.date.fromisoformat(text).toordinal() - datetime.date(1970, 1, 1).toordinal()


def sigmoid(x: Floats) -> Floats:
    """Log odds to probability."""
    return np.asarray(1.0 / (1.0 + np.exp(-x)), dtype=np.float64)


def pick(weights: Floats, u: Floats) -> Ints:
    """Indices drawn by weight: ``u`` are uniform numbers, one a draw."""
    edges = np.cumsum(weights)
    index = np.searchsorted(edges, u * edges[-1], side="right")
    return np.asarray(np.minimum(index, len(weights) - 1), dtype=np.int64)


def rank_within(group: Ints, value: Floats) -> Ints:
    """The rank (0, 1, …) of each value among those of its group."""
    order = np.lexsort((value, group))
    ordered = group[order]
    firsts = (
        np.flatnonzero(np.r_[True, ordered[1:] != ordered[:-1]])
        if len(group)
        else np.empty(0, dtype=np.int64)
    )
    sizes = np.diff(np.r_[firsts, len(group)])
    rank = np.empty(len(group), dtype=np.int64)
    rank[order] = np.arange(len(group)) - np.repeat(firsts, sizes)
    return rank


def even(rng: np.random.Generator, group: Ints) -> Floats:
    """Uniform numbers (0..1), one a row, that are spread evenly over each group of rows.

    Where a share of a group is drawn with them, chance alone makes it hardly larger or smaller than that of another
    group: what is clean in a market then looks clean.
    """
    size = np.unique(group, return_inverse=True, return_counts=True)
    within = rank_within(group, rng.random(len(group)))
    return np.asarray((within + rng.random(len(group))) / size[2][size[1]], dtype=np.float64)
