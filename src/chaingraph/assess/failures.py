"""Whose failure leaves a required place and need to nobody: one owner, two of them, and the worst of more.

A market is a set of cells, each covered by some owners. A cell is emptied when all of them fail; who fails is known by
owner, because organisations of one owner fail together: counted by organisation the answer is falsely safe.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Mapping, Sequence, Set
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

Cover = Mapping[Any, Set[str]]
Flags = npt.NDArray[np.bool_]
Counts = npt.NDArray[np.int64]

# Sets that the search looks at before it tells the worst so far and calls it a lower bound: a few seconds.
STEPS = 30_000
OUT_OF_REACH = 1_000_000
ROUNDING = 1e-9


def emptied(cover: Cover, failed: Set[str]) -> int:
    """How many cells that somebody covers are left to nobody once ``failed`` are gone."""
    return sum(1 for owners in cover.values() if owners and owners <= failed)


def emptied_by_one(cover: Cover) -> dict[str, list[Any]]:
    """For each owner the cells that it alone covers, in the order of the cells. Exact."""
    found: dict[str, list[Any]] = {owner: [] for owner in sorted(set().union(*cover.values()))}
    for cell, owners in cover.items():
        if len(owners) == 1:
            found[next(iter(owners))].append(cell)
    return found


@dataclass(frozen=True)
class Pair:
    """Two who together empty cells that neither empties alone (``further``), and all that go with both (``cells``)."""

    first: str
    second: str
    further: int
    cells: int


def emptied_by_two(cover: Cover) -> list[Pair]:
    """Every pair whose failure empties cells beyond those each empties alone. Exact: a cell of two covering is one pair.

    Sorted by the cells that go with both, then by ids. No pair has to be tried: only two that share a cell of exactly two
    can do more together than each alone.
    """
    alone = {owner: len(cells) for owner, cells in emptied_by_one(cover).items()}
    together: Counter[tuple[str, str]] = Counter()
    for owners in cover.values():
        if len(owners) == 2:
            first, second = sorted(owners)
            together[first, second] += 1
    pairs = [Pair(a, b, n, n + alone[a] + alone[b]) for (a, b), n in together.items()]
    return sorted(pairs, key=lambda pair: (-pair.cells, pair.first, pair.second))


@dataclass(frozen=True)
class Worst:
    """The cells emptied by the worst ``k``; ``exact`` False: greedy, so that others may empty more."""

    k: int
    failed: tuple[str, ...]
    cells: int
    exact: bool


def worst(cover: Cover, k: int) -> Worst:
    """The ``k`` whose failure empties most cells, by branch and bound, or the best found where that would take too long.

    Cells of the same owners count as one with its weight. With S failed and r more to fail, a cell that lacks m ≤ r owners is
    shared out among them, 1/m each: no r owners can empty more than the r largest of those sums, which is the bound. Exact
    unless more than ``STEPS`` sets were looked at; counted in steps and not in seconds, so that every machine says the same.
    Of several equally bad sets one is told, the same whatever the order. Where there are fewer than ``k``, all fail.
    """
    groups = Counter(frozenset(owners) for owners in cover.values() if owners)
    owners = sorted(set().union(*groups)) if groups else []
    if k >= len(owners):
        return Worst(k, tuple(owners), sum(groups.values()), exact=True)
    failed, exact = _search(groups, owners, k)
    return Worst(k, failed, emptied(cover, set(failed)), exact=exact)


def _search(groups: Mapping[frozenset[str], int], owners: list[str], k: int) -> tuple[tuple[str, ...], bool]:
    """The best set, and whether no better one can be: the one of most promise first, so that a good one is found soon."""
    at = {owner: number for number, owner in enumerate(owners)}
    cells = sorted(
        (sorted(at[owner] for owner in group), n) for group, n in groups.items() if len(group) <= k
    )
    weight = np.array([n for _, n in cells], dtype=np.float64)
    sizes = np.array([len(group) for group, _ in cells], dtype=np.int64)
    # One entry an owner of a cell: which cell, which owner; and the cells of each owner.
    cell_at = np.repeat(np.arange(len(cells)), sizes)
    owner_at = np.array([owner for group, _ in cells for owner in group], dtype=np.int64)
    of_owner = [cell_at[owner_at == number] for number in range(len(owners))]
    best, best_cells = _filled([], owners, k), 0
    # Each step: who has failed, who may still, how many owners each cell lacks (out of reach once one of them may not fail).
    waiting: list[tuple[tuple[int, ...], Flags, Counts]] = [((), np.ones(len(owners), dtype=bool), sizes)]
    steps = 0
    while waiting:
        failed, free, lacking = waiting.pop()
        steps += 1
        if steps > STEPS:
            return best, False
        left, gone = k - len(failed), int(weight[lacking == 0].sum())
        if gone > best_cells:
            best, best_cells = _filled([owners[number] for number in failed], owners, k), gone
        near = (lacking > 0) & (lacking <= left)
        if not left or not near.any():
            continue
        parts = np.divide(weight, lacking, out=np.zeros_like(weight), where=near)
        sums = np.bincount(owner_at, parts[cell_at], minlength=len(owners)) * free
        if gone + math.floor(np.sort(sums)[-left:].sum() + ROUNDING) <= best_cells:
            continue
        branch = int(sums.argmax())
        without = free.copy()
        without[branch] = False
        out, fewer = lacking.copy(), lacking.copy()
        out[of_owner[branch]] = OUT_OF_REACH
        fewer[of_owner[branch]] -= 1
        waiting.append((failed, without, out))
        waiting.append(((*failed, branch), without, fewer))
    return best, True


def _filled(failed: Sequence[str], owners: Sequence[str], k: int) -> tuple[str, ...]:
    """``failed`` and the first of the others, ``k`` in all: that more fail is never better."""
    more = [owner for owner in owners if owner not in failed][: k - len(failed)]
    return tuple(sorted([*failed, *more]))


def least_owners(cover: Cover) -> dict[Any, int]:
    """How few have to fail until each cell is empty: the minimum vertex cut between the market and the cell.

    Every path from the market to a cell leads through one owner who covers it and through no other, so by Menger's theorem
    the cut is the number of those owners.
    """
    return {cell: len(owners) for cell, owners in cover.items()}
