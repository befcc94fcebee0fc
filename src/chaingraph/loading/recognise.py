"""Which mapping a source is for, told by what stands in its files."""

from __future__ import annotations

import difflib
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import islice

import duckdb

from chaingraph.errors import InputError
from chaingraph.loading.mapping import Loader, normalised
from chaingraph.loading.read import EmptyTable, Peek, SourceFile, peek
from chaingraph.loading.read.documents import documents
from chaingraph.model import TABLES

GLIMPSE = 20  # documents from a file's beginning that may tell what it is
HEADER_WITHIN = 12  # published files put up to a dozen lines of titles above their header


@dataclass(frozen=True)
class Match:
    """A source's mapping and the files it applies to, each with the row that is its header."""

    loader: Loader
    files: tuple[tuple[SourceFile, int], ...]
    warnings: tuple[str, ...] = ()


def recognise(
    con: duckdb.DuckDBPyConnection,
    files: Sequence[SourceFile],
    loaders: Mapping[str, Loader],
    asked: str | None = None,
) -> Match:
    """The mapping for one source's files: the one that was asked for, else the only one that fits.

    Raises InputError saying what was looked for and what was found when none fits, when several do, or when
    a file beside the others does not.
    """
    if asked is not None and asked not in loaders:
        near = difflib.get_close_matches(asked, loaders, n=1)
        hint = f"; did you mean {near[0]}?" if near else ""
        raise InputError(
            f"There is no loader {asked!r}{hint}", remedy=f"The loaders are: {', '.join(sorted(loaders))}."
        )
    peeks, empty = _peeks(con, files)
    warnings = [f"{file.label} is empty and is left out" for file in empty]
    candidates = [loaders[asked]] if asked else [loaders[name] for name in sorted(loaders)]
    fitting = []
    for loader in candidates:
        rows = [header_row(loader, begun, signed=asked is None) for begun in peeks]
        if any(row is not None for row in rows):
            fitting.append((loader, rows))
    if not fitting:
        raise InputError(_nothing_fits(peeks, candidates), remedy=_remedy(candidates))
    if len(fitting) > 1:
        most = max(_fit(loader, peeks, rows) for loader, rows in fitting)
        fitting = [(loader, rows) for loader, rows in fitting if _fit(loader, peeks, rows) == most]
    if len(fitting) > 1:
        names = " and ".join(loader.name for loader, _ in fitting)
        raise InputError(
            f"{peeks[0].source.display} can be read by more than one loader: {names}.",
            remedy=f"Say which: --as {fitting[0][0].name}.",
        )
    loader, rows = fitting[0]
    beside = [begun for begun, row in zip(peeks, rows, strict=True) if row is None]
    if beside and not loader.identity:
        raise InputError(
            "\n".join(_why_not(loader, begun) for begun in beside),
            remedy="Take the file out of the folder, or load it by itself; the others were recognised as "
            f"{loader.name}.",
        )
    warnings += [_unknown_table(begun.source) for begun in beside]
    known = tuple((begun.source, row) for begun, row in zip(peeks, rows, strict=True) if row is not None)
    _no_table_twice(loader, known)
    return Match(loader, known, tuple(warnings))


def _peeks(
    con: duckdb.DuckDBPyConnection, files: Sequence[SourceFile]
) -> tuple[list[Peek], list[SourceFile]]:
    peeks, empty = [], []
    for file in files:
        try:
            peeks.append(peek(con, file))
        except EmptyTable:
            # A workbook has spare sheets; a file of its own that is empty is an error.
            if file.sheet is None or len(files) == 1:
                raise
            empty.append(file)
    if not peeks:
        raise InputError(f"{files[0].display} has nothing written on any sheet.")
    return peeks, empty


def header_row(loader: Loader, begun: Peek, *, signed: bool = True) -> int | None:
    """The row whose cells are the header of a file of this loader, 0 for documents; None where there is none.

    ``signed``: the rows beneath must also bear the mapping's sign.
    """
    if loader.documents is not None or begun.source.kind == "json":
        return 0 if _holds_documents(loader, begun.source) else None
    if loader.identity:
        return begun.header_row if table_name(begun.source) in TABLES else None
    rows: list[Sequence[str]] = [begun.header, *begun.sample]
    for ahead, cells in enumerate(rows[:HEADER_WITHIN]):
        if missing(loader, cells):
            continue
        if not signed or _bears_sign(loader, cells, rows[ahead + 1 :]) is not False:
            return begun.header_row + ahead
    return None


def _holds_documents(loader: Loader, source: SourceFile) -> bool:
    if loader.documents is None or source.kind != "json":
        return False
    first = islice(documents(source, loader.documents.inside), GLIMPSE)
    return any(loader.documents.fits(one.value) for one in first if one.fault is None)


def _fit(loader: Loader, peeks: Sequence[Peek], rows: Sequence[int | None]) -> tuple[int, int]:
    """How well a mapping fits: the files that it fits, and of those how many more bear its sign than do not."""
    of_it = [begun for begun, row in zip(peeks, rows, strict=True) if row is not None]
    signs = 0
    for begun, row in zip(peeks, rows, strict=True):
        if row is not None and loader.sign is not None:
            cells = [begun.header, *begun.sample][row - begun.header_row :]
            signs += 1 if _bears_sign(loader, cells[0], cells[1:]) else -1
    return len(of_it), signs


def _bears_sign(loader: Loader, header: Sequence[str], rows: Sequence[Sequence[str]]) -> bool | None:
    """Whether most values under the sign's column say that this is the source; None where there are none."""
    if loader.sign is None:
        return None
    headers = loader.headers()[loader.sign.column]
    place = next((n for n, name in enumerate(header) if normalised(name) in headers), None)
    values = (
        [row[place] for row in rows if place < len(row) and row[place].strip()] if place is not None else []
    )
    if not values:
        return None
    fitting = sum(re.search(loader.sign.matches, value) is not None for value in values)
    return 2 * fitting >= len(values)


def table_name(source: SourceFile) -> str:
    """The name of the model's table that a file would be, with case, blanks and hyphens evened out."""
    return normalised(source.name).replace(" ", "_")


def missing(loader: Loader, header: Sequence[str]) -> list[str]:
    """The required columns for which the header has no name."""
    names = {normalised(name) for name in header}
    return [
        name
        for name, headers in loader.headers().items()
        if loader.columns[name].required and not names.intersection(headers)
    ]


def _nothing_fits(peeks: Sequence[Peek], candidates: Sequence[Loader]) -> str:
    lines = []
    for begun in peeks[:5]:
        nearest = min(
            (loader for loader in candidates if loader.columns and begun.source.kind != "json"),
            key=lambda loader: (
                len(missing(loader, begun.header)) / sum(c.required for c in loader.columns.values())
            ),
            default=None,
        )
        if nearest is not None and len(missing(nearest, begun.header)) < sum(
            column.required for column in nearest.columns.values()
        ):
            lines.append(_why_not(nearest, begun))
        else:
            lines.append(_unlike_all(begun))
    if len(peeks) > 5:
        lines.append(f"… and {len(peeks) - 5} more files like these")
    return "Nothing here is recognised.\n" + "\n".join(lines)


def _remedy(candidates: Sequence[Loader]) -> str:
    kinds = "; ".join(f"{loader.name} ({loader.title})" for loader in candidates)
    named = "A market folder's files are named after its tables: organisations.csv, contracts.csv, …"
    return f"Looked for: {kinds}. {named}"


def _unknown_table(source: SourceFile) -> str:
    near = difflib.get_close_matches(table_name(source), TABLES, n=1, cutoff=0.6)
    hint = f"; did you mean {near[0]}?" if near else ""
    return f"{source.label}: {source.name!r} is not a table of the model and is left out{hint}"


def _unlike_all(begun: Peek) -> str:
    keys = ", ".join(begun.header)[:200]
    if begun.source.kind == "json":
        return f"{begun.source.label}: JSON of no kind that a mapping describes; its keys are: {keys}"
    return f"{_unknown_table(begun.source)}; its header is: {keys}"


def _why_not(loader: Loader, begun: Peek) -> str:
    if loader.documents is not None or begun.source.kind == "json":
        return f"{begun.source.where} holds no documents of {loader.name}"
    if loader.sign and not missing(loader, begun.header):
        return (
            f"{begun.source.where} has the columns of {loader.name}, but its "
            f"{loader.columns[loader.sign.column].headers[0]!r} names another source"
        )
    absent = [f"{loader.columns[name].headers[0]!r}" for name in missing(loader, begun.header)]
    return (
        f"{begun.source.where} is not a file of {loader.name}: no column {', '.join(absent)} among "
        f"{', '.join(name for name in begun.header if name)[:200]}"
    )


def _no_table_twice(loader: Loader, files: Sequence[tuple[SourceFile, int]]) -> None:
    if not loader.identity:
        return
    seen: dict[str, SourceFile] = {}
    for source, _ in files:
        other = seen.setdefault(table_name(source), source)
        if other is not source:
            raise InputError(
                f"{other.where} and {source.where} are both the table {table_name(source)}.",
                remedy="Keep one of them, or put the rows of both into one file.",
            )
