"""Writing a graph into Neo4j: one writer at a time, marked, wiped, constrained and sent in batches."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from functools import partial
from pathlib import Path
from typing import Any

import neo4j
import pyarrow as pa
import pyarrow.parquet as pq
from neo4j.exceptions import DriverError, Neo4jError

from chaingraph.errors import StoreError
from chaingraph.model import NODES
from chaingraph.store.neo4j_values import as_parameters
from chaingraph.store.protocol import GraphTables, Progress, RelationshipTable

MARKER = "ChaingraphLoad"
LOCK = "ChaingraphLock"
ROWS_A_BATCH = 10_000
SECONDS_TO_LOCK = 20.0
Batch = tuple[str, dict[str, Any]]  # a statement and its parameters
TAKE = f"MERGE (l:{LOCK} {{one: 1}}) SET l.taken = timestamp()"


@contextmanager
def hold(session: neo4j.Session) -> Iterator[neo4j.Transaction]:
    """Be the only writer: an open transaction that has written to one node, which no other one can then do.

    The server lets go of it when the connection ends, however that comes about, so a killed load locks nothing.
    """
    for label in (MARKER, LOCK):
        _run(session, f"CREATE CONSTRAINT {label} IF NOT EXISTS FOR (n:{label}) REQUIRE n.one IS UNIQUE")
    try:
        # A transaction's patience holds for all its life, so one that gives up soon goes ahead of the one that stays.
        with session.begin_transaction(timeout=SECONDS_TO_LOCK) as trial:
            _run(trial, TAKE)
    except Neo4jError as error:
        if "TransactionTimedOut" in error.code or "Lock" in error.code:
            raise StoreError(
                "Another load into this Neo4j is under way.",
                remedy="Wait until it has ended, then try again.",
            ) from error
        raise
    held = session.begin_transaction()
    try:
        _run(held, TAKE)
        yield held
    finally:
        with suppress(DriverError, Neo4jError):  # a lost connection has rolled it back already
            held.close()


def begin(session: neo4j.Session, graph_id: str, *, first: bool) -> None:
    """Mark a load as begun, which nobody may read until it is complete; ``first`` where there is no mark yet."""
    labels = _labels(session)
    counts = {label: n for label, n in _counts(session, labels).items() if n}
    if first and counts:
        found = ", ".join(f"{n:,} {label}" for label, n in counts.items())
        raise StoreError(
            f"This database holds nodes that chaingraph did not load, and a load would delete them: {found}.",
            remedy="Give chaingraph a database, or a server, of its own.",
        )
    _run(
        session,
        f"MERGE (m:{MARKER} {{one: 1}}) SET m.state = 'loading', m.graph_id = $graph_id, m.labels = $labels",
        graph_id=graph_id,
        labels=labels,
    )


def complete(held: neo4j.Transaction, manifest: Mapping[str, Any]) -> None:
    """Mark the load as complete: in the lock's own transaction, so that only who still holds the lock can."""
    text = json.dumps(manifest, ensure_ascii=False, sort_keys=True)
    _run(held, f"MATCH (m:{MARKER}) SET m.state = 'complete', m.manifest = $text", text=text)
    held.commit()


def wipe(session: neo4j.Session) -> None:
    """Delete all nodes under our labels, those of an older model too; what is not ours stays.

    The most numerous first: they take the relationships of hubs with them, a batch at a time.
    """
    counts = {label: n for label, n in _counts(session, _labels(session)).items() if n}
    if 0 < sum(counts.values()) <= ROWS_A_BATCH:
        _run(session, f"MATCH (n:{'|'.join(f'`{label}`' for label in counts)}) DETACH DELETE n")
        return
    for label in sorted(counts, key=lambda name: -counts[name]):
        in_batches = f"CALL (n) {{ DETACH DELETE n }} IN TRANSACTIONS OF {ROWS_A_BATCH} ROWS"
        _run(session, f"MATCH (n:`{label}`) {in_batches}")


def constrain(session: neo4j.Session) -> None:
    """A unique key for every label, whose index finds the ends of relationships."""
    held = {record["name"] for record in session.run("SHOW CONSTRAINTS YIELD name RETURN name")}
    with session.begin_transaction() as transaction:
        for node in NODES.values():
            name = f"chaingraph_{node.label}"
            if name not in held:
                _run(
                    transaction,
                    f"CREATE CONSTRAINT {name} IF NOT EXISTS FOR (n:`{node.label}`) REQUIRE n.`{node.key}` IS UNIQUE",
                )
        transaction.commit()


def send(session: neo4j.Session, graph: GraphTables, progress: Progress, held: neo4j.Transaction) -> None:
    """Write every node, then every relationship, in batches; small ones share a transaction, big ones have their own."""
    jobs: list[tuple[str, Path, int, Callable[[pa.Schema], str]]] = [
        (label, path, graph.node_rows[label], partial(_node_statement, label))
        for label, path in graph.nodes.items()
    ]
    jobs += [(t.type, t.path, t.rows, partial(_relationship_statement, t)) for t in graph.relationships]
    total, done = sum(rows for _, _, rows, _ in jobs), 0
    waiting: list[Batch] = []
    rows_waiting = 0

    def flush() -> None:
        session.execute_write(_run_all, waiting)
        _run(held, "RETURN 1")  # keeps the lock's connection awake, and tells if the lock is lost
        waiting.clear()

    for what, path, rows, word in jobs:
        if not rows:
            continue
        with pq.ParquetFile(path) as file:
            statement = word(file.schema_arrow)
            for batch in file.iter_batches(batch_size=ROWS_A_BATCH):
                if waiting and rows_waiting + batch.num_rows > ROWS_A_BATCH:
                    flush()
                    rows_waiting = 0
                waiting.append((statement, as_parameters(batch)))
                rows_waiting += batch.num_rows
                done += batch.num_rows
                progress(what, done, total)
    if waiting:
        flush()


def _run_all(transaction: neo4j.ManagedTransaction, batches: Sequence[Batch]) -> None:
    for statement, parameters in batches:
        _run(transaction, statement, **parameters)


def _node_statement(label: str, schema: pa.Schema) -> str:
    return f"UNWIND range(0, $_last) AS i CREATE (n:`{label}` {{{_properties(schema)}}})"


def _relationship_statement(table: RelationshipTable, schema: pa.Schema) -> str:
    return (
        "UNWIND range(0, $_last) AS i "
        f"MATCH (a:`{table.from_label}` {{`{NODES[table.from_label].key}`: $from_id[i]}}) "
        f"MATCH (b:`{table.to_label}` {{`{NODES[table.to_label].key}`: $to_id[i]}}) "
        f"CREATE (a)-[r:`{table.type}` {{{_properties(schema)}}}]->(b)"
    )


def _properties(schema: pa.Schema) -> str:
    # A date stands as its place in the batch's list of different dates; null finds null, which is no property.
    return ", ".join(
        f"`{field.name}`: $_days[${field.name}[i]]"
        if pa.types.is_date(field.type)
        else f"`{field.name}`: ${field.name}[i]"
        for field in schema
        if field.name not in ("from_id", "to_id")
    )


def _labels(session: neo4j.Session) -> list[str]:
    record = session.run(f"MATCH (m:{MARKER}) RETURN m.labels AS labels").single()
    earlier = (record and record["labels"]) or []
    return sorted({*NODES, *(label for label in earlier if label.isidentifier())})


def _counts(session: neo4j.Session, labels: list[str]) -> dict[str, int]:
    each = (f"MATCH (n:`{label}`) RETURN '{label}' AS label, count(n) AS n" for label in labels)
    return {record["label"]: record["n"] for record in session.run(" UNION ALL ".join(each))}


def _run(
    runner: neo4j.Session | neo4j.Transaction | neo4j.ManagedTransaction, statement: str, /, **parameters: Any
) -> neo4j.ResultSummary:
    return runner.run(statement, parameters).consume()
