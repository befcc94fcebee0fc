"""Whole batches permuted, against every permutation and against the test that takes customers one by one."""

from __future__ import annotations

import itertools
import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from chaingraph.assess import batches
from chaingraph.assess.batches import Clusters
from tests.assess.skewed import strata


def clusters(*kinds: tuple[int, int, int, int]) -> Clusters:
    """One stratum of (size, hard, many, passed)."""
    return Clusters(*np.array(kinds, dtype=np.int64).T)


def every_permutation(one: Clusters) -> list[float]:
    """What a − E is under each choice of the clusters that are passed on."""
    each = [
        (size, hard)
        for size, hard, many in zip(one.size, one.hard, one.many, strict=True)
        for _ in range(int(many))
    ]
    share = sum(hard for _, hard in each) / sum(size for size, _ in each)
    return [
        float(sum(hard - size * share for size, hard in chosen))
        for chosen in itertools.combinations(each, int(one.passed.sum()))
    ]


EXAMPLE = (clusters((10, 7, 1, 1), (10, 2, 2, 1), (6, 3, 1, 0)), clusters((8, 6, 2, 2), (1, 0, 3, 0)))


def test_variance_is_that_of_every_permutation() -> None:
    expected = [np.var(every_permutation(one)) for one in EXAMPLE]
    assert batches.variance(EXAMPLE) == pytest.approx(expected)


@given(st.tuples(*[st.integers(1, 30)] * 4))
def test_customers_without_a_batch_vary_as_in_cmh(cells: tuple[int, int, int, int]) -> None:
    a, b, c, d = cells
    alone = clusters((1, 0, b + d, b), (1, 1, a + c, a))
    assert batches.variance([alone]) == pytest.approx(strata(cells).variance())


def test_p_is_that_of_every_permutation() -> None:
    sums = [sum(pair) for pair in itertools.product(*map(every_permutation, EXAMPLE))]
    observed = sum(float((one.passed * one.deviation()).sum()) / one.customers for one in EXAMPLE)
    expected = np.mean(np.array(sums) >= observed - 1e-9)
    p = batches.permutation_p(EXAMPLE, 40_000, 1)
    assert p == pytest.approx(expected, abs=4 * math.sqrt(expected * (1 - expected) / 40_000))


def test_the_observed_arrangement_counts_so_p_is_never_zero() -> None:
    extreme = [clusters((5, 0, 20, 0), (5, 5, 20, 20))]
    assert batches.permutation_p(extreme, 199, 1) == 1 / 200


def test_equal_sums_are_ties() -> None:
    """Every arrangement gives the same sum, so all of them reach it, whatever the last bits say."""
    same = [clusters((7, 2, 5, 2)), clusters((3, 1, 4, 3))]
    assert batches.permutation_p(same, 199, 1) == 1.0


def test_same_seed_same_p() -> None:
    assert batches.permutation_p(EXAMPLE, 500, 7) == batches.permutation_p(EXAMPLE, 500, 7)
    assert len({batches.permutation_p(EXAMPLE, 500, seed) for seed in range(10)}) > 1


def test_a_stratum_of_one_cluster_says_nothing() -> None:
    assert batches.variance([clusters((10, 4, 1, 1))]).tolist() == [0.0]
