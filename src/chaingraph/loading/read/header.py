"""The header of a table: which row it is, how its cells are parted, what its names are."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from itertools import islice

import duckdb

from chaingraph.errors import InputError
from chaingraph.loading.read.bytes import text_pieces
from chaingraph.loading.read.careful import open_records
from chaingraph.loading.read.documents import documents
from chaingraph.loading.read.lines import lines
from chaingraph.loading.read.parquet import parquet_columns
from chaingraph.loading.read.records import Record
from chaingraph.loading.read.sheet import sheet_records
from chaingraph.loading.read.source import SourceFile

DELIMITERS = {",": "commas", ";": "semicolons", "\t": "tabs", "|": "bars"}
LOOK_ROWS = 50
MOST_COLUMNS = 2_000


class EmptyTable(InputError):
    """A file or a sheet in which nothing is written; in a workbook that is mostly a spare sheet."""


@dataclass(frozen=True)
class Peek:
    """The beginning of a table. ``sample`` holds up to 50 rows after the header, as text."""

    source: SourceFile
    header: list[str]
    header_row: int
    delimiter: str = ","
    on_one_line: bool = True
    sample: tuple[tuple[str, ...], ...] = ()


def peek(con: duckdb.DuckDBPyConnection, source: SourceFile, header_row: int | None = None) -> Peek:
    """Look at a table's header and first rows without reading the rest.

    The header is the first row that is not blank, unless ``header_row`` (from 1) names another. Raises
    InputError where there is none.
    """
    if source.kind == "json":
        begun = next((one.value for one in documents(source) if one.fault is None), {})
        return Peek(source, [str(key) for key in begun], 0)
    if source.kind == "parquet":
        return Peek(source, [name for name, _, _ in parquet_columns(con, source)], 1)
    delimiter, skip = _delimiter(source) if source.kind == "text" else (",", 0)
    rows = open_records(source, delimiter) if source.kind == "text" else sheet_records(source)[0]
    first: Record | None = None
    lines_before = 0
    for record in islice(rows, 1_000):
        if record.row > skip and any(cell.strip() for cell in record.cells):
            first = record if header_row is None or record.row == header_row else None
            if first:
                break
        lines_before += record.spans
    if first is None:
        wanted = f"no row {header_row}" if header_row else "no header row"
        raise EmptyTable(
            f"{source.where} has {wanted}: nothing is written there.", remedy="Put names in row 1."
        )
    if first.fault is not None:
        raise InputError(
            f"{source.where}, row {first.row}: the header is not {first.fault.expected}. {first.fault.remedy}"
        )
    header = [" ".join(cell.split()) for cell in first.cells]
    if len(header) > MOST_COLUMNS:
        raise InputError(
            f"{source.where} has {len(header):,} columns; at most {MOST_COLUMNS:,} can be a table."
        )
    sample = tuple(tuple(record.cells) for record in islice(rows, LOOK_ROWS))
    return Peek(
        source, header, first.row, delimiter, first.spans == 1 and lines_before == first.row - 1, sample
    )


def _delimiter(source: SourceFile) -> tuple[str, int]:
    """The delimiter, and how many rows before the header only say so (``sep=;``, as Excel writes it)."""
    assert source.text is not None
    facts = source.text
    returns = facts.lone_returns and facts.newlines == 0
    first = ""
    for line in islice(
        lines(text_pieces(source.path, facts, source.display), returns_end_rows=returns), 1_000
    ):
        if line.text.strip():
            first = line.text
            break
    if first.lower().startswith("sep=") and len(first.strip('"')) == 5:
        return first[4], 1
    inside = False
    seen: Counter[str] = Counter()
    for char in first:
        inside = inside != (char == '"')
        if not inside and char in DELIMITERS:
            seen[char] += 1
    return (max(DELIMITERS, key=lambda one: seen[one]) if seen else ","), 0
