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


def below(*rows: tuple[str, str, str | None, int], **changed: Any) -> Assessment:
    made = pd.DataFrame(rows, columns=["org_id", "state", "reason", "records"])
    made = made.assign(org_name="The " + made["org_id"])
    return ASSESSMENTS["share_below"](made, {"share_min": 0.5, "confidence": 0.95, **changed})


def test_flagged_only_where_the_upper_bound_is_below_the_least() -> None:
    """Of 100, 40 leave an upper bound of 0.4980 and 41 one of 0.5078, on either side of a half."""
    forty, one_more = below(
        ("A", "hit", None, 40), ("A", "miss", None, 60), ("B", "hit", None, 41), ("B", "miss", None, 59)
    ).units
    assert (forty.outcome, one_more.outcome) == ("flagged", "passed")
    assert forty.statistics is not None
    assert forty.statistics.high == pytest.approx(0.4980, abs=5e-5)
    assert forty.statistics.low == pytest.approx(0.3094, abs=5e-5)


def test_too_few_are_not_judged_however_clear_they_look() -> None:
    """None of four: the upper bound is z²/(4 + z²) = 0.4899, and still they are four."""
    [four] = below(("A", "miss", None, 4)).units
    assert four.outcome == "flagged"
    assert four.statistics is not None
    assert four.statistics.high == pytest.approx(0.4899, abs=5e-5)
    [few, enough] = below(("A", "miss", None, 9), ("B", "miss", None, 10), min_records=10).units
    assert (few.outcome, few.reason, few.statistics) == ("not_assessable", "fewer than 10", None)
    assert enough.outcome == "flagged"


def test_beside_its_peers_a_share_has_to_stand_out() -> None:
    """A has 20 of 100 (lower bound 0.1334); the limit of 5 % alone would flag all three."""
    rows = [(name, state, None, n) for name in "ABC" for state, n in (("hit", 20), ("miss", 80))]
    assert [unit.outcome for unit in assess(*rows).units] == ["flagged"] * 3
    alike = assess(*rows, beside_peers=True)
    assert [unit.outcome for unit in alike.units] == ["passed"] * 3
    assert [unit.values["peers_share"] for unit in alike.units] == [0.2] * 3
    out = assess(*rows[:2], ("B", "hit", None, 13), ("B", "miss", None, 87), beside_peers=True)
    assert [unit.outcome for unit in out.units] == ["flagged", "passed"]
    # Nobody to compare with: the limit stands alone.
    alone = only(*rows[:2], beside_peers=True)
    assert (alone.outcome, alone.values["peers_share"]) == ("flagged", None)


@given(
    parts=st.lists(
        st.tuples(st.sampled_from("ABC"), st.sampled_from(["hit", "miss"]), st.integers(1, 60)), min_size=1
    )
)
@settings(max_examples=50, deadline=None)
def test_splitting_a_cohort_changes_no_judgement(parts: list[tuple[str, str, int]]) -> None:
    whole = [(name, state, None, n) for name, state, n in parts]
    split = [(name, state, None, 1) for name, state, n in parts for _ in range(n)]
    changed = {"beside_peers": True, "min_records": 10}
    assert assess(*split, **changed) == assess(*reversed(whole), **changed)
    assert below(*split) == below(*reversed(whole))
