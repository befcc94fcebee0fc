"""Any table of a source into DuckDB, by the quickest reader that gets every row right."""

from __future__ import annotations

from zipfile import BadZipFile

import duckdb
from python_calamine import CalamineError

from chaingraph.errors import InputError
from chaingraph.loading.read.careful import Ragged, Tally, read_careful, read_rows
from chaingraph.loading.read.cells import column_name
from chaingraph.loading.read.header import DELIMITERS, Peek, peek
from chaingraph.loading.read.parquet import parquet_columns, read_parquet
from chaingraph.loading.read.quick import read_quick
from chaingraph.loading.read.raw import RawTable
from chaingraph.loading.read.sheet import sheet_records
from chaingraph.loading.read.source import SourceFile, check_unchanged
from chaingraph.loading.sql import count


def read_table(
    con: duckdb.DuckDBPyConnection,
    source: SourceFile,
    relation: str,
    *,
    ragged: Ragged = "reject",
    header_row: int | None = None,
    careful: bool = False,
) -> RawTable:
    """Read one table into the DuckDB relation of that name.

    ``ragged``: rows with more or fewer cells than the header are rejected, or padded and trimmed (with a
    note; trimmed only of cells that repeat what stands before them). ``careful`` keeps the quick reader
    out. Raises InputError where the file as a whole cannot be used (no header, deleted or changed on the
    way, damaged); single faulty rows are in ``rejections``.
    """
    try:
        begun = peek(con, source, header_row)
        raw = _read(con, begun, relation, ragged, careful)
    except (OSError, duckdb.IOException, CalamineError, BadZipFile, InputError):
        check_unchanged(source)  # says so when the file went away or was written to, the likeliest reason
        raise
    check_unchanged(source)
    _note_unnamed(con, raw)
    return raw


def _read(
    con: duckdb.DuckDBPyConnection, begun: Peek, relation: str, ragged: Ragged, careful: bool
) -> RawTable:
    source, header = begun.source, begun.header
    raw = RawTable(source.name, source, header, relation, 0, ["VARCHAR"] * len(header), begun.header_row)
    if source.kind == "parquet":
        columns = parquet_columns(con, source)
        read_parquet(con, source, relation, columns)
        raw.types = [sql_type for _, sql_type, _ in columns]
    elif source.kind == "workbook":
        rows, raw.notes = sheet_records(source)
        _tell(raw, read_rows(con, source, relation, rows, header, begun.header_row, ragged))
    else:
        _note_text(raw, begun)
        assert source.text is not None
        quick = (
            not careful
            and begun.on_one_line
            and read_quick(
                con,
                source.path,
                source.text,
                relation,
                width=len(header),
                delimiter=begun.delimiter,
                header_row=begun.header_row,
            )
        )
        if not quick:
            tally = read_careful(
                con,
                source,
                relation,
                header=header,
                delimiter=begun.delimiter,
                header_row=begun.header_row,
                ragged=ragged,
            )
            _tell(raw, tally)
    raw.rows = count(con, f'SELECT count(*) FROM "{relation}"')
    if not raw.rows and not raw.rejections:
        raw.notes.append(f"{source.label} has a header but no rows.")
    return raw


def _note_text(raw: RawTable, begun: Peek) -> None:
    facts = raw.source.text
    assert facts is not None
    where = raw.source.label
    if facts.encoding == "windows-1252":
        raw.notes.append(f"{where} is not UTF-8; its lines were read as Windows-1252 where need be.")
    elif facts.encoding != "utf-8":
        raw.notes.append(f"{where} was read as {facts.encoding.upper()}.")
    if begun.delimiter != ",":
        raw.notes.append(f"{where} parts its cells with {DELIMITERS.get(begun.delimiter, begun.delimiter)}.")


def _tell(raw: RawTable, tally: Tally) -> None:
    raw.rejections = tally.rejections
    where = raw.source.label
    if tally.padded:
        raw.notes.append(
            f"{where}: rows that break off early: {tally.padded:,}; their missing cells count as empty."
        )
    if tally.overflowing:
        raw.notes.append(
            f"{where}: rows with cells beyond the last column of the header: {tally.overflowing:,} "
            f"({tally.first_overflow}); those cells repeat what stands before them and were left out."
        )


def _note_unnamed(con: duckdb.DuckDBPyConnection, raw: RawTable) -> None:
    for n, name in enumerate(raw.header):
        if name:
            continue
        values = count(con, f'SELECT count(c{n}) FROM "{raw.relation}"')
        if values:
            raw.notes.append(
                f"{raw.source.label}: column {column_name(n)} has no name in row {raw.header_row} but holds "
                f"{values:,} values; it was left out. Give it a name if it matters."
            )
