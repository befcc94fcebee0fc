"""Winners in turn: golden values by counting orders, the walk beside the count, who could not have bid."""

from __future__ import annotations

from collections import Counter
from itertools import permutations
from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from chaingraph.assess import ASSESSMENTS, Unit
from chaingraph.assess import rotation as module
from chaingraph.assess.rotation import rotation_p, unevenness

PARAMETERS = {"min_awards": 6, "q_max": 0.05}


def everybody(order: str) -> list[set[str]]:
    return [set(order)] * len(order)


@pytest.mark.parametrize(
    ("order", "least", "p"),
    [
        ("ABABAB", 24, 2 / 20),
        ("ABABABAB", 32, 2 / 70),
        ("ABCABC", 54, 6 / 90),
        ("ABCABCABC", 81, 6 / 1680),
        ("AAABBB", 36, 1.0),
    ],
)
def test_golden_values(order: str, least: int, p: float) -> None:
    assert unevenness(order) == least
    assert rotation_p(order, everybody(order))[0] == pytest.approx(p)


@given(st.text("ABC", min_size=1, max_size=12), st.integers(0, 11))
def test_the_circle_has_no_beginning_and_names_no_meaning(order: str, turn: int) -> None:
    turned = order[turn % len(order) :] + order[: turn % len(order)]
    renamed = order.translate(str.maketrans("ABC", "CAB"))
    assert unevenness(order) == unevenness(turned) == unevenness(renamed) == unevenness(order[::-1])
    least = sum(len(order) ** 2 / many for many in Counter(order).values())
    assert least - 1e-9 <= unevenness(order)


@given(st.text("ABC", min_size=2, max_size=7), st.data())
def test_every_order_that_could_have_been_is_counted_once(order: str, data: st.DataObject) -> None:
    there = [{winner} | set(data.draw(st.sets(st.sampled_from("ABC")))) for winner in order]
    orders = {one for one in permutations(order) if all(w in bid for w, bid in zip(one, there, strict=True))}
    values = [unevenness(one) for one in orders]
    p, mean = rotation_p(order, there)
    assert p == pytest.approx(sum(value <= unevenness(order) for value in values) / len(values))
    assert mean == pytest.approx(np.mean(values))


def test_who_wins_only_where_it_bids_takes_no_turns() -> None:
    assert rotation_p("ABABABAB", [{"A"}, {"B"}] * 4)[0] == 1.0


def test_a_walk_comes_out_as_the_count_does(monkeypatch: pytest.MonkeyPatch) -> None:
    order = "ABCABACBC"
    counted, mean = rotation_p(order, everybody(order))
    monkeypatch.setattr(module, "ENUMERATED", 0)
    walked, walked_mean = rotation_p(order, everybody(order))
    assert walked == pytest.approx(counted, abs=0.02)
    assert walked_mean == pytest.approx(mean, rel=0.01)
    there = [{"A", "B"}, *everybody(order)[1:]]
    exact = sum(
        unevenness(one) <= unevenness(order) and one[0] != "C" for one in set(permutations(order))
    ) / sum(one[0] != "C" for one in set(permutations(order)))
    assert rotation_p(order, there)[0] == pytest.approx(exact, abs=0.02)


def rows(
    order: str, area: str = "A1", bidders: str = "ABCD", days: list[int] | None = None
) -> list[dict[str, Any]]:
    return [
        {
            "programme": "P",
            "area_id": area,
            "area": "",
            "lot_id": f"{area}-{n:02d}",
            "awarded_day": days[n] if days else 100 * n,
            "bidder_id": bidder,
            "bidder": f"The {bidder}",
            "is_won": bidder == winner,
        }
        for n, winner in enumerate(order)
        for bidder in bidders
    ]


def units(*parts: list[dict[str, Any]], **changed: Any) -> list[Unit]:
    made = pd.DataFrame([row for part in parts for row in part]).sample(frac=1, random_state=1)
    return list(ASSESSMENTS["bid_rotation"](made, {**PARAMETERS, **changed}).units)


def test_turns_are_found_with_their_numbers() -> None:
    (found,) = units(rows("ABCABCABC"))
    assert found.outcome == "flagged"
    assert found.statistics and found.statistics.p == pytest.approx(6 / 1680)
    assert found.statistics.effect == pytest.approx(81 / 108)
    assert found.values["in_order"] == ["The A", "The B", "The C"] * 3
    assert (found.values["area"], found.records) == ("A1", 9)


def test_more_areas_raise_the_bar() -> None:
    turns = [rows("ABABABAB")]
    others = [rows("AABABBAB"[i:] + "AABABBAB"[:i], f"B{i}") for i in range(4)]
    assert units(*turns)[0].outcome == "flagged"
    assert units(*turns, *others)[0].outcome == "passed"


def test_awards_of_one_day_are_one_and_those_to_several_have_no_place() -> None:
    together = units(rows("AABBAABBAABBAABB", days=[n // 2 for n in range(16)]))[0]
    assert (together.values["awards"], together.values["lots"]) == (8, 16)
    assert together.statistics and together.statistics.p == pytest.approx(2 / 70)
    mixed = units(rows("ABABABABAB", days=[0, 0, *range(1, 9)]))[0]
    assert mixed.values["awards"] == 8


def test_honest_winners_are_hardly_ever_called() -> None:
    generator = np.random.default_rng(20080228)
    called = 0
    for _ in range(100):
        order = "".join(generator.choice(list("ABCD"), size=10, p=(0.4, 0.3, 0.2, 0.1)))
        called += units(rows(order))[0].outcome == "flagged"
    assert called <= 8
