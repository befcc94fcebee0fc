"""Whose failure leaves a required place and need to nobody: one owner, two of them, and the worst of more.

A market is a set of cells, each covered by some owners. A cell is emptied when all of them fail; who fails is known by
owner, because organisations of one owner fail together: counted by organisation the answer is falsely safe.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Set
from dataclasses import dataclass
from typing import Any

import numpy as np
from scipy.optimize import Bounds, LinearConstraint, milp
from scipy.sparse import lil_array

Cover = Mapping[Any, Set[str]]

# Above this many owners and cells the exact programme is not tried: what greedy finds is then a lower bound.
EXACT_SIZE = 400
EXACT_SECONDS = 10.0


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
    """The ``k`` whose failure empties most cells, by integer programme, or greedily where it is too large.

    Choose x (fails) and y (emptied) in {0, 1} so that y_c ≤ x_o for each owner o of cell c and Σx ≤ k; the most Σy. Solved
    by HiGHS (``scipy.optimize.milp``) with cells of the same owners taken together as one with its weight. Of several equally bad
    sets the one found is told. Where there are fewer than ``k``, all fail.
    """
    groups = Counter(frozenset(owners) for owners in cover.values() if owners)
    owners = sorted(set().union(*groups)) if groups else []
    if k >= len(owners):
        return Worst(k, tuple(owners), sum(groups.values()), exact=True)
    if len(owners) + len(groups) <= EXACT_SIZE and (found := _programme(groups, owners, k)) is not None:
        return Worst(k, found, emptied(cover, set(found)), exact=True)
    failed = _greedy(groups, owners, k)
    return Worst(k, failed, emptied(cover, set(failed)), exact=False)


def _programme(groups: Mapping[frozenset[str], int], owners: list[str], k: int) -> tuple[str, ...] | None:
    cells = sorted((sorted(group), count) for group, count in groups.items() if len(group) <= k)
    at = {owner: number for number, owner in enumerate(owners)}
    links = [(row, at[owner]) for row, (group, _) in enumerate(cells) for owner in group]
    size = len(owners) + len(cells)
    table = lil_array((len(links) + 1, size))
    for number, (cell, owner) in enumerate(links):
        table[number, len(owners) + cell], table[number, owner] = 1, -1
    table[len(links), : len(owners)] = 1
    upper = np.append(np.zeros(len(links)), k)
    cost = np.append(np.zeros(len(owners)), [-float(count) for _, count in cells])
    solved = milp(
        cost,
        constraints=LinearConstraint(table.tocsr(), -np.inf, upper),
        bounds=Bounds(0, 1),
        integrality=np.ones(size),
        options={"time_limit": EXACT_SECONDS},
    )
    if solved.status != 0:
        return None
    return tuple(owner for owner, value in zip(owners, solved.x, strict=False) if value > 0.5)


def _greedy(groups: Mapping[frozenset[str], int], owners: list[str], k: int) -> tuple[str, ...]:
    """Take the cheapest whole cells first: an owner alone may empty nothing, though two of them empty much."""
    failed: set[str] = set()
    while len(failed) < k:
        room = k - len(failed)
        open_ = [left for group in groups if (left := group.difference(failed)) and len(left) <= room]
        if not open_:
            break
        gain = {
            step: sum(n for group, n in groups.items() if group - failed and group <= failed | step)
            for step in open_
        }
        taken = max(gain, key=lambda step: (gain[step] / len(step), -len(step), sorted(step)))
        failed |= taken
    failed |= set([owner for owner in owners if owner not in failed][: k - len(failed)])
    return tuple(sorted(failed))


def least_owners(cover: Cover) -> dict[Any, int]:
    """How few have to fail until each cell is empty: the minimum vertex cut between the market and the cell.

    Every path from the market to a cell leads through one owner who covers it and through no other, so by Menger's theorem
    the cut is the number of those owners.
    """
    return {cell: len(owners) for cell, owners in cover.items()}
