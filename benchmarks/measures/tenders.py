"""Bids: screens beside a market's own benchmark and beside a fixed cut, turns of winning, whom partners talk with."""

from __future__ import annotations

import numpy as np

from benchmarks import bid_markets
from benchmarks.measure import ONE_IN_TWENTY, Counts, Measure, each_market, flagged, judged
from chaingraph.assess.homing import loyalty_p
from chaingraph.assess.screens import screens

SCREENS, TURNS = "Bid screens (`bid-screens`)", "Turns of winning (`bid-rotation`)"
TALKS = "Partners that talk with one bidder (`exclusivity-pattern`)"
LOTS, RIGGED = 60, 12
CV_BELOW, RD_ABOVE = 0.06, 1.0


def any_honest_lot(rng: np.random.Generator) -> bool:
    """A trial is a market of honest tenders; the event, that some lot is flagged."""
    return bool(flagged(judged("bid-screens", bid_markets.honest_bids(rng, lots=LOTS))).any())


def honest_by_fixed_cut(rng: np.random.Generator) -> Counts:
    """A trial is an honest tender of three bids; the event, CV under 0.06 and RD over 1."""
    found = []
    for _ in range(LOTS):
        made = screens(np.exp(rng.normal(0, bid_markets.SPREAD, 3)).tolist())
        cv, rd = made["cv"], made["rd"]
        found.append(cv is not None and rd is not None and cv < CV_BELOW and rd > RD_ABOVE)
    return np.array(found, dtype=float)


def rigged_found(rng: np.random.Generator) -> Counts:
    """A trial is a rigged lot among honest ones; the event, that it is flagged."""
    honest = bid_markets.honest_bids(rng, lots=LOTS)
    units = judged("bid-screens", bid_markets.with_a_cartel(rng, honest, lots=RIGGED))
    return flagged([unit for unit in units if str(unit.identity["lot_id"]).startswith("rigged")]).astype(
        float
    )


AREAS, AWARDS = 10, 9


def any_turns(rng: np.random.Generator) -> bool:
    """A trial is a market in which the lots' winners are drawn; the event, that some area is flagged."""
    return bool(flagged(judged("bid-rotation", bid_markets.awards(rng, areas=AREAS, each=AWARDS))).any())


def turns_found(rng: np.random.Generator) -> Counts:
    """A trial is an area in which three take turns, but for one award in ten; the event, that it is flagged."""
    rows = bid_markets.awards(rng, areas=AREAS, each=2 * AWARDS, rotating=3)
    units = judged("bid-rotation", rows)
    return flagged([unit for unit in units if str(unit.identity["area_id"]) < "A003"]).astype(float)


def loyal_called(rng: np.random.Generator) -> Counts:
    """A trial is a bidder whose eight partners keep to their habits; the event, p below 0.05."""
    lots = rng.integers(3, 15, 8)
    alone = rng.binomial(lots, rng.uniform(0.1, 0.9, 8))
    here = rng.random(8) < alone / lots
    return np.array([loyalty_p(here.tolist(), list(zip(alone.tolist(), lots.tolist(), strict=True))) <= 0.05])


MEASURES: tuple[Measure, ...] = (
    Measure(
        SCREENS,
        "any lot of an honest market flagged (60 lots, 12 bidders)",
        each_market(any_honest_lot),
        ONE_IN_TWENTY,
        0.3,
    ),
    Measure(
        SCREENS,
        "an honest tender of three bids by CV < 0.06 and RD > 1",
        each_market(honest_by_fixed_cut),
        None,
        0.05,
        plain=True,
    ),
    Measure(SCREENS, "a rigged lot flagged, 12 among 60 honest ones", each_market(rigged_found), None, 0.1),
    Measure(
        TURNS,
        "any area of an honest market flagged (10 areas, 9 awards)",
        each_market(any_turns),
        ONE_IN_TWENTY,
        0.3,
    ),
    Measure(
        TURNS,
        "an area flagged in which three take turns, 18 awards",
        each_market(turns_found),
        (0.8, 1),
        0.05,
    ),
    Measure(TALKS, "size where partners keep to their habits", each_market(loyal_called), ONE_IN_TWENTY, 1.0),
)
