"""Rows of a mapped source that are no data, and rows that have a fault."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import duckdb
import pyarrow as pa

from chaingraph.loading.graph_files import SQL_TYPES
from chaingraph.loading.mapping import Loader, MappedColumn, Rows, normalised
from chaingraph.loading.parse import EXPLAIN, sql_blank, sql_fault
from chaingraph.loading.read import RawTable
from chaingraph.loading.spellings import sql_text
from chaingraph.loading.sql import count, scalar
from chaingraph.model.fields import PROPERTY_TYPES

WORDS = ("text", "id", "code", "list")


@dataclass(frozen=True)
class Staging:
    """One file on its way into the staged rows of one kind; ``at`` is where it has each staged column."""

    con: duckdb.DuckDBPyConnection
    loader: Loader
    rows: Rows
    raw: RawTable
    source_no: int
    at: Mapping[str, int]

    def cell(self, name: str) -> tuple[str, str]:
        """The SQL of a staged column's raw text, and its type; what the mapping says otherwise stands in its place."""
        column, raw_type = self.raw.column(self.at[name]), self.raw.types[self.at[name]]
        instead = self.rows.columns[name].instead
        if not instead or raw_type != "VARCHAR":
            return column, raw_type
        cases = " ".join(f"WHEN {sql_text(old)} THEN {sql_text(new)}" for old, new in instead.items())
        return f"CASE clean({column}) {cases} ELSE {column} END", raw_type


def sql_type(column: MappedColumn) -> str:
    """The SQL type in which a column is staged."""
    return SQL_TYPES[PROPERTY_TYPES[column.type]]


def home(loader: Loader, rows: Rows | None = None) -> str:
    """The market table that the rows of a mapped source are counted under."""
    if rows is not None and rows.table:
        return rows.table
    return loader.reconcile.table if loader.reconcile else next(reversed(loader.tables))


def leave_out(staging: Staging) -> list[str]:
    """Delete from ``parsed`` the rows that are no data; returns what they were."""
    told = []
    if staging.loader.documents is None:
        _find_headers(staging)
        inside = "source_row IN (SELECT source_row FROM repeated_headers)"
        told += _skip(staging, "a header inside the file", inside)
    for skip in staging.rows.skip:
        told += _skip(staging, skip.what, skip.when)
    return told


def _find_headers(staging: Staging) -> None:
    """Fill ``repeated_headers``: rows that hold, in most of the columns, one of that column's headers."""
    rows, raw, at = staging.rows, staging.raw, staging.at
    # A header is no date, amount or number: only rows where one of those is missing need the closer look.
    typed = [f'"{name}" IS NULL' for name in at if rows.columns[name].type not in WORDS]
    staging.con.execute(
        f'CREATE OR REPLACE TEMP TABLE doubtful AS SELECT * FROM "{raw.relation}" WHERE source_row IN '
        f"(SELECT source_row FROM parsed WHERE {' OR '.join(typed) or 'true'})"
    )
    hits = []
    for name, place in at.items():
        known = sorted({*rows.headers()[name], normalised(raw.header[place])})
        bare = f"regexp_replace(CAST({raw.column(place)} AS VARCHAR), '[(].*', '')"
        words = f"trim(regexp_replace(lower({bare}), '[^0-9a-z#]+', ' ', 'g'))"
        hits.append(f"CAST(coalesce({words} IN ({', '.join(map(sql_text, known))}), false) AS INTEGER)")
    staging.con.execute(
        "CREATE OR REPLACE TEMP TABLE repeated_headers AS "
        f"SELECT source_row FROM doubtful WHERE 2 * ({' + '.join(hits)}) > {len(at)}"
    )


def _skip(staging: Staging, what: str, when: str) -> list[str]:
    loader = staging.loader
    money = f'sum("{loader.reconcile.column}")' if loader.reconcile else "NULL"
    ((rows, first, pence),) = staging.con.execute(
        f"SELECT count(*), min(source_row), {money} FROM parsed WHERE {when}"
    ).fetchall()
    if not rows:
        return []
    staging.con.execute(f"DELETE FROM parsed WHERE {when}")
    pounds = f", with £{pence / 100:,.2f}" if pence else ""
    several = f"{rows:,} rows are left out as {what} (the first: row {first})"
    one = f"row {first} is left out as {what}"
    return [f"{staging.raw.source.label}: {several if rows > 1 else one}{pounds}"]


def reject(staging: Staging) -> list[str]:
    """Fill ``faulty`` with the rows of ``parsed`` that have a fault, ``rejected`` with the reasons."""
    con, raw = staging.con, staging.raw
    con.execute(
        "CREATE OR REPLACE TEMP TABLE faulty (line_no BIGINT, source_row BIGINT, place INTEGER, header VARCHAR, "
        "value VARCHAR, rule VARCHAR, expected VARCHAR, remedy VARCHAR)"
    )
    told = []
    for name in staging.at:
        # Counting is cheap; a column that came through whole needs no second look at its cells.
        if count(con, f'SELECT count(*) FROM parsed WHERE "{name}" IS NULL'):
            told += _unread(staging, name)
    for check in staging.rows.checks:
        con.execute(
            "INSERT INTO faulty SELECT line_no, source_row, ?, ?, "
            f'left(CAST("{check.column}" AS VARCHAR), 200), ?, ?, ? '
            f"FROM parsed WHERE {check.when}",
            [staging.at.get(check.column, -1), check.column, check.rule, check.expected, check.remedy],
        )
    _explain(staging)
    moved = count(con, "SELECT count(DISTINCT source_row) FROM faulty") + len({r.row for r in raw.rejections})
    if moved:
        con.execute("INSERT INTO moved VALUES (?, ?)", [home(staging.loader, staging.rows), moved])
    return told


def _unread(staging: Staging, name: str) -> list[str]:
    """Cells of one column that gave no value: unreadable ones, and empty ones where a value is required."""
    con, raw, column = staging.con, staging.raw, staging.rows.columns[name]
    cell, kind = staging.cell(name)
    place, header = staging.at[name], sql_text(raw.header[staging.at[name]])
    shown = f"left(CAST({cell} AS VARCHAR), 200)"
    key = raw.key
    unread = f'{key} IN (SELECT line_no FROM parsed WHERE "{name}" IS NULL)'
    faults = (
        f"SELECT {key} AS line_no, source_row, {shown} AS value, {sql_fault(column.type, cell, kind)} AS rule "
        f'FROM "{raw.relation}" WHERE {unread}'
    )
    if column.unreadable == "empty":
        ignored = count(con, f"SELECT count(rule) FROM ({faults})")
        if not ignored:
            return []
        example = scalar(con, f"SELECT min(value) FROM ({faults}) WHERE rule IS NOT NULL")
        cells = "1 cell" if ignored == 1 else f"{ignored:,} cells"
        return [f"{raw.source.label}: {cells} of {raw.header[place]!r} read as empty, such as {example!r}"]
    con.execute(
        f"INSERT INTO faulty SELECT line_no, source_row, {place}, {header}, value, rule, NULL, NULL FROM ({faults}) "
        "WHERE rule IS NOT NULL"
    )
    if column.required:
        con.execute(
            f"INSERT INTO faulty SELECT {key}, source_row, {place}, {header}, {shown}, 'required-missing', "
            f"'a value', 'Fill in the cell.' "
            f'FROM "{raw.relation}" WHERE {unread} AND {sql_blank(cell, kind)}'
        )
    return []


def _explain(staging: Staging) -> None:
    con, raw = staging.con, staging.raw
    known = {
        "rule": list(EXPLAIN),
        "expected": [one.expected for one in EXPLAIN.values()],
        "remedy": [one.remedy for one in EXPLAIN.values()],
    }
    con.register("known_faults", pa.table(known))
    line = ", ".join(f"left(CAST(c{n} AS VARCHAR), 2000)" for n in range(len(raw.header)))
    con.execute(
        f"INSERT INTO rejected SELECT '{home(staging.loader, staging.rows)}', {staging.source_no}, f.source_row, f.header, "
        "f.value, f.rule, coalesce(f.expected, k.expected), coalesce(f.remedy, k.remedy), l.line "
        f"FROM faulty AS f LEFT JOIN known_faults AS k USING (rule) JOIN (SELECT {raw.key} AS line_no, "
        f'left(CAST(to_json([{line}]) AS VARCHAR), 10000) AS line FROM "{raw.relation}" '
        f"WHERE {raw.key} IN (SELECT line_no FROM faulty)) AS l USING (line_no) "
        "ORDER BY f.source_row, f.line_no, f.place"
    )
    con.unregister("known_faults")
