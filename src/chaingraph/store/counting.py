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


def check_relationships(ask: Ask, graph: GraphTables, *, both_at_once: bool) -> None:
    """Raise StoreError unless every relationship pair holds what was sent, counted and summed at both ends.

    ``both_at_once``: ask for both ends in one question, which saves a round trip; Ladybug would take fifty times as long.
    """
    with duckdb.default_connection().cursor() as files:  # a new connection takes longer than a small graph
        for table in graph.relationships:
            if not table.rows:
                continue
            rows, *lengths = _sent(files, table.path, "count(*), sum(length(to_id)), sum(length(from_id))")
            # The far end of a big table is the label whose keys were summed above; asking again costs a join.
            ends = ("b", "a") if table.rows <= ROWS_TO_SUM_TWICE else ("b",)
            asked = [ends] if both_at_once else [(end,) for end in ends]
            sent = dict(zip(("b", "a"), lengths, strict=True))
            for together in asked:
                _same(_words(table), (rows, *(sent[end] for end in together)), ask(_at_ends(table, together)))


def _at_ends(table: RelationshipTable, ends: Sequence[str]) -> str:
    keys = {"a": NODES[table.from_label].key, "b": NODES[table.to_label].key}
    lengths = ", ".join(f"sum(size({end}.`{keys[end]}`)) AS length_{end}" for end in ends)
    return (
        f"MATCH (a:`{table.from_label}`)-[r:`{table.type}`]->(b:`{table.to_label}`) "
        f"RETURN count(r) AS n, {lengths}"
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
