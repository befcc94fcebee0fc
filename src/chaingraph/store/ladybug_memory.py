"""The embedded engine without a folder: for a graph of a few rows that is asked once, such as a case of a rule."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import ladybug
import pyarrow as pa

from chaingraph.errors import StoreError
from chaingraph.store.ladybug_database import ask, file_bytes, fill, opened
from chaingraph.store.protocol import GraphTables, Progress, silent


class MemoryStore:
    """A graph in memory, gone when it is closed; most of what a small graph costs on disk is opening it there."""

    def __init__(self) -> None:
        self._database: ladybug.Database | None = None
        self._connection: ladybug.Connection | None = None
        self._manifest: dict[str, Any] | None = None

    @property
    def name(self) -> str:
        """``ladybug``: the same engine."""
        return "ladybug"

    def publish(self, graph: GraphTables, progress: Progress = silent) -> None:
        """See ``Store.publish``; not counted back, for whoever asks so small a graph knows what it must say."""
        database = opened(None, read_only=False, size=file_bytes(graph))
        connection = ladybug.Connection(database)
        try:
            fill(connection, graph, progress)
        except BaseException as error:
            connection.close()
            database.close()
            if isinstance(error, RuntimeError):
                raise StoreError(f"Ladybug refused the load: {error}") from error
            raise
        self.close()
        self._database, self._connection = database, connection
        self._manifest = dict(graph.manifest)

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
        self._connection = self._database = self._manifest = None
