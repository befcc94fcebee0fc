"""Single-homing: golden values, invariance, each partner's own habit, and the pooled test as the thing that fails."""

from __future__ import annotations

import random
from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from chaingraph.assess import ASSESSMENTS, Assessment, Unit
from chaingraph.assess.exact import mid_p, upper_p
from chaingraph.assess.homing import loyalty_p

PARAMETERS = {"min_partners": 5, "p_max": 0.01, "q_max": 0.05}
Row = dict[str, Any]


def talk(org: str, lot: str, sub: str, **changed: Any) -> Row:
    return {
        "org_id": org,
        "org_name": f"The {org}",
        "owner_id": org,
        "lot_id": lot,
        "sub_id": sub,
        "rivals": 1,
        "listed": True,
        "still_open": False,
        "offered": False,
        **changed,
    }


def assess(rows: list[Row], **changed: Any) -> Assessment:
    return ASSESSMENTS["single_homing"](pd.DataFrame(rows), {**PARAMETERS, **changed})


def unit(result: Assessment, org: str, lot: str) -> Unit:
    (found,) = [one for one in result.units if one.identity == {"org_id": org, "lot_id": lot}]
    return found


def pressed(partners: int = 5, others: int = 2, **changed: Any) -> list[Row]:
    """Partners that talk with A alone in lot 0, and with B and C in each of the others."""
    subs = [f"S{n}" for n in range(partners)]
    alone = [talk("A", "0", sub, **changed) for sub in subs]
    return alone + [talk(p, str(lot), sub) for lot in range(1, others + 1) for p in "BC" for sub in subs]


def test_one_draw_from_each_habit() -> None:
    assert loyalty_p([True] * 5, [(0, 4)] * 5) == pytest.approx(5**-5)
    assert loyalty_p([False] * 5, [(0, 4)] * 5) == 1.0
    # Two partners, single here with probability 1/2 and 1/4: at least one of them.
    assert loyalty_p([True, False], [(0, 1), (1, 3)]) == pytest.approx(1 - 1 / 2 * 3 / 4)


@given(st.integers(0, 8), st.integers(0, 8), st.integers(0, 12), st.integers(0, 12))
def test_one_stratum_is_fishers_exact_test(a: int, b: int, c: int, d: int) -> None:
    tables = [np.array([n]) for n in (a, b, c, d)]
    reference = stats.fisher_exact([[a, b], [c, d]], alternative="greater").pvalue
    assert upper_p(*tables) == pytest.approx(reference)
    assert upper_p(*tables) >= mid_p(*tables)


def test_the_pattern_is_found_with_its_numbers() -> None:
    found = unit(assess(pressed()), "A", "0")
    assert found.outcome == "flagged"
    assert found.records == 5
    assert found.values["single"] == found.values["partners"] == 5
    assert found.values["habit_share"] == 0
    assert found.values["lots_elsewhere"] == 10
    assert found.values["expected"] == pytest.approx(1)  # one talk in five alone, that one
    assert found.statistics is not None
    assert found.statistics.p == pytest.approx(5**-5)
    assert found.statistics.q == pytest.approx(5 * 5**-5)  # five primes and lots were tested
    assert found.statistics.effect == 1.0


def test_many_tests_share_one_false_discovery_rate() -> None:
    """The same five partners in a market of forty more lots that show nothing."""
    quiet = [
        talk(p, f"{kind}{lot}", f"Q{lot}-{n}")
        for kind in "qr"
        for lot in range(20)
        for p in "BC"
        for n in range(5)
    ]
    found = unit(assess(pressed(others=1) + quiet), "A", "0")
    assert found.statistics is not None
    assert found.statistics.p == pytest.approx(3**-5)
    assert found.statistics.q == pytest.approx(83 * 3**-5)
    assert found.outcome == "passed"


@pytest.mark.parametrize(
    ("changed", "outcome", "reason"),
    [
        ({"listed": False}, "excluded", "prime not on the short list"),
        ({"listed": None}, "flagged", ""),
        ({"still_open": True}, "excluded", "competition still open"),
        ({"still_open": None}, "not_assessable", "end of the competition unknown"),
        ({"rivals": 0}, "excluded", "no rival in the lot"),
        ({"offered": True}, "excluded", "too few partners with talks elsewhere"),
    ],
)
def test_what_is_not_judged(changed: Row, outcome: str, reason: str) -> None:
    found = unit(assess(pressed(**changed)), "A", "0")
    assert (found.outcome, found.reason) == (outcome, reason)


def test_lots_without_a_choice_show_no_habit() -> None:
    """Talks with the only bidder of another lot are no loyalty, so they neither excuse nor accuse."""
    lonely = [talk("D", f"x{lot}", f"S{n}", rivals=0) for lot in range(6) for n in range(5)]
    found = unit(assess(pressed() + lonely), "A", "0")
    assert found.values["lots_elsewhere"] == 10
    assert found.outcome == "flagged"


def loyal(partners: int) -> list[Row]:
    """Partners loyal to A in both their lots, and one that talks with everybody in thirty."""
    rows = [talk("A", str(lot), f"S{n}") for lot in (0, 1) for n in range(partners)]
    return rows + [talk(p, str(lot), "busy") for lot in range(30) for p in "ABC"]


def test_the_pooled_test_accuses_the_loyal_and_ours_does_not() -> None:
    found = unit(assess(loyal(6)), "A", "0")
    pooled = stats.hypergeom.sf(5, 12 + 90, 12, 7)  # six of seven alone, as are twelve of 102 talks
    assert pooled < 0.01
    assert found.statistics is not None
    assert found.statistics.p == pytest.approx(1.0)
    assert found.outcome == "passed"


rows_ = st.lists(
    st.builds(
        talk,
        st.sampled_from("ABC"),
        st.sampled_from("012345"),
        st.sampled_from([f"S{n}" for n in range(6)]),
        rivals=st.integers(0, 2),
        listed=st.sampled_from([True, True, None, False]),
        still_open=st.sampled_from([False, False, False, None, True]),
        offered=st.booleans(),
    ),
    min_size=1,
    max_size=60,
)


@settings(max_examples=60)
@given(rows_, st.randoms(use_true_random=False))
def test_order_and_names_leave_no_trace(rows: list[Row], chance: random.Random) -> None:
    # One place on the list a prime and lot, as the query gives it.
    place = {(row["org_id"], row["lot_id"]): row["listed"] for row in rows}
    rows = [{**row, "listed": place[row["org_id"], row["lot_id"]]} for row in rows]
    before = assess(rows, min_partners=2)
    mixed = rows[:]
    chance.shuffle(mixed)
    assert assess(mixed, min_partners=2) == before
    renamed = [
        {**row, "sub_id": f"z{9 - int(row['sub_id'][1])}", "lot_id": f"l{5 - int(row['lot_id'])}"}
        for row in rows
    ]
    after = assess(renamed, min_partners=2)
    told = {
        (u.identity["org_id"], u.identity["lot_id"]): (u.outcome, u.reason, u.statistics) for u in after.units
    }
    for one in before.units:
        outcome, reason, statistics = told[one.identity["org_id"], f"l{5 - int(one.identity['lot_id'])}"]
        assert (outcome, reason) == (one.outcome, one.reason)
        if one.statistics is not None:
            assert statistics is not None
            assert statistics.p == pytest.approx(one.statistics.p)
    assert sum(one.records for one in before.units) == len(rows)


def test_a_fair_market_is_seldom_accused() -> None:
    """Partners that pick bidders at random, each with a will of its own: exact, so under its level."""
    rng = np.random.default_rng(20080228)
    tested = called = 0
    for _ in range(40):
        will = rng.uniform(0.1, 0.8, 30)
        rows = [
            talk(p, str(lot), f"S{n}")
            for lot in range(8)
            for p in "ABCD"
            for n in range(30)
            if rng.random() < will[n]
        ]
        for one in assess(rows, q_max=1).units:
            if one.statistics is not None:
                tested += 1
                called += one.outcome == "flagged"
    assert tested > 1000
    assert called / tested <= 0.01
