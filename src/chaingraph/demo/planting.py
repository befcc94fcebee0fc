"""Which contracts are broken, and how: each kind on contracts of its own, so that a finding has one cause."""

from __future__ import annotations

from collections.abc import Callable

from chaingraph.demo.state import PROGRAMMES, WINDOW_DAY, Deal, Head, Market

LATE_PAYER_SHARE = 0.2
LATE_CONTRACT_SHARE = 0.25


class _Choice:
    """Deals out sub-contracts that nothing has been planted on yet, one a chain and role."""

    def __init__(self, market: Market) -> None:
        self.market = market
        self.spent: set[tuple[int, str]] = set()
        offered = [
            (head, deal) for head in market.heads for deal in head.chain[1:] if _is_free(market, head, deal)
        ]
        market.rng("planting").shuffle(offered)
        self.offered: list[tuple[Head, Deal]] = offered

    def take(self, count: int, fits: Callable[[Head, Deal], bool]) -> list[tuple[Head, Deal]]:
        """Up to ``count`` contracts that fit; none of their role and chain is offered again."""
        taken: list[tuple[Head, Deal]] = []
        for head, deal in self.offered:
            place = (head.deal.number, deal.role)
            if len(taken) < count and place not in self.spent and fits(head, deal):
                self.spent.add(place)
                taken.append((head, deal))
        return taken


def _is_free(market: Market, head: Head, deal: Deal) -> bool:
    return deal.tier == 2 and not deal.anchor and not deal.inferred and head.prime not in market.late_payers


def plant_on_contracts(market: Market) -> None:
    """Break terms, signatures, promises and payments of chosen sub-contracts; make some primes pay late."""
    many, some = market.size.plants, max(1, market.size.plants // 2)
    choice = _Choice(market)
    _late(market, choice, many, some)
    _department_late(market, some)
    for head, deal in choice.take(many, _has_peer):
        other = 14 if deal.term_days != 14 else 28
        deal.term_days = other
        market.plant(
            "payment-terms-inconsistent",
            f"{deal.contract_id} has {other} days, the others of its role {_peers(head, deal)[0].term_days}",
            contract_id=head.deal.contract_id,
        )
    for _, deal in choice.take(many, lambda head, deal: True):
        deal.term_days = None
        market.plant("payment-term-missing", "no days to pay were agreed", contract_id=deal.contract_id)
    for _, deal in choice.take(some, lambda head, deal: True):
        deal.signed = None
        market.plant("work-before-terms", "never signed", contract_id=deal.contract_id)
    for _, deal in choice.take(some, lambda head, deal: True):
        deal.signed = deal.starts + 75
        market.plant("work-before-terms", "signed 75 days after the start", contract_id=deal.contract_id)
    for _, deal in choice.take(many, _can_starve):
        deal.starved = True
    for head in market.heads:
        if head.prime in market.late_payers:
            for deal in head.chain[1:]:
                if deal.tier == 2 and not deal.inferred:
                    deal.late, deal.late_share = "both", LATE_PAYER_SHARE


def _department_late(market: Market, count: int) -> None:
    """The department itself pays some head contracts late."""
    heads = list(market.heads)
    market.rng("department late").shuffle(heads)
    for head in heads[:count]:
        head.deal.late, head.deal.late_share = "both", LATE_CONTRACT_SHARE


def _late(market: Market, choice: _Choice, many: int, some: int) -> None:
    # Late by the agreed day but inside the statutory one; late by both; in time by long terms, late by law.
    plans = (
        ("agreed", many, lambda head, deal: _is_old(head), 14),
        ("both", some, lambda head, deal: _is_old(head), 21),
        ("both", some, lambda head, deal: not _is_old(head), 30),
        ("statutory", some, lambda head, deal: _is_old(head), 60),
        # Received plus 30 is the agreed day; the Act's thirty count the day of receipt and end one earlier.
        ("statutory", some, lambda head, deal: not _is_old(head), 30),
    )
    for late, count, fits, days in plans:
        for head, deal in choice.take(count, fits):
            deal.late, deal.late_share = late, LATE_CONTRACT_SHARE
            for same in (deal, *_peers(head, deal)):
                same.term_days, same.term_starts = days, "receipt"


def _peers(head: Head, deal: Deal) -> list[Deal]:
    return [
        other
        for other in head.chain[1:]
        if other.role == deal.role and other is not deal and not other.inferred
    ]


def _has_peer(head: Head, deal: Deal) -> bool:
    return any(peer.tier == 2 for peer in _peers(head, deal))


def _is_old(head: Head) -> bool:
    return head.lot.programme is PROGRAMMES[0]


def _can_starve(head: Head, deal: Deal) -> bool:
    # A whole year of referrals to count, and nobody below it who might have got them instead.
    leaf = not any(other.parent is deal for other in head.chain)
    return _is_old(head) and deal.starts <= WINDOW_DAY and deal.role == "end_to_end" and leaf
