"""Asking DuckDB for one number."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import duckdb


def scalar(con: duckdb.DuckDBPyConnection, sql: str, parameters: Sequence[Any] = ()) -> Any:
    """The first value of the first row; None where there is no row."""
    # Fetched whole: a connection may not be used again while an answer is half read.
    rows = con.execute(sql, list(parameters)).fetchall()
    return rows[0][0] if rows else None


def count(con: duckdb.DuckDBPyConnection, sql: str, parameters: Sequence[Any] = ()) -> int:
    """The same as a whole number, 0 where there is none."""
    return int(scalar(con, sql, parameters) or 0)
