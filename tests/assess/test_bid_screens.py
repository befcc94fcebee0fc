"""Lots that look arranged where the same two met: found with their numbers, not where one screen alone speaks."""

from __future__ import annotations

import random
from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from benchmarks.bid_markets import CARTEL, honest_bids, with_a_cartel
from chaingraph.assess import ASSESSMENTS, Assessment, Unit
from chaingraph.assess.meetings import SHOWN, co_bidding, meeting_p, meetings

PARAMETERS = {
    "min_bids": 3,
    "min_lots": 3,
    "min_screens": 2,
    "min_benchmark_lots": 5,
    "tail_share": 0.25,
    "q_max": 0.05,
}


def assess(rows: pd.DataFrame, **changed: Any) -> Assessment:
    return ASSESSMENTS["bid_screens"](rows, {**PARAMETERS, **changed})


def flagged(result: Assessment) -> set[str]:
    return {str(unit.identity["lot_id"]) for unit in result.units if unit.outcome == "flagged"}


def market(seed: int, cartel_lots: int = 8, lots: int = 50) -> pd.DataFrame:
    rows = honest_bids(np.random.default_rng(seed), lots=lots)
    return with_a_cartel(np.random.default_rng(seed + 1), rows, lots=cartel_lots) if cartel_lots else rows


def rigged(rows: pd.DataFrame) -> set[str]:
    return {lot for lot in rows["lot_id"] if lot.startswith("rigged")}


def test_the_cartels_lots_are_found_and_no_others() -> None:
    rows = market(1)
    found = assess(rows)
    assert rigged(rows) <= flagged(found)
    # What else is flagged are lots in which two of the cartel met, too: they are looked at, pair by pair.
    members = {f"B{number:02d}" for number in range(CARTEL)}
    for lot in flagged(found) - rigged(rows):
        assert len(members & set(rows[rows["lot_id"] == lot]["bidder_id"])) >= 2
    assert len(flagged(found) - rigged(rows)) <= 2
    unit = next(unit for unit in found.units if unit.identity["lot_id"] == "rigged 000")
    assert unit.statistics and unit.statistics.q is not None and unit.statistics.q <= 0.05
    assert unit.statistics.effect == unit.values["wider_share"] > 0.5
    assert {"spread", "gap"} <= set(unit.values["agreeing"])
    assert [row["screen"] for row in unit.values["screens"]][:2] == ["cv", "spd"]


def test_a_clean_market_is_left_alone() -> None:
    assert all(not flagged(assess(market(seed, cartel_lots=0))) for seed in range(5))


def test_close_bids_alone_are_no_agreement() -> None:
    """A pair that meets where everybody's costs are alike: the spread is low, nothing else is odd."""
    rows = honest_bids(np.random.default_rng(5), lots=60, alike=("B00", "B01"))
    tested = [unit for unit in assess(rows).units if unit.values.get("pair") == ["B00", "B01"]]
    assert tested and not flagged(assess(rows))
    spread = next(row["p"] for row in tested[0].values["screens"] if row["screen"] == "cv")
    assert spread < 0.001
    assert flagged(assess(rows, min_screens=1))


def test_who_bid_in_every_lot_has_no_benchmark() -> None:
    rows = market(3)
    everywhere = rows.drop_duplicates("lot_id").assign(bidder_id="Z", bidder="Z", price_pence=150_000)
    more = pd.concat([rows, everywhere, everywhere.assign(bidder_id="Y", bidder="Y", price_pence=151_000)])
    pairs = [unit.values["pair"] for unit in assess(more).units if "pair" in unit.values]
    assert pairs and ["Y", "Z"] not in pairs


@settings(max_examples=8)
@given(st.randoms(use_true_random=False))
def test_neither_order_nor_names_matter(shuffle: random.Random) -> None:
    rows = market(3, lots=24)
    names = sorted(set(rows["bidder_id"]))
    new = dict(zip(names, shuffle.sample([f"N{i:03d}" for i in range(200)], len(names)), strict=True))
    other = rows.sample(frac=1, random_state=shuffle.randrange(2**31))
    other = other.assign(bidder_id=other["bidder_id"].map(new), bidder=other["bidder_id"].map(new))
    before, after = assess(rows), assess(other)
    assert [told(unit) for unit in before.units] == [told(unit) for unit in after.units]


def told(unit: Unit) -> tuple[Any, ...]:
    return unit.identity, unit.outcome, unit.reason, unit.statistics and unit.statistics.q


def test_prices_in_another_currency_are_judged_alike() -> None:
    rows = market(3)
    dearer = rows.assign(price_pence=3 * rows["price_pence"])
    assert [told(unit) for unit in assess(rows).units] == [told(unit) for unit in assess(dearer).units]


def test_programmes_are_their_own_benchmarks() -> None:
    rows = market(3)
    other = market(9, cartel_lots=0).assign(programme="another")
    other["lot_id"] = "other " + other["lot_id"]
    alone = {told(unit)[:2] == () or unit.values.get("benchmark_lots") for unit in assess(rows).units}
    both = assess(pd.concat([rows, other]))
    own = [unit for unit in both.units if not str(unit.identity["lot_id"]).startswith("other ")]
    assert {unit.values.get("benchmark_lots") for unit in own} == alone


def test_meetings_are_counted_pair_by_pair() -> None:
    lots = {"1": ["a", "b", "c"], "2": ["b", "a"], "3": ["a", "a"], "4": ["c", "b"]}
    assert meetings(lots) == {("a", "b"): ["1", "2"], ("a", "c"): ["1"], ("b", "c"): ["1", "4"]}
    assert meetings(lots, 2) == {("a", "b"): ["1", "2"], ("b", "c"): ["1", "4"]}


def test_chance_meetings_are_hypergeometric() -> None:
    assert meeting_p([(20, 6, 5, 4)]) == pytest.approx(float(stats.hypergeom.sf(3, 20, 6, 5)))
    assert meeting_p([(20, 6, 5, 0)]) == pytest.approx(1.0)
    # Two strata that each say "always": one chance in 6 times one in 4.
    assert meeting_p([(4, 2, 2, 2), (4, 1, 1, 1)]) == pytest.approx(1 / 24)


def test_pairs_that_meet_beyond_chance_come_first_with_what_was_to_be_expected() -> None:
    lots = {f"{n}": ("s", ["a", "b"] if n < 4 else ["c", f"d{n}"]) for n in range(20)}
    (first, *rest) = co_bidding(lots, {"a": "Alder Ltd"}, 3)
    assert first == {
        "a": "Alder Ltd",
        "b": "b",
        "lots_a": 4,
        "lots_b": 4,
        "together": 4,
        "expected": pytest.approx(0.8),
        "p": pytest.approx(1 / 4845),
        "q": pytest.approx(1 / 4845),
    }
    assert not rest
    crowd = {f"{n}": ("s", [f"x{i}" for i in range(9)]) for n in range(4)}
    assert len(co_bidding(crowd, {}, 3)) == SHOWN
