"""Whom bidders talk with: partners pressed to talk with nobody else, and staff who go over during the talks."""

from __future__ import annotations

from collections import defaultdict

import numpy as np

from chaingraph.demo.procurement import talk
from chaingraph.demo.state import AS_OF_DAY, Lot, Market

PRESSED = 8
LOTS_ELSEWHERE = 5
AFTER_DAYS = 90


def make_partners(market: Market) -> None:
    """Add talks and moves of staff to those there are; called when the talks about every lot are written."""
    _press(market)
    _poach(market)


def _press(market: Market) -> None:
    """Delivery providers that talk with two bidders in every other lot, and with one alone in one."""
    rng = market.rng("pressed")
    primes: defaultdict[tuple[str, str], set[str]] = defaultdict(set)
    for row in market.rows["negotiations"]:
        primes[row["lot_id"], row["sub_id"]].add(row["prime_id"])
    open_lots = [lot for lot in market.lots if len({market.owner[p] for p in lot.shortlisted}) > 1]
    spent: set[str] = set()
    for place in rng.permutation(len(open_lots))[: max(1, market.size.plants // 2)]:
        lot = open_lots[int(place)]
        prime = lot.shortlisted[int(rng.integers(len(lot.shortlisted)))]
        known: defaultdict[str, int] = defaultdict(int)
        for (lot_id, sub), _ in primes.items():
            known[sub] += 1 if lot_id != lot.lot_id else 1_000
        # Those with the fewest talks so far, and none in this lot: their habit is still to be made.
        free = sorted((sub for sub in market.subs if sub not in spent), key=lambda sub: (known[sub], sub))
        for sub in free[:PRESSED]:
            spent.add(sub)
            talk(market, lot, prime, sub, rng, None, early=False)
            primes[lot.lot_id, sub].add(prime)
            others = [other for other in open_lots if other is not lot]
            there = [other for other in market.lots if other is not lot and (other.lot_id, sub) in primes]
            fresh = [other for other in others if (other.lot_id, sub) not in primes]
            rng.shuffle(fresh)
            for other in there + fresh[: max(0, LOTS_ELSEWHERE - len(there))]:
                _talk_with_two(market, other, sub, primes[other.lot_id, sub], rng)
        market.plant(
            "exclusivity-pattern",
            f"{PRESSED} delivery providers that talk with several bidders elsewhere talk with this one alone",
            org_id=prime,
            lot_id=lot.lot_id,
        )


def _talk_with_two(market: Market, lot: Lot, sub: str, primes: set[str], rng: np.random.Generator) -> None:
    for bidder in (*lot.primes, *lot.others):
        owners = {market.owner[prime] for prime in primes}
        if len(owners) < 2 and market.owner[bidder] not in owners:
            talk(market, lot, bidder, sub, rng, None, early=False)
            primes.add(bidder)


def _poach(market: Market) -> None:
    """Staff of delivery providers who go over to primes: now and then anywhere, in numbers where it is planted."""
    rng = market.rng("staff moves")
    talks: defaultdict[tuple[str, str], list[dict[str, int | str]]] = defaultdict(list)
    for row in market.rows["negotiations"]:
        talks[row["prime_id"], row["sub_id"]].append(row)
    for prime in market.primes:
        for place in rng.permutation(len(market.subs))[: int(rng.integers(1, 4))]:
            if (prime, market.subs[int(place)]) not in talks:
                _move(
                    market,
                    market.subs[int(place)],
                    prime,
                    AS_OF_DAY - int(rng.integers(1, 1_400)),
                    tupe=False,
                )
    single = [
        (pair, rows[0]) for pair, rows in sorted(talks.items())
        if len(rows) == 1 and market.owner[pair[0]] != market.owner[pair[1]]
    ]  # fmt: skip
    chosen = [single[int(place)] for place in rng.permutation(len(single))[: 2 * market.size.plants]]
    for number, ((prime, sub), row) in enumerate(chosen):
        first, last = int(row["starts_on"]), int(row["ends_on"]) + AFTER_DAYS
        planted = number % 2 == 0
        for _ in range(int(rng.integers(2, 5))):
            # The others move with the work, under TUPE.
            _move(market, sub, prime, int(rng.integers(first, last + 1)), tupe=not planted)
        if planted:
            how = "staff went over during the talks or in the ninety days after them"
            market.plant("staff-poaching", how, negotiation_id=str(row["negotiation_id"]))


def _move(market: Market, sub: str, prime: str, when: int, *, tupe: bool) -> None:
    person = market.id("people", "X-PER")
    market.add("people", person_id=person, kind="staff")
    market.add("staff_moves", person_id=person, from_org_id=sub, to_org_id=prime, moved_on=when, tupe=tupe)
