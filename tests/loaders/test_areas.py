"""Which area lies in which: over any number of steps, each pair once."""

from __future__ import annotations

import duckdb
import networkx as nx
from hypothesis import given
from hypothesis import strategies as st

from chaingraph.loading.areas import INSIDE_SQL

# An area lies within areas of greater numbers only, so nothing goes round in a circle.
PAIRS = st.sets(
    st.tuples(st.integers(0, 6), st.integers(0, 6)).filter(lambda pair: pair[0] < pair[1]), max_size=12
)


@given(PAIRS)
def test_it_is_what_a_graph_library_reaches(pairs: set[tuple[int, int]]) -> None:
    con = duckdb.connect()
    con.execute(
        "CREATE TABLE areas (area_id VARCHAR); CREATE TABLE area_within (area_id VARCHAR, within_id VARCHAR)"
    )
    con.execute("INSERT INTO areas SELECT 'A' || i FROM range(7) AS t(i)")
    for inner, outer in pairs:
        con.execute("INSERT INTO area_within VALUES (?, ?)", [f"A{inner}", f"A{outer}"])
    found = con.execute(INSIDE_SQL).fetchall()
    graph = nx.DiGraph()
    graph.add_nodes_from(range(7))
    graph.add_edges_from(pairs)
    expected = {(f"A{i}", f"A{j}") for i in graph for j in {i, *nx.descendants(graph, i)}}
    assert len(found) == len(set(found))
    assert set(found) == expected
    assert found == sorted(found)
