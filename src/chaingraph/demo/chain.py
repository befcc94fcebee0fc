"""Sub-contracts: who works under whom, for which needs, on which terms."""

from __future__ import annotations

from collections import defaultdict, deque

import numpy as np

from chaingraph.demo.heads import SHARERS
from chaingraph.demo.state import AS_OF_DAY, SPECIALIST_NEEDS, WINDOW_DAY, Deal, Head, Market

# A sub-contractor works for two primes of an area at most, unless it was planted to work for three.
MOST_PRIMES = 2
TERMS = (14, 21, 28, 30)
STARTS = ("receipt", "receipt", "validation", "invoice_date", None)
ROLES = ("end_to_end", "specialist", "end_to_end", "specialist", "spot", "specialist")


def make_chains(market: Market) -> None:
    """Give every head contract its sub-contractors at tiers 2 and 3."""
    pools = _pools(market)
    serves: dict[tuple[str, int], set[str]] = defaultdict(set)
    _share(market, serves)
    slots = max(5, round(1.9 * len(market.subs) / len(market.heads)))
    for head in market.heads:
        rng = market.rng("chain", head.deal.contract_id)
        second = slots - slots // 6
        for place in range(slots):
            # Where those of the area are all taken, somebody comes from elsewhere.
            sub = _next(market, pools[head.lot.area.number], head, serves) or _next(
                market, pools[0], head, serves
            )
            if sub is None:
                break
            if place < second:
                let(market, head, head.deal, sub, ROLES[place % len(ROLES)], rng)
            else:
                parents = [d for d in head.chain if d.tier == 2 and d.role == "end_to_end" and not d.inferred]
                let(market, head, parents[int(rng.integers(len(parents)))], sub, "specialist", rng)
        _set_terms(market, head)
    _infer(market)


def _pools(market: Market) -> dict[int, deque[str]]:
    """The sub-contractors of each area (home, or one area elsewhere); under 0, all. A few work nowhere."""
    rng = market.rng("pools")
    reserved = {sub for members in market.sharers for sub in members}
    pools: dict[int, deque[str]] = {
        number: deque() for number in (0, *(area.number for area in market.areas))
    }
    for place, sub in enumerate(market.subs):
        if sub in reserved or place % 25 == 24:
            continue
        home = 1 + place % len(market.areas)
        other = 1 + int(rng.integers(len(market.areas)))
        for number in {0, home, other}:
            pools[number].append(sub)
    for number in pools:
        shuffled = list(pools[number])
        market.rng("pool", number).shuffle(shuffled)
        pools[number] = deque(shuffled)
    return pools


def _next(
    market: Market, pool: deque[str], head: Head, serves: dict[tuple[str, int], set[str]]
) -> str | None:
    inside = {deal.supplier_id for deal in head.chain}
    for _ in range(len(pool)):
        sub = pool[0]
        pool.rotate(-1)
        primes = serves[market.owner[sub], head.lot.area.number]
        if sub not in inside and (head.prime in primes or len(primes) < MOST_PRIMES):
            primes.add(head.prime)
            return sub
    return None


def _share(market: Market, serves: dict[tuple[str, int], set[str]]) -> None:
    lots = [lot for lot in market.lots if lot.kind == SHARERS]
    for members, lot in zip(market.sharers, lots, strict=True):
        heads = [head for head in market.heads if head.lot is lot]
        for place, head in enumerate(heads):
            sub = members[place % len(members)]
            let(market, head, head.deal, sub, "end_to_end", market.rng("share", head.deal.contract_id))
            serves[market.owner[sub], lot.area.number].add(head.prime)
        how = "one sub-contractor" if len(members) == 1 else "three sub-contractors of one owner"
        market.plant(
            "shared-subcontractor",
            f"{how} under {len(heads)} primes of the area",
            area_id=lot.area.area_id,
            owner_id=market.owner[members[0]],
        )


def let(market: Market, head: Head, parent: Deal, sub: str, role: str, rng: np.random.Generator) -> Deal:
    """Let one sub-contract under ``parent``, or take it on from a later day where that makes no gap."""
    first = not any(d.tier == 2 for d in head.chain)
    starts = parent.starts
    # Some join later; those that take over the others' referrals until then do not.
    if (
        not first
        and parent.tier == 1
        and role != "end_to_end"
        and rng.random() < 0.25
        and starts < WINDOW_DAY
    ):
        starts = WINDOW_DAY + int(rng.integers(30, 420))
    if role == "specialist":
        needs = tuple(
            str(n) for n in rng.choice(SPECIALIST_NEEDS, size=int(rng.integers(1, 3)), replace=False)
        )
    elif role == "spot":
        needs = (str(rng.choice(("skills", "caring"))),)
    else:
        needs = ("job_search", "skills")
    tier = parent.tier + 1
    deal = Deal(
        number=len(market.deals),
        contract_id=f"C{len(market.deals) + 1:06d}",
        tier=tier,
        parent=parent,
        buyer_id=parent.supplier_id,
        supplier_id=sub,
        role=role,
        starts=starts,
        ends=parent.ends,
        regime=parent.regime,
        annual_pence=int(parent.annual_pence * rng.uniform(0.02, 0.09)) // 100 * 100,
        signed=starts - int(rng.integers(1, 40)),
        needs=needs,
        anchor=first,
    )
    market.deals.append(deal)
    head.chain.append(deal)
    return deal


def _set_terms(market: Market, head: Head) -> None:
    """One set of terms for all contracts of a role in a chain, as the Code asks."""
    rng = market.rng("terms", head.deal.contract_id)
    for role in ("end_to_end", "specialist", "spot"):
        days, starts = TERMS[int(rng.integers(len(TERMS)))], STARTS[int(rng.integers(len(STARTS)))]
        for deal in head.chain[1:]:
            if deal.role == role:
                deal.term_days, deal.term_starts = days, starts


def _infer(market: Market) -> None:
    """A few streams of payments for which no contract was seen: no terms, no signature, no law."""
    rng = market.rng("inferred")
    for head in market.heads[:: max(1, len(market.heads) // max(3, market.size.plants))]:
        # To somebody who works for this prime anyway: no chain gets a member it was not meant to have.
        sub = next(d.supplier_id for d in head.chain if d.tier == 2)
        deal = Deal(
            number=len(market.deals),
            contract_id=f"C{len(market.deals) + 1:06d}",
            tier=2,
            parent=head.deal,
            buyer_id=head.prime,
            supplier_id=sub,
            role="spot",
            starts=AS_OF_DAY - 300,
            ends=AS_OF_DAY + 65,
            regime=None,
            annual_pence=int(rng.integers(20, 200)) * 100_000,
            term_days=None,
            term_starts=None,
            inferred=True,
        )
        market.deals.append(deal)
        head.chain.append(deal)


def add_contract_rows(market: Market) -> None:
    """Write every contract down; called when everything about them is settled."""
    rng = market.rng("contracts")
    heads = {deal.number: head for head in market.heads for deal in head.chain}
    opportunity = {row["contract"]: row["opportunity_id"] for row in market.rows.pop("advertised", [])}
    on_outcomes: dict[str, float] = {}
    for deal in market.deals:
        head = heads[deal.number]
        row = {
            "contract_id": deal.contract_id,
            "tier": deal.tier,
            "parent_contract_id": deal.parent.contract_id if deal.parent else None,
            "programme": head.lot.programme.name,
            "area_id": head.lot.area.area_id,
            "buyer_id": deal.buyer_id,
            "supplier_id": deal.supplier_id,
            "starts_on": deal.starts,
            "annual_value_gbp": deal.annual_pence,
            "inferred": deal.inferred,
        }
        if not deal.inferred:
            cost = int(rng.integers(40_000, 90_000))
            above = on_outcomes.get(deal.parent.contract_id, 0.5) if deal.parent else 0.5
            drawn = 0.5 if deal.tier == 1 else round(float(rng.uniform(0.2, 0.5)), 2)
            on_outcomes[deal.contract_id] = min(drawn, above)  # nobody passes more risk down than it bears
            row |= {
                "lot_id": head.lot.lot_id,
                "opportunity_id": opportunity.get(deal.contract_id),
                "role": deal.role,
                "signed_on": deal.signed,
                "risk_agreed_on": deal.starts - int(rng.integers(1, 30)),
                "ends_on": deal.ends,
                "fee_share": 0.0 if deal.tier == 1 else round(float(rng.uniform(0.08, 0.15)), 3),
                "outcome_share": on_outcomes[deal.contract_id],
                "advance_share": 0.0 if deal.tier == 1 else (0.0, 0.05, 0.1)[int(rng.integers(3))],
                "unit_cost_gbp": cost,
                "unit_price_gbp": int(cost * rng.uniform(1.02, 1.2)),
                "payment_term_days": deal.term_days,
                "term_starts": deal.term_starts if deal.term_days is not None else None,
                "regime": deal.regime,
                "outcome_days": 182,
                "notice_days_by_buyer": 120,
                "notice_days_by_supplier": 120,
                "gagging_clause": False,
                "funding_source": "esf" if head.deal.contract_id in market.esf else "dwp",
            }
        market.add("contracts", **row)
