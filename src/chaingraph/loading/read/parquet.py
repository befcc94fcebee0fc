"""Parquet files: columns keep the types that the model knows, the rest becomes text."""

from __future__ import annotations

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq

from chaingraph.errors import InputError
from chaingraph.loading.read.quick import file_literal
from chaingraph.loading.read.raw import storage
from chaingraph.loading.read.source import SourceFile

WHOLE = {"TINYINT", "SMALLINT", "INTEGER", "BIGINT", "UTINYINT", "USMALLINT", "UINTEGER"}
ROW_NUMBER = "file_row_number"


def parquet_columns(con: duckdb.DuckDBPyConnection, source: SourceFile) -> list[tuple[str, str, str]]:
    """The file's columns: (name, SQL type it is kept in, expression that gives it so)."""
    try:
        described = con.execute(
            f"DESCRIBE SELECT * FROM read_parquet({file_literal(source.path)})"
        ).fetchall()
        # As the file has them: DuckDB renames the second of two columns of one name.
        names = pq.read_schema(source.path).names
    except (duckdb.Error, pa.ArrowException) as error:
        raise _broken(source, error) from error
    return [(name, *_kept(row[0], row[1])) for name, row in zip(names, described, strict=True)]


def read_parquet(
    con: duckdb.DuckDBPyConnection, source: SourceFile, relation: str, columns: list[tuple[str, str, str]]
) -> None:
    """Fill ``relation``; the first row of data has the number 2, as if a header stood above it."""
    listed = ", ".join(f"{expression} AS c{n}" for n, (_, _, expression) in enumerate(columns))
    table = storage(relation)
    # The engine's own name for the row; a column that is called so hides it, and rows are counted one after the other.
    hidden = any(name.lower() == ROW_NUMBER for name, _, _ in columns)
    row = "row_number() OVER () - 1" if hidden else ROW_NUMBER
    option = "" if hidden else f", {ROW_NUMBER} = true"
    try:
        con.execute(
            f'CREATE TABLE "{table}" AS SELECT {listed}, {row} + 2 AS source_row '
            f"FROM read_parquet({file_literal(source.path)}{option})"
        )
    except (duckdb.ProgrammingError, duckdb.DataError) as error:
        raise _broken(source, error) from error
    con.execute(f'CREATE VIEW "{relation}" AS SELECT * FROM "{table}"')


def _kept(name: str, sql_type: str) -> tuple[str, str]:
    quoted = '"' + name.replace('"', '""') + '"'
    if sql_type in ("DATE", "DOUBLE", "BOOLEAN") or sql_type.startswith("DECIMAL"):
        return sql_type, quoted
    if sql_type in WHOLE:
        return "BIGINT", f"CAST({quoted} AS BIGINT)"
    if sql_type == "FLOAT":  # by way of its shortest text: 0.1 is meant, not 0.10000000149
        return "DOUBLE", f"CAST(CAST({quoted} AS VARCHAR) AS DOUBLE)"
    if sql_type == "VARCHAR[]":
        return "VARCHAR", f"array_to_string({quoted}, ';')"
    return "VARCHAR", f"CAST({quoted} AS VARCHAR)"


def _broken(source: SourceFile, error: Exception) -> InputError:
    reason = str(error).splitlines()[0].split("Error: ", 1)[-1]
    return InputError(
        f"{source.display} is not a readable Parquet file: {reason}", remedy="Write or copy the file again."
    )
