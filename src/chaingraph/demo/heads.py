"""Lots, bids and head contracts: who won what where, and where competition is missing."""

from __future__ import annotations

from chaingraph.demo.parties import shared_areas
from chaingraph.demo.state import AS_OF_DAY, DEPARTMENT, PROGRAMMES, Deal, Head, Lot, Market

SHARERS, SINGLE, PAIR, MAJORITY, OPEN = "sharers", "single", "pair", "majority", "open"
# What a lot is worth in a year, in 100,000 pounds. What one owner holds is worth most, and what a prime holds alone least, so
# that of all owners of primes only those of two stand out, by more than the others differ by chance.
WORTH = {PAIR: (220, 260), MAJORITY: (220, 260), SINGLE: (60, 90)}
USUAL_WORTH = (80, 180)
# With less of the head contracts' yearly value than that a failure is no loss to speak of, however it stands out.
LARGE_PART = 0.05


def make_heads(market: Market) -> None:
    """Put every programme out to tender in (nearly) every area and award head contracts."""
    rng = market.rng("heads")
    deck = list(market.primes)
    rng.shuffle(deck)
    pair_turn = 0
    for programme in PROGRAMMES:
        for area in market.areas:
            kind = _kind(market, area.number) if programme is PROGRAMMES[0] else OPEN
            if programme is not PROGRAMMES[0] and area.number % 4 == 1:
                continue
            # The older programme began area by area over half a year.
            shift = 7 * int(rng.integers(0, 26)) if programme is PROGRAMMES[0] else 0
            lot = Lot(
                f"LOT-{programme.prefix}-{area.number:02d}", area, programme, kind, programme.starts + shift
            )
            if kind in (PAIR, MAJORITY):
                lot.primes = list(market.pairs[pair_turn % len(market.pairs)])
                pair_turn += 1
            wanted = {SHARERS: 3, SINGLE: 1, PAIR: 2, MAJORITY: 3}.get(kind) or int(
                rng.choice((2, 3, 4), p=(0.4, 0.45, 0.15))
            )
            _deal(market, deck, lot, lot.primes, wanted)
            _deal(market, deck, lot, lot.others, int(rng.integers(1, 4)))
            market.lots.append(lot)
            _award(market, lot)
    _plant_structure(market)
    _choose_primes(market)


def _kind(market: Market, number: int) -> str:
    shared = shared_areas(market)
    each = max(1, market.size.areas // 16)
    for place, kind in enumerate((SINGLE, PAIR, MAJORITY)):
        if shared + place * each < number <= shared + (place + 1) * each:
            return kind
    return SHARERS if number <= shared else OPEN


def _deal(market: Market, deck: list[str], lot: Lot, hand: list[str], wanted: int) -> None:
    # From the top of the deck, passing over rivals of the same owner: those are planted on purpose only.
    used = {market.owner[p] for p in (*lot.primes, *lot.others)}
    for prime in list(deck):
        if len(hand) >= wanted:
            return
        if market.owner[prime] not in used:
            used.add(market.owner[prime])
            hand.append(prime)
            deck.remove(prime)
            deck.append(prime)


def _award(market: Market, lot: Lot) -> None:
    rng = market.rng("award", lot.lot_id)
    step = lot.starts - lot.programme.starts
    p = lot.programme
    estimate = int(rng.integers(*WORTH.get(lot.kind, USUAL_WORTH))) * 10_000_000
    market.add(
        "lots",
        lot_id=lot.lot_id,
        process_id=f"PROC-{p.prefix}",
        programme=p.name,
        area_id=lot.area.area_id,
        regime=p.regime,
        market_event_on=p.market_event + step,
        commenced_on=p.commenced + step,
        shortlisted_on=p.shortlisted + step,
        bids_due_on=p.bids_due + step,
        awarded_on=p.awarded + step,
        estimated_annual_gbp=estimate,
    )
    # Where one owner won all it was alone on the short list, too, so nobody could be kept from a rival.
    lot.shortlisted = [*lot.primes] if lot.kind in (SINGLE, PAIR) else [*lot.primes, *lot.others[:-1]]
    for prime in (*lot.primes, *lot.others):
        listed, won = prime in lot.shortlisted, prime in lot.primes
        market.add(
            "bids",
            bid_id=market.id("bids", "BID"),
            lot_id=lot.lot_id,
            org_id=prime,
            price_gbp=int(estimate * rng.uniform(0.86, 1.09)) * p.years,
            shortlisted=listed,
            status="winning" if won else "losing" if listed else "disqualified",
            submitted_on=p.bids_due + step - int(rng.integers(0, 6)),
            # What customers reach within a year; nobody but those planted promises more.
            promised_outcome_rate=round(float(rng.uniform(0.05, 0.08)), 3),
            tupe_statement="applies" if rng.random() < 0.9 else "does_not_apply",
            non_tupe_terms=False,
            tupe_cost_treatment="counted",
        )
    # Equal parts where there are two, nearly equal ones where there are more: nobody holds more than half.
    parts = [
        1.0 if lot.kind != OPEN or len(lot.primes) < 3 else float(rng.uniform(0.9, 1.1)) for _ in lot.primes
    ]
    for prime, part in zip(lot.primes, parts, strict=True):
        _head_contract(market, lot, prime, int(estimate * part / sum(parts)) // 100 * 100)


def _head_contract(market: Market, lot: Lot, prime: str, annual_pence: int) -> None:
    deal = Deal(
        number=len(market.deals),
        contract_id=f"C{len(market.deals) + 1:06d}",
        tier=1,
        parent=None,
        buyer_id=DEPARTMENT,
        supplier_id=prime,
        role="end_to_end",
        starts=lot.starts,
        ends=lot.starts + 365 * lot.programme.years + 1,
        regime=lot.programme.regime,
        annual_pence=annual_pence,
        signed=lot.starts - 42,
        needs=("job_search", "skills"),
    )
    market.deals.append(deal)
    market.heads.append(Head(lot, deal, [deal]))
    assert deal.starts < AS_OF_DAY < deal.ends


def _plant_structure(market: Market) -> None:
    for lot in market.lots:
        where = {"programme": lot.programme.name, "area_id": lot.area.area_id}
        if lot.kind in (SINGLE, PAIR):
            how = "one prime only" if lot.kind == SINGLE else "two primes of one owner"
            market.plant("no-competition-in-area", how, **where)
            market.plant("market-concentration", how, **where)
        elif lot.kind == MAJORITY:
            market.plant("market-concentration", "two of three primes have one owner", **where)
    whole = sum(head.deal.annual_pence for head in market.heads)
    for pair in market.pairs:
        part = sum(head.deal.annual_pence for head in market.heads if head.prime in pair) / whole
        if part >= LARGE_PART:
            how = f"owns two primes with {part:.0%} of the yearly value of all head contracts"
            market.plant("failure-cascade", how, org_id=market.owner[pair[0]])


def _choose_primes(market: Market) -> None:
    """Pick the primes that pick and choose, write nothing down, or pay late, each in one way only."""
    paired = {prime for pair in market.pairs for prime in pair}
    heads = {
        p: sum(h.prime == p and h.lot.programme is PROGRAMMES[0] for h in market.heads) for p in market.primes
    }
    # Those with most contracts, so that there is enough to see; ties by id.
    busiest = sorted((p for p in market.primes if p not in paired and heads[p]), key=lambda p: (-heads[p], p))
    many, few = market.size.prime_plants, market.size.prime_plants // 2
    market.skewed = set(busiest[:many])
    market.careless = set(busiest[many : many + few])
    # Late payers, the other way about: everything that they buy is a finding.
    market.late_payers = set(busiest[-few:])
    market.batching = set(busiest[many + few : many + 2 * few]) - market.late_payers
