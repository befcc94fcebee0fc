"""The server store: Neo4j 5.26 or later, by the official driver.

A server holds one graph of ours. While a load is in progress a marker node says so; a load that was broken
off leaves the marker, and every reader refuses the graph until it is loaded again.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any, TypeVar

import neo4j
import pyarrow as pa
import pyarrow.parquet as pq
from neo4j.exceptions import AuthError, ClientError, DriverError, Neo4jError, ServiceUnavailable

from chaingraph.errors import SettingsError, StoreError
from chaingraph.model import NODES
from chaingraph.store.counting import check_nodes, check_relationships
from chaingraph.store.neo4j_values import as_table
from chaingraph.store.protocol import GraphTables, Progress, RelationshipTable, silent

MARKER = "ChaingraphLoad"
ROWS_A_BATCH = 10_000
OLDEST = (5, 26)
LOAD_AGAIN = "Load the sources again: chaingraph --store URI load SOURCE…"

Answer = TypeVar("Answer")


class Neo4jStore:
    """A graph on a server. Raises SettingsError where the URI holds a password, or user or password are wrong."""

    def __init__(self, uri: str, user: str, password: str) -> None:
        if "@" in uri.partition("://")[2]:
            raise SettingsError(
                "The store's address holds a user or password, which would show in process lists and logs.",
                remedy="Give neo4j://HOST:PORT, and set CHAINGRAPH_NEO4J_USER and CHAINGRAPH_NEO4J_PASSWORD.",
            )
        self.uri = uri
        # What the server has to say of a query's style is not for the people who read our output.
        self._driver = neo4j.GraphDatabase.driver(
            uri, auth=(user, password), notifications_min_severity="OFF", user_agent="chaingraph"
        )
        self._checked = False
        self._constrained = False

    @property
    def name(self) -> str:
        """``neo4j``: the address is this installation's business and would spoil equal bytes."""
        return "neo4j"

    def manifest(self) -> dict[str, Any] | None:
        """See ``Store.manifest``."""
        rows = self._read(f"MATCH (m:{MARKER}) RETURN m.state AS state, m.manifest AS manifest").to_pylist()
        if not rows:
            return None
        if rows[0]["state"] != "complete":
            raise StoreError(
                "A load into this Neo4j is under way or was broken off; what it holds cannot be trusted.",
                remedy=f"Wait for it to end. If none is running: {LOAD_AGAIN}",
            )
        manifest: dict[str, Any] = json.loads(rows[0]["manifest"])
        return manifest

    def publish(self, graph: GraphTables, progress: Progress = silent) -> None:
        """Replace the server's graph; the marker reads ``complete`` only after everything was counted back."""
        with self._session(neo4j.WRITE_ACCESS) as session:
            if not _begin(session, graph.graph_id):
                return
            if not self._constrained:
                _constraints(session)
                self._constrained = True
            _wipe(session)
            total = sum(graph.node_rows.values()) + sum(r.rows for r in graph.relationships)
            done = 0
            for label, path in graph.nodes.items():
                done = _send(session, _node_statement(label), path, done, total, label, progress)
            for table in graph.relationships:
                done = _send(
                    session, _relationship_statement(table), table.path, done, total, table.type, progress
                )
        try:
            check_nodes(self._first, graph)
            check_relationships(self._first, graph)
        finally:
            progress("counted", total, total)
        with self._session(neo4j.WRITE_ACCESS) as session:
            session.run(
                f"MATCH (m:{MARKER}) SET m.state = 'complete', m.manifest = $manifest",
                manifest=json.dumps(graph.manifest, ensure_ascii=False, sort_keys=True),
            ).consume()

    def query(self, cypher: str, parameters: Mapping[str, Any] | None = None) -> pa.Table:
        """See ``Store.query``."""
        return self._read(cypher, parameters)

    def close(self) -> None:
        """Close the connections."""
        self._driver.close()

    def _first(self, cypher: str) -> list[Any]:
        return list(self._read(cypher).to_pylist()[0].values())

    def _read(self, cypher: str, parameters: Mapping[str, Any] | None = None) -> pa.Table:
        def work(transaction: neo4j.ManagedTransaction) -> pa.Table:
            return as_table(transaction.run(cypher, dict(parameters or {})))  # type: ignore[arg-type]

        with self._session(neo4j.READ_ACCESS) as session:
            return session.execute_read(work)

    @contextmanager
    def _session(self, access: str) -> Iterator[neo4j.Session]:
        try:
            self._check_version()
            with self._driver.session(default_access_mode=access, fetch_size=5_000) as session:
                yield session
        except AuthError as error:
            raise SettingsError(
                f"{self.uri} refuses the user or the password.",
                remedy="Correct CHAINGRAPH_NEO4J_USER and CHAINGRAPH_NEO4J_PASSWORD.",
            ) from error
        except ServiceUnavailable as error:
            raise StoreError(
                f"No Neo4j answers at {self.uri}.", remedy="Start the server, or correct the address."
            ) from error
        except (Neo4jError, DriverError) as error:
            raise StoreError(f"Neo4j could not do it: {getattr(error, 'message', None) or error}") from error

    def _check_version(self) -> None:
        if self._checked:
            return
        agent = self._driver.get_server_info().agent  # Neo4j/5.26.30
        found = tuple(int(part) for part in agent.partition("/")[2].split(".")[:2] if part.isdigit())
        if found < OLDEST:
            raise StoreError(f"{agent} at {self.uri} is too old.", remedy="Use Neo4j 5.26 or later.")
        self._checked = True


def _begin(session: neo4j.Session, graph_id: str) -> bool:
    """Mark a load as begun; False where this very graph is complete already."""
    session.run(
        f"CREATE CONSTRAINT {MARKER} IF NOT EXISTS FOR (m:{MARKER}) REQUIRE m.one IS UNIQUE"
    ).consume()
    record = session.run(
        f"MERGE (m:{MARKER} {{one: 1}}) WITH m, m.state = 'complete' AND m.graph_id = $id AS same "
        "SET m.state = CASE WHEN same THEN m.state ELSE 'loading' END, m.graph_id = $id RETURN same",
        id=graph_id,
    ).single(strict=True)
    return not record["same"]


def _constraints(session: neo4j.Session) -> None:
    held = {record["name"] for record in session.run("SHOW CONSTRAINTS YIELD name RETURN name")}
    for node in NODES.values():
        name = f"chaingraph_{node.label}"
        if name not in held:
            session.run(
                f"CREATE CONSTRAINT {name} IF NOT EXISTS FOR (n:`{node.label}`) REQUIRE n.`{node.key}` IS UNIQUE"
            ).consume()


def _wipe(session: neo4j.Session) -> None:
    # Only what is ours, in batches that fit in a small server's memory; relationships first, for they are many.
    labels = "|".join(f"`{label}`" for label in NODES)
    held = session.run(f"MATCH (n:{labels}) WITH n LIMIT {ROWS_A_BATCH} RETURN count(n) AS n").single(
        strict=True
    )["n"]
    if held < ROWS_A_BATCH:
        if held:
            session.run(f"MATCH (n:{labels}) DETACH DELETE n").consume()
        return
    session.run(
        f"MATCH (n:{labels})-[r]->() CALL (r) {{ DELETE r }} IN TRANSACTIONS OF {ROWS_A_BATCH} ROWS"
    ).consume()
    session.run(
        f"MATCH (n:{labels}) CALL (n) {{ DETACH DELETE n }} IN TRANSACTIONS OF {ROWS_A_BATCH} ROWS"
    ).consume()


def _node_statement(label: str) -> str:
    return f"UNWIND $rows AS row CREATE (n:`{label}`) SET n = row"


def _relationship_statement(table: RelationshipTable) -> str:
    from_key, to_key = NODES[table.from_label].key, NODES[table.to_label].key
    return (
        f"UNWIND $rows AS row MATCH (a:`{table.from_label}` {{`{from_key}`: row.from_id}}) "
        f"MATCH (b:`{table.to_label}` {{`{to_key}`: row.to_id}}) "
        f"CREATE (a)-[r:`{table.type}`]->(b) SET r = row.properties"
    )


def _send(
    session: neo4j.Session, statement: str, path: Path, done: int, total: int, what: str, progress: Progress
) -> int:
    ends = "row.from_id" in statement
    for batch in pq.ParquetFile(path).iter_batches(batch_size=ROWS_A_BATCH):
        rows = batch.to_pylist()
        if ends:
            rows = [
                {"from_id": row.pop("from_id"), "to_id": row.pop("to_id"), "properties": row} for row in rows
            ]
        if rows:
            session.execute_write(_run(statement, rows))
        done += len(rows)
        progress(what, done, total)
    return done


def _run(statement: str, rows: list[dict[str, Any]]) -> Callable[[neo4j.ManagedTransaction], None]:
    def work(transaction: neo4j.ManagedTransaction) -> None:
        transaction.run(statement, rows=rows).consume()  # type: ignore[arg-type]

    return work
