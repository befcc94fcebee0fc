"""What every graph store can do: publish whole, ask read-only, count."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Protocol

import pyarrow as pa


@dataclass(frozen=True)
class RelationshipTable:
    """One relationship type between one pair of labels: a Parquet file with ``from_id``, ``to_id`` and properties."""

    type: str
    from_label: str
    to_label: str
    path: Path
    rows: int


@dataclass(frozen=True)
class GraphTables:
    """A whole graph as Parquet files, ready to be published.

    ``nodes`` maps a label to its file (columns: the label's properties in the model's order), ``node_rows``
    to its row count. ``manifest`` is what a sweep must know of the load (market name, as_of, sources,
    rejected rows, reconciliation); it is stored with the graph and given back by ``Store.manifest``.
    """

    graph_id: str
    nodes: Mapping[str, Path]
    node_rows: Mapping[str, int]
    relationships: tuple[RelationshipTable, ...]
    manifest: Mapping[str, Any] = field(default_factory=dict)


class Progress(Protocol):
    """Told how far a long job has come (``done`` of ``total`` rows of ``what``)."""

    def __call__(self, what: str, done: int, total: int) -> None: ...


def silent(what: str, done: int, total: int) -> None:
    """A progress listener that listens to nothing."""


class Store(Protocol):
    """A graph engine. Every method raises ``StoreError`` with a remedy where there is one."""

    @property
    def name(self) -> str:
        """For people and for the sweep: the engine and where it is, never a password."""
        ...

    def publish(self, graph: GraphTables, progress: Progress = silent) -> None:
        """Replace the graph whole; count it back against ``graph`` before it becomes the published one."""
        ...

    def manifest(self) -> dict[str, Any] | None:
        """The manifest of the published graph; None where nothing was ever published.

        Raises StoreError where a load is in progress or was broken off.
        """
        ...

    def query(self, cypher: str, parameters: Mapping[str, Any] | None = None) -> pa.Table:
        """Run one read-only statement. Columns are int64, double, bool, date32, string (or lists of them)."""
        ...

    def close(self) -> None:
        """Let go of files and connections."""
        ...
