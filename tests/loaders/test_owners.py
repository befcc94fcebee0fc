"""Ultimate owners: chains, bands, circles, and who owned when."""

from __future__ import annotations

import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chaingraph.loading.owners import FIRST_DAY, LAST_DAY, Holding, Spell, share_of, spells, ultimate_owner

ORGS = ["A", "B", "C", "D", "E"]


@pytest.mark.parametrize(
    ("low", "high", "expected"),
    [(0.5, 0.75, 0.625), (0.6, None, 0.6), (None, 0.9, None), (None, None, None), (1.0, 1.0, 1.0)],
)
def test_a_band_counts_by_its_middle(low: float | None, high: float | None, expected: float | None) -> None:
    assert share_of(low, high) == expected


@pytest.mark.parametrize(
    ("direct", "expected"),
    [
        ({}, "A"),
        ({"A": {"B": 0.5}}, "A"),
        ({"A": {"B": 0.51}}, "B"),
        ({"A": {"B": 1.0}, "B": {"C": 1.0}}, "C"),
        # 0.6 of 0.6 is 0.36: C does not hold A, B does.
        ({"A": {"B": 0.6}, "B": {"C": 0.6}}, "B"),
        # two routes add up: 0.3 + 0.9 * 0.4
        ({"A": {"C": 0.3, "B": 0.4}, "B": {"C": 0.9}}, "C"),
        # a circle does not run for ever, and A does not own itself
        ({"A": {"B": 1.0}, "B": {"A": 1.0}}, "B"),
    ],
)
def test_control(direct: dict[str, dict[str, float]], expected: str) -> None:
    assert ultimate_owner("A", direct) == expected


def test_an_owner_for_a_time() -> None:
    found = list(spells(["A", "B"], [Holding("B", "A", 0.9, 100, 200)]))
    assert found == [
        Spell("A", "A", FIRST_DAY, 100),
        Spell("A", "B", 100, 200),
        Spell("A", "A", 200, LAST_DAY),
        Spell("B", "B", FIRST_DAY, LAST_DAY),
    ]


HOLDINGS = st.lists(
    st.builds(
        lambda owner, owned, share, start, length: Holding(owner, owned, share, start, start + length),
        st.sampled_from(ORGS),
        st.sampled_from(ORGS),
        st.sampled_from([None, 0.2, 0.5, 0.6, 1.0]),
        st.integers(0, 50),
        st.integers(1, 50),
    ),
    max_size=8,
)


@given(HOLDINGS, st.randoms())
def test_every_day_has_one_owner_whatever_the_order(holdings: list[Holding], random: object) -> None:
    found = list(spells(ORGS, holdings))
    for org in ORGS:
        own = [s for s in found if s.org_id == org]
        assert own[0].from_day == FIRST_DAY
        assert own[-1].to_day == LAST_DAY
        assert all(a.to_day == b.from_day and a.owner_id != b.owner_id for a, b in itertools.pairwise(own))
    shuffled = list(reversed(holdings))
    assert list(spells(list(reversed(ORGS)), shuffled)) == found
