"""From the sources of a market to its typed tables: each file read, each loader's mapping applied."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Any

import duckdb

from chaingraph.loading.line_faults import home
from chaingraph.loading.lines import create_lines, fill_tables, stage_lines
from chaingraph.loading.mapping import Loader, read_loaders
from chaingraph.loading.read import RawTable, SourceFile, passed_over, read_table
from chaingraph.loading.recognise import recognise, table_name
from chaingraph.loading.reconcile import reconcile
from chaingraph.loading.staging import keep_rejections, stage_table
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
    """Read every file and fill the market tables; ``sources`` are paths, with the loader asked for if any."""
    known = read_loaders(loaders)
    matches = [recognise(con, found, known, asked) for (_, asked), found in zip(sources, files, strict=True)]
    staged = Staged(warnings=[warning for match in matches for warning in match.warnings])
    for path, _ in sources:
        if left := passed_over(path):
            staged.warnings.append(f"{path.name}: no tables, and left out: {', '.join(left)}")
    total = sum(len(match.files) for match in matches)
    number = 0
    shown = shown_paths([file.path for match in matches for file, _ in match.files])
    read: set[tuple[str, str | None, str]] = set()
    mapped: dict[str, Loader] = {}
    present: set[str] = set()
    for match in matches:
        loader = match.loader
        for file, header_row in match.files:
            number += 1
            progress(f"reading {file.where}", number, total)
            # The same file under another name would double its money, or clash with itself.
            if (file.sha256, file.sheet, loader.name) in read:
                staged.warnings.append(f"{file.label} was read already under another name, and is left out")
                continue
            read.add((file.sha256, file.sheet, loader.name))
            raw = read_table(con, file, f"raw{number}", ragged=loader.ragged, header_row=header_row)
            _enter(con, raw, number, shown[file.path], loader.name)
            staged.warnings += raw.notes
            if loader.identity:
                name = table_name(file)
                keep_rejections(con, raw, name, number)
                staged.warnings += stage_table(con, raw, TABLES[name], number)
                present.add(name)
            else:
                if loader.name not in mapped:
                    mapped[loader.name] = loader
                    staged.warnings += loader.notes
                    create_lines(con, loader)
                keep_rejections(con, raw, home(loader), number)
                staged.warnings += stage_lines(con, loader, raw, number)
            raw.drop(con)
    for loader in mapped.values():
        progress(f"mapping {loader.name}", total, total)
        present |= fill_tables(con, loader)
        staged.permits |= frozenset(loader.permits)
        if loader.reconcile:
            staged.reconcilers.append(partial(reconcile, loader=loader))
    staged.present = frozenset(present)
    return staged


def shown_paths(paths: Iterable[Path]) -> dict[Path, str]:
    """Each file's name, with as many of its folders as it takes to tell it from the others.

    Not the whole path: where a market lies is no part of what is found in it.
    """
    shown = {path: path.name for path in paths}
    parts = 1
    while len(set(shown.values())) < len(shown) and parts < max(len(path.parts) for path in shown):
        parts += 1
        often = Counter(shown.values())
        shown = {p: name if often[name] == 1 else "/".join(p.parts[-parts:]) for p, name in shown.items()}
    return shown


def _enter(con: duckdb.DuckDBPyConnection, raw: RawTable, number: int, path: str, loader: str) -> None:
    rows = raw.rows + len({rejection.row for rejection in raw.rejections})
    con.execute(
        "INSERT INTO sources VALUES (?, ?, ?, ?, ?, ?)",
        [number, raw.source.sha256, path, raw.source.sheet, rows, loader],
    )
