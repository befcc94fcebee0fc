"""One set of types for every engine's answers: int64, double, bool, date32, string, and lists of them."""

from __future__ import annotations

import pyarrow as pa
import pyarrow.compute as pc


def plain_type(kind: pa.DataType) -> pa.DataType:
    """The plain type that stands for an engine's own."""
    if pa.types.is_decimal(kind) or pa.types.is_integer(kind):
        return pa.int64()
    if pa.types.is_floating(kind):
        return pa.float64()
    if pa.types.is_large_string(kind) or pa.types.is_string_view(kind) or pa.types.is_dictionary(kind):
        return pa.string()
    if pa.types.is_date(kind) or pa.types.is_timestamp(kind):
        return pa.date32()
    if pa.types.is_list(kind) or pa.types.is_large_list(kind) or pa.types.is_fixed_size_list(kind):
        return pa.list_(plain_type(kind.value_type))
    return kind


def plain(table: pa.Table) -> pa.Table:
    """The same table in plain types.

    An engine's wide integer sums (decimal without a fraction) become int64; a value that does not fit raises
    ``pyarrow.ArrowInvalid`` rather than losing digits. A column of nothing but nulls has type null in both
    engines, whatever it would have held.
    """
    columns = []
    for name in table.column_names:
        column = table.column(name)
        if column.null_count == len(column):
            columns.append(pa.chunked_array([pa.nulls(len(column))]))
            continue
        target = plain_type(column.type)
        columns.append(column if column.type == target else pc.cast(column, target))
    return pa.table(dict(zip(table.column_names, columns, strict=True)))
