"""Exact tests against counting every table."""

from __future__ import annotations

import itertools
import math
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from scipy import stats

from chaingraph.assess import exact
from chaingraph.assess.strata import Strata, cmh_z, exact_mid_p, mantel_fleiss, odds_ratio, upper_p
from tests.assess.skewed import RABBITS, strata

SMALL = st.lists(st.tuples(*[st.integers(0, 5)] * 4), min_size=1, max_size=4)


def counted(tables: Strata) -> Fraction:
    """The mid-p in whole numbers: every table with the same margins, by its number of ways."""
    choices = []
    for a, b, c, d in zip(
        tables.a.tolist(), tables.b.tolist(), tables.c.tolist(), tables.d.tolist(), strict=True
    ):
        ways = math.comb(a + b + c + d, a + b)
        choices.append(
            [
                (k, Fraction(math.comb(a + c, k) * math.comb(b + d, a + b - k), ways))
                for k in range(max(0, a - d), min(a + b, a + c) + 1)
            ]
        )
    observed, total = int(tables.a.sum()), Fraction(0)
    for combination in itertools.product(*choices):
        probability = math.prod((share for _, share in combination), start=Fraction(1))
        reached = sum(k for k, _ in combination)
        total += probability * (Fraction(1) if reached > observed else Fraction(reached == observed, 2))
    return total


@settings(max_examples=40)
@given(SMALL)
def test_mid_p_is_that_of_counting_every_table(tables: list[tuple[int, int, int, int]]) -> None:
    made = strata(*tables).comparable()
    assume(len(made.a))
    assert exact_mid_p(made) == pytest.approx(float(counted(made)), abs=1e-12)


def test_mid_p_of_a_published_example() -> None:
    """R's mantelhaen.test(Rabbits, exact = TRUE, alternative = "greater"): P(16 or more cured) = 0.020."""
    pmf = np.ones(1)
    for a, b, c, d in zip(RABBITS.a, RABBITS.b, RABBITS.c, RABBITS.d, strict=True):
        pmf = np.convolve(pmf, stats.hypergeom(a + b + c + d, a + c, a + b).pmf(range(a + b + 1)))
    assert RABBITS.a.sum() == 16
    assert exact_mid_p(RABBITS) + pmf[16] / 2 == pytest.approx(0.01997, abs=5e-6)


@settings(max_examples=40)
@given(SMALL)
def test_less_and_more_than_expected_share_one_probability(
    tables: list[tuple[int, int, int, int]],
) -> None:
    made = strata(*tables).comparable()
    assume(len(made.a))
    mirrored = Strata(made.b, made.a, made.d, made.c)
    assert exact_mid_p(made) + exact_mid_p(mirrored) == pytest.approx(1.0)


def test_the_usual_test_comes_near_where_tables_are_full() -> None:
    made = strata(*[(60, 50, 45, 55)] * 6)
    z = cmh_z(made)
    assert z is not None and mantel_fleiss(made) > 100
    assert exact_mid_p(made) == pytest.approx(upper_p(z), rel=0.02)


@settings(max_examples=40)
@given(
    st.lists(st.tuples(st.integers(1, 6), st.integers(0, 6), st.integers(1, 6)), min_size=1, max_size=4),
    st.sampled_from([0.5, 0.1, 0.05, 1e-6]),
)
def test_the_ratio_gives_the_tables_that_probability(
    tables: list[tuple[int, int, int]], probability: float
) -> None:
    made = strata(*((a, b, 0, d) for a, b, d in tables))
    ratio = exact.extreme_odds_ratio(made.a, made.b, made.c, made.d, math.log(probability))
    chance = math.prod(
        float(stats.nchypergeom_fisher(a + b + d, a, a + b, ratio).pmf(a)) for a, b, d in tables
    )
    assert chance == pytest.approx(probability, rel=1e-6)


def test_the_lower_bound_is_where_the_mid_p_is_the_level() -> None:
    """One table, 12 of 12 hard passed on: a mid-p of 0.05 is half of 0.1."""
    ratio = odds_ratio(strata((12, 8, 0, 20)))
    assert ratio is not None
    chance = stats.nchypergeom_fisher(40, 12, 20, ratio.lower_bound).pmf(12)
    assert chance / 2 == pytest.approx(0.05)


def test_tables_too_full_for_probabilities_as_such() -> None:
    """Every hard customer of 50,000 passed on: a chance under 10⁻³⁰⁸ still has a logarithm."""
    ratio = odds_ratio(strata(*[(500, 0, 0, 500)] * 50))
    assert ratio is not None
    assert 1e3 < ratio.lower_bound < ratio.value < math.inf
