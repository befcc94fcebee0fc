"""One order for one set of rows, whatever order an engine gave them in."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc


def sort_order(table: pa.Table, first: Sequence[str] = ()) -> npt.NDArray[np.int64]:
    """The rows' numbers, sorted by the columns in ``first``, then by the others but for lists; nulls last."""
    names = [*first, *(name for name in table.column_names if name not in first)]
    keys = [(name, "ascending") for name in names if _sorts(table.schema.field(name).type)]
    if not keys or table.num_rows < 2:
        return np.arange(table.num_rows)
    order: npt.NDArray[np.int64] = pc.sort_indices(table, sort_keys=keys).to_numpy().astype(np.int64)
    return order


def canonical(table: pa.Table) -> pa.Table:
    """The rows in order, and the items of their lists too.

    Lists of equal length in one row were collected from the same rows and stay side by side: they are sorted
    as one, by the first of them, then by the next.
    """
    lists = [name for name in table.column_names if pa.types.is_list(table.schema.field(name).type)]
    if lists:
        rows = zip(*(table.column(name).to_pylist() for name in lists), strict=True)
        sorted_rows = list(zip(*(_side_by_side(row) for row in rows), strict=True)) or [()] * len(lists)
        for name, values in zip(lists, sorted_rows, strict=True):
            at = table.column_names.index(name)
            column = pa.array(list(values), type=table.schema.field(name).type)
            table = table.set_column(at, name, column)
    return table.take(pa.array(sort_order(table)))


def _side_by_side(row: tuple[list[Any] | None, ...]) -> list[list[Any] | None]:
    together: dict[int, list[int]] = {}
    for at, items in enumerate(row):
        if items:
            together.setdefault(len(items), []).append(at)
    result = list(row)
    for columns in together.values():
        tuples = zip(*(row[at] or [] for at in columns), strict=True)
        ordered = sorted(tuples, key=_unknown_last)
        for at, column in zip(columns, zip(*ordered, strict=True), strict=True):
            result[at] = list(column)
    return result


def _unknown_last(items: tuple[Any, ...]) -> list[tuple[bool, Any]]:
    return [(item is None, 0 if item is None else item) for item in items]


def _sorts(kind: pa.DataType) -> bool:
    return not (pa.types.is_null(kind) or pa.types.is_nested(kind))
