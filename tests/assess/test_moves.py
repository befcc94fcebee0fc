"""Moves of staff: exact rates against published and brute-force ones, windows, and what explains a move."""

from __future__ import annotations

import random
from typing import Any

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats
from statsmodels.stats.rates import test_poisson_2indep as poisson_2indep

from chaingraph.assess import ASSESSMENTS, Assessment, Unit
from chaingraph.assess.moves import covered, more_moves_p, rate_ratio

PARAMETERS = {"moves_min": 2, "p_max": 0.05, "after_days": 90}
Row = dict[str, Any]


def row(move: str | None = None, source: str = "S", day: int = 50, **changed: Any) -> Row:
    return {
        "negotiation_id": "N",
        "lot_id": "L",
        "prime_id": "P",
        "prime": "Prime",
        "sub_id": "S",
        "sub": "Sub",
        "from_day": 1,
        "to_day": 100,
        "one_owner": False,
        "move_id": move,
        "from_org_id": source if move else None,
        "moved_day": day if move else None,
        "tupe": False if move else None,
        "organisations": 40,
        "first_day": 1,
        "last_day": 1000,
        **changed,
    }


def assess(*rows: Row, **changed: Any) -> Assessment:
    return ASSESSMENTS["staff_moves"](pd.DataFrame(rows), {**PARAMETERS, **changed})


def only(*rows: Row, **changed: Any) -> Unit:
    (unit,) = assess(*rows, **changed).units
    return unit


def others(count: int) -> list[Row]:
    return [row(f"o{n}", f"F{n % 30}", 1 + 31 * n % 1000) for n in range(count)]


@given(st.integers(1, 12), st.integers(1, 40), st.floats(1, 500), st.floats(500, 50_000))
def test_the_conditional_test_of_two_rates(moves: int, rest: int, days: float, other_days: float) -> None:
    reference = poisson_2indep(
        moves, days, rest, other_days, method="exact-cond", compare="ratio", alternative="larger"
    )
    assert more_moves_p(moves, days, rest, other_days) == pytest.approx(reference.pvalue)


def test_two_rates_of_przyborowski_and_wilenski() -> None:
    """All of five in the first of two equal spans: one in thirty-two."""
    assert more_moves_p(5, 10, 0, 10) == pytest.approx(1 / 32)
    assert more_moves_p(0, 10, 3, 10) == 1.0


@given(st.integers(1, 12), st.integers(1, 40), st.floats(1, 500), st.floats(500, 50_000))
def test_the_interval_of_the_ratio_inverts_the_test(
    moves: int, rest: int, days: float, other_days: float
) -> None:
    effect, low, high = rate_ratio(moves, days, rest, other_days)
    assert effect == pytest.approx(moves / days / (rest / other_days))
    assert high is not None
    assert low <= effect <= high
    # Under a true ratio at either end the tail is a fortieth.
    shares = [ratio * days / (ratio * days + other_days) for ratio in (low, high)]
    assert stats.binom.sf(moves - 1, moves + rest, shares[0]) == pytest.approx(0.025, rel=1e-6)
    assert stats.binom.cdf(moves, moves + rest, shares[1]) == pytest.approx(0.025, rel=1e-6)


def test_without_a_base_rate_there_is_no_ratio() -> None:
    with pytest.raises(ValueError, match="base rate"):
        rate_ratio(2, 10, 0, 100)


@given(st.lists(st.tuples(st.integers(0, 60), st.integers(0, 20)), max_size=8))
def test_days_in_several_windows_count_once(spans: list[tuple[int, int]]) -> None:
    windows = [(first, first + length) for first, length in spans]
    assert covered(windows) == len({day for first, last in windows for day in range(first, last + 1)})


def test_two_moves_and_one() -> None:
    found = only(row("a"), row("b"), *others(3))
    assert found.outcome == "flagged"
    assert found.values["moves"] == 2
    assert found.values["other_moves"] == 3
    assert found.values["expected_moves"] == pytest.approx(3 * 100 / (39 * 1000 - 100))
    assert found.statistics is not None
    assert found.statistics.p == pytest.approx(more_moves_p(2, 100, 3, 38_900))
    assert only(row("a"), *others(3)).outcome == "passed"
    assert only(row()).outcome == "passed"
    assert only(row("a"), moves_min=1).outcome == "flagged"


def test_a_prime_that_hires_so_from_everybody_is_not_accused() -> None:
    busy = only(row("a"), row("b"), *others(300))
    assert busy.outcome == "passed"
    assert busy.statistics is not None
    assert busy.statistics.p is not None
    assert busy.statistics.p > 0.05
    assert only(row("a"), row("b"), *others(300), p_max=1).outcome == "flagged"


@pytest.mark.parametrize("day", [1, 100])
def test_first_and_last_day_belong_to_the_window(day: int) -> None:
    assert only(row("a", day=day), row("b", day=day)).outcome == "flagged"


@pytest.mark.parametrize("day", [0, 101])
def test_the_days_beside_it_do_not(day: int) -> None:
    found = only(row("a", day=day), row("b"))
    assert found.outcome == "passed"
    assert found.values["other_moves"] == 1


def test_what_is_not_judged() -> None:
    assert only(row("a"), row("b", tupe=True)).outcome == "passed"
    unclear = only(row("a"), row("b", tupe=None))
    assert (unclear.outcome, unclear.reason) == (
        "not_assessable",
        "whether staff moved under TUPE unknown",
    )
    inside = only(row("a", one_owner=True), row("b", one_owner=True))
    assert (inside.outcome, inside.reason) == ("excluded", "one owner behind both")


def test_moves_of_other_talks_are_no_base_rate() -> None:
    """What another talk's window explains does not excuse this one."""
    other = {"negotiation_id": "M", "sub_id": "T", "sub": "Other"}
    rows = [r | o for o in ({}, other) for r in (row("a"), row("b"), row("c", "T"), row("d", "T"))]
    found = {unit.identity["negotiation_id"]: unit for unit in assess(*rows).units}
    assert {unit.outcome for unit in found.values()} == {"flagged"}
    assert found["N"].values["other_moves"] == found["M"].values["other_moves"] == 0


@settings(max_examples=50)
@given(
    st.lists(
        st.tuples(st.sampled_from("STF"), st.integers(1, 200), st.sampled_from([False, None, True])),
        max_size=12,
    ),
    st.randoms(use_true_random=False),
)
def test_order_and_names_leave_no_trace(
    moves: list[tuple[str, int, bool | None]], chance: random.Random
) -> None:
    talks = [{}, {"negotiation_id": "M", "sub_id": "T", "from_day": 40, "to_day": 150}]
    rows = [row() | talk for talk in talks]
    rows += [
        row(f"m{n}", source, day, tupe=tupe) | talk
        for talk in talks
        for n, (source, day, tupe) in enumerate(moves)
    ]
    before = assess(*rows)
    mixed = rows[:]
    chance.shuffle(mixed)
    assert assess(*mixed) == before
    renamed = [{**r, "move_id": r["move_id"] and f"x{r['move_id']}"} for r in rows]
    assert assess(*renamed) == before
