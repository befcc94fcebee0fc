"""Values to and from Neo4j: Arrow batches as query parameters, answers as Arrow tables of plain types."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import neo4j
import pyarrow as pa
import pyarrow.compute as pc
from neo4j.time import Date, DateTime

from chaingraph.errors import StoreError
from chaingraph.store.values import plain

ROWS_A_CHUNK = 50_000
PLAIN = {str, int, float, bool, list, Date, DateTime}
DAY_ZERO = 719_163  # 1970-01-01, counted as Python and the driver count days


def as_parameters(batch: pa.RecordBatch) -> dict[str, Any]:
    """A batch by columns: a list for each, the number of the ``_last`` row, and the ``_days`` that dates point into.

    The driver takes ten times as long over a date as over a number, and a batch has few different dates.
    """
    dates = [name for name in batch.schema.names if pa.types.is_date(batch.schema.field(name).type)]
    every = pa.chunked_array([batch.column(name) for name in dates], pa.date32())
    days = pc.unique(every).drop_null()
    parameters = {
        name: (pc.index_in(batch.column(name), days) if name in dates else batch.column(name)).to_pylist()
        for name in batch.schema.names
    }
    return {"_last": batch.num_rows - 1, "_days": days.to_pylist(), **parameters}


def as_table(result: neo4j.Result) -> pa.Table:
    """Read a result to its end, column by column, a chunk at a time.

    Raises StoreError for a column of nodes, relationships, paths or mixed types: a question returns scalars.
    """
    names = list(result.keys())
    if len(set(names)) != len(names):
        raise StoreError("Two returned columns have one name.", remedy="Give each its own name with AS.")
    chunks: list[list[pa.Array]] = [[] for _ in names]
    for records in _chunks(result):
        for name, arrays, values in zip(names, chunks, zip(*records, strict=True), strict=True):
            arrays.append(_array(name, list(values)))
    return plain(pa.table({name: _joined(name, arrays) for name, arrays in zip(names, chunks, strict=True)}))


def _chunks(result: neo4j.Result) -> Iterator[list[neo4j.Record]]:
    while records := result.fetch(ROWS_A_CHUNK):
        yield records


def _array(name: str, values: list[Any]) -> pa.Array:
    kinds = {type(value) for value in values} - {type(None)}
    if not kinds <= PLAIN or (len(kinds) > 1 and kinds != {int, float}):
        raise _mixed(name)
    if kinds == {Date}:
        return pa.array([v and v.to_ordinal() - DAY_ZERO for v in values], pa.int32()).cast(pa.date32())
    if kinds & {Date, DateTime, list}:
        values = [_native(value) for value in values]
    if kinds == {int, float}:
        return pa.array(values, pa.float64())
    try:
        array = pa.array(values)
    except (pa.ArrowInvalid, pa.ArrowTypeError) as error:
        raise _mixed(name) from error
    if pa.types.is_list(array.type) and not _is_plain(array.type.value_type):
        raise _mixed(name)
    return array


def _is_plain(kind: pa.DataType) -> bool:
    if pa.types.is_list(kind):
        return _is_plain(kind.value_type)
    return pa.types.is_temporal(kind) or kind in (
        pa.null(),
        pa.bool_(),
        pa.int64(),
        pa.float64(),
        pa.string(),
    )


def _native(value: Any) -> Any:
    if isinstance(value, (Date, DateTime)):
        return value.to_native()
    if isinstance(value, list):
        return [_native(item) for item in value]
    return value


def _joined(name: str, arrays: list[pa.Array]) -> pa.ChunkedArray:
    if not arrays:
        return pa.chunked_array([], pa.null())
    parts = [pa.table({name: array}) for array in arrays]
    try:
        return pa.concat_tables(parts, promote_options="permissive").column(name)
    except (pa.ArrowInvalid, pa.ArrowTypeError) as error:
        raise _mixed(name) from error


def _mixed(name: str) -> StoreError:
    return StoreError(
        f"The column {name} is not made of plain values of one type.",
        remedy="Return properties, not nodes or paths.",
    )
