"""Short courses, let one lot after the other: most bids are honest, a ring settles some, and in one area winners take turns."""

from __future__ import annotations

import numpy as np

from chaingraph.demo.chance import Floats, day
from chaingraph.demo.conduct import attest
from chaingraph.demo.state import Area, Market

PROGRAMME = "Short Courses"
# The Procurement Act 2023 governs what commenced from that day on.
ACT_DAY = day("2025-02-24")
FIRST_AWARD_DAY, APART_DAYS = day("2022-06-06"), 91
AREAS, BIDS = 8, 4
# Awards in the area in which three take turns, in one in which chance decides, and in each of the rest, of which the ring has one.
IN_TURN, IN_NO_ORDER, USUAL = 12, 10, 4
ROTATING, HONEST = 3, 20
# How far honest bids for one lot differ: the deviation of the logarithm of a bid (as in the calibration).
SPREAD = 0.08
GAP, COVER_SPREAD = (0.04, 0.06), 0.005
COST_PENCE = (15_000_000, 90_000_000)


def make_courses(market: Market) -> None:
    """Add lots and bids of a programme of small contracts, each let on its own, whose bidders deliver elsewhere in the market."""
    rng = market.rng("courses")
    # Whoever belongs to nobody, and never did, so that no two bidders are one.
    held = {row[end] for row in market.rows["ownership"] for end in ("owner_id", "owned_id")}
    free = [sub for sub in market.subs if sub not in held]
    bidders = [free[int(place)] for place in rng.permutation(len(free))]
    in_turn, ring = bidders[:ROTATING], bidders[ROTATING : ROTATING + BIDS]
    honest = bidders[ROTATING + BIDS : ROTATING + BIDS + HONEST]
    let: list[str] = []
    for place, area in enumerate(market.areas[:AREAS]):
        lots = {0: IN_TURN, 1: IN_NO_ORDER}.get(place, USUAL)
        for number in range(lots):
            rigged = lots == USUAL and number == 1
            prices = _rigged(rng) if rigged else _honest(rng)
            if place == 0:
                whose = [in_turn[(number + turn) % ROTATING] for turn in range(ROTATING)]
                others = [str(rng.choice(honest))]
            else:
                whose, others = [], list(rng.permutation(ring if rigged else honest)[:BIDS])
            lot_id = _let(market, rng, area, number, [*whose, *others], np.sort(prices))
            let.append(lot_id)
            if rigged:
                how = "four who met elsewhere: one below three that lie within half a per cent"
                market.plant("bid-screens", how, lot_id=lot_id)
    attest(market, "courses documents", {"lot": let})
    where = {"programme": PROGRAMME, "area_id": market.areas[0].area_id}
    market.plant("bid-rotation", f"{ROTATING} win {IN_TURN} awards in turn", **where)


def _honest(rng: np.random.Generator) -> Floats:
    return np.asarray(rng.integers(*COST_PENCE) * rng.lognormal(0, SPREAD, BIDS))


def _rigged(rng: np.random.Generator) -> Floats:
    covers = (1 + rng.uniform(*GAP)) * (1 + rng.uniform(0, COVER_SPREAD, BIDS - 1))
    return np.asarray(rng.integers(*COST_PENCE) * np.append(1.0, covers))


def _let(
    market: Market, rng: np.random.Generator, area: Area, number: int, bidders: list[str], prices: Floats
) -> str:
    """Add a lot and its bids, the first bidder's the lowest, which wins; returns the lot's id."""
    awarded = FIRST_AWARD_DAY + number * APART_DAYS + int(rng.integers(0, 30))
    due = awarded - int(rng.integers(30, 60))
    commenced = due - int(rng.integers(100, 120))
    lot_id = f"LOT-SC-{area.number:02d}-{number + 1:02d}"
    market.add(
        "lots",
        lot_id=lot_id,
        process_id=f"PROC-{lot_id[4:]}",
        programme=PROGRAMME,
        area_id=area.area_id,
        regime="pa2023" if commenced >= ACT_DAY else "pcr2015",
        market_event_on=commenced - int(rng.integers(30, 60)),
        commenced_on=commenced,
        shortlisted_on=due - 30,
        bids_due_on=due,
        awarded_on=awarded,
        estimated_annual_gbp=int(np.median(prices)) // 100_000 * 100_000,
    )
    for place, (bidder, price) in enumerate(zip(bidders, prices, strict=True)):
        market.add(
            "bids",
            bid_id=market.id("bids", "BID"),
            lot_id=lot_id,
            org_id=bidder,
            price_gbp=int(price),
            shortlisted=True,
            status="losing" if place else "winning",
            submitted_on=due - int(rng.integers(0, 6)),
            tupe_statement="does_not_apply",
            non_tupe_terms=False,
            tupe_cost_treatment="counted",
        )
    return lot_id
