"""Evidence rows as a file that other tools open: CSV or Parquet."""

from __future__ import annotations

import os
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.csv as pacsv
import pyarrow.parquet as pq

from chaingraph.errors import InputError

# A spreadsheet runs a cell that begins like this; some locales read the full-width forms as the plain ones.
_FORMULA = r"^[ \x{00A0}]*[=+\-@\t\r\n|\x{FF1D}\x{FF0B}\x{FF0D}\x{FF20}]"


def write_evidence(table: pa.Table, path: str | Path) -> None:
    """Write evidence rows to ``path``, whole or not at all: ``.csv`` or ``.parquet``, by the ending.

    In CSV (UTF-8, header row) a text that a spreadsheet would run as a formula gets an apostrophe in front,
    and lists are joined by ``;``. Parquet holds the values unchanged.
    Raises InputError where the ending is another one or the file cannot be written.
    """
    target = Path(path)
    ending = target.suffix.lower()
    if ending not in (".csv", ".parquet"):
        raise InputError(
            f"{target}: evidence is written as .csv or .parquet, not as {ending or 'no ending at all'}.",
            remedy=f"Name the file {target.stem}.csv or {target.stem}.parquet.",
        )
    aside = target.with_name(f".{target.name}.{os.getpid()}.part")
    try:
        if ending == ".csv":
            pacsv.write_csv(_for_spreadsheets(table), aside)
        else:
            pq.write_table(table, aside, compression="zstd")
        os.replace(aside, target)
    except OSError as error:
        raise InputError(
            f"{target}: the evidence could not be written ({error.strerror or error}).",
            remedy="Choose a folder that exists, that you may write to, and that has space left.",
        ) from error
    finally:
        aside.unlink(missing_ok=True)


def _for_spreadsheets(table: pa.Table) -> pa.Table:
    columns = [_harmless(_flat(column)) for column in table.columns]
    names = _harmless(pa.chunked_array([pa.array(table.column_names, pa.string())])).to_pylist()
    return pa.Table.from_arrays(columns, names=names)


def _flat(column: pa.ChunkedArray) -> pa.ChunkedArray:
    """A list column as text, its elements joined by ``;``; others as they are."""
    if pa.types.is_list(column.type) or pa.types.is_large_list(column.type):
        return pc.binary_join(column.cast(pa.list_(pa.string())), ";")
    return column


def _harmless(column: pa.ChunkedArray) -> pa.ChunkedArray:
    if not (pa.types.is_string(column.type) or pa.types.is_large_string(column.type)):
        return column
    text = column.cast(pa.string())
    quoted = pc.binary_join_element_wise(pa.scalar("'"), text, pa.scalar(""))
    return pc.if_else(pc.match_substring_regex(text, _FORMULA), quoted, text)
