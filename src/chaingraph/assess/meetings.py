"""Who bids against whom, and how much more often than chance would have it."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Collection, Mapping
from itertools import combinations
from typing import Any

import numpy as np

from chaingraph.assess.exact import upper_p
from chaingraph.assess.multiple import q_values

Pair = tuple[str, str]
# The figure names this many pairs: it is a list to read, not a test of anybody.
SHOWN = 20


def meetings(bidders: Mapping[str, Collection[str]], least: int = 1) -> dict[Pair, list[str]]:
    """Pair of bidders, in order → the lots in which both bid, sorted; pairs with fewer than ``least`` left out.

    ``bidders``: lot → who bid there.
    """
    many = Counter(bidder for present in bidders.values() for bidder in set(present))
    found: defaultdict[Pair, list[str]] = defaultdict(list)
    for lot, present in sorted(bidders.items()):
        often = sorted(bidder for bidder in set(present) if many[bidder] >= least)
        for pair in combinations(often, 2):
            found[pair].append(lot)
    return {pair: lots for pair, lots in sorted(found.items()) if len(lots) >= least}


def meeting_p(strata: Collection[tuple[int, int, int, int]]) -> float:
    """P(two bidders meet as often or more), the lots that each bids in drawn at random within strata.

    Each stratum: (lots in all, lots of the one, lots of the other, lots of both). Of N lots one bids in A, the
    other in B: they meet in a hypergeometric number. Exact; strata convolved. Fisher (1935).
    """
    tables = np.array([(both, a - both, b - both, lots - a - b + both) for lots, a, b, both in strata])
    return upper_p(*tables.T.astype(np.int64))


def co_bidding(
    lots: Mapping[str, tuple[str, Collection[str]]], names: Mapping[str, str], least: int
) -> list[dict[str, Any]]:
    """The pairs that met in ``least`` lots or more, those that met most beyond chance first; at most ``SHOWN``.

    ``lots``: lot → (stratum, who bid). ``q`` over all such pairs. Those who serve the same needs or places meet
    more often than chance without agreeing on anything: figures to read beside a finding, never one themselves.
    """
    sizes = Counter(stratum for stratum, _ in lots.values())
    each: Counter[tuple[str, str]] = Counter(
        (stratum, bidder) for stratum, present in lots.values() for bidder in set(present)
    )
    met = meetings({lot: present for lot, (_, present) in lots.items()}, least)
    rows: list[dict[str, Any]] = []
    for (a, b), together in met.items():
        both = Counter(lots[lot][0] for lot in together)
        strata = [
            (size, each[stratum, a], each[stratum, b], both[stratum])
            for stratum, size in sorted(sizes.items())
        ]
        rows.append(
            {
                "a": names.get(a, a),
                "b": names.get(b, b),
                "lots_a": sum(own for _, own, _, _ in strata),
                "lots_b": sum(own for _, _, own, _ in strata),
                "together": len(together),
                "expected": sum(own * other / size for size, own, other, _ in strata),
                "p": meeting_p(strata),
            }
        )
    for row, q in zip(rows, q_values([row["p"] for row in rows]), strict=True):
        row["q"] = q
    return sorted(rows, key=lambda row: (row["p"], row["a"], row["b"]))[:SHOWN]
