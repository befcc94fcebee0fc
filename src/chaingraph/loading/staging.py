"""From raw tables to typed market tables: columns found by name, cells parsed, faulty rows put aside."""

from __future__ import annotations

import difflib

import duckdb
import pyarrow as pa

from chaingraph.errors import InputError
from chaingraph.loading.parse import EXPLAIN, sql_blank, sql_fault, sql_value
from chaingraph.loading.read import RawTable
from chaingraph.loading.rejected import to_arrow
from chaingraph.loading.spellings import sql_text
from chaingraph.loading.sql import count
from chaingraph.model import Column, Table


def normalised(name: str) -> str:
    """A column or table name with case, blanks and hyphens evened out."""
    return "_".join(name.strip().lower().replace("-", " ").replace("_", " ").split())


# A column of the model, the SQL of the raw cell, and the raw column's type.
BINARY = (".parquet", ".pq", ".xlsx", ".xlsm", ".xlsb", ".xls", ".ods")
Cell = tuple[Column, str, str]


def match_columns(raw: RawTable, table: Table) -> tuple[dict[str, int], list[str]]:
    """Which header is which column of the table, and warnings about headers that are none.

    Raises InputError, naming all of them, where required columns are missing or one is there twice.
    """
    found: dict[str, int] = {}
    unknown: list[str] = []
    twice: list[str] = []
    for index, header in enumerate(raw.header):
        name = normalised(header)
        if name not in table.columns:
            if header:
                unknown.append(header)
        elif name in found:
            twice.append(header)
        else:
            found[name] = index
    missing = [c.name for c in table.columns.values() if c.required and c.name not in found]
    if missing:
        guesses = [
            f"{name} (is it {near[0]!r}?)"
            if (near := difflib.get_close_matches(name, unknown, n=1))
            else name
            for name in missing
        ]
        # Spreadsheets save tabs and commas under their own ending, too, so the ending alone is no fault.
        ending = raw.source.path.suffix.lower()
        no_such = (
            f" is named {ending}, but holds plain text;"
            if raw.source.kind == "text" and ending in BINARY
            else ":"
        )
        raise InputError(
            f"{raw.source.where}{no_such} the required column{'s' * (len(missing) > 1)} {', '.join(guesses)} "
            f"{'are' if len(missing) > 1 else 'is'} missing; its header is: {', '.join(raw.header)}.",
            remedy=f"Add or rename the column; chaingraph model dictionary describes the table {table.name}.",
        )
    if twice:
        raise InputError(
            f"{raw.source.where}: {', '.join(twice)} stands more than once in the header.",
            remedy="Keep one of the two columns, or rename the other.",
        )
    warnings = []
    for header in unknown:
        near = difflib.get_close_matches(normalised(header), set(table.columns) - set(found), n=1, cutoff=0.8)
        hint = f"; did you mean {near[0]}?" if near else ""
        warnings.append(
            f"{raw.source.label}: the column {header!r} is not one of {table.name}'s and is left out{hint}"
        )
    return found, warnings


def stage_table(con: duckdb.DuckDBPyConnection, raw: RawTable, table: Table, source_no: int) -> list[str]:
    """Parse a raw table into the market table of its name; returns warnings.

    Rows with a cell that cannot be parsed go to ``rejected``, a line a fault.
    """
    found, warnings = match_columns(raw, table)
    cells = [(table.columns[name], raw.column(index), raw.types[index]) for name, index in found.items()]
    targets = ", ".join(f'"{column.graph_name}"' for column, _, _ in cells)
    values = ", ".join(sql_value(*cell) for cell in cells)
    con.execute(
        f'INSERT INTO "{table.name}" ({targets}, source_no, source_row) '
        f'SELECT {values}, {source_no}, source_row FROM "{raw.relation}"'
    )
    moved = len({rejection.row for rejection in raw.rejections})
    suspects = _suspects(con, raw, table, source_no, cells)
    if suspects:
        moved += _take_out(con, raw, table, source_no, suspects)
        _explain(con, len(raw.header), table, source_no, suspects)
        con.execute("DROP TABLE unread")
    if moved:
        con.execute("INSERT INTO moved VALUES (?, ?)", [table.name, moved])
    return warnings


def _suspects(
    con: duckdb.DuckDBPyConnection, raw: RawTable, table: Table, source_no: int, cells: list[Cell]
) -> list[Cell]:
    """The columns in which fewer values arrived than cells are filled.

    Counting beforehand is much cheaper than asking every row about every cell, and most files have no fault.
    """
    if not cells:
        return []
    values = ", ".join(f'count("{column.graph_name}")' for column, _, _ in cells)
    arrived = con.execute(f'SELECT {values} FROM "{table.name}" WHERE source_no = {source_no}').fetchall()[0]
    texts = ", ".join(f"count({cell})" for _, cell, _ in cells)
    filled = con.execute(f'SELECT {texts} FROM "{raw.relation}"').fetchall()[0]
    return [cell for cell, n, m in zip(cells, arrived, filled, strict=True) if n != m]


def _take_out(
    con: duckdb.DuckDBPyConnection, raw: RawTable, table: Table, source_no: int, suspects: list[Cell]
) -> int:
    """Move the rows with a filled cell that gave no value to ``unread``; returns how many."""
    faulty = " OR ".join(
        f'(t."{column.graph_name}" IS NULL AND NOT {sql_blank(f"r.{cell}", kind)})'
        for column, cell, kind in suspects
    )
    con.execute(
        f'CREATE OR REPLACE TEMP TABLE unread AS SELECT r.* FROM "{raw.relation}" AS r JOIN "{table.name}" AS t '
        f"ON t.source_row = r.source_row AND t.source_no = {source_no} WHERE {faulty}"
    )
    con.execute(
        f'DELETE FROM "{table.name}" WHERE source_no = {source_no} '
        "AND source_row IN (SELECT source_row FROM unread)"
    )
    return count(con, "SELECT count(*) FROM unread")


def _explain(
    con: duckdb.DuckDBPyConnection,
    width: int,
    table: Table,
    source_no: int,
    cells: list[Cell],
) -> None:
    line = f"to_json([{', '.join(f'left(CAST(c{n} AS VARCHAR), 2000)' for n in range(width))}])"
    for column, cell, kind in cells:
        faults = con.sql(
            f"SELECT source_row, left(CAST({cell} AS VARCHAR), 200), why, CAST({line} AS VARCHAR) FROM "
            f"(SELECT *, {sql_fault(column, cell, kind)} AS why FROM unread) WHERE why IS NOT NULL"
        ).to_arrow_table()
        if faults is not None and faults.num_rows:
            explained = pa.table(
                {
                    "source_row": faults.column(0),
                    "value": faults.column(1),
                    "rule": faults.column(2),
                    "line": faults.column(3),
                    "expected": [EXPLAIN[why].expected for why in faults.column(2).to_pylist()],
                    "remedy": [EXPLAIN[why].remedy for why in faults.column(2).to_pylist()],
                }
            )
            con.register("explained", explained)
            con.execute(
                f"INSERT INTO rejected SELECT '{table.name}', {source_no}, source_row, '{column.name}', value, rule, "
                "expected, remedy, line FROM explained"
            )
            con.unregister("explained")


def keep_rejections(con: duckdb.DuckDBPyConnection, raw: RawTable, table: str, source_no: int) -> None:
    """Keep the rows that could not even be split into cells."""
    if raw.rejections:
        # As a whole: a damaged file may have a hundred thousand of them.
        con.register("kept", to_arrow(raw.rejections))
        con.execute(
            f'INSERT INTO rejected SELECT {sql_text(table)}, {source_no}, "row", "column", value, rule, '
            "expected, remedy, line FROM kept"
        )
        con.unregister("kept")
