"""The trend down the chain: two tiers are Cochran-Mantel-Haenszel, more are statsmodels' and sums done by hand."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from statsmodels.stats.contingency_tables import Table

from chaingraph.assess import ASSESSMENTS, Assessment, Unit
from chaingraph.assess.depth import batches_p, count, permutation_p
from chaingraph.assess.strata import cmh_z, odds_ratio
from chaingraph.assess.trend import step_ratio, trend_score, trend_variance, trend_z
from tests.assess.skewed import BERKELEY, RABBITS, strata

TIERS = np.array([1.0, 2.0, 3.0])
PARAMETERS: dict[str, Any] = {
    "odds_ratio_min": 1.2,
    "q_max": 0.05,
    "min_customers": 200,
    "min_arm_customers": 30,
    "permutations": 1999,
    "seed": 20080228,
}
COLUMNS = ["org_id", "stratum", "batch_id", "tier", "is_hard", "customers"]


def frame(*rows: tuple[Any, ...]) -> pd.DataFrame:
    made = pd.DataFrame(rows, columns=COLUMNS).astype({"is_hard": object})
    return made.assign(org_name="The " + made["org_id"])


def tiers(org: str, *counts: tuple[int, int], stratum: str = "s") -> list[tuple[Any, ...]]:
    """(hard, others) at tier 1, 2, …"""
    return [
        (org, stratum, None, tier, hard, many)
        for tier, both in enumerate(counts, 1)
        for hard, many in zip((True, False), both, strict=True)
        if many
    ]


def assess(rows: pd.DataFrame, **changed: Any) -> Assessment:
    return ASSESSMENTS["depth_gradient"](rows, {**PARAMETERS, **changed})


def only(*rows: tuple[Any, ...], **changed: Any) -> Unit:
    (unit,) = assess(frame(*rows), **changed).units
    return unit


@pytest.mark.parametrize("tables", [BERKELEY, strata((8, 2, 4, 6), (3, 2, 5, 10))])
def test_with_two_tiers_it_is_cmh_and_its_odds_ratio(tables: Any) -> None:
    hits = np.stack([tables.c, tables.a], axis=1)
    alls = np.stack([tables.c + tables.d, tables.a + tables.b], axis=1)
    assert trend_z(hits, alls, TIERS[:2]) == pytest.approx(cmh_z(tables))
    ours, theirs = step_ratio(hits, alls, TIERS[:2], 2.0), odds_ratio(tables, 2.0)
    assert ours is not None and theirs is not None
    assert (ours.value, ours.low, ours.high, ours.lower_bound) == pytest.approx(
        (theirs.value, theirs.low, theirs.high, theirs.lower_bound)
    )


def test_rabbits_as_published() -> None:
    hits = np.stack([RABBITS.c, RABBITS.a], axis=1)
    alls = np.stack([RABBITS.c + RABBITS.d, RABBITS.a + RABBITS.b], axis=1)
    ratio = step_ratio(hits, alls, TIERS[:2])
    assert ratio is not None
    assert (ratio.value, ratio.low, ratio.high) == pytest.approx((7.0, 1.026713, 47.725133), rel=1e-6)


@given(st.lists(st.tuples(st.integers(0, 20), st.integers(0, 20)), min_size=3, max_size=3))
def test_one_stratum_is_the_ordinal_association_of_statsmodels(rows: list[tuple[int, int]]) -> None:
    table = np.array(rows)
    hits, alls = table[:, 0], table.sum(axis=1)
    z = trend_z(hits[None, :], alls[None, :], TIERS)
    assume(z is not None)
    assert z is not None
    theirs = Table(table[alls > 0], shift_zeros=False).test_ordinal_association(
        row_scores=TIERS[alls > 0], col_scores=np.array([1.0, 0.0])
    )
    assert z == pytest.approx(theirs.zscore, abs=1e-6)


def test_by_hand() -> None:
    """60/200, 40/100, 50/100 hard: 290 - 150·700/400 = 27.5; V = 37,500·110,000/63,840,000.

    The ratio solves 8600 - 5600θ + 2(7000 - 3000θ²) = 0.
    """
    hits, alls = np.array([[60, 40, 50]]), np.array([[200, 100, 100]])
    assert trend_score(hits, alls, TIERS).tolist() == [27.5]
    assert trend_variance(hits, alls, TIERS).tolist() == pytest.approx([37_500 * 110_000 / 63_840_000])
    ratio = step_ratio(hits, alls, TIERS)
    assert ratio is not None
    assert ratio.value == pytest.approx((-5600 + math.sqrt(5600**2 + 4 * 6000 * 22_600)) / 12_000)


def test_a_true_trend_is_found_exactly() -> None:
    """Odds 1, 2 and 4: every pair agrees on a ratio of 2 a tier; scores two apart make it its root."""
    hits, alls = np.array([[50, 100, 200], [10, 20, 40]]), np.array([[100, 150, 250], [20, 30, 50]])
    one, two = step_ratio(hits, alls, TIERS), step_ratio(hits, alls, 2 * TIERS)
    assert one is not None and two is not None
    assert (one.value, two.value) == pytest.approx((2.0, math.sqrt(2.0)))


@pytest.mark.parametrize(("strata_", "each"), [(4, 300), (60, 12), (300, 4)])
def test_intervals_hold_the_truth_in_few_large_and_in_many_small_strata(strata_: int, each: int) -> None:
    rng = np.random.default_rng(20080228)
    held = []
    for _ in range(300):
        base = rng.normal(-0.5, 1.0, strata_)[:, None]
        alls = rng.multinomial(each, (0.6, 0.3, 0.1), size=strata_)
        hits = rng.binomial(alls, 1 / (1 + np.exp(-(base + math.log(1.5) * TIERS))))
        ratio = step_ratio(hits, alls, TIERS)
        assert ratio is not None
        held.append(ratio.low <= 1.5 <= ratio.high)
    # 300 trials at 0.95: outside these bounds once in ten thousand.
    assert 0.90 <= np.mean(held) <= 0.99


def test_without_an_easy_customer_deeper_down_there_is_no_bound() -> None:
    assert step_ratio(np.array([[0, 5, 5]]), np.array([[5, 5, 5]]), TIERS) is None
    unit = only(*tiers("A", (0, 170), (15, 0), (15, 0)))
    assert unit.outcome == "flagged" and unit.statistics is not None
    assert (unit.statistics.effect, unit.statistics.low) == (None, None)


def test_the_permutation_is_the_exact_distribution() -> None:
    """Two hard of five, one at each tier of 3, 1, 1: the sum of scores is 2 + 3 = 5 in 1 of 10 deals, never above."""
    levels = count(frame(*tiers("A", (0, 3), (1, 0), (1, 0))))
    assert permutation_p(levels, 20_000, 1) == pytest.approx(0.1, abs=0.01)


def test_batches_change_places_whole() -> None:
    """Four batches of ten, one of them at tiers 2 and 3 each, the hard all there: 2 of 12 arrangements are as steep."""
    rows = [
        ("A", "s", f"b{i}", tier, hard, 10) for i, (tier, hard) in enumerate(((1, 0), (1, 0), (2, 1), (3, 1)))
    ]
    levels = count(frame(*[(*row[:4], bool(row[4]), row[5]) for row in rows]))
    assert len(levels.clusters) == 1
    assert batches_p(levels.clusters, 20_000, 1) == pytest.approx(2 / 12, abs=0.01)
    singly = count(frame(*[(*row[:2], None, row[3], bool(row[4]), row[5]) for row in rows]))
    assert levels.variance > singly.variance


def test_batches_of_one_are_customers_one_by_one() -> None:
    rows = tiers("A", (60, 140), (40, 60), (50, 50))
    batched = [
        (org, stratum, f"b{at}-{i}", tier, hard, 1)
        for at, (org, stratum, _, tier, hard, many) in enumerate(rows)
        for i in range(many)
    ]
    one, whole = only(*rows), only(*batched)
    assert one.statistics and whole.statistics
    assert count(frame(*batched)).variance == pytest.approx(count(frame(*rows)).variance)
    assert (whole.statistics.effect, whole.statistics.low) == pytest.approx(
        (one.statistics.effect, one.statistics.low)
    )
    assert whole.statistics.p == pytest.approx(1 / 2000, abs=0.002)


ROWS = st.lists(
    st.tuples(
        st.just("A"),
        st.sampled_from("stu"),
        st.sampled_from([None, "x", "y"]),
        st.integers(1, 3),
        st.booleans(),
        st.integers(1, 9),
    ),
    min_size=3,
    max_size=25,
)


@given(ROWS, st.randoms(use_true_random=False))
def test_order_names_and_splitting_leave_no_trace(rows: list[tuple[Any, ...]], random: Any) -> None:
    few = {"min_customers": 1, "min_arm_customers": 1, "permutations": 199}
    split = [(*row[:5], 1) for row in rows for _ in range(row[5])]
    shuffled = list(rows)
    random.shuffle(shuffled)
    other = frame(*shuffled).replace({"stratum": {"s": "z", "u": "a"}, "batch_id": {"x": "q"}})
    found = [assess(one, **few).units for one in (frame(*rows), frame(*split), other)]
    assert found[0] == found[1] == found[2]


def test_what_cannot_be_judged() -> None:
    reasons = {
        "no customer below the second tier": tiers("A", (100, 100), (100, 100)),
        "no stratum with customers at two tiers": [
            *tiers("A", (100, 100)),
            *tiers("A", (0, 0), (0, 0), (100, 100), stratum="t"),
        ],
        "customers of every comparable stratum are equally hard to help": tiers(
            "A", (200, 0), (50, 0), (50, 0)
        ),
        "difficulty, stratum or tier unknown of all customers": [("A", "s", None, 3, None, 300)],
    }
    for reason, rows in reasons.items():
        unit = only(*rows)
        assert (unit.outcome, unit.reason) == ("not_assessable", reason)


def test_cells_under_ten_are_not_told() -> None:
    unit = only(*tiers("A", (100, 200), (40, 60), (3, 4)))
    assert unit.values["tiers"][2] == {"tier": 3, "customers": None, "hard_share": None}
