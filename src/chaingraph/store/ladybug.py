"""The embedded store: a Ladybug graph in a folder, built aside, counted back and then swapped in.

A published graph is never written to again. Ladybug's tracker reports corruption where readers and writers
share a database, so a load builds a new folder, and ``current`` (a file that names the folder) is replaced
in one step; who reads the old graph goes on reading it.
"""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import ladybug
import pyarrow as pa

from chaingraph.errors import StoreError
from chaingraph.store.ladybug_database import TO_ASK, ask, count_back, file_bytes, fill, opened
from chaingraph.store.lock import exclusive
from chaingraph.store.protocol import GraphTables, Progress, silent


class LadybugStore:
    """A folder ``root`` that holds published graphs, of which ``current`` names the one in force."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self._database: ladybug.Database | None = None

    @property
    def name(self) -> str:
        """``ladybug``: the folder is this machine's business and would spoil equal bytes."""
        return "ladybug"

    def folder(self) -> Path | None:
        """The folder of the graph in force; None before the first load."""
        try:
            name = (self.root / "current").read_text(encoding="utf-8").strip()
        except FileNotFoundError:
            return None
        folder = self.root / name
        if not (folder / "manifest.json").is_file():
            raise StoreError(
                f"The graph {name} that {self.root / 'current'} names is not there.",
                remedy="Load the sources again: chaingraph load SOURCE…",
            )
        return folder

    def manifest(self) -> dict[str, Any] | None:
        """See ``Store.manifest``; a Ladybug load that was broken off leaves the old graph in force."""
        folder = self.folder()
        if folder is None:
            return None
        manifest: dict[str, Any] = json.loads((folder / "manifest.json").read_text(encoding="utf-8"))
        return manifest

    def publish(self, graph: GraphTables, progress: Progress = silent) -> None:
        """Build the graph in a new folder, count it back from disk, then make it the one in force."""
        self.root.mkdir(parents=True, exist_ok=True)
        with exclusive(self.root / "lock", "Another load is being published to this market."):
            for left in self.root.glob("building-*"):
                shutil.rmtree(left, ignore_errors=True)
            target = self.root / f"graph-{graph.graph_id}"
            if self.folder() == target:
                return
            building = self.root / f"building-{graph.graph_id}"
            try:
                building.mkdir()
                _build(building, graph, progress)
                manifest = json.dumps(graph.manifest, ensure_ascii=False, indent=1, sort_keys=True)
                (building / "manifest.json").write_text(manifest, encoding="utf-8")
                if target.exists():
                    shutil.rmtree(target)
                building.rename(target)
            except OSError as error:
                raise StoreError(
                    f"The graph could not be written to {self.root}: {error.strerror or error}.",
                    remedy="Nothing was published. Free some space there and load again.",
                ) from error
            finally:
                shutil.rmtree(building, ignore_errors=True)
            self.close()
            _replace(self.root / "current", target.name)
            for old in self.root.glob("graph-*"):
                if old != target:
                    shutil.rmtree(old, ignore_errors=True)

    def query(self, cypher: str, parameters: Mapping[str, Any] | None = None) -> pa.Table:
        """See ``Store.query``; each statement has a connection of its own.

        Ladybug gives the memory of a connection's statements back when the connection is closed, not before:
        the rules of one sweep over one connection took several times what the hungriest of them needs.
        """
        with ladybug.Connection(self._open()) as connection:
            return ask(connection, cypher, parameters)

    def close(self) -> None:
        """Let go of the files."""
        if self._database is not None:
            self._database.close()
        self._database = None

    def _open(self) -> ladybug.Database:
        if self._database is None:
            folder = self.folder()
            if folder is None:
                raise StoreError(
                    "Nothing is loaded yet.", remedy="Load a source first: chaingraph load SOURCE…"
                )
            path = folder / "graph.lbug"
            self._database = opened(path, read_only=True, size=path.stat().st_size, memory=TO_ASK)
        return self._database


def _build(folder: Path, graph: GraphTables, progress: Progress) -> None:
    path = folder / "graph.lbug"
    database = opened(path, read_only=False, size=file_bytes(graph))
    connection = ladybug.Connection(database)
    try:
        fill(connection, graph, progress)
        connection.execute("CHECKPOINT")
    except RuntimeError as error:
        if "interrupted" in str(error).lower():
            raise KeyboardInterrupt from error
        full = "No space left" in str(error)
        raise StoreError(
            f"The disk that holds {folder.parent} is full." if full else f"Ladybug refused the load: {error}",
            remedy="Nothing was published. Free some space and load again."
            if full
            else "Nothing was published.",
        ) from error
    finally:
        connection.close()
        database.close()
    _count_back(path, graph)


def _count_back(path: Path, graph: GraphTables) -> None:
    database = opened(path, read_only=True, size=path.stat().st_size)
    connection = ladybug.Connection(database)
    try:
        count_back(connection, graph)
    finally:
        connection.close()
        database.close()


def _replace(path: Path, text: str) -> None:
    aside = path.with_name(path.name + ".new")
    with aside.open("w", encoding="utf-8") as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())
    aside.replace(path)
