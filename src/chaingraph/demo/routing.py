"""Ways that customers should not go: to the end of the chain because they are hard, or away from who complained; and parked.

Who does it is settled before the chains are filled in; the referrals then ask here what becomes of their customers.
"""

from __future__ import annotations

from collections import Counter, defaultdict

import numpy as np

from chaingraph.demo.chain import let
from chaingraph.demo.chance import Bools, Ints, even
from chaingraph.demo.state import AS_OF_DAY, PROGRAMMES, Head, Market

# Contacts with a customer: with most, and with the hardest where they are parked.
CONTACTS, PARKED_CONTACTS = (2, 15), (0, 3)
HARD_BAND = 4
# How many of the hard customers that are passed on end at the deepest tier where it takes them.
TO_THE_END = 0.75
# A grievance so long ago that there is a year before it and most of one after, and what the complainant is left with.
RAISED_DAYS_AGO, LEFT = 330, 0.1
# Contracts of all needs from the first day: one to complain, and the eight peers that a comparison takes.
ENOUGH_PEERS = 10


def choose_routes(market: Market) -> None:
    """Pick who parks the hardest, whose chain sends them to its end, and who loses referrals for a grievance."""
    rng = market.rng("unfair")
    taken = market.skewed | market.careless | market.batching | market.late_payers
    older = {head.prime for head in market.heads if head.lot.programme is PROGRAMMES[0]}
    free = sorted(older - taken)
    rng.shuffle(free)
    customers = _customers(market)
    free.sort(key=lambda prime: -customers[prime])
    few = max(1, market.size.prime_plants // 2)
    market.deepening, market.parking = set(free[:few]), set(free[few : 2 * few])
    for head in market.heads:
        if head.prime in market.deepening:
            _lengthen(market, head)
    deep = {head.prime for head in market.heads if any(deal.tier > 2 for deal in head.chain)}
    for prime in sorted(market.deepening):
        how = "three in four of the hard to help who are passed on end at the last tier"
        market.plant("referral-depth-gradient", how, org_id=prime)
    for prime in sorted(market.skewed & deep):
        how = "the hard to help are passed on at three times the odds"
        market.plant("referral-depth-gradient", how, org_id=prime)
    for prime in sorted(market.parking):
        market.plant("parking-gradient", "two contacts at most, others have eight", org_id=prime)


def _customers(market: Market) -> dict[str, float]:
    """The part of all customers that comes to each prime, more or less: the older programme has most of them."""
    heads = Counter(head.lot.programme.name for head in market.heads)
    found: dict[str, float] = defaultdict(float)
    for head in market.heads:
        found[head.prime] += head.lot.programme.share / heads[head.lot.programme.name]
    return found


def _lengthen(market: Market, head: Head) -> None:
    """Give a chain a third tier where it has none: somebody who works for no prime of the area yet."""
    if any(deal.tier > 2 for deal in head.chain):
        return
    area = head.lot.area.number
    there = {
        market.owner[d.supplier_id]
        for other in market.heads
        if other.lot.area.number == area
        for d in other.chain
    }
    working = {deal.supplier_id for deal in market.deals} - {one for group in market.sharers for one in group}
    rng = market.rng("third tier", head.deal.contract_id)
    others = sorted(sub for sub in market.subs if sub in working and market.owner[sub] not in there)
    parent = next(deal for deal in head.chain if deal.anchor)
    like = next((deal for deal in head.chain if deal.role == "specialist"), parent)
    deal = let(market, head, parent, others[int(rng.integers(len(others)))], "specialist", rng)
    deal.term_days, deal.term_starts = like.term_days, like.term_starts


def choose_shunned(market: Market) -> None:
    """Where a chain is long enough for peers, let a provider of all needs complain and get hardly anybody from then on."""
    rng = market.rng("shunned")
    raised = AS_OF_DAY - RAISED_DAYS_AGO
    taken = market.skewed | market.deepening | market.bouncing | market.late_payers
    for head in market.heads:
        there = [d for d in head.chain[1:] if d.starts < raised - 400 and not d.inferred and not d.starved]
        whole = [d for d in there if d.role == "end_to_end" and d.tier == 2 and not d.anchor and not d.late]
        leaves = [d for d in whole if not any(other.parent is d for other in head.chain)]
        if head.prime in taken or len(whole) < ENOUGH_PEERS or not leaves:
            continue
        if len(market.shunned) < market.size.prime_plants:
            market.shunned[leaves[int(rng.integers(len(leaves)))].number] = raised


def contacts(market: Market, head: Head, deal: Ints, band: Ints, rng: np.random.Generator) -> Ints:
    """How often each customer was seen; where a prime parks, the hardest of those it keeps are seen less."""
    # Each provider sees its easy and its hard customers alike, as far as chance may not make them differ.
    first, after = CONTACTS
    seen = (first + even(rng, deal * 8 + band) * (after - first)).astype(np.int64)
    if head.prime not in market.parking:
        return seen
    parked = (deal == head.deal.number) & (band >= HARD_BAND)
    return np.where(parked, rng.integers(*PARKED_CONTACTS, len(deal)), seen)


def rerouted(
    market: Market, head: Head, day: Ints, deal: Ints, passed: Bools, band: Ints, rng: np.random.Generator
) -> Ints:
    """The contracts that referrals end under once the hard are sent to the end of the chain, and complainants shunned."""
    if head.prime in market.deepening:
        last = [d.number for d in head.chain if d.tier > 2 and not d.inferred and not d.starved]
        sent = passed & (band >= HARD_BAND) & (rng.random(len(deal)) < TO_THE_END)
        deal = np.where(sent, rng.choice(np.array(last), len(deal)), deal)
    for own in [d for d in head.chain if d.number in market.shunned]:
        others = [
            d.number
            for d in head.chain[1:]
            if d.role == own.role
            and d.tier == 2
            and d is not own
            and d.starts <= head.deal.starts
            and not d.starved
        ]
        lost = (deal == own.number) & (day >= market.shunned[own.number]) & (rng.random(len(deal)) >= LEFT)
        deal = np.where(lost, rng.choice(np.array(others), len(deal)), deal)
    return np.asarray(deal, dtype=np.int64)
