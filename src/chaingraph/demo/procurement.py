"""Before the contract: adverts, applications, and talks about lots, some of them with a gag on rivals."""

from __future__ import annotations

from typing import Any

import numpy as np

from chaingraph.demo.state import Head, Lot, Market


def make_adverts(market: Market) -> None:
    """An advertised opportunity for every sub-contract with a document, and applications for it."""
    for head in market.heads:
        rng = market.rng("adverts", head.deal.contract_id)
        for deal in head.chain[1:]:
            if deal.inferred:
                continue
            opportunity_id = market.id("opportunities", "OP")
            published = deal.starts - int(rng.integers(110, 170))
            closes = published + int(rng.integers(21, 43))
            decided = closes + int(rng.integers(7, 21))
            questions = int(rng.integers(8, 25))
            market.add(
                "opportunities",
                opportunity_id=opportunity_id,
                buyer_id=deal.buyer_id,
                lot_id=head.lot.lot_id,
                published_on=published,
                closes_on=closes,
                channels="contracts finder;prime's site",
                annual_value_gbp=deal.annual_pence,
                min_turnover_gbp=deal.annual_pence,
                questions=questions,
            )
            market.rows["advertised"].append({"contract": deal.contract_id, "opportunity_id": opportunity_id})
            rivals = [market.subs[int(i)] for i in rng.integers(0, len(market.subs), int(rng.integers(0, 3)))]
            for org_id in dict.fromkeys([deal.supplier_id, *rivals]):
                won = org_id == deal.supplier_id
                market.add(
                    "applications",
                    application_id=market.id("applications", "AP"),
                    opportunity_id=opportunity_id,
                    org_id=org_id,
                    questions_asked=questions,
                    decision="accepted" if won else "rejected",
                    decided_on=decided,
                    feedback_on=None if won else decided + int(rng.integers(1, 21)),
                )


def make_negotiations(market: Market) -> None:
    """Talks of bidders with possible sub-contractors before bids are due; exclusivity demanded in a few.

    What may not be flagged is here as well: exclusivity that the sub-contractor offered or nobody owned up
    to, asked for by a bidder who was not on the short list, by the only owner on it, or before there was one.
    """
    fit: list[dict[str, Any]] = []
    for lot in market.lots:
        rng = market.rng("talks", lot.lot_id)
        rivals = len({market.owner[prime] for prime in lot.shortlisted}) > 1
        for prime in (*lot.primes, *lot.others):
            subs = dict.fromkeys(_partners(market, lot, prime))
            subs |= dict.fromkeys(market.subs[int(i)] for i in rng.integers(0, len(market.subs), 2))
            judged = rivals and prime in lot.shortlisted
            for sub in list(subs)[:6]:
                early = bool(rng.random() < 0.1)
                by = ("sub", "unknown")[int(rng.integers(2))] if judged and not early else "prime"
                exclusive = bool(rng.random() < (0.06 if judged and not early else 0.3))
                row = talk(market, lot, prime, sub, rng, by if exclusive else None, early=early)
                if judged and not early and not exclusive:
                    fit.append(row)
    for place in market.rng("exclusivity").permutation(len(fit))[: market.size.plants]:
        fit[place] |= {"exclusivity": True, "exclusivity_proposed_by": "prime"}
        market.plant(
            "exclusivity-demanded",
            "asked for by a bidder with rivals on the short list",
            negotiation_id=fit[place]["negotiation_id"],
        )


def _partners(market: Market, lot: Lot, prime: str) -> list[str]:
    heads: list[Head] = [head for head in market.heads if head.lot is lot and head.prime == prime]
    return [deal.supplier_id for head in heads for deal in head.chain if deal.tier == 2][:4]


def talk(
    market: Market, lot: Lot, prime: str, sub: str, rng: np.random.Generator, by: str | None, *, early: bool
) -> dict[str, Any]:
    """Add a talk after the short list, or one over before it; ``by``: who wished for exclusivity. Returns its row."""
    shortlisted = lot.programme.shortlisted + lot.starts - lot.programme.starts
    # Early talks are over some days before the short list is made.
    starts = shortlisted - int(rng.integers(40, 60)) if early else shortlisted + int(rng.integers(3, 30))
    negotiation_id = market.id("negotiations", "NG")
    market.add(
        "negotiations",
        negotiation_id=negotiation_id,
        lot_id=lot.lot_id,
        prime_id=prime,
        sub_id=sub,
        starts_on=starts,
        ends_on=starts + int(rng.integers(14, 30 if early else 50)),
        exclusivity=by is not None,
        exclusivity_proposed_by=by,
        document_ref=f"talks/{negotiation_id}",
    )
    return market.rows["negotiations"][-1]
