"""The typed market tables in DuckDB, empty: one a table of the model, with where each row came from."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import duckdb

from chaingraph.loading import names, parse
from chaingraph.loading.derive import MACROS
from chaingraph.loading.faults import MOVED_DDL, REJECTED_DDL
from chaingraph.loading.graph_files import SQL_TYPES
from chaingraph.model import TABLES, Table

SOURCES_DDL = (
    "CREATE TABLE sources (source_no SMALLINT, source_id VARCHAR, path VARCHAR, sheet VARCHAR, rows BIGINT, "
    "loader VARCHAR)"
)


def prepare(con: duckdb.DuckDBPyConnection) -> None:
    """Create every market table, ``sources``, ``rejected`` and ``moved``, and the macros of parsing and derivation."""
    # Moments are kept in UTC, wherever the machine stands.
    con.execute("SET TimeZone = 'UTC'")
    parse.register(con)
    names.register(con)
    for macro in MACROS:
        con.execute(macro)
    for ddl in _tables().values():
        con.execute(ddl)


def _tables() -> dict[str, str]:
    ddl = {"rejected": REJECTED_DDL, "moved": MOVED_DDL, "sources": SOURCES_DDL}
    for table in TABLES.values():
        columns = ", ".join(f'"{name}" {kind}' for name, kind in stage_columns(table).items())
        ddl[table.name] = f'CREATE TABLE "{table.name}" ({columns})'
    return ddl


def stage_columns(table: Table) -> dict[str, str]:
    """The columns of a staged table with their SQL types, in order."""
    columns = {c.graph_name: SQL_TYPES[c.property_type] for c in table.columns.values()}
    return columns | {"source_no": "SMALLINT", "source_row": "BIGINT"}


class Workbench:
    """Where loads are worked on. One bench may serve many, one after another: making it takes longer than a small load.

    Each load finds the tables empty; what an earlier one left, also one that failed, is cleared away first.
    ``threads``: how many work at once (default: one a processor); for a few rows one is quicker than several.
    """

    def __init__(self, *, threads: int | None = None) -> None:
        self._con: duckdb.DuckDBPyConnection | None = None
        self._threads = threads

    @contextmanager
    def cleared(self, spill: Path) -> Iterator[duckdb.DuckDBPyConnection]:
        """The bench, ready for a load that may put aside in ``spill`` what memory cannot hold."""
        if self._con is None:
            self._con = duckdb.connect()
            if self._threads:
                self._con.execute(f"SET threads = {self._threads:d}")
            prepare(self._con)
        else:
            self._clear(self._con)
        self._con.execute("SET temp_directory = ?", [str(spill)])
        yield self._con

    def close(self) -> None:
        """Let go of the memory."""
        if self._con is not None:
            self._con.close()
            self._con = None

    @staticmethod
    def _clear(con: duckdb.DuckDBPyConnection) -> None:
        views = con.execute("SELECT view_name FROM duckdb_views() WHERE NOT internal").fetchall()
        for (name,) in views:
            con.execute(f'DROP VIEW "{name}"')
        known = _tables()
        found = con.execute("SELECT table_name, estimated_size FROM duckdb_tables()").fetchall()
        for name, rows in found:
            if rows or name not in known:
                con.execute(f'DROP TABLE "{name}"')
            if rows and name in known:
                con.execute(known[name])
