"""Shares of the core and of entrants: by hand, and whatever the order and the cut of the rows."""

from __future__ import annotations

from random import Random

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from chaingraph.assess.spending import entrant_share, share, stable_core_share

BAND = {"share_min": 0.7, "share_max": 0.9}
PAID = st.dictionaries(
    st.tuples(st.sampled_from("ABCDE"), st.integers(0, 3)), st.integers(0, 10**12), min_size=1, max_size=20
)
KINDS = st.dictionaries(
    st.tuples(st.integers(0, 2), st.sampled_from(["entrant", "incumbent", "unknown"])), st.integers(0, 10**12)
)


def _core(paid: dict[tuple[str, int], int]) -> pd.DataFrame:
    return pd.DataFrame(
        [("D", org, org, org, year, pence) for (org, year), pence in paid.items()],
        columns=["department_id", "org_id", "owner_id", "owner", "year", "paid_pence"],
    )


def _kinds(paid: dict[tuple[int, str], int]) -> pd.DataFrame:
    return pd.DataFrame(
        [("D", year, kind, pence, 1) for (year, kind), pence in paid.items()],
        columns=["department_id", "year", "kind", "paid_pence", "organisations"],
    )


def test_a_share_of_nothing_is_none() -> None:
    assert share(0, 0) is None
    assert share(1, 4) == 0.25


def test_the_list_is_the_last_year_largest_first() -> None:
    paid = {("A", 0): 1, ("A", 3): 5, ("A", 2): 5, ("A", 1): 30, ("B", 1): 70, ("C", 2): 9}
    found = stable_core_share(_core(paid), BAND)
    assert [(row["owner"], row["in_core"], row["paid_pence"]) for row in found.figures["core"]] == [
        ("B", False, 70),
        ("A", True, 30),
    ]
    assert found.units[0].values["core_share"] == pytest.approx(0.3)


def test_a_year_without_payments_is_not_a_year_without_a_core() -> None:
    found = stable_core_share(_core({("A", 0): 1, ("A", 3): 5, ("A", 1): 30}), BAND)
    assert (found.units[0].outcome, found.units[0].reason) == ("not_assessable", "a year without payments")
    paid = {(0, "incumbent"): 1, (1, "incumbent"): 1}
    assert entrant_share(_kinds(paid), {"share_min": 0.05}).units[0].outcome == "not_assessable"


@settings(max_examples=60, deadline=None)
@given(PAID, st.randoms(use_true_random=False))
def test_order_and_cut_of_rows_tell_nothing(paid: dict[tuple[str, int], int], random: Random) -> None:
    rows = _core(paid)
    half = rows.assign(paid_pence=rows["paid_pence"] // 2)
    rest = rows.assign(paid_pence=rows["paid_pence"] - half["paid_pence"])
    cut = pd.concat([half, rest], ignore_index=True)
    order = list(range(len(cut)))
    random.shuffle(order)
    assert stable_core_share(cut.iloc[order], BAND) == stable_core_share(rows, BAND)


@settings(max_examples=60, deadline=None)
@given(KINDS)
def test_what_is_flagged_stays_so_whoever_the_unknown_are(paid: dict[tuple[int, str], int]) -> None:
    if not paid:
        return
    parameters = {"share_min": 0.05}
    outcome = entrant_share(_kinds(paid), parameters).units[0].outcome
    for kind in ("entrant", "incumbent"):
        known: dict[tuple[int, str], int] = {}
        for (year, one), pence in paid.items():
            key = (year, kind if one == "unknown" else one)
            known[key] = known.get(key, 0) + pence
        told = entrant_share(_kinds(known), parameters).units[0].outcome
        if outcome != "not_assessable":
            assert told == outcome
