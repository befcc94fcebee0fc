"""Shares above a limit: Wilson's interval against published ones, and what is not counted."""

from __future__ import annotations

from typing import Any

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from chaingraph.assess import ASSESSMENTS, Assessment, Unit
from chaingraph.assess.shares import wilson
from chaingraph.errors import ContentError

PARAMETERS = {"share_max": 0.05, "confidence": 0.95}


def assess(*rows: tuple[str, str, str | None, int], **changed: Any) -> Assessment:
    made = pd.DataFrame(rows, columns=["org_id", "state", "reason", "records"])
    made = made.assign(org_name="The " + made["org_id"])
    return ASSESSMENTS["share_above"](made, {**PARAMETERS, **changed})


def only(*rows: tuple[str, str, str | None, int], **changed: Any) -> Unit:
    (unit,) = assess(*rows, **changed).units
    return unit


@pytest.mark.parametrize(
    ("hits", "total", "low", "high"),
    [(81, 263, 0.2553, 0.3662), (15, 148, 0.0624, 0.1605), (0, 20, 0.0, 0.1611), (1, 29, 0.0061, 0.1718)],
)
def test_intervals_of_newcombe(hits: int, total: int, low: float, high: float) -> None:
    """Newcombe (1998), Statistics in Medicine 17, 857: table I, method 3."""
    assert wilson(hits, total) == pytest.approx((low, high), abs=5e-5)


@given(st.integers(1, 2000).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n))))
def test_the_interval_holds_the_share_and_stays_a_share(counts: tuple[int, int]) -> None:
    hits, total = counts
    low, high = wilson(hits, total)
    assert 0 <= low <= hits / total + 1e-12
    assert hits / total - 1e-12 <= high <= 1
    mirrored = wilson(total - hits, total)
    assert (1 - mirrored[1], 1 - mirrored[0]) == pytest.approx((low, high))


def test_a_share_of_nothing_has_no_interval() -> None:
    with pytest.raises(ValueError, match="nothing"):
        wilson(0, 0)


def test_flagged_only_where_the_lower_bound_is_above_the_limit() -> None:
    """Of 100, 10 leaves a bound of 0.0552 and 9 one of 0.0481, on either side of 0.05."""
    ten, nine = (
        only(("A", "hit", None, 10), ("A", "miss", None, 90)),
        only(("A", "hit", None, 9), ("A", "miss", None, 91)),
    )
    assert (ten.outcome, nine.outcome) == ("flagged", "passed")
    assert ten.statistics is not None and nine.statistics is not None
    assert (ten.statistics.low, nine.statistics.low) == pytest.approx((0.0552, 0.0481), abs=5e-5)
    assert (ten.statistics.effect, ten.statistics.n) == (0.1, 100)
    assert (ten.values["hits"], ten.values["total"], ten.values["share"]) == (10, 100, 0.1)
    assert only(("A", "hit", None, 10), ("A", "miss", None, 90), confidence=0.99).outcome == "passed"


def test_what_cannot_be_judged_is_counted_beside_and_not_in() -> None:
    unit = only(
        ("A", "hit", None, 30),
        ("A", "miss", None, 70),
        ("A", "excluded", "in dispute", 500),
        ("A", "not_assessable", "no day of receipt", 9),
    )
    assert unit.values["total"] == 100
    assert unit.values["not_counted"] == {"in dispute": 500, "no day of receipt": 9}


def test_nothing_known_is_not_nothing_wrong() -> None:
    unknown = only(("A", "excluded", "in dispute", 5), ("A", "not_assessable", "no day of receipt", 9))
    assert (unknown.outcome, unknown.reason) == ("not_assessable", "no day of receipt")
    assert unknown.statistics is None
    disputed = only(("A", "excluded", "in dispute", 5))
    assert (disputed.outcome, disputed.reason) == ("excluded", "in dispute")


def test_a_state_that_nobody_knows_is_a_fault_of_the_query() -> None:
    """Left uncounted it would make an organisation look better or worse than it is."""
    with pytest.raises(ContentError, match="late"):
        assess(("A", "late", None, 5), ("A", "miss", None, 5))


@settings(max_examples=25)
@given(
    st.lists(
        st.tuples(
            st.sampled_from("ABC"),
            st.sampled_from([("hit", None), ("miss", None), ("excluded", "x"), ("not_assessable", "y")]),
            st.integers(1, 50),
        ),
        min_size=1,
        max_size=12,
    ),
    st.randoms(use_true_random=False),
)
def test_order_and_cut_of_rows_leave_no_trace(rows: list[tuple[str, Any, int]], random: Any) -> None:
    whole = [(org, *state, many) for org, state, many in rows]
    cut = [piece for org, state, reason, n in whole for piece in [(org, state, reason, 1)] * n]
    random.shuffle(cut)
    assert repr(assess(*whole)) == repr(assess(*cut))
