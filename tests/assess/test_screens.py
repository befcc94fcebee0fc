"""The screens of bids: golden values, what they do not depend on, where they do not exist; ranks summed exactly."""

from __future__ import annotations

import math
from itertools import combinations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from chaingraph.assess.bid_screens import FAMILIES
from chaingraph.assess.ranksum import EXACT, LEVELS, Ranks, agreement_p, rank_sum_p
from chaingraph.assess.screens import DIRECTION, SCREENS, screens

GOLDEN = {
    "cv": 0.040829,
    "spd": 0.11,
    "diffp": 0.08,
    "rd": 6.196773,
    "rdnor": 2.909091,
    "altrd": 8,
    "skewness": -1.882335,
    "kurtosis": 3.768423,
    "ks": 0.393939,
}
PRICES = st.lists(st.integers(1_000, 9_000), min_size=4, max_size=9, unique=True)


def test_golden_values() -> None:
    assert screens([100, 108, 109, 110, 111]) == pytest.approx(GOLDEN, abs=5e-7)
    assert tuple(GOLDEN) == SCREENS


def test_textbook_forms() -> None:
    bids = [812.0, 790.5, 901.25, 856.0, 840.0, 999.0]
    found = screens(bids)
    assert found["cv"] == pytest.approx(float(stats.variation(bids, ddof=1)))
    assert found["skewness"] == pytest.approx(float(stats.skew(bids, bias=False)))
    assert found["kurtosis"] == pytest.approx(float(stats.kurtosis(bids, bias=False)))
    assert found["rd"] == pytest.approx((812 - 790.5) / float(np.std(sorted(bids)[1:], ddof=1)))


@given(PRICES, st.randoms(), st.integers(2, 1_000_000))
def test_neither_order_nor_currency_matters(prices: list[int], random: object, rate: int) -> None:
    shuffled = list(prices)
    random.shuffle(shuffled)  # type: ignore[attr-defined]
    assert screens([rate * price for price in shuffled]) == pytest.approx(screens(prices), rel=1e-9, abs=1e-9)


@given(PRICES, st.integers(1, 1_000))
def test_a_cost_that_all_bear_changes_only_what_is_measured_against_the_price(
    prices: list[int], cost: int
) -> None:
    before, after = screens(prices), screens([price + cost for price in prices])
    for screen in set(SCREENS) - {"cv", "spd", "diffp"}:
        assert after[screen] == pytest.approx(before[screen], rel=1e-6, abs=1e-9)
    for screen in ("cv", "spd", "diffp"):
        assert (after[screen] or 0) < (before[screen] or 0)


@pytest.mark.parametrize(
    ("prices", "there"),
    [
        ([], set()),
        ([5], set()),
        ([0, 0, 0], set()),
        ([5, 5, 5], {"cv", "spd", "diffp"}),
        ([5, 6], {"cv", "spd", "diffp", "ks"}),
        ([5, 6, 8], set(SCREENS) - {"kurtosis"}),
        ([0, 6, 8, 9], set(SCREENS) - {"spd", "diffp"}),
    ],
)
def test_a_screen_that_does_not_exist_is_none(prices: list[float], there: set[str]) -> None:
    assert {name for name, value in screens(prices).items() if value is not None} == there


def test_losing_bids_that_are_all_equal_stand_infinitely_far_off() -> None:
    found = screens([5, 7, 7])
    assert (found["rd"], found["altrd"], found["rdnor"]) == (math.inf, math.inf, 2)
    assert screens([5, 5, 7])["rd"] == 0


def test_prices_far_above_what_they_differ_by_lose_no_digits() -> None:
    near, far = screens([1, 3, 4, 9]), screens([10**12 + bid for bid in (1, 3, 4, 9)])
    assert far["skewness"] == pytest.approx(near["skewness"])
    assert far["kurtosis"] == pytest.approx(near["kurtosis"])


def test_a_family_holds_what_points_one_way() -> None:
    judged = [screen for members in FAMILIES.values() for screen in members]
    assert sorted(judged) == sorted(screen for screen in SCREENS if DIRECTION[screen])


def test_a_fixed_cut_accuses_the_honest() -> None:
    """CV below 0.06 and RD above 1: every fourth honest tender of three bids, if their costs differ by 8 %."""
    generator = np.random.default_rng(20080228)
    found = [screens(generator.normal(1, 0.08, size=3).tolist()) for _ in range(2_000)]
    called = sum((one["cv"] or 1) < 0.06 and (one["rd"] or 0) > 1 for one in found)
    assert called / len(found) == pytest.approx(0.25, abs=0.03)


VALUES = st.lists(st.floats(-5, 5, allow_nan=False), min_size=4, max_size=7)


@given(VALUES, st.integers(1, 3), st.randoms(use_true_random=False))
def test_one_stratum_counts_every_choice(values: list[float], many: int, random: object) -> None:
    ranks = Ranks(values)
    chosen = random.sample(range(len(values)), many)  # type: ignore[attr-defined]
    sums = [int(ranks.scores[list(one)].sum()) for one in combinations(range(len(values)), many)]
    seen = int(ranks.scores[chosen].sum())
    assert rank_sum_p([(ranks, chosen)]) == pytest.approx(sum(one >= seen for one in sums) / len(sums))


def test_it_is_wilcoxons_test_where_there_are_no_ties() -> None:
    values = np.random.default_rng(7).normal(size=14)  # 15 divides LEVELS: the ranks keep their distances
    assert LEVELS % 15 == 0
    for chosen in ([1, 4, 6], [0, 2, 3, 9, 13], [5]):
        rest = np.delete(values, chosen)
        wanted = stats.mannwhitneyu(values[chosen], rest, alternative="greater", method="exact").pvalue
        assert rank_sum_p([(Ranks(values.tolist()), chosen)]) == pytest.approx(wanted)


def test_strata_are_convolved_and_silent_ones_left_out() -> None:
    ranks = Ranks([1, 2, 3, 4])
    assert rank_sum_p([(ranks, [3])]) == pytest.approx(1 / 4)
    assert rank_sum_p([(ranks, [3]), (Ranks([9, 8, 7]), [0])]) == pytest.approx(1 / 12)
    assert rank_sum_p([(ranks, [3]), (Ranks([5, 6]), [0, 1]), (Ranks([5, 6]), [])]) == pytest.approx(1 / 4)
    assert rank_sum_p([(Ranks([5, 6]), [0, 1])]) == rank_sum_p([]) == 1.0
    assert rank_sum_p([(Ranks([5, 5, 5]), [0])]) == pytest.approx(1.0)


def test_many_chosen_are_near_enough_normal() -> None:
    values = np.random.default_rng(11).normal(size=120)
    chosen = list(np.argsort(values + np.random.default_rng(12).normal(scale=3, size=120))[-(EXACT + 5) :])
    wanted = stats.mannwhitneyu(
        values[chosen], np.delete(values, chosen), alternative="greater", method="asymptotic"
    ).pvalue
    # Scipy's correction for continuity is half a rank, ours half a step of the finer grid that ranks are kept on.
    assert rank_sum_p([(Ranks(values.tolist()), chosen)]) == pytest.approx(wanted, rel=0.05)
    assert rank_sum_p([(Ranks([5.0] * 80), list(range(40)))]) == 1.0


def test_one_p_alone_never_agrees() -> None:
    assert agreement_p([1e-12, 0.4, 0.9], 2) == pytest.approx(0.8)
    assert agreement_p([0.01, 0.02, 0.9], 2) == pytest.approx(0.04)
    assert agreement_p([0.01, 0.02, 0.03], 3) == pytest.approx(0.03)
    assert agreement_p([0.01, 0.5, 0.6], 1) == pytest.approx(0.03)
    assert agreement_p([0.01], 2) == agreement_p([], 1) == 1.0
