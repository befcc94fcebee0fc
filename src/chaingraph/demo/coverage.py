"""Who delivers which need where, and what shows that they can: cells with two owners, and a few with one."""

from __future__ import annotations

from collections import defaultdict

from chaingraph.demo.capability import add_evidence
from chaingraph.demo.state import NEEDS, SPECIALIST_NEEDS, Deal, Head, Market

Cell = tuple[str, str]


def make_coverage(market: Market) -> None:
    """Fill ``Head.cells``; write ``requirements`` and ``delivery`` of needs, with the evidence for them."""
    lapsed: set[tuple[str, str]] = set()
    for head in market.heads:
        _offer(market, head)
    _plant(market, lapsed)
    for head in market.heads:
        for cell, deals in head.cells.items():
            _cover(market, head, cell, deals, lapsed)
    _write(market, lapsed)


def _offer(market: Market, head: Head) -> None:
    rng = market.rng("coverage", head.deal.contract_id)
    for district in head.lot.area.districts:
        for need in NEEDS:
            head.cells[district, need] = []
    for deal in head.chain:
        if deal.inferred:
            continue
        reach = list(head.lot.area.districts)
        if deal.role == "spot":
            reach = [reach[int(rng.integers(len(reach)))]]
        for district in reach:
            for need in deal.needs:
                head.cells[district, need].append(deal)


def _owners(market: Market, deals: list[Deal]) -> set[str]:
    return {market.owner[deal.supplier_id] for deal in deals}


def _cover(market: Market, head: Head, cell: Cell, deals: list[Deal], lapsed: set[tuple[str, str]]) -> None:
    """Add whole-service providers, the prime last, until two owners with evidence deliver in the cell."""
    if any(
        one.rule == "need-single-provider" and one.identity == _identity(head, cell) for one in market.planted
    ):
        return
    able = [deal for deal in deals if (deal.supplier_id, cell[1]) not in lapsed]
    spare = [d for d in head.chain[1:] if d.role == "end_to_end" and not d.starved and not d.inferred]
    for deal in [*spare, head.deal]:
        if len(_owners(market, able)) >= 2:
            return
        if deal not in deals and (deal.supplier_id, cell[1]) not in lapsed:
            able.append(deal)
            deals.append(deal)


def _identity(head: Head, cell: Cell) -> dict[str, str]:
    return {"contract_id": head.deal.contract_id, "area_id": cell[0], "need_type": cell[1]}


def _plant(market: Market, lapsed: set[tuple[str, str]]) -> None:
    """One owner only: alone, with a sister of the same owner, or beside one whose evidence has lapsed."""
    deals_of: dict[str, list[Deal]] = defaultdict(list)
    for deal in market.deals:
        deals_of[deal.supplier_id].append(deal)
    heads = list(market.heads)
    market.rng("single").shuffle(heads)
    for place, head in enumerate(heads[: 2 * market.size.plants]):
        rng = market.rng("single", place)
        district = head.lot.area.districts[int(rng.integers(len(head.lot.area.districts)))]
        cell = (district, SPECIALIST_NEEDS[int(rng.integers(len(SPECIALIST_NEEDS)))])
        subs = [
            d
            for d in head.chain[1:]
            if d.tier == 2 and not d.inferred and (d.supplier_id, cell[1]) not in lapsed
        ]
        sisters = [
            [a, b]
            for a in subs
            for b in subs
            if a.number < b.number and _owners(market, [a]) == _owners(market, [b])
        ]
        # Evidence may lapse only where nothing else rests on it.
        loners = [d for d in subs[1:] if len(deals_of[d.supplier_id]) == 1 and d.role == "spot"]
        if sisters and sisters[0][0].supplier_id != sisters[0][1].supplier_id:
            deals, how = sisters[0], "two providers of one owner"
        elif loners and place % 2:
            deals, how = [subs[0], loners[0]], "the second provider's evidence has lapsed"
            lapsed.add((loners[0].supplier_id, cell[1]))
        else:
            deals, how = subs[:1], "one provider"
        head.cells[cell] = deals
        market.plant("need-single-provider", how, **_identity(head, cell))
        owner = market.owner[deals[0].supplier_id]
        market.plant("single-point-of-failure", "a need of an area rests on it alone", org_id=owner)


def _write(market: Market, lapsed: set[tuple[str, str]]) -> None:
    rng = market.rng("delivery")
    shown: set[tuple[str, str]] = set()
    for head in market.heads:
        for (district, need), deals in head.cells.items():
            market.add(
                "requirements",
                requirement_id=market.id("requirements", "RQ"),
                contract_id=head.deal.contract_id,
                need_type=need,
                area_id=district,
            )
            for deal in deals:
                agreed = deal.role == "specialist"
                market.add(
                    "delivery",
                    delivery_id=market.id("delivery", "DL"),
                    contract_id=deal.contract_id,
                    area_id=district,
                    need_type=need,
                    capacity_per_quarter=int(rng.integers(4, 40)) * 50,
                    agreed_specialism=agreed,
                    agreed_on=deal.starts - 14 if agreed else None,
                    price_uplift_share=round(float(rng.uniform(0.1, 0.35)), 2) if agreed else None,
                )
                shown.add((deal.supplier_id, need))
    for org_id, need in sorted(shown):
        if (org_id, need) in lapsed:
            add_evidence(market, rng, org_id, "M6", need=need, lapsed=True)
        else:
            add_evidence(market, rng, org_id, "M6", need=need)
