"""Who empties what: by hand, beside every pair tried one by one, and whatever the names and the order."""

from __future__ import annotations

from itertools import combinations
from random import Random

import networkx as nx
import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.optimize import Bounds, LinearConstraint, milp

from chaingraph.assess import failures
from chaingraph.assess.failures import emptied, emptied_by_one, emptied_by_two, least_owners, worst
from chaingraph.assess.single_points import single_point_of_failure

COVER = {"c1": {"A"}, "c2": {"A", "B"}, "c3": {"A", "B"}, "c4": {"C", "D"}, "c5": {"B", "C", "D"}}
COVERS = st.dictionaries(
    st.integers(0, 12), st.sets(st.sampled_from("ABCDEF"), min_size=1, max_size=4), min_size=1
)


def test_one_and_two_by_hand() -> None:
    assert emptied_by_one(COVER) == {"A": ["c1"], "B": [], "C": [], "D": []}
    told = [(pair.first, pair.second, pair.further, pair.cells) for pair in emptied_by_two(COVER)]
    assert told == [("A", "B", 2, 3), ("C", "D", 1, 1)]
    assert least_owners(COVER) == {"c1": 1, "c2": 2, "c3": 2, "c4": 2, "c5": 3}


def test_the_worst_three_need_not_be_the_worst_two_and_one_more() -> None:
    # A and B empty two cells, but any of C, D, E with two others of them four.
    cover = {1: {"A", "B"}, 2: {"A", "B"}, **{n: {"C", "D", "E"} for n in range(3, 7)}}
    assert worst(cover, 2).cells == 2 and worst(cover, 2).failed == ("A", "B")
    assert worst(cover, 3).failed == ("C", "D", "E") and worst(cover, 3).cells == 4 and worst(cover, 3).exact


def test_a_search_that_was_cut_short_says_at_least(monkeypatch: pytest.MonkeyPatch) -> None:
    rnd = Random(3)
    cover = {n: {f"O{owner:02}" for owner in rnd.sample(range(30), rnd.choice((2, 3)))} for n in range(90)}
    whole = worst(cover, 4)
    monkeypatch.setattr(failures, "STEPS", 6)
    short = worst(cover, 4)
    assert whole.exact and not short.exact
    assert 0 < short.cells <= whole.cells and short.cells == emptied(cover, set(short.failed))


def programme(cover: dict[int, set[str]], k: int) -> int:
    """The most cells that ``k`` empty, as an integer programme: y (emptied) ≤ x (fails) for each owner, Σx ≤ k."""
    owners = sorted(set().union(*cover.values()))
    at, cells = {owner: n for n, owner in enumerate(owners)}, list(cover.values())
    links = [(row, at[owner]) for row, cell in enumerate(cells) for owner in cell]
    table = np.zeros((len(links) + 1, len(owners) + len(cells)))
    for number, (row, owner) in enumerate(links):
        table[number, len(owners) + row], table[number, owner] = 1, -1
    table[-1, : len(owners)] = 1
    solved = milp(
        np.repeat([0.0, -1.0], [len(owners), len(cells)]),
        constraints=LinearConstraint(table, -np.inf, np.append(np.zeros(len(links)), k)),
        bounds=Bounds(0, 1),
        integrality=np.ones(table.shape[1]),
    )
    return round(-float(solved.fun))


@pytest.mark.parametrize("seed", range(6))
def test_an_integer_programme_finds_no_worse(seed: int) -> None:
    rnd = Random(seed)
    cover = {n: set(rnd.sample(range(14), rnd.choice((1, 2, 2, 3, 4)))) for n in range(40)}
    named = {cell: {f"O{owner:02}" for owner in owners} for cell, owners in cover.items()}
    for k in (2, 3, 4):
        found = worst(named, k)
        assert found.exact and found.cells == programme(named, k)


def test_nobody_and_everybody() -> None:
    assert worst({}, 2).cells == 0
    assert worst(COVER, 9).cells == 5 and worst(COVER, 9).failed == ("A", "B", "C", "D")


@settings(max_examples=40, deadline=None)
@given(COVERS)
def test_pairs_and_more_are_those_that_trying_them_all_finds(cover: dict[int, set[str]]) -> None:
    owners = sorted(set().union(*cover.values()))
    alone = {owner: len(cells) for owner, cells in emptied_by_one(cover).items()}
    tried = {
        pair: emptied(cover, set(pair))
        for pair in combinations(owners, 2)
        if emptied(cover, set(pair)) > alone[pair[0]] + alone[pair[1]]
    }
    assert {(pair.first, pair.second): pair.cells for pair in emptied_by_two(cover)} == tried
    for k in (1, 2, 3):
        best = max(emptied(cover, set(some)) for some in combinations(owners, min(k, len(owners))))
        found = worst(cover, k)
        assert found.exact and found.cells == best == emptied(cover, set(found.failed))


@settings(max_examples=40, deadline=None)
@given(COVERS)
def test_the_fewest_is_the_vertex_cut(cover: dict[int, set[str]]) -> None:
    graph = nx.Graph([("market", owner) for owner in set().union(*cover.values())])
    graph.add_edges_from((owner, cell) for cell, owners in cover.items() for owner in owners)
    for cell, fewest in least_owners(cover).items():
        assert nx.node_connectivity(graph, "market", cell) == fewest


def _rows(cover: dict[int, set[str]], owner: dict[str, str]) -> pd.DataFrame:
    return pd.DataFrame(
        [
            ("H", str(cell), f"Place {cell}", "need", org, org, owner[org], owner[org], True, False)
            for cell, orgs in cover.items()
            for org in sorted(orgs)
        ],
        columns=[
            "contract_id",
            "place_id",
            "place",
            "need_type",
            "supplier_id",
            "supplier",
            "owner_id",
            "owner",
            "covers",
            "perhaps",
        ],
    )


@settings(max_examples=20, deadline=None)
@given(COVERS, st.randoms(use_true_random=False))
def test_the_order_of_rows_tells_nothing(cover: dict[int, set[str]], random: Random) -> None:
    rows = _rows(cover, {name: name for name in "ABCDEF"})
    order = list(range(len(rows)))
    random.shuffle(order)
    parameters = {"max_emptied": 0}
    assert single_point_of_failure(rows, parameters) == single_point_of_failure(rows.iloc[order], parameters)


def test_by_organisation_the_answer_is_falsely_safe() -> None:
    cover = {1: {"A", "B"}, 2: {"A", "C"}, 3: {"B", "C"}}
    found = single_point_of_failure(_rows(cover, {"A": "O", "B": "O", "C": "C"}), {"max_emptied": 0})
    assert [(unit.identity["org_id"], unit.outcome) for unit in found.units] == [
        ("C", "passed"),
        ("O", "flagged"),
    ]
    assert [(row["cells"], row["cells_by_organisation"]) for row in found.figures["failures"]] == [
        (1, 0),
        (3, 1),
        (3, 3),
        (3, 3),
    ]
    assert found.figures["cell_cuts"] == [
        {"least": 1, "cells": 1, "cells_by_organisation": 0},
        {"least": 2, "cells": 2, "cells_by_organisation": 3},
    ]
