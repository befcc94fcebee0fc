"""The embedded engine without a folder: for graphs of a few rows that are asked once, such as the cases of a rule."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any

import ladybug
import pyarrow as pa

from chaingraph.errors import StoreError
from chaingraph.store.ladybug_database import SMALL_GRAPH_BYTES, ask, file_bytes, fill, opened
from chaingraph.store.protocol import GraphTables, Progress, silent

GRAPHS_A_DATABASE = 200  # what deleted rows leave behind is let go with the database


class MemoryStore:
    """A graph in memory, gone when it is closed or another one is published.

    One store may serve many graphs, one after another: making its tables takes longer than filling them with a few rows.
    """

    def __init__(self) -> None:
        self._database: ladybug.Database | None = None
        self._connection: ladybug.Connection | None = None
        self._manifest: dict[str, Any] | None = None
        self._labels: Collection[str] | None = None  # of the nodes that are there; None: not even tables are
        self._graphs = 0

    @property
    def name(self) -> str:
        """``ladybug``: the same engine."""
        return "ladybug"

    def publish(self, graph: GraphTables, progress: Progress = silent) -> None:
        """See ``Store.publish``; not counted back, for whoever asks so small a graph knows what it must say."""
        size = file_bytes(graph)
        if size > SMALL_GRAPH_BYTES or self._graphs >= GRAPHS_A_DATABASE:
            self.close()
        try:
            if self._database is None:
                self._database = opened(None, read_only=False, size=size)
            if self._connection is not None:
                self._connection.close()  # and with it goes what its statements held
            self._manifest = None
            self._connection = ladybug.Connection(self._database)
            fill(self._connection, graph, progress, before=self._labels)
        except BaseException as error:
            self.close()
            if isinstance(error, RuntimeError):
                raise StoreError(f"Ladybug refused the load: {error}") from error
            raise
        self._labels = [label for label, rows in graph.node_rows.items() if rows]
        self._manifest = dict(graph.manifest)
        self._graphs += 1

    def manifest(self) -> dict[str, Any] | None:
        """See ``Store.manifest``."""
        return self._manifest

    def query(self, cypher: str, parameters: Mapping[str, Any] | None = None) -> pa.Table:
        """See ``Store.query``."""
        if self._connection is None:
            raise StoreError("Nothing is loaded yet.", remedy="Publish a graph first.")
        return ask(self._connection, cypher, parameters)

    def close(self) -> None:
        """Let go of the graph."""
        if self._connection is not None:
            self._connection.close()
        if self._database is not None:
            self._database.close()
        self._connection = self._database = self._manifest = self._labels = None
        self._graphs = 0
