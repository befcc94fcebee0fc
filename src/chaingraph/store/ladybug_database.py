"""A Ladybug database: opened, filled, counted back and asked. Where it lives is its store's business."""

from __future__ import annotations

import contextlib
from collections.abc import Collection, Iterator, Mapping
from pathlib import Path
from typing import Any

import ladybug
import pyarrow as pa

from chaingraph.errors import StoreError
from chaingraph.model import NODES
from chaingraph.store import ddl
from chaingraph.store.counting import check_nodes, check_relationships
from chaingraph.store.protocol import GraphTables, Progress
from chaingraph.store.values import plain

ROWS_A_CHUNK = 100_000
ROWS_A_TRANSACTION = 100_000
# The engine sets up room for four fifths of the machine's memory whenever it opens a database, which takes
# longer than a small graph's questions do.
SMALL_GRAPH_BYTES = 8_000_000
TO_WRITE, TO_ASK = 2**28, 2**30


def opened(path: Path | None, *, read_only: bool, size: int, memory: int = TO_WRITE) -> ladybug.Database:
    """The database at ``path``, or a new one in memory; ``size`` is about how many bytes its graph takes."""
    memory = memory if size <= SMALL_GRAPH_BYTES else 0
    try:
        return ladybug.Database(
            str(path or ""), read_only=read_only, buffer_pool_size=memory, max_num_threads=1 if memory else 0
        )
    except RuntimeError as error:
        raise StoreError(
            f"The graph {path or 'in memory'} cannot be opened: {error}", remedy="Load the sources again."
        ) from error


def ask(connection: ladybug.Connection, cypher: str, parameters: Mapping[str, Any] | None = None) -> pa.Table:
    """One statement's answer, see ``Store.query``."""
    try:
        with _asked(connection, cypher, parameters) as answer:
            return plain(answer.get_as_arrow(ROWS_A_CHUNK))
    except RuntimeError as error:
        raise StoreError(f"Ladybug could not answer: {error}") from error


@contextlib.contextmanager
def _asked(
    connection: ladybug.Connection, cypher: str, parameters: Mapping[str, Any] | None
) -> Iterator[ladybug.QueryResult]:
    answer = connection.execute(cypher, dict(parameters) if parameters else None)
    if isinstance(answer, list):
        raise StoreError("A question is one statement; this one holds several.")
    try:
        yield answer
    finally:
        answer.close()


def file_bytes(graph: GraphTables) -> int:
    """How many bytes the graph's files have."""
    return sum(
        file.stat().st_size
        for file in (*graph.nodes.values(), *(table.path for table in graph.relationships))
    )


def fill(
    connection: ladybug.Connection,
    graph: GraphTables,
    progress: Progress,
    before: Collection[str] | None = None,
) -> None:
    """Copy every file into the tables: new ones, or those emptied of the nodes of the labels in ``before``.

    Raises RuntimeError as the engine does.
    """
    total = sum(graph.node_rows.values()) + sum(r.rows for r in graph.relationships)
    connection.execute("BEGIN TRANSACTION")
    if before is None:
        ready = [*ddl.node_ddl(), *ddl.relationship_ddl()]
    else:
        ready = [f"MATCH (n:{ddl.quoted(label)}) DETACH DELETE n" for label in before]
    for statement in ready:
        connection.execute(statement)
    done = waiting = 0
    for statement, rows, what in _copies(graph):
        # Small tables share a transaction, for a flush each costs more than their rows. A big one goes
        # on its own: inside a transaction the engine would write its rows twice.
        if waiting + rows > ROWS_A_TRANSACTION:
            connection.execute("COMMIT")
            waiting = -1
        if rows:
            connection.execute(statement)
        if waiting < 0:
            connection.execute("BEGIN TRANSACTION")
            waiting = 0
        else:
            waiting += rows
        done += rows
        progress(what, done, total)
    connection.execute("COMMIT")


def _copies(graph: GraphTables) -> Iterator[tuple[str, int, str]]:
    for label, file in graph.nodes.items():
        columns = ", ".join(ddl.quoted(name) for name in NODES[label].properties)
        yield f"COPY {ddl.quoted(label)} ({columns}) FROM {_text(file)}", graph.node_rows[label], label
    for table in graph.relationships:
        ends = f"(from={_text(table.from_label)}, to={_text(table.to_label)})"
        yield f"COPY {ddl.quoted(table.type)} FROM {_text(table.path)} {ends}", table.rows, table.type


def count_back(connection: ladybug.Connection, graph: GraphTables) -> None:
    """Raise StoreError unless the database holds what the graph's files do."""

    def first(cypher: str) -> list[Any]:
        with _asked(connection, cypher, None) as answer:
            return list(answer.get_all()[0])

    check_nodes(first, graph)
    check_relationships(first, graph, both_at_once=False)


def _text(value: object) -> str:
    escaped = str(value).replace("\\", "\\\\").replace("'", "\\'")
    return f"'{escaped}'"
