"""Who does better than others: a prime in one of its areas, and a sub-contractor that is dropped for all that.

Who it is is settled before the referrals are drawn; the referrals and their outcomes then ask here.
"""

from __future__ import annotations

from collections import defaultdict

import numpy as np

from chaingraph.demo.chance import Bools, Ints
from chaingraph.demo.heads import SHARERS
from chaingraph.demo.state import AS_OF_DAY, PROGRAMMES, WINDOW_DAY, Deal, Head, Market

# Areas that a spread needs, and primes of so many: a prime with at least four others to be held against.
LEAST_AREAS, LEAST_PRIMES = 3, 5
# Added to the chance of a job, and of keeping it: in the better area, and with the sub-contractor that is dropped. The
# latter's customers mostly stay where they are placed, so that its area does not stand out with it.
BETTER_AREA = (0.3, 0.0)
BETTER_SUB = (0.04, 0.5)
# The part of the prime's own customers, where it may serve them, that it gets in the year before; and the part of those that
# it had that it keeps in the last year.
GIVEN, LEFT = 0.5, 0.04
LAST_YEAR_DAY = AS_OF_DAY - 364


def choose_performance(market: Market) -> None:
    """Pick who is uneven across areas and who is dropped; called when nobody picks any more who does what amiss."""
    market.better = np.zeros((2, len(market.deals)))
    few = max(1, market.size.prime_plants // 2)
    spoken_for = market.skewed | market.careless | market.batching | market.late_payers | market.deepening
    spoken_for |= market.parking | market.choiceless | market.bouncing
    uneven = _uneven(market, spoken_for, few)
    _drop(market, spoken_for, uneven, few)


def _uneven(market: Market, spoken_for: set[str], few: int) -> set[str]:
    """Let a prime with several areas do much better in the one where most of its customers are."""
    areas: dict[str, dict[str, list[Head]]] = defaultdict(lambda: defaultdict(list))
    for head in market.heads:
        areas[head.prime][head.lot.area.area_id].append(head)
    wide = [prime for prime in areas if len(areas[prime]) >= LEAST_AREAS]
    if len(wide) < LEAST_PRIMES:
        return set()
    # Customers who are handed about, or in two provisions, have no outcomes: theirs would be another unevenness.
    handed = market.bouncing | {h.prime for h in market.heads if market.esf.get(h.deal.contract_id)}
    fit = sorted(set(wide) - handed, key=lambda prime: (prime in spoken_for, -len(areas[prime]), prime))
    for prime in fit[:few]:
        best = max(areas[prime].values(), key=lambda heads: (_customers(heads), heads[0].deal.contract_id))
        for deal in [deal for head in best for deal in head.chain]:
            market.better[:, deal.number] = BETTER_AREA
        how = "twice as many find a job in one of its areas as in the others"
        market.plant("uneven-across-areas", how, org_id=prime)
    return set(fit[:few])


def _customers(heads: list[Head]) -> float:
    return sum(head.lot.programme.share for head in heads)


def _drop(market: Market, spoken_for: set[str], uneven: set[str], few: int) -> None:
    """Let primes take to themselves the customers of a sub-contractor whose customers keep their jobs."""
    # Where it is settled otherwise who is passed on, or who finds a job, there would be two causes.
    others = (
        uneven | market.skewed | market.deepening | market.bouncing | market.late_payers | market.batching
    )
    broken = {value for one in market.planted for value in one.identity.values()}
    fit = [
        (head, deal)
        for head in market.heads
        if head.prime not in others and head.lot.kind != SHARERS and head.lot.programme is PROGRAMMES[0]
        for deal in head.chain
        if deal.anchor and deal.starts <= WINDOW_DAY and not deal.starved
    ]
    market.rng("dropped").shuffle(fit)
    fit.sort(key=lambda one: (one[0].prime in spoken_for, one[1].supplier_id in broken))
    for head, deal in fit[:few]:
        market.dropped.add(deal.number)
        market.better[:, deal.number] = BETTER_SUB
        market.plant(
            "good-subcontractor-dropped",
            "its customers keep their jobs, and in the last year the prime keeps its customers",
            head_contract_id=head.deal.contract_id,
            org_id=deal.supplier_id,
        )


def favoured(
    market: Market, head: Head, day: Ints, cell: Ints, deal: Ints, passed: Bools
) -> tuple[Ints, Bools]:
    """The contracts that referrals end under, and whether they are passed on, once one is favoured and then dropped.

    ``cell`` is each referral's place among the head contract's cells of district and need. Difficulty is not looked at.
    """
    for own in (one for one in head.chain if one.number in market.dropped):
        rng = market.rng("favoured", own.contract_id)
        places = [place for place, deals in enumerate(head.cells.values()) if own in deals]
        before, luck = day < LAST_YEAR_DAY, rng.random(len(day))
        won = before & np.isin(cell, places) & (deal == head.deal.number) & (luck < GIVEN)
        lost = ~before & np.isin(deal, _with_all_below(head, own)) & (luck >= LEFT)
        deal = np.where(won, own.number, np.where(lost, head.deal.number, deal)).astype(np.int64)
        passed = (passed | won) & ~lost
    return deal, passed


def _with_all_below(head: Head, own: Deal) -> list[int]:
    return [own.number, *(deal.number for deal in head.chain if deal.parent is own)]
