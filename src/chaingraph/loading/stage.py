"""The typed market tables in DuckDB, empty: one a table of the model, with where each row came from."""

from __future__ import annotations

import duckdb

from chaingraph.loading.derive import MACROS
from chaingraph.loading.faults import MOVED_DDL, REJECTED_DDL
from chaingraph.loading.graph_files import SQL_TYPES
from chaingraph.model import TABLES, Table


def create_tables(con: duckdb.DuckDBPyConnection) -> None:
    """Create every market table, ``sources`` and ``rejected``, and the macros that derivation uses."""
    for macro in MACROS:
        con.execute(macro)
    con.execute(REJECTED_DDL)
    con.execute(MOVED_DDL)
    con.execute(
        "CREATE TABLE sources (source_no SMALLINT, source_id VARCHAR, path VARCHAR, sheet VARCHAR, rows BIGINT, "
        "loader VARCHAR)"
    )
    for table in TABLES.values():
        columns = ", ".join(f'"{name}" {kind}' for name, kind in stage_columns(table).items())
        con.execute(f'CREATE TABLE "{table.name}" ({columns})')


def stage_columns(table: Table) -> dict[str, str]:
    """The columns of a staged table with their SQL types, in order."""
    columns = {c.graph_name: SQL_TYPES[c.property_type] for c in table.columns.values()}
    return columns | {"source_no": "SMALLINT", "source_row": "BIGINT"}
