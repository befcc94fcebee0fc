"""One order for one set of rows, whatever order an engine gave them in."""

from __future__ import annotations

from collections.abc import Sequence

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

    Columns whose lists are of equal length in every row were collected from the same rows and stay side by
    side: they are sorted as one, by the first of them, then by the next.
    """
    together: dict[bytes, list[str]] = {}
    for name in table.column_names:
        if pa.types.is_list(table.schema.field(name).type):
            together.setdefault(_lengths(table.column(name)).tobytes(), []).append(name)
    for names in together.values():
        table = _side_by_side(table, names)
    return table.take(pa.array(sort_order(table)))


def _lengths(lists: pa.ChunkedArray) -> npt.NDArray[np.int64]:
    lengths: npt.NDArray[np.int64] = pc.fill_null(pc.list_value_length(lists), 0).to_numpy().astype(np.int64)
    return lengths


def _side_by_side(table: pa.Table, names: Sequence[str]) -> pa.Table:
    lengths = _lengths(table.column(names[0]))
    offsets = pa.array(np.r_[0, np.cumsum(lengths)].astype(np.int32))
    items = {str(at): pc.list_flatten(table.column(name)) for at, name in enumerate(names)}
    order = sort_order(pa.table({"row": np.repeat(np.arange(len(lengths)), lengths), **items}))
    for at, name in enumerate(names):
        lists = table.column(name)
        values = items[str(at)].take(pa.array(order)).combine_chunks()
        mask = pc.is_null(lists).combine_chunks() if lists.null_count else None
        column = pa.ListArray.from_arrays(offsets, values, mask=mask)
        table = table.set_column(table.column_names.index(name), name, column)
    return table


def _sorts(kind: pa.DataType) -> bool:
    return not (pa.types.is_null(kind) or pa.types.is_nested(kind))
