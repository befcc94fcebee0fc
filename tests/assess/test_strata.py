"""Tables in strata against published examples, statsmodels and sums done by hand."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from scipy import stats
from statsmodels.stats.contingency_tables import StratifiedTable

from chaingraph.assess.strata import (
    Strata,
    cmh_z,
    heterogeneity_p,
    mantel_fleiss,
    odds_ratio,
    upper_p,
)
from tests.assess.skewed import BERKELEY, RABBITS, strata

TABLES = st.lists(st.tuples(*[st.integers(0, 40)] * 4), min_size=1, max_size=6)


def reference(tables: Strata) -> StratifiedTable:
    return StratifiedTable(np.array([[tables.a, tables.b], [tables.c, tables.d]], dtype=float))


@pytest.mark.parametrize(("tables", "statistic"), [(BERKELEY, 1.5246), (RABBITS, 5.6571)])
def test_cmh_of_published_examples(tables: Strata, statistic: float) -> None:
    """Figures as R's mantelhaen.test(correct = FALSE) gives them."""
    z = cmh_z(tables)
    assert z is not None
    assert z**2 == pytest.approx(statistic, abs=5e-5)


def test_cmh_by_hand() -> None:
    """E = 10·12/20 = 6 and 5·8/20 = 2; V = 10·10·12·8/(400·19) and 5·15·8·12/(400·19)."""
    z = cmh_z(strata((8, 2, 4, 6), (3, 2, 5, 10)))
    assert z == pytest.approx((8 - 6 + 3 - 2) / math.sqrt(9600 / 7600 + 7200 / 7600))
    assert z is not None
    assert upper_p(z) == pytest.approx(0.5 * math.erfc(z / math.sqrt(2)))


@given(TABLES)
def test_cmh_is_that_of_statsmodels(tables: list[tuple[int, int, int, int]]) -> None:
    made = strata(*tables).comparable()
    z = cmh_z(made)
    assume(z is not None)
    assert z is not None
    keep = made.n > 1
    expected = reference(Strata(made.a[keep], made.b[keep], made.c[keep], made.d[keep]))
    assert z**2 == pytest.approx(expected.test_null_odds(correction=False).statistic, abs=1e-9)


@pytest.mark.parametrize(
    ("tables", "value", "low", "high"),
    [(BERKELEY, 0.9046968, 0.7719074, 1.0603298), (RABBITS, 7.0, 1.026713, 47.725133)],
)
def test_odds_ratio_of_published_examples(tables: Strata, value: float, low: float, high: float) -> None:
    ratio = odds_ratio(tables)
    assert ratio is not None and not ratio.exact
    assert (ratio.value, ratio.low, ratio.high) == pytest.approx((value, low, high), rel=1e-6)


def test_the_one_sided_bound_lies_between_the_interval_and_the_ratio() -> None:
    ratio = odds_ratio(BERKELEY)
    assert ratio is not None
    error = (math.log(ratio.value) - math.log(ratio.low)) / 1.959963984540054
    assert ratio.lower_bound == pytest.approx(ratio.value * math.exp(-1.6448536269514722 * error))


def test_batches_widen_the_interval_and_leave_the_ratio() -> None:
    plain, wide = odds_ratio(BERKELEY), odds_ratio(BERKELEY, inflation=4.0)
    assert plain and wide
    assert wide.value == plain.value
    assert math.log(wide.value / wide.low) == pytest.approx(2 * math.log(plain.value / plain.low))


def test_nobody_hard_kept_is_a_ratio_without_bound() -> None:
    """The worst there can be: everybody hard went down the chain. The lower bound is large."""
    ratio = odds_ratio(strata((20, 10, 0, 30), (15, 5, 0, 40)))
    assert ratio is not None and ratio.exact
    assert ratio.high is None
    assert 1.1 < ratio.low < ratio.lower_bound < ratio.value < math.inf


def test_nobody_hard_passed_is_the_mirror_of_it() -> None:
    up, down = odds_ratio(strata((20, 10, 0, 30))), odds_ratio(strata((10, 20, 30, 0)))
    assert up and down
    assert down.value == pytest.approx(1 / up.value)
    assert (down.low, down.lower_bound) == (0.0, 0.0)
    assert down.high == pytest.approx(1 / up.low)


@pytest.mark.parametrize(
    ("a", "c"), [(0, 0), (5, 7)], ids=["nobody is hard", "everybody is, where both ways are used"]
)
def test_no_ratio_where_nothing_varies(a: int, c: int) -> None:
    made = strata((a, 0 if a else 5, c, 0 if c else 7))
    assert odds_ratio(made) is None
    assert cmh_z(made) is None


@given(TABLES)
def test_an_odds_ratio_exists_wherever_something_varies(tables: list[tuple[int, int, int, int]]) -> None:
    made = strata(*tables).comparable()
    ratio = odds_ratio(made)
    assert (ratio is None) == (cmh_z(made) is None)
    if ratio is not None:
        assert ratio.low <= ratio.lower_bound <= ratio.value
        assert ratio.high is None or ratio.value <= ratio.high


def test_mantel_fleiss_by_hand() -> None:
    """Σ of (E, least a, greatest a): (6, 2, 10) and (2, 0, 5)."""
    assert mantel_fleiss(strata((8, 2, 4, 6), (3, 2, 5, 10))) == pytest.approx(min(8 - 2, 15 - 8))
    assert mantel_fleiss(RABBITS) == pytest.approx(4.0)  # sparse: below 5


def test_heterogeneity_of_a_published_example() -> None:
    """Breslow-Day with Tarone's correction, 18.826 on 5 degrees of freedom."""
    p = heterogeneity_p(BERKELEY)
    assert p == pytest.approx(stats.chi2.sf(18.82550125, 5))
    assert p == pytest.approx(reference(BERKELEY).test_equal_odds(adjust=True).pvalue)


@given(st.lists(st.tuples(*[st.integers(3, 60)] * 4), min_size=2, max_size=6))
def test_heterogeneity_is_that_of_statsmodels(tables: list[tuple[int, int, int, int]]) -> None:
    made = strata(*tables)
    assume((made.n >= 20).all())
    ratio = float((made.a * made.d / made.n).sum() / (made.b * made.c / made.n).sum())
    assume(abs(ratio - 1) > 1e-3)
    p = heterogeneity_p(made)
    assert p == pytest.approx(reference(made).test_equal_odds(adjust=True).pvalue, abs=1e-7)


def test_heterogeneity_where_the_pooled_ratio_is_one() -> None:
    """There statsmodels divides by zero. The fitted tables are then those of independence."""
    same = strata((10, 10, 10, 10), (10, 20, 10, 20))
    assert heterogeneity_p(same) == pytest.approx(1.0)
    opposite = strata((20, 10, 10, 20), (10, 20, 20, 10))
    # Each a is 5 from the fitted 15, whose variance is 1 / (4/15).
    assert heterogeneity_p(opposite) == pytest.approx(stats.chi2.sf(2 * 5**2 * 4 / 15, 1))


def test_heterogeneity_asks_for_two_strata_of_twenty() -> None:
    large, small = (10, 5, 5, 10), (4, 5, 5, 5)
    assert heterogeneity_p(strata(large, small)) is None
    assert heterogeneity_p(strata(large, (5, 5, 5, 5))) is not None
