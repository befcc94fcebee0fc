"""Checks on typed market tables, a column at a time: what a row may say, keys, references, circles.

Every market table is a DuckDB table of its own name with the columns' graph names, ``source_no`` and
``source_row``. A row that fails is moved out and written to ``rejected``, one line a fault; nothing is
dropped without a line there.
"""

from __future__ import annotations

import difflib

import duckdb

from chaingraph.loading.faults import DATE_ORDER, Fault, reject, reject_keys
from chaingraph.loading.spellings import sql_text
from chaingraph.loading.sql import count
from chaingraph.model import TABLES, Column, Table

# ``table.column`` and the mapping that permits it.
Permits = frozenset[tuple[str, str]]


def check_rows(con: duckdb.DuckDBPyConnection, table: Table, permits: Permits = frozenset()) -> int:
    """Required values, ranges, codes and the order of dates.

    ``permits``: columns that may be negative or empty, and in which mapping's files.
    """
    faults = [
        fault for column in table.columns.values() for fault in _column_faults(con, table, column, permits)
    ]
    for earlier, later in table.in_order:
        faults.append(
            Fault(
                later,
                f"{later} < {earlier}",
                DATE_ORDER,
                f"a day that is not before {earlier}",
                f"Correct {earlier} or {later}; dates may not run backwards.",
            )
        )
    if table.parent:
        faults.append(
            Fault(
                table.parent,
                f"tier > 1 AND {table.parent} IS NULL",
                "parent-missing",
                "the id of the contract it is let under",
                "Name the parent, or give tier 1 to a head contract.",
            )
        )
    return reject(con, table, faults)


def _column_faults(
    con: duckdb.DuckDBPyConnection, table: Table, column: Column, permits: Permits
) -> list[Fault]:
    name = column.graph_name
    quoted = f'"{name}"'
    faults = []
    unless = _unless(table, column, permits)
    if column.required:
        faults.append(
            Fault(
                name,
                f"{quoted} IS NULL{unless}",
                "required-missing",
                f"a value ({column.description})",
                "Fill in the cell.",
            )
        )
    if column.codes:
        faults += _code_faults(con, table, column)
    scale = 100 if column.type == "money" else 1
    if column.minimum is not None:
        low = column.minimum * scale
        rule = "negative" if low == 0 else "too-small"
        wanted = f"{column.minimum:g} or more"
        faults.append(
            Fault(
                name, f"{quoted} < {low}{unless}", rule, wanted, "Correct the figure or leave the cell empty."
            )
        )
    if column.maximum is not None:
        high = column.maximum * scale
        wanted = f"{column.maximum:g} or less"
        faults.append(
            Fault(
                name, f"{quoted} > {high}", "too-large", wanted, "Correct the figure or leave the cell empty."
            )
        )
    return faults


def _unless(table: Table, column: Column, permits: Permits) -> str:
    """The SQL that leaves out the files of mappings that permit what is a fault elsewhere."""
    names = sorted(loader for permit, loader in permits if permit == f"{table.name}.{column.name}")
    if not names:
        return ""
    listed = ", ".join(sql_text(name) for name in names)
    return f" AND source_no NOT IN (SELECT source_no FROM sources WHERE loader IN ({listed}))"


def _code_faults(con: duckdb.DuckDBPyConnection, table: Table, column: Column) -> list[Fault]:
    quoted = f'"{column.graph_name}"'
    listed = ", ".join(f"'{code}'" for code in column.codes)
    wrong = con.execute(
        f'SELECT DISTINCT {quoted} FROM "{table.name}" WHERE {quoted} NOT IN ({listed}) ORDER BY 1 LIMIT 200'
    ).fetchall()
    faults = []
    for (value,) in wrong:
        near = difflib.get_close_matches(value.lower(), [c.lower() for c in column.codes], n=1, cutoff=0.5)
        guess = next((c for c in column.codes if near and c.lower() == near[0]), None)
        remedy = f"Did you mean {guess}?" if guess else "Use one of the codes, or leave the cell empty."
        literal = value.replace("'", "''")
        faults.append(
            Fault(
                column.graph_name,
                f"{quoted} = '{literal}'",
                "code-unknown",
                f"one of {', '.join(column.codes)}",
                remedy,
            )
        )
    if len(wrong) == 200:
        told = ", ".join("'" + value.replace("'", "''") + "'" for (value,) in wrong)
        faults.append(
            Fault(
                column.graph_name,
                f"{quoted} NOT IN ({listed}, {told})",
                "code-unknown",
                f"one of {', '.join(column.codes)}",
                "Use one of the codes, or leave the cell empty.",
            )
        )
    return faults


def check_keys(con: duckdb.DuckDBPyConnection, table: Table) -> tuple[int, int]:
    """One row a key. Returns (rows merged, rows rejected).

    A row that repeats another to the letter is merged with it (the same supplier in two files); one that
    says something else under the same key is rejected, the first stays.
    """
    key = [f'"{table.columns[name].graph_name}"' for name in table.key]
    # Grouping hashes first is several times faster than grouping text, and twins are few.
    hashed = f"hash({', '.join(key)})"
    con.execute(
        f'CREATE OR REPLACE TEMP TABLE twins AS SELECT {hashed} AS h FROM "{table.name}" '
        "GROUP BY 1 HAVING count(*) > 1"
    )
    if not count(con, "SELECT count(*) FROM twins"):
        return 0, 0
    columns = [f'"{c.graph_name}"' for c in table.columns.values()]
    con.execute(
        f"CREATE OR REPLACE TEMP TABLE repeated AS SELECT rid, same FROM ("
        f"SELECT rowid AS rid, row_number() OVER (PARTITION BY {', '.join(key)} ORDER BY source_no, source_row, rowid) AS nth, "
        f"hash({', '.join(columns)}) = first_value(hash({', '.join(columns)})) OVER "
        f"(PARTITION BY {', '.join(key)} ORDER BY source_no, source_row, rowid) AS same "
        f'FROM "{table.name}" WHERE {hashed} IN (SELECT h FROM twins)) WHERE nth > 1'
    )
    merged = count(con, "SELECT count(*) FROM repeated WHERE same")
    first = table.columns[table.key[0]].graph_name
    rejected = reject_keys(
        con,
        table,
        first,
        "SELECT rid FROM repeated WHERE NOT same",
        "key-repeated",
        f"{' + '.join(table.key)} once only",
        "Two rows with this key say different things; the first was kept. Remove or renumber this one.",
    )
    # Rows that were rejected are gone, and deleting does not renumber the others.
    con.execute(f'DELETE FROM "{table.name}" WHERE rowid IN (SELECT rid FROM repeated WHERE same)')
    return merged, rejected


def check_references(
    con: duckdb.DuckDBPyConnection, table: Table, present: frozenset[str]
) -> tuple[int, list[str]]:
    """Values that point at nothing. Returns (rows rejected, warnings).

    ``present`` names the tables that were loaded at all. Where none of the tables that a column points at
    is there, the values are kept as plain values and a warning says so: a folder without lots is not wrong.
    """
    rejected, warnings = 0, []
    for column in table.columns.values():
        targets = [target.split(".") for target in column.references]
        if not targets or table.parent == column.name:
            continue
        quoted = f'"{column.graph_name}"'
        if not any(name in present for name, _ in targets):
            unchecked = count(con, f'SELECT count({quoted}) FROM "{table.name}"')
            if unchecked:
                names = " or ".join(name for name, _ in targets)
                warnings.append(
                    f"{names} not loaded: {unchecked:,} values of {table.name}.{column.name} could not be checked"
                )
            continue
        absent = " AND ".join(
            f'NOT EXISTS (SELECT 1 FROM "{name}" AS target WHERE target."{key}" = t.{quoted})'
            for name, key in targets
            if name in present
        )
        literals = "".join(f" AND t.{quoted} <> '{value}'" for value in column.literals)
        where = " or ".join(f"{name}.{key}" for name, key in targets)
        words = "".join(f", or the word {value}" for value in column.literals)
        rejected += reject_keys(
            con,
            table,
            column.graph_name,
            f'SELECT t.rowid FROM "{table.name}" AS t WHERE t.{quoted} IS NOT NULL AND {absent}{literals}',
            "reference-absent",
            f"an id that is in {where}{words}",
            f"Add the missing row to {where.split('.')[0]}, or correct the id (was that row itself rejected?).",
        )
    return rejected, warnings


def check_parents(con: duckdb.DuckDBPyConnection, table: Table) -> int:
    """Children of absent parents, and circles, down to the last generation. Returns rows rejected."""
    if table.parent is None:
        return 0
    key, parent = table.key[0], table.parent
    rejected = 0
    while True:
        orphans = reject_keys(
            con,
            table,
            parent,
            f'SELECT t.rowid FROM "{table.name}" AS t WHERE t."{parent}" IS NOT NULL AND NOT EXISTS '
            f'(SELECT 1 FROM "{table.name}" AS p WHERE p."{key}" = t."{parent}")',
            "reference-absent",
            f"an id that is in {table.name}.{key}",
            "Add the parent, or correct the id (was the parent itself rejected?).",
        )
        rejected += orphans
        if not orphans:
            break
    circling = (
        f'WITH RECURSIVE down AS (SELECT "{key}" AS id FROM "{table.name}" WHERE "{parent}" IS NULL UNION '
        f'SELECT t."{key}" FROM "{table.name}" AS t JOIN down ON t."{parent}" = down.id) '
        f'SELECT t.rowid FROM "{table.name}" AS t WHERE t."{key}" NOT IN (SELECT id FROM down)'
    )
    return rejected + reject_keys(
        con,
        table,
        parent,
        circling,
        "circle",
        "a chain of parents that ends at a head contract",
        "These contracts are let under each other in a circle; correct one parent.",
    )


def check_circles(con: duckdb.DuckDBPyConnection, inner: str, outer: str, table: Table) -> int:
    """Rows that put an area within itself, directly or round a circle. Returns rows rejected."""
    circling = (
        f'WITH RECURSIVE up AS (SELECT "{inner}" AS origin, "{outer}" AS id FROM "{table.name}" UNION '
        f'SELECT up.origin, t."{outer}" FROM up JOIN "{table.name}" AS t ON t."{inner}" = up.id) '
        f'SELECT t.rowid FROM "{table.name}" AS t WHERE EXISTS (SELECT 1 FROM up WHERE up.origin = t."{outer}" '
        f'AND up.id = t."{inner}") OR t."{inner}" = t."{outer}"'
    )
    return reject_keys(
        con,
        table,
        inner,
        circling,
        "circle",
        "areas that nest without a circle",
        "Correct one of the two areas.",
    )


def check_everything(
    con: duckdb.DuckDBPyConnection, present: frozenset[str], permits: Permits
) -> tuple[dict[str, int], list[str]]:
    """Run all checks, tables in the model's order so that a rejected row takes those along that need it.

    Returns the rows merged in each table, and warnings.
    """
    merged: dict[str, int] = {}
    warnings: list[str] = []
    for table in TABLES.values():
        if table.name not in present:
            continue
        check_rows(con, table, permits)
        merged[table.name], _ = check_keys(con, table)
        check_parents(con, table)
        _, said = check_references(con, table, present)
        warnings += said
        # A reference may have taken parents away.
        check_parents(con, table)
        if table.name == "area_within":
            check_circles(con, "area_id", "within_id", table)
    return merged, warnings
