"""Promised volumes: most are kept once the market's own fall is reckoned in, a few are not."""

from __future__ import annotations

import numpy as np

from chaingraph.demo.referrals import YEARS, Counts
from chaingraph.demo.state import AS_OF_DAY, PROGRAMMES, WINDOW_DAY, Deal, Head, Market

# Enough to judge: what is expected is at least this, and six times what came.
LEAST_EXPECTED, SHORTFALL = 60.0, 6.0


def make_promises(market: Market, counts: Counts) -> None:
    """Write ``commitments`` of the older programme, from the referrals that were made."""
    rng = market.rng("promises")
    lots = {lot.lot_id: place for place, lot in enumerate(market.lots)}
    factors = rng.uniform(0.95, 1.7, (len(market.lots), 2))
    for head in market.heads:
        if head.lot.programme is not PROGRAMMES[0]:
            continue
        place = lots[head.lot.lot_id]
        for deal in head.chain[1:]:
            if deal.inferred or deal.tier > 2 or deal.starts > WINDOW_DAY:
                continue
            year = 1 if deal.starved else int(rng.integers(2))
            actual = float(counts.by_lot[place, year])
            forecast = float(np.ceil(actual * factors[place, year]))
            received = float(counts.by_deal[deal.number, year])
            if deal.starved:
                expected = max(LEAST_EXPECTED, SHORTFALL * received)
            elif received < 5 or rng.random() < 0.4:
                continue
            else:
                expected = received * float(rng.uniform(0.9, 1.1))
            quantity = float(np.ceil(expected * forecast / actual))
            # What is guaranteed does not shrink with the market, so it was promised with care.
            guaranteed = not deal.starved and bool(rng.random() < 0.1)
            if guaranteed:
                quantity = float(np.floor(0.9 * received))
            _promise(market, head, deal, year, quantity, guaranteed, forecast, actual)


def _promise(
    market: Market,
    head: Head,
    deal: Deal,
    year: int,
    quantity: float,
    guaranteed: bool,
    forecast: float,
    actual: float,
) -> None:
    commitment_id = market.id("commitments", "PR")
    market.add(
        "commitments",
        commitment_id=commitment_id,
        contract_id=deal.contract_id,
        by_org_id=head.prime,
        to_org_id=deal.supplier_id,
        kind="volume",
        quantity=quantity,
        starts_on=YEARS[year],
        ends_on=min(YEARS[year + 1] - 1, AS_OF_DAY),
        guaranteed=guaranteed,
        forecast_market_volume=int(forecast),
        actual_market_volume=int(actual),
        document_ref=f"promises/{commitment_id}",
    )
    if deal.starved:
        received = "no" if deal.number % 2 else "few"
        market.plant("promised-volume-unmet", f"{received} referrals came", commitment_id=commitment_id)


def break_guarantees(market: Market) -> None:
    """Guarantees of more than came; where none was given, a kept promise is called one."""
    broken = {one.identity["commitment_id"] for one in market.planted if "commitment_id" in one.identity}
    kept = [row for row in market.rows["commitments"] if row["commitment_id"] not in broken]
    kept.sort(key=lambda row: (not row["guaranteed"], row["commitment_id"]))
    for row in kept[: market.size.plants]:
        row |= {"guaranteed": True, "quantity": 3 * row["quantity"] + 10}
        note = "three times what came was guaranteed"
        market.plant("guarantee-missed", note, commitment_id=row["commitment_id"])
