"""Who stands behind an organisation, and from when to when.

Shares are multiplied along OWNS and added up over all routes; whoever so holds more than half controls.
Of several controllers (a parent and its own parent) the ultimate owner is the one that none of the others
controls. Where nobody controls it, an organisation is its own ultimate owner.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import pairwise

import networkx as nx

CONTROL_SHARE = 0.5
FIRST_DAY = -719_162  # 0001-01-01
LAST_DAY = 2_932_897  # the day after 9999-12-31
MOST_STEPS = (
    12  # a chain of owners longer than this adds nothing that can still be above one half in practice
)


@dataclass(frozen=True)
class Holding:
    """One row of ownership: ``share`` is None where the source names none; days are [from_day, to_day)."""

    owner_id: str
    owned_id: str
    share: float | None
    from_day: int = FIRST_DAY
    to_day: int = LAST_DAY


@dataclass(frozen=True)
class Spell:
    """``owner_id`` stands behind ``org_id`` from ``from_day`` up to, not including, ``to_day``."""

    org_id: str
    owner_id: str
    from_day: int
    to_day: int


def share_of(share_min: float | None, share_max: float | None) -> float | None:
    """The share to reckon with: the middle of a band, or the one end that is known.

    Registers publish bands ("more than 50 % but less than 75 %"), whose lower end alone would hide control.
    """
    if share_min is None or share_max is None:
        return share_min
    return (share_min + share_max) / 2


def spells(organisations: Iterable[str], holdings: Iterable[Holding]) -> Iterator[Spell]:
    """Every organisation's ultimate owners over all time, without gaps, sorted by organisation and day."""
    known = [h for h in holdings if h.share]
    graph: nx.Graph[str] = nx.Graph()
    graph.add_nodes_from(organisations)
    own = set(graph)
    graph.add_edges_from((h.owner_id, h.owned_id) for h in known)
    by_node: dict[str, list[Holding]] = defaultdict(list)
    for holding in known:
        by_node[holding.owned_id].append(holding)
    found: dict[str, list[Spell]] = {}
    for component in nx.connected_components(graph):
        inside = [h for node in component for h in by_node[node]]
        days = sorted({FIRST_DAY, LAST_DAY, *(h.from_day for h in inside), *(h.to_day for h in inside)})
        for start, stop in pairwise(days):
            shares = _direct([h for h in inside if h.from_day <= start < h.to_day])
            for org in component & own:
                owner = ultimate_owner(org, shares)
                _extend(found.setdefault(org, []), Spell(org, owner, start, stop))
    for org in sorted(found):
        yield from found[org]


def ultimate_owner(org_id: str, direct: Mapping[str, Mapping[str, float]]) -> str:
    """The ultimate owner of one organisation; ``direct[owned][owner]`` is a share of 0 to 1."""
    held = _held(org_id, direct)
    controllers = {owner: share for owner, share in held.items() if share > CONTROL_SHARE}
    if not controllers:
        return org_id
    top = [
        o
        for o in controllers
        if not any(_held(o, direct).get(p, 0.0) > CONTROL_SHARE for p in controllers if p != o)
    ]
    return min(top or controllers, key=lambda owner: (-controllers[owner], owner))


def _held(org_id: str, direct: Mapping[str, Mapping[str, float]]) -> dict[str, float]:
    # Walked level by level; an owner that is met again on its own way up (a circle) adds nothing more.
    total: dict[str, float] = defaultdict(float)
    level: list[tuple[str, float, frozenset[str]]] = [(org_id, 1.0, frozenset((org_id,)))]
    for _ in range(MOST_STEPS):
        above: list[tuple[str, float, frozenset[str]]] = []
        for node, share, seen in level:
            for owner, part in sorted(direct.get(node, {}).items()):
                # What falls below a thousandth cannot lift anybody over one half.
                if owner not in seen and share * part > 0.001:
                    total[owner] += share * part
                    above.append((owner, share * part, seen | {owner}))
        level = above
    return total


def _direct(holdings: Iterable[Holding]) -> dict[str, dict[str, float]]:
    direct: dict[str, dict[str, float]] = defaultdict(dict)
    for h in holdings:
        if h.share and h.owner_id != h.owned_id:
            direct[h.owned_id][h.owner_id] = min(1.0, direct[h.owned_id].get(h.owner_id, 0.0) + h.share)
    return direct


def _extend(so_far: list[Spell], spell: Spell) -> None:
    last = so_far[-1] if so_far else None
    if last is not None and last.owner_id == spell.owner_id and last.to_day == spell.from_day:
        so_far[-1] = Spell(spell.org_id, spell.owner_id, last.from_day, spell.to_day)
    else:
        so_far.append(spell)
