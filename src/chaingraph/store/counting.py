"""Counting a graph back against the files it was built from, before anybody may read it.

Both engines have lost rows without a word in their time, so a load is not believed: every label is counted
and its keys are summed up (number, first, last, total length, total of the rows' numbers), every
relationship pair is counted and the lengths of the keys at its ends are added up.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import duckdb

from chaingraph.errors import StoreError
from chaingraph.model import NODES
from chaingraph.store.protocol import GraphTables, RelationshipTable

ROWS_TO_SUM_TWICE = 200_000

Ask = Callable[[str], Sequence[Any]]


def check_nodes(ask: Ask, graph: GraphTables) -> None:
    """Raise StoreError unless every label holds the keys that were sent. ``ask`` gives a query's first row."""
    with duckdb.default_connection().cursor() as files:  # a new connection takes longer than a small graph
        for label, path in graph.nodes.items():
            if graph.node_rows[label]:
                key = NODES[label].key
                sent = _sent(files, path, f"count(*), min({key}), max({key}), sum(length({key}))")
                found = ask(
                    f"MATCH (n:`{label}`) RETURN count(n) AS n, min(n.`{key}`) AS a, max(n.`{key}`) AS b, "
                    f"sum(size(n.`{key}`)) AS length"
                )
                _same(f"{label} nodes", sent, found)


def check_relationships(ask: Ask, graph: GraphTables) -> None:
    """Raise StoreError unless every relationship pair holds what was sent, counted and summed at both ends."""
    with duckdb.default_connection().cursor() as files:  # a new connection takes longer than a small graph
        for table in graph.relationships:
            if not table.rows:
                continue
            rows, *lengths = _sent(files, table.path, "count(*), sum(length(to_id)), sum(length(from_id))")
            # The far end of a big table is the label whose keys were summed above; asking again costs a join.
            ends = ("b", "a") if table.rows <= ROWS_TO_SUM_TWICE else ("b",)
            for end, length in zip(ends, lengths, strict=False):
                _same(_words(table), (rows, length), ask(_at_end(table, end)))


def _at_end(table: RelationshipTable, end: str) -> str:
    # One end a question: asking for both at once makes Ladybug join, which takes fifty times as long.
    key = NODES[table.to_label if end == "b" else table.from_label].key
    return (
        f"MATCH (a:`{table.from_label}`)-[r:`{table.type}`]->(b:`{table.to_label}`) "
        f"RETURN count(r) AS n, sum(size({end}.`{key}`)) AS length"
    )


def _words(table: RelationshipTable) -> str:
    return f"{table.type} relationships from {table.from_label} to {table.to_label}"


def _sent(files: duckdb.DuckDBPyConnection, path: Path, what: str) -> Sequence[Any]:
    return files.execute(f"SELECT {what} FROM read_parquet(?)", [str(path)]).fetchall()[0]


def _same(what: str, sent: Sequence[Any], found: Sequence[Any]) -> None:
    plain_sent = [int(v) if not isinstance(v, str) else v for v in sent]
    plain_found = [int(v) if not isinstance(v, str) else v for v in found]
    if plain_sent != plain_found:
        raise StoreError(
            f"The graph does not hold the {what} that were sent: sent {plain_sent}, found {plain_found}.",
            remedy="Nothing was published. Load again; if it happens again, please report it.",
        )
