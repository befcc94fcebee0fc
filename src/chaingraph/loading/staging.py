"""From raw tables to typed market tables: columns found by name, cells parsed, faulty rows put aside."""

from __future__ import annotations

import difflib

import duckdb
import pyarrow as pa

from chaingraph.errors import InputError
from chaingraph.loading.parse import EXPLAIN, sql_blank, sql_fault, sql_value
from chaingraph.loading.plain_cells import plain_sql
from chaingraph.loading.read import RawTable
from chaingraph.loading.rejected import to_arrow
from chaingraph.loading.spellings import sql_text
from chaingraph.loading.sql import count
from chaingraph.model import Column, Table


def normalised(name: str) -> str:
    """A column or table name with case, blanks and hyphens evened out."""
    return "_".join(name.strip().lower().replace("-", " ").replace("_", " ").split())


# A column of the model, the SQL of the raw cell, and the raw column's type.
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
        raise InputError(
            f"{raw.source.where}: the required column{'s' * (len(missing) > 1)} {', '.join(guesses)} "
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
    before = count(con, f'SELECT count(*) FROM "{table.name}"')
    into = f'INSERT INTO "{table.name}" ({targets}, source_no, source_row) '
    rest = _take_plain(con, raw, cells, into, source_no)
    if rest:
        _take_rest(con, rest, cells, into, source_no)
    loaded = count(con, f'SELECT count(*) FROM "{table.name}"') - before
    if loaded < raw.rows and rest:
        _explain(con, rest, len(raw.header), table, source_no, cells)
    moved = raw.rows - loaded + len({rejection.row for rejection in raw.rejections})
    if moved:
        con.execute("INSERT INTO moved VALUES (?, ?)", [table.name, moved])
    con.execute("DROP TABLE IF EXISTS rest")
    return warnings


def _take_plain(
    con: duckdb.DuckDBPyConnection, raw: RawTable, cells: list[Cell], into: str, source_no: int
) -> str:
    """Insert the rows whose cells are all plain; returns the relation that holds the others, "" where none is left."""
    values, plain = [], []
    for n, (column, cell, kind) in enumerate(cells):
        value = plain_sql(column, cell) if kind == "VARCHAR" else sql_value(column, cell, kind)
        if value is None:
            return raw.relation
        values.append(f"{value} AS v{n}")
        plain.append(f"(v{n} IS NOT NULL OR {cell} IS NULL)")
    # Written down once: a view would work every value out again for the condition.
    con.execute(
        f"CREATE OR REPLACE TEMP TABLE plain AS SELECT source_row, {', '.join(values)}, {' AND '.join(plain)} AS whole "
        f'FROM "{raw.relation}"'
    )
    taken = ", ".join(f"v{n}" for n in range(len(cells)))
    con.execute(f"{into} SELECT {taken}, {source_no}, source_row FROM plain WHERE whole")
    left = count(con, "SELECT count(*) FROM plain WHERE NOT whole")
    if left:
        con.execute(
            f'CREATE OR REPLACE TEMP TABLE rest AS SELECT * FROM "{raw.relation}" WHERE source_row IN '
            "(SELECT source_row FROM plain WHERE NOT whole)"
        )
    con.execute("DROP TABLE plain")
    return "rest" if left else ""


def _take_rest(
    con: duckdb.DuckDBPyConnection, rest: str, cells: list[Cell], into: str, source_no: int
) -> None:
    values = ", ".join(
        f"{sql_value(column, cell, kind)} AS v{n}" for n, (column, cell, kind) in enumerate(cells)
    )
    unread = " OR ".join(
        f"(v{n} IS NULL AND NOT {sql_blank(cell, kind)})" for n, (_, cell, kind) in enumerate(cells)
    )
    taken = ", ".join(f"v{n}" for n in range(len(cells)))
    con.execute(
        f'{into} SELECT {taken}, {source_no}, source_row FROM (SELECT *, {values} FROM "{rest}") WHERE NOT ({unread})'
    )


def _explain(
    con: duckdb.DuckDBPyConnection,
    rest: str,
    width: int,
    table: Table,
    source_no: int,
    cells: list[Cell],
) -> None:
    line = f"to_json([{', '.join(f'left(CAST(c{n} AS VARCHAR), 2000)' for n in range(width))}])"
    for column, cell, kind in cells:
        faults = con.sql(
            f"SELECT source_row, left(CAST({cell} AS VARCHAR), 200), why, CAST({line} AS VARCHAR) FROM "
            f'(SELECT *, {sql_fault(column, cell, kind)} AS why FROM "{rest}") WHERE why IS NOT NULL'
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
