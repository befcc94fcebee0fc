"""Neo4j's answers as an Arrow table of plain types."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import neo4j
import pyarrow as pa
from neo4j.time import Date, DateTime

from chaingraph.errors import StoreError
from chaingraph.store.values import plain


def as_table(result: neo4j.Result) -> pa.Table:
    """Read a result to its end, column by column.

    Raises StoreError for a column of nodes, relationships, paths or mixed types: a question returns scalars.
    """
    names = list(result.keys())
    columns: list[list[Any]] = [[] for _ in names]
    for record in result:
        for column, value in zip(columns, record.values(), strict=True):
            column.append(value)
    if len(set(names)) != len(names):
        raise StoreError("Two returned columns have one name.", remedy="Give each its own name with AS.")
    return plain(pa.table({name: _array(name, values) for name, values in zip(names, columns, strict=True)}))


def _array(name: str, values: list[Any]) -> pa.Array:
    if any(isinstance(value, (Date, DateTime, list)) for value in values):
        values = [_native(value) for value in values]
    try:
        return pa.array(values)
    except (pa.ArrowInvalid, pa.ArrowTypeError) as error:
        numbers = [v for v in values if v is not None]
        if all(isinstance(v, (int, float)) and not isinstance(v, bool) for v in numbers):
            return pa.array(values, pa.float64())  # whole numbers among fractions
        raise StoreError(
            f"The column {name} is not made of plain values of one type.",
            remedy="Return properties, not nodes or paths.",
        ) from error


def _native(value: Any) -> Any:
    if isinstance(value, (Date, DateTime)):
        return value.to_native()
    if isinstance(value, list):
        return [_native(item) for item in value]
    return value
