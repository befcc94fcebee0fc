"""From the sources of a market to its typed tables: each file read, each loader's mapping applied."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import duckdb

from chaingraph.errors import InputError
from chaingraph.loading import parse
from chaingraph.loading.read import RawTable, SourceFile, passed_over, read_table
from chaingraph.loading.staging import keep_rejections, normalised, stage_table
from chaingraph.model import TABLES
from chaingraph.store.protocol import Progress


@dataclass
class Staged:
    """What staging gave: the market tables that are there, columns that may be negative, notes, and money."""

    present: frozenset[str] = frozenset()
    permits: frozenset[str] = frozenset()
    warnings: list[str] = field(default_factory=list)
    reconcilers: list[Callable[[duckdb.DuckDBPyConnection], dict[str, Any]]] = field(default_factory=list)

    def reconcile(self, con: duckdb.DuckDBPyConnection) -> list[dict[str, Any]]:
        """Money in the files, in the graph and rejected, once checks are done."""
        return [reconciler(con) for reconciler in self.reconcilers]


def stage_files(
    con: duckdb.DuckDBPyConnection,
    sources: Sequence[tuple[Path, str | None]],
    files: Sequence[Sequence[SourceFile]],
    loaders: Sequence[Path],
    progress: Progress,
) -> Staged:
    """Read every file and fill the market tables. ``sources`` are paths with the loader that was asked for."""
    parse.register(con)
    staged = Staged()
    total = sum(len(found) for found in files)
    number = 0
    present: set[str] = set()
    for (path, _), found in zip(sources, files, strict=True):
        for file in found:
            number += 1
            progress(f"reading {file.where}", number, total)
            name = normalised(file.name)
            if name not in TABLES:
                continue
            raw = read_table(con, file, f"raw{number}")
            _enter(con, raw, number, "market-folder")
            keep_rejections(con, raw, name, number)
            staged.warnings += raw.notes + stage_table(con, raw, TABLES[name], number)
            raw.drop(con)
            present.add(name)
    staged.present = frozenset(present)
    return staged


def _enter(con: duckdb.DuckDBPyConnection, raw: RawTable, number: int, loader: str) -> None:
    rows = raw.rows + len({rejection.row for rejection in raw.rejections})
    con.execute(
        "INSERT INTO sources VALUES (?, ?, ?, ?, ?, ?)",
        [number, raw.source.sha256, raw.source.path.name, raw.source.sheet, rows, loader],
    )
