"""What customers meet with: whether they may choose, how often they are handed on, and support from two funds at once.

Who does it otherwise than most is settled before the referrals are drawn; the referrals then ask here what becomes of
their customers.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field

import numpy as np

from chaingraph.demo.chance import Bools, Floats, Ints
from chaingraph.demo.state import AS_OF_DAY, PROGRAMMES, Head, Market

# Providers that a customer could choose from: one, two, three, four.
OPTIONS, FEW_OPTIONS = np.array((0.15, 0.45, 0.3, 0.1)), np.array((0.75, 0.2, 0.05, 0.0))
ALLOCATIONS = ("random", "choice", "provider", "jcp")
# The part of the customers who are handed from provider to provider, or are in both provisions, where planted.
HANDED_ON, IN_BOTH = 0.2, 0.16
APART_DAYS = 40
OVERLAP_DAYS = 31


@dataclass
class Journeys:
    """Rows of one head contract that are one customer's: the first row's number, and what the others change.

    ``same_as`` names for every row the row whose customer it is (itself: a new one); ``ended`` holds days on which
    support has to end, by row.
    """

    same_as: Ints
    ended: dict[int, int] = field(default_factory=dict)

    @property
    def repeated(self) -> Bools:
        """Rows of customers who have more than one; one claim for each of them would be one too many."""
        own = np.arange(len(self.same_as))
        mine = self.same_as != own
        mine[self.same_as[mine]] = True
        return np.asarray(mine, dtype=np.bool_)


def choose_customers(market: Market) -> None:
    """Pick who offers no choice, where nobody chooses, who hands on, and which contracts another fund pays."""
    some = max(1, market.size.plants // 2)
    rng = market.rng("choice")
    spoken_for = market.skewed | market.careless | market.batching | market.late_payers
    spoken_for |= market.deepening | market.parking
    free = sorted({head.prime for head in market.heads} - spoken_for)
    rng.shuffle(free)
    heads: dict[str, list[Head]] = defaultdict(list)
    for head in market.heads:
        heads[head.prime].append(head)
    # Those with most contracts first, so that there are enough customers to tell; ties as they were shuffled.
    free.sort(key=lambda prime: -len(heads[prime]))
    few = max(1, some // 4)
    market.choiceless, market.bouncing = set(free[:few]), set(free[few : 2 * few])
    _fund(market, heads, sorted(set(heads) - market.bouncing), few)
    areas = sorted({h.lot.area.area_id for h in market.heads if len(_owners(market, h)) > 1})
    market.unchosen = {areas[int(place)] for place in rng.permutation(len(areas))[:some]}
    for prime in sorted(market.choiceless):
        market.plant("choice-not-offered", "three in four customers had one option", org_id=prime)
    for prime in sorted(market.bouncing):
        how = "a fifth of the customers left between providers, or sent back"
        market.plant("handoffs-excessive", how, org_id=prime)
    for area_id in sorted(market.unchosen):
        market.plant("choice-absent", "no customer was allocated by choice", area_id=area_id)


def _owners(market: Market, head: Head) -> set[str]:
    return {market.owner[prime] for prime in head.lot.primes}


def _fund(market: Market, heads: dict[str, list[Head]], primes: list[str], few: int) -> None:
    """Let another fund pay some primes' newer contracts, and some of their customers be in both."""
    rng = market.rng("funds")
    newer = [p for p in primes if any(h.lot.programme is not PROGRAMMES[0] for h in heads[p])]
    rng.shuffle(newer)
    for place, prime in enumerate(newer[: 2 * few]):
        for head in heads[prime]:
            if head.lot.programme is not PROGRAMMES[0]:
                market.esf[head.deal.contract_id] = IN_BOTH if place < few else 0.0
        if place < few:
            market.plant("esf-overlap", "a sixth of the customers are in both provisions", org_id=prime)


def options(market: Market, prime: str) -> Floats:
    """How likely one, two, three and four providers were offered."""
    return FEW_OPTIONS if prime in market.choiceless else OPTIONS


def allocations(market: Market, head: Head) -> tuple[str, ...]:
    """The ways in which providers are chosen for a head contract's customers."""
    unchosen = head.lot.area.area_id in market.unchosen
    return tuple(way for way in ALLOCATIONS if way != "choice" or not unchosen)


def journeys(
    market: Market, head: Head, day: Ints, deal: Ints, single: Bools, rng: np.random.Generator
) -> Journeys:
    """Whose customers the rows of a head contract are, the rows being in order of their days."""
    if head.prime in market.bouncing:
        return _handed_on(market, day, deal, single, rng)
    n = len(day)
    back = rng.integers(30, 60, n)
    returns = (rng.random(n) < 0.04) & (np.arange(n) >= 60) & single
    return Journeys(np.where(returns, np.arange(n) - back, np.arange(n)))


def _handed_on(market: Market, day: Ints, deal: Ints, single: Bools, rng: np.random.Generator) -> Journeys:
    """Customers left with nobody before they are handed on, or handed on and back again."""
    n = len(day)
    supplier = np.array([one.supplier_id for one in market.deals])[deal]
    found = Journeys(np.arange(n))
    used = ~single
    wanted = round(n * HANDED_ON / (1 + 1.5 * HANDED_ON))
    for first in rng.permutation(n):
        if wanted <= 0:
            break
        second = _next(int(first), day, used, supplier != supplier[first])
        if used[first] or second is None:
            continue
        third = _next(second, day, used, supplier == supplier[first]) if rng.random() < 0.5 else None
        chain = [int(first), second] if third is None else [int(first), second, third]
        if third is None:
            found.ended[int(first)] = int(day[second]) - int(rng.integers(18, 30))
        used[chain] = True
        found.same_as[chain] = int(first)
        wanted -= 1
    return found


def _next(row: int, day: Ints, used: Bools, fits: Bools) -> int | None:
    """The first unused row that fits, so many days after another."""
    start = int(np.searchsorted(day, day[row] + APART_DAYS))
    later = np.flatnonzero(fits[start : start + 200] & ~used[start : start + 200])
    return start + int(later[0]) if len(later) else None


class Customers:
    """Customers of the department's own contracts, kept for those whom another fund helps in the same area."""

    def __init__(self, market: Market) -> None:
        self._market = market
        self._areas = {h.lot.area.area_id for h in market.heads if market.esf.get(h.deal.contract_id)}
        self._seen: dict[str, list[tuple[Ints, Ints]]] = defaultdict(list)

    def share(self, head: Head, key: Ints, day: Ints, single: Bools, rng: np.random.Generator) -> Bools:
        """Give rows of another fund keys of customers who are in both provisions; returns which rows those are."""
        both = np.zeros(len(day), dtype=np.bool_)
        area, contract_id = head.lot.area.area_id, head.deal.contract_id
        if contract_id not in self._market.esf:
            if area in self._areas:
                self._seen[area].append((key[single], day[single]))
            return both
        if not self._market.esf[contract_id] or not self._seen[area]:
            return both
        theirs = np.concatenate([keys for keys, _ in self._seen[area]])
        since = np.concatenate([days for _, days in self._seen[area]])
        wanted = round(self._market.esf[contract_id] * len(day))
        taken: set[int] = set()
        for row in rng.permutation(np.flatnonzero(single & (day < AS_OF_DAY - OVERLAP_DAYS))):
            # Support lasts at least 120 days, so whoever came at most eighty before is still there for forty.
            near = np.flatnonzero((since <= day[row]) & (since >= day[row] - 80))
            mine = int(theirs[near[int(rng.integers(len(near)))]]) if len(near) else -1
            if wanted > len(taken) and mine not in taken and mine >= 0:
                taken.add(mine)
                key[row], both[row] = mine, True
        return both
