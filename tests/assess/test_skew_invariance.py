"""To the last bit the same, whatever the order of rows, the names of things and the cut of cohorts."""

from __future__ import annotations

import random
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from chaingraph.assess import Assessment
from tests.assess.skewed import assess, frame

CELL = st.tuples(
    st.sampled_from("ABC"),
    st.sampled_from(["s1", "s2", "s3", "s4"]),
    st.sampled_from([None, None, "b1", "b2", "b3", "b4", "b5"]),
    st.booleans(),
    st.sampled_from([True, False, True, False, None]),
    st.integers(1, 40),
)
MARKETS = st.lists(CELL, min_size=4, max_size=40)
LENIENT = {"min_customers": 10, "min_arm_customers": 2}


def said(rows: list[tuple[Any, ...]]) -> str:
    return text(assess(frame(rows), **LENIENT))


def text(result: Assessment) -> str:
    """Every number to its last digit."""
    return repr((list(result.units), list(result.warnings)))


@settings(max_examples=15)
@given(MARKETS, st.integers(0, 99))
def test_order_of_rows(rows: list[tuple[Any, ...]], seed: int) -> None:
    mixed = list(rows)
    random.Random(seed).shuffle(mixed)
    assert said(mixed) == said(rows)


@settings(max_examples=15)
@given(MARKETS, st.permutations(["s1", "s2", "s3", "s4"]), st.permutations(["b1", "b2", "b3", "b4", "b5"]))
def test_names_of_strata_and_batches(
    rows: list[tuple[Any, ...]], strata: list[str], batches: list[str]
) -> None:
    called = dict(zip(["s1", "s2", "s3", "s4"], strata, strict=True))
    called |= dict(zip(["b1", "b2", "b3", "b4", "b5"], batches, strict=True))
    renamed = [(org, called[stratum], called.get(batch), *rest) for org, stratum, batch, *rest in rows]
    assert said(renamed) == said(rows)


@settings(max_examples=12)
@given(MARKETS)
def test_cut_of_cohorts(rows: list[tuple[Any, ...]]) -> None:
    cut = [(*row[:5], 1) for row in rows for _ in range(row[5])]
    assert said(cut) == said(rows)


@settings(max_examples=12)
@given(MARKETS)
def test_names_of_primes(rows: list[tuple[Any, ...]]) -> None:
    """Each prime says the same under any name; only its place in the list is another."""
    renamed = assess(frame((chr(ord("Z") - ord(row[0])), *row[1:]) for row in rows), **LENIENT).units
    for unit in assess(frame(rows), **LENIENT).units:
        (same,) = [
            other
            for other in renamed
            if other.identity["org_id"] == chr(ord("Z") - ord(unit.identity["org_id"]))
        ]
        assert (same.outcome, same.reason, same.statistics) == (unit.outcome, unit.reason, unit.statistics)


def full_market() -> list[tuple[Any, ...]]:
    """Two primes over thirty strata, the second in batches of all sizes: sums long enough to show their order."""
    rng = np.random.default_rng(20080228)
    return [
        (org, f"s{stratum}", f"b{batch}" if org == "B" else None, passed, bool(hard), int(many))
        for org in "AB"
        for stratum in range(30)
        for passed in (True, False)
        for batch in range(3)
        for hard, many in enumerate(rng.integers(1, 12, size=2))
    ]


@pytest.mark.parametrize("seed", range(4))
def test_a_full_market_to_the_last_bit(seed: int) -> None:
    rows, mixer = full_market(), random.Random(seed)
    names = [f"s{at}" for at in range(30)]
    other = dict(zip(names, mixer.sample(names, 30), strict=True))
    mixed = [(org, other[stratum], *rest) for org, stratum, *rest in rows]
    mixer.shuffle(mixed)
    assert [unit.values["test"] for unit in assess(frame(rows)).units] == ["CMH", "permutation of batches"]
    assert said(mixed) == said(rows)
