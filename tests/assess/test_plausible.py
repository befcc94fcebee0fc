"""The most that history lets a bid promise: by hand, by its limits, and whatever the order."""

from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from chaingraph.assess.plausible import predictive_bound


def test_by_hand() -> None:
    # Rates 0.2 and 0.4 of 100 each: p 0.3, variance between 2 x 0.01 = 0.02, of counting 0.0021; rho (0.02-0.0021)/0.21.
    p, bound = predictive_bound([20, 40], [100, 100], 0.95)
    size = 0.21 / (0.02 - 0.0021) - 1
    assert p == pytest.approx(0.3)
    assert bound == pytest.approx(float(stats.beta.ppf(0.95, 0.3 * size, 0.7 * size)))


def test_equal_rates_leave_the_uncertainty_of_counting_alone() -> None:
    p, bound = predictive_bound([250] * 4, [1000] * 4, 0.95)
    assert p == 0.25
    assert bound == pytest.approx(0.25 + 1.645 * math.sqrt(0.25 * 0.75 / 4000), abs=0.001)


@pytest.mark.parametrize("sizes", [[], [10], [10, 0]])
def test_too_little_is_refused(sizes: list[int]) -> None:
    with pytest.raises(ValueError, match="two contracts"):
        predictive_bound([0 for _ in sizes], sizes, 0.95)


def test_nobody_so_far_is_not_nobody_ever() -> None:
    """0 of 30: the rate that Jeffreys' prior leaves in the middle, half of one in thirty-one."""
    p, bound = predictive_bound([0, 0], [10, 20], 0.95)
    assert p == pytest.approx(0.5 / 31)
    assert 0.03 < bound < 0.12
    p, bound = predictive_bound([10, 20], [10, 20], 0.95)
    assert p == pytest.approx(30.5 / 31)
    assert p < bound <= 1


def test_of_one_contract_how_they_vary_is_said_and_not_seen() -> None:
    """Beta with mean 0.27 and correlation 0.02: standard deviation √(0.27 · 0.73 · 0.02) = 0.063."""
    p, bound = predictive_bound([54], [200], 0.95, 0.02)
    assert p == 0.27
    assert bound == pytest.approx(stats.beta.ppf(0.95, 0.27 * 49, 0.73 * 49))
    assert 0.37 < bound < 0.39


contracts = st.lists(st.tuples(st.integers(1, 500), st.floats(0, 1)), min_size=2, max_size=8)


@given(contracts, st.randoms(use_true_random=False))
def test_order_leaves_no_trace_and_the_bound_lies_above_the_rate(
    drawn: list[tuple[int, float]], random: object
) -> None:
    sizes = [n for n, _ in drawn]
    successes = [round(n * share) for n, share in drawn]
    p, bound = predictive_bound(successes, sizes, 0.95)
    back = predictive_bound(successes[::-1], sizes[::-1], 0.95)
    assert back == pytest.approx((p, bound), rel=1e-9)
    assert 0 <= bound <= 1
    if 0.02 < p < 0.5:  # where the distribution is not all at one end
        assert bound >= p * 0.999 or bound > p - 0.05
