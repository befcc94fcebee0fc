"""The fence among peers: quartiles by hand, parts put together, and who is not compared."""

from __future__ import annotations

import random
from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from chaingraph.assess import ASSESSMENTS, Assessment
from chaingraph.assess.fences import chained, fence

EIGHT = [10.0, 11.0, 12.0, 13.0, 14.0, 15.0, 16.0, 17.0]


def assess(measures: list[Any], how: str = "sum", least: int = 8, **changed: Any) -> Assessment:
    """One part a thing, named U0, U1, …; a tuple is a thing of several parts."""
    rows = [
        {
            "identity": "contract_id",
            "how": how,
            "unit_id": f"U{at}",
            "peers": "all",
            "measure": part,
            "excluded_reason": None,
            "name": f"The U{at}",
        }
        for at, measure in enumerate(measures)
        for part in (measure if isinstance(measure, tuple) else (measure,))
    ]
    return judge(rows, min_peers=least, **changed)


def judge(rows: list[dict[str, Any]], **parameters: Any) -> Assessment:
    return ASSESSMENTS["peer_fence"](pd.DataFrame(rows), parameters)


def flagged(result: Assessment) -> list[str]:
    return [unit.identity["contract_id"] for unit in result.units if unit.outcome == "flagged"]


def test_the_quartiles_by_hand() -> None:
    """Of 10 to 17, Q1 11.75 and Q3 15.25: the fence is 15.25 + 1.5 times 3.5."""
    assert fence(EIGHT) == pytest.approx(20.5)
    assert fence(EIGHT[:7]) is None
    assert fence(EIGHT[:4], least=4) == pytest.approx(12.25 + 1.5 * 1.5)
    assert fence([5.0] * 8) == 5.0


def test_one_in_three_hundred_normal_values_lies_above() -> None:
    """2.698 standard deviations up, beyond which lie 0.35 %."""
    values = np.random.default_rng(20080228).normal(size=200_000).tolist()
    limit = fence(values)
    assert limit == pytest.approx(2.698, abs=0.03)
    assert np.mean(np.asarray(values) > limit) == pytest.approx(0.0035, abs=0.0007)


def test_shares_taken_of_what_is_left() -> None:
    """A fifth, then a tenth of the rest: 1 - 0.8 x 0.9."""
    assert chained([0.2, 0.1]) == pytest.approx(0.28)
    assert chained([0.3]) == pytest.approx(0.3)
    assert chained([]) == 0.0
    assert chained([0.5, 1.0]) == 1.0


def test_above_the_fence_and_at_it() -> None:
    # With the ninth, Q1 is 12 and Q3 16 whatever it is above them: the fence is at 22.
    at, above = assess([*EIGHT, 22.0]), assess([*EIGHT, 22.1])
    assert (flagged(at), flagged(above)) == ([], ["U8"])
    unit = above.units[-1]
    told = {name: unit.values[name] for name in ("measure", "fence", "median", "peers_compared", "name")}
    assert told == {"measure": 22.1, "fence": 22.0, "median": 14.0, "peers_compared": 9, "name": "The U8"}


def test_parts_are_summed_or_chained_before_they_are_compared() -> None:
    assert flagged(assess([*EIGHT, (11.0, 11.2)])) == ["U8"]
    shares = [0.10, 0.10, 0.11, 0.11, 0.12, 0.12, 0.13, 0.13]
    result = assess([*shares, (0.2, 0.1)], how="chained")
    assert flagged(result) == ["U8"]
    assert result.units[-1].values["measure"] == pytest.approx(0.28)


def test_among_equals_a_trifle_is_not_beyond_them() -> None:
    assert flagged(assess([8.0] * 8 + [8.1])) == ["U8"]
    assert flagged(assess([8.0] * 8 + [10.0], times_median_min=1.25)) == []
    assert flagged(assess([8.0] * 8 + [10.1], times_median_min=1.25)) == ["U8"]


def test_who_is_not_compared() -> None:
    missing = assess([*EIGHT, (500.0, None)]).units[-1]
    assert (missing.outcome, missing.reason) == ("not_assessable", "measure unknown")
    few = assess(EIGHT[:7])
    assert {(unit.outcome, unit.reason) for unit in few.units} == {("not_assessable", "fewer than 8 peers")}
    assert assess(EIGHT[:7], least=7).units[0].outcome == "passed"
    common = {"identity": "contract_id", "how": "sum", "excluded_reason": None}
    rows = [{**common, "unit_id": f"U{at}", "peers": "one", "measure": v} for at, v in enumerate(EIGHT)]
    rows += [{**common, "unit_id": "X", "peers": "other", "measure": 99.0}]
    rows += [
        {**common, "unit_id": "Y", "peers": "one", "measure": 99.0, "excluded_reason": "inferred contract"}
    ]
    result = {str(unit.identity["contract_id"]): unit for unit in judge(rows, min_peers=8).units}
    # Nobody's peer is of another group, and the excluded do not move the fence.
    assert (result["X"].outcome, result["Y"].outcome) == ("not_assessable", "excluded")
    assert result["U0"].values["fence"] == pytest.approx(20.5)
    assert ASSESSMENTS["peer_fence"](pd.DataFrame(), {"min_peers": 8}).units == []


measured = st.lists(
    st.lists(st.floats(0, 0.9, allow_subnormal=False), min_size=1, max_size=3).map(tuple),
    min_size=8,
    max_size=20,
)


@given(measured, st.sampled_from(["sum", "chained"]), st.randoms(use_true_random=False))
def test_order_of_things_and_parts_leaves_no_trace(
    things: list[tuple[float, ...]], how: str, shuffler: random.Random
) -> None:
    rows = [
        {
            "identity": "contract_id",
            "how": how,
            "unit_id": f"U{at:02d}",
            "peers": "all",
            "measure": part,
            "excluded_reason": None,
        }
        for at, parts in enumerate(things)
        for part in parts
    ]
    again = list(rows)
    shuffler.shuffle(again)
    assert judge(rows, min_peers=8) == judge(again, min_peers=8)


@given(st.lists(st.floats(0, 1000), min_size=8, max_size=30), st.floats(0.1, 100))
def test_another_unit_of_measure_accuses_nobody_else(values: list[float], unit: float) -> None:
    limit, scaled = fence(values), fence([value * unit for value in values])
    assert limit is not None and scaled == pytest.approx(limit * unit, rel=1e-9, abs=1e-9)
