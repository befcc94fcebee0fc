"""The server store: Neo4j 5.26 or later, by the official driver.

A database holds one graph of ours. A marker node says while a load is in progress; a load that was broken off
leaves the marker as it is, and every reader refuses the graph until it is loaded again.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

import neo4j
import pyarrow as pa
from neo4j.exceptions import AuthError, DriverError, Neo4jError, ServiceUnavailable

from chaingraph.errors import SettingsError, StoreError
from chaingraph.store import neo4j_writing as writing
from chaingraph.store.counting import check_nodes, check_relationships
from chaingraph.store.neo4j_values import as_table
from chaingraph.store.neo4j_writing import MARKER
from chaingraph.store.protocol import GraphTables, Progress, silent

OLDEST = (5, 26)
SECONDS_TO_CONNECT = 10.0
STATE = f"MATCH (m:{MARKER}) RETURN m.state AS state, m.graph_id AS graph_id, m.manifest AS manifest"


def refuse_sign_in(uri: str) -> None:
    """Raise SettingsError, without repeating it, where an address holds a user or password."""
    if "@" in uri.partition("://")[2]:
        raise SettingsError(
            "The store's address holds a user or password, which would show in process lists and logs.",
            remedy="Give neo4j://HOST:PORT, and set CHAINGRAPH_NEO4J_USER and CHAINGRAPH_NEO4J_PASSWORD.",
        )


class Neo4jStore:
    """The graph in the user's home database on a server.

    Connects when it is first asked for something. Raises SettingsError where the address holds a user or password.
    Its methods raise SettingsError where the server refuses them, StoreError where there is no server or one too old.
    """

    def __init__(self, uri: str, user: str, password: str) -> None:
        refuse_sign_in(uri)
        self.uri = uri
        try:
            self._driver = neo4j.GraphDatabase.driver(
                uri,
                auth=(user, password),
                user_agent="chaingraph",
                connection_timeout=SECONDS_TO_CONNECT,
                # What the server has to say of a query's style is not for the people who read our output.
                notifications_min_severity="OFF",
            )
        except (DriverError, ValueError) as error:
            raise SettingsError(
                f"{uri} is not an address of a Neo4j server: {error}.", remedy="Give neo4j://HOST:PORT."
            ) from error
        # In a cluster, what one session wrote must be there for the next one that reads.
        self._bookmarks = neo4j.GraphDatabase.bookmark_manager()
        self._checked = False

    @property
    def name(self) -> str:
        """``neo4j``: the address is this installation's business and would spoil equal bytes."""
        return "neo4j"

    def manifest(self) -> dict[str, Any] | None:
        """See ``Store.manifest``."""
        with self._session(neo4j.READ_ACCESS) as session:
            state = session.execute_read(_state)
        if state is None:
            return None
        manifest: dict[str, Any] = json.loads(_complete(state)["manifest"])
        return manifest

    def publish(self, graph: GraphTables, progress: Progress = silent) -> None:
        """Replace the graph; the marker reads ``complete`` only after everything was counted back.

        Raises StoreError where another load into the database is under way, or where it holds somebody else's
        nodes under our labels, which a load would delete.
        """
        with self._session(neo4j.WRITE_ACCESS) as lock, writing.hold(lock) as held:
            with self._session(neo4j.WRITE_ACCESS) as session:
                state = session.execute_read(_state)
                if state is not None and (state["state"], state["graph_id"]) == ("complete", graph.graph_id):
                    return
                writing.begin(session, graph.graph_id, first=state is None)
                writing.wipe(session)
                writing.constrain(session)
                writing.send(session, graph, progress, held)
            with self._session(neo4j.READ_ACCESS) as session:
                session.execute_read(_count_back, graph)
            writing.complete(held, graph.manifest)

    def query(self, cypher: str, parameters: Mapping[str, Any] | None = None) -> pa.Table:
        """See ``Store.query``. Raises StoreError where no graph is published, or a load came in between."""

        def work(transaction: neo4j.ManagedTransaction) -> pa.Table:
            table = _ask(transaction, cypher, parameters)
            state = _state(transaction)  # afterwards: a load that began meanwhile has left its mark
            if state is None:
                raise StoreError(
                    "Nothing is loaded yet.", remedy="Load a source first: chaingraph load SOURCE…"
                )
            _complete(state)
            return table

        with self._session(neo4j.READ_ACCESS) as session:
            return session.execute_read(work)

    def close(self) -> None:
        """Close the connections."""
        self._driver.close()

    @contextmanager
    def _session(self, access: str) -> Iterator[neo4j.Session]:
        try:
            self._check_version()
            with self._driver.session(
                default_access_mode=access, fetch_size=5_000, bookmark_manager=self._bookmarks
            ) as session:
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
        agent = self._driver.get_server_info().agent  # Neo4j/5.26.30, Neo4j/5.27-aura, Neo4j/2025.10.1
        found = re.match(r"Neo4j/(\d+)\.(\d+)", agent)
        if found is None or (int(found[1]), int(found[2])) < OLDEST:
            raise StoreError(f"The server at {self.uri} is {agent}.", remedy="Use Neo4j 5.26 or later.")
        self._checked = True


def _ask(
    transaction: neo4j.ManagedTransaction, cypher: str, parameters: Mapping[str, Any] | None
) -> pa.Table:
    return as_table(transaction.run(cypher, dict(parameters or {})))


def _count_back(transaction: neo4j.ManagedTransaction, graph: GraphTables) -> None:
    def first(cypher: str) -> list[Any]:
        return list(_ask(transaction, cypher, None).to_pylist()[0].values())

    check_nodes(first, graph)
    check_relationships(first, graph, both_at_once=True)


def _state(transaction: neo4j.ManagedTransaction) -> neo4j.Record | None:
    return transaction.run(STATE).single()


def _complete(state: neo4j.Record) -> neo4j.Record:
    if state["state"] != "complete":
        raise StoreError(
            "A load into this Neo4j is under way or was broken off; what it holds cannot be trusted.",
            remedy="Wait for it to end. If none is running, load the sources again: chaingraph load SOURCE…",
        )
    return state
