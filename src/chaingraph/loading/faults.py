"""Moving faulty rows out of a table, with a line for every fault."""

from __future__ import annotations

from typing import NamedTuple

import duckdb

from chaingraph.loading.sql import count
from chaingraph.model import Table

DATE_ORDER = "dates-backwards"

REJECTED_DDL = """
CREATE TABLE IF NOT EXISTS rejected (
    table_name VARCHAR, source_no SMALLINT, source_row BIGINT, column_name VARCHAR, value VARCHAR,
    rule VARCHAR, expected VARCHAR, remedy VARCHAR, line VARCHAR
)
"""
# A row may have several faults, so rows moved out are counted on their own.
MOVED_DDL = "CREATE TABLE IF NOT EXISTS moved (table_name VARCHAR, rows BIGINT)"


class Fault(NamedTuple):
    """One thing that can be wrong with a row: the SQL that is true then, and what to tell people."""

    column: str
    condition: str
    rule: str
    expected: str
    remedy: str


def reject(con: duckdb.DuckDBPyConnection, table: Table, faults: list[Fault]) -> int:
    """Move out every row that has any of the faults. Returns the rows moved."""
    if not faults:
        return 0
    anything = " OR ".join(f"({fault.condition})" for fault in faults)
    con.execute(
        f'CREATE OR REPLACE TEMP TABLE faulty AS SELECT rowid AS rid FROM "{table.name}" WHERE {anything}'
    )
    moved = count(con, "SELECT count(*) FROM faulty")
    if moved:
        for fault in faults:
            _explain(con, table, fault, f"rowid IN (SELECT rid FROM faulty) AND ({fault.condition})")
        con.execute(f'DELETE FROM "{table.name}" WHERE rowid IN (SELECT rid FROM faulty)')
        con.execute("INSERT INTO moved VALUES (?, ?)", [table.name, moved])
    return moved


def reject_keys(
    con: duckdb.DuckDBPyConnection,
    table: Table,
    column: str,
    rowids: str,
    rule: str,
    expected: str,
    remedy: str,
) -> int:
    """Move out the rows that the query ``rowids`` names. Returns how many."""
    con.execute(f"CREATE OR REPLACE TEMP TABLE faulty AS {rowids}")
    moved = count(con, "SELECT count(*) FROM faulty")
    if moved:
        chosen = "rowid IN (SELECT * FROM faulty)"
        _explain(con, table, Fault(column, chosen, rule, expected, remedy), chosen)
        con.execute(f'DELETE FROM "{table.name}" WHERE {chosen}')
        con.execute("INSERT INTO moved VALUES (?, ?)", [table.name, moved])
    return moved


def _explain(con: duckdb.DuckDBPyConnection, table: Table, fault: Fault, where: str) -> None:
    named = next((c.name for c in table.columns.values() if c.graph_name == fault.column), fault.column)
    value = f'"{fault.column}"'
    if named != fault.column:  # money: show pounds, as the file does
        value = f"printf('%.2f', {value} / 100.0)"
    # Pounds, as their names in the row say.
    cells = {c.name: f'"{c.graph_name}"' + " / 100.0" * (c.type == "money") for c in table.columns.values()}
    whole = ", ".join(f"{name} := {cell}" for name, cell in cells.items())
    con.execute(
        f"INSERT INTO rejected SELECT ?, source_no, source_row, ?, left(CAST({value} AS VARCHAR), 200), ?, ?, ?, "
        f'left(CAST(to_json(struct_pack({whole})) AS VARCHAR), 2000) FROM "{table.name}" WHERE {where}',
        [table.name, named, fault.rule, fault.expected, fault.remedy],
    )
