"""Writing market tables, as CSV or Parquet, column-wise and a batch at a time."""

from __future__ import annotations

import csv
from collections.abc import Mapping, Sequence
from decimal import Decimal
from pathlib import Path
from typing import Any, BinaryIO, Literal

import numpy as np
import pyarrow as pa
import pyarrow.csv
import pyarrow.parquet

from chaingraph.demo.chance import Bools, Ints
from chaingraph.model import TABLES

Form = Literal["csv", "parquet"]
# Room for any sum in pounds and pence that a contract can name.
MONEY = pa.decimal128(18, 2)
TYPES = {"date": pa.date32(), "money": MONEY, "integer": pa.int64(), "number": pa.float64()}
ROWS_AT_ONCE = 200_000
TYPES |= {"share": pa.float64(), "boolean": pa.bool_()}


def schema_of(table: str, columns: Sequence[str]) -> pa.Schema:
    """The Arrow schema of some columns of a market table, in the model's order."""
    return pa.schema(
        [(n, TYPES.get(c.type, pa.string())) for n, c in TABLES[table].columns.items() if n in columns]
    )


class TableWriter:
    """One file of the market folder that is too long to be held whole. Use as a context manager.

    CSV cells are written without quotation marks: only ids, codes, dates and numbers may go through here.
    """

    def __init__(self, folder: Path, table: str, form: Form, columns: Sequence[str]) -> None:
        self.schema = schema_of(table, columns)
        self.rows = 0
        self._held: list[pa.RecordBatch] = []
        self._file: BinaryIO = (folder / f"{table}.{form}").open("wb")
        self._out: Any
        if form == "csv":
            self._file.write((",".join(self.schema.names) + "\n").encode())
            options = pyarrow.csv.WriteOptions(include_header=False, quoting_style="none")
            self._out = pyarrow.csv.CSVWriter(self._file, self.schema, write_options=options)
        else:
            self._out = pyarrow.parquet.ParquetWriter(self._file, self.schema)

    def write(self, columns: Mapping[str, pa.Array]) -> None:
        """Add rows; every column of the schema must be there, all of one length."""
        batch = pa.record_batch([columns[name] for name in self.schema.names], schema=self.schema)
        self.rows += batch.num_rows
        self._held.append(batch)
        if sum(held.num_rows for held in self._held) >= ROWS_AT_ONCE:
            self._flush()

    def _flush(self) -> None:
        # Parquet's row groups should not be as small as the pieces that are drawn.
        self._out.write_table(pa.Table.from_batches(self._held, self.schema))
        self._held.clear()

    def __enter__(self) -> TableWriter:
        return self

    def __exit__(self, *_: object) -> None:
        self._flush()
        self._out.close()
        self._file.close()


def write_rows(folder: Path, table: str, form: Form, rows: Sequence[Mapping[str, Any]]) -> None:
    """Write a short table: money in whole pence, dates as days since 1970; absent or None is empty."""
    used = {name for row in rows for name in row}
    schema = schema_of(
        table, [n for n in TABLES[table].columns if n in used or TABLES[table].columns[n].required]
    )
    unknown = used - set(schema.names)
    if unknown:
        raise ValueError(f"{table} has no column {sorted(unknown)}")
    columns = []
    for field in schema:
        values: list[Any] = [row.get(field.name) for row in rows]
        if field.type == MONEY:
            values = [None if v is None else Decimal(int(v)).scaleb(-2) for v in values]
        through = pa.int32() if field.type == pa.date32() else field.type
        columns.append(pa.array(values, through).cast(field.type))
    data = pa.table(columns, schema=schema)
    if form == "parquet":
        pyarrow.parquet.write_table(data, folder / f"{table}.parquet")
        return
    with (folder / f"{table}.csv").open("w", encoding="utf-8", newline="") as out:
        writer = csv.writer(out, lineterminator="\n")
        writer.writerow(schema.names)
        # Names and document references may hold a comma, so these cells are quoted where they need it.
        writer.writerows(zip(*(_cells(column) for column in data.columns), strict=True))


def _cells(column: pa.ChunkedArray) -> list[str]:
    if column.type == pa.bool_():
        return [{True: "true", False: "false"}.get(v, "") for v in column.to_pylist()]
    if column.type == pa.float64():
        return ["" if v is None else f"{v:.10g}" for v in column.to_pylist()]
    return ["" if v is None else v for v in column.cast(pa.string()).to_pylist()]


def numbered(prefix: str, first: int, count: int, width: int = 8) -> pa.Array:
    """Ids such as R00000017: a prefix and a number with leading zeros, from ``first`` upwards."""
    head = np.frombuffer(prefix.encode(), dtype=np.uint8)
    cells = np.empty((count, len(head) + width), dtype=np.uint8)
    cells[:, : len(head)] = head
    number = np.arange(first, first + count, dtype=np.int64)
    for place in range(width - 1, -1, -1):
        cells[:, len(head) + place] = ord("0") + number % 10
        number //= 10
    return _fixed(cells)


def hashes(numbers: Ints) -> pa.Array:
    """Sixteen hexadecimal digits a number, scrambled (splitmix64), as a keyed hash would look."""
    x = numbers.astype(np.uint64) * np.uint64(0x9E3779B97F4A7C15)
    x = (x ^ (x >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    x = (x ^ (x >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    octets = (x ^ (x >> np.uint64(31))).astype(">u8").view(np.uint8).reshape(-1, 8)
    digits = np.frombuffer(b"0123456789abcdef", dtype=np.uint8)
    cells = np.empty((len(numbers), 16), dtype=np.uint8)
    cells[:, 0::2], cells[:, 1::2] = digits[octets >> 4], digits[octets & 15]
    return _fixed(cells)


def _fixed(cells: np.ndarray[Any, np.dtype[np.uint8]]) -> pa.Array:
    count, width = cells.shape
    offsets = np.arange(count + 1, dtype=np.int32) * np.int32(width)
    return pa.Array.from_buffers(pa.string(), count, [None, pa.py_buffer(offsets), pa.py_buffer(cells)])


def hide(array: pa.Array, hidden: Bools) -> pa.Array:
    """The array with the marked cells empty."""
    return pa.compute.if_else(pa.array(hidden), pa.scalar(None, array.type), array)


def dates(days: Ints, hidden: Bools | None = None) -> pa.Array:
    """Days since 1970 as dates, the marked ones empty."""
    return pa.array(days.astype(np.int32), mask=hidden).cast(pa.date32())


def pounds(pence: Ints) -> pa.Array:
    """Whole pence as exact pounds with two decimals."""
    words = np.empty((len(pence), 2), dtype=np.int64)
    words[:, 0], words[:, 1] = pence, np.where(pence < 0, -1, 0)
    return pa.Array.from_buffers(MONEY, len(pence), [None, pa.py_buffer(words)])


def words(choices: Sequence[str | None], index: Ints) -> pa.Array:
    """The chosen words; a choice of None is an empty cell."""
    return pa.array(choices, pa.string()).take(pa.array(index))
