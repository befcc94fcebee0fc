"""False discovery rates against the definition and statsmodels."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from statsmodels.stats.multitest import fdrcorrection

from chaingraph.assess.multiple import q_values

P = st.floats(0, 1)


@given(st.lists(P, min_size=1, max_size=30))
def test_q_is_that_of_statsmodels(p: list[float]) -> None:
    assert q_values(p) == pytest.approx(fdrcorrection(p)[1].tolist())


def test_q_by_definition() -> None:
    """The least of p·m/rank over this and the larger p: 0.04·4/3 is less than 0.03·4/2."""
    assert q_values([0.03, 0.001, 0.04, 0.9]) == pytest.approx([0.16 / 3, 0.004, 0.16 / 3, 0.9])


@given(st.lists(st.one_of(st.none(), P), max_size=20))
def test_tests_not_made_do_not_count(p: list[float | None]) -> None:
    found = q_values(p)
    assert [q is None for q in found] == [one is None for one in p]
    assert [q for q in found if q is not None] == q_values([one for one in p if one is not None])


@settings(max_examples=30)
@given(st.lists(P, min_size=1, max_size=15), st.randoms())
def test_order_does_not_matter(p: list[float], random: object) -> None:
    order = sorted(range(len(p)), key=lambda _: random.random())  # type: ignore[attr-defined]
    assert [q_values(p)[at] for at in order] == q_values([p[at] for at in order])
