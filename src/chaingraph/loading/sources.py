"""From the sources of a market to its typed tables: each file read, each loader's mapping applied."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Any, NamedTuple

import duckdb

from chaingraph.loading.json_files import read_documents
from chaingraph.loading.line_faults import home
from chaingraph.loading.lines import create_lines, drop_lines, fill_tables, stage_lines
from chaingraph.loading.mapping import Loader
from chaingraph.loading.mapping_files import read_loaders
from chaingraph.loading.read import SourceFile, passed_over, read_table
from chaingraph.loading.recognise import Match, recognise, table_name
from chaingraph.loading.reconcile import reconcile
from chaingraph.loading.staging import keep_rejections, stage_table
from chaingraph.model import TABLES
from chaingraph.store.protocol import Progress


@dataclass
class Staged:
    """What staging gave: the market tables that are there, what each mapping permits, notes, and money."""

    present: frozenset[str] = frozenset()
    permits: frozenset[tuple[str, str]] = frozenset()
    precedence: dict[str, int] = field(default_factory=dict)
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
    numbered = _Numbered(matches)
    present: set[str] = set()
    mappings = {match.loader.name: match.loader for match in matches}
    for before, loader in zip([None, *mappings.values()], mappings.values(), strict=False):
        if before is not None:
            drop_lines(con, before)
        of_loader = [one for one in numbered.files if one.loader == loader.name]
        tick = partial(_tick, progress, len(numbered.files))
        stage = _stage_tables if loader.identity else _stage_mapped
        present |= stage(con, loader, _once(of_loader, staged), staged, tick)
    staged.present = frozenset(present)
    return staged


class _File(NamedTuple):
    number: int
    file: SourceFile
    header_row: int
    loader: str
    shown: str


class _Numbered:
    """Every file of every source with its number, the same whatever order the mappings are gone through in."""

    def __init__(self, matches: Sequence[Match]) -> None:
        found = [(file, row, match.loader.name) for match in matches for file, row in match.files]
        shown = shown_paths([file.path for file, _, _ in found])
        self.files = [_File(n, f, row, name, shown[f.path]) for n, (f, row, name) in enumerate(found, 1)]


def _tick(progress: Progress, total: int, file: _File) -> None:
    progress(f"reading {file.file.where}", file.number, total)


def _once(files: Iterable[_File], staged: Staged) -> list[_File]:
    """The files without those that are there twice: under another name, one would double its money."""
    seen: set[tuple[str, str | None]] = set()
    kept = []
    for one in files:
        if (one.file.sha256, one.file.sheet) in seen:
            staged.warnings.append(f"{one.file.label} was read already under another name, and is left out")
        else:
            seen.add((one.file.sha256, one.file.sheet))
            kept.append(one)
    return kept


def _stage_tables(
    con: duckdb.DuckDBPyConnection,
    loader: Loader,
    files: Sequence[_File],
    staged: Staged,
    tick: Callable[[_File], None],
) -> set[str]:
    present = set()
    for one in files:
        tick(one)
        raw = read_table(con, one.file, f"raw{one.number}", ragged=loader.ragged, header_row=one.header_row)
        _enter(con, one, raw.rows + len({rejection.row for rejection in raw.rejections}))
        staged.warnings += raw.notes
        name = table_name(one.file)
        keep_rejections(con, raw, name, one.number)
        staged.warnings += stage_table(con, raw, TABLES[name], one.number)
        present.add(name)
        raw.drop(con)
    return present


def _stage_mapped(
    con: duckdb.DuckDBPyConnection,
    loader: Loader,
    files: Sequence[_File],
    staged: Staged,
    tick: Callable[[_File], None],
) -> set[str]:
    staged.warnings += loader.notes
    create_lines(con, loader)
    if loader.documents:
        _stage_documents(con, loader, files, staged, tick)
    for one in () if loader.documents else files:
        tick(one)
        raw = read_table(con, one.file, f"raw{one.number}", ragged=loader.ragged, header_row=one.header_row)
        _enter(con, one, raw.rows + len({rejection.row for rejection in raw.rejections}))
        staged.warnings += raw.notes
        keep_rejections(con, raw, home(loader), one.number)
        staged.warnings += stage_lines(con, loader, raw, one.number)
        raw.drop(con)
    present = fill_tables(con, loader)
    staged.permits |= {(permit, loader.name) for permit in loader.permits}
    staged.precedence[loader.name] = loader.precedence
    if loader.reconcile:
        staged.reconcilers.append(partial(reconcile, loader=loader))
    return set(present)


def _stage_documents(
    con: duckdb.DuckDBPyConnection,
    loader: Loader,
    files: Sequence[_File],
    staged: Staged,
    tick: Callable[[_File], None],
) -> None:
    for one in files:
        tick(one)
    for one, (count, parts) in zip(
        files, read_documents(con, loader, [one.file for one in files]), strict=True
    ):
        _enter(con, one, count)
        for name, raw in parts.items():
            staged.warnings += raw.notes
            keep_rejections(con, raw, home(loader, loader.rows[name]), one.number)
            staged.warnings += stage_lines(con, loader, raw, one.number, name)
            raw.drop(con)


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


def _enter(con: duckdb.DuckDBPyConnection, one: _File, rows: int) -> None:
    con.execute(
        "INSERT INTO sources VALUES (?, ?, ?, ?, ?, ?)",
        [one.number, one.file.sha256, one.shown, one.file.sheet, rows, one.loader],
    )
