"""Mapped sources: the rows of all their files staged under one set of columns, then the market tables."""

from __future__ import annotations

import duckdb
import pyarrow as pa

from chaingraph.errors import ContentError, InputError
from chaingraph.loading import line_faults
from chaingraph.loading.line_faults import Staging, sql_type
from chaingraph.loading.mapping import Loader, normalised
from chaingraph.loading.parse import sql_blank, sql_value
from chaingraph.loading.read import RawTable
from chaingraph.loading.read.cells import column_name

# What SQL in a mapping can get wrong; a full disk or an interruption is not the mapping's fault.
SQL_FAULTS = (duckdb.ProgrammingError, duckdb.DataError, duckdb.IntegrityError, duckdb.NotSupportedError)


def create_lines(con: duckdb.DuckDBPyConnection, loader: Loader) -> None:
    """Create the staged relation, its lookups, and ``<staged>_money`` where money is to be reconciled."""
    columns = ", ".join(f'"{name}" {sql_type(column)}' for name, column in loader.columns.items())
    con.execute(
        f'CREATE OR REPLACE TABLE "{loader.staged}" ({columns}, source_no SMALLINT, source_row BIGINT)'
    )
    con.execute(
        f'CREATE OR REPLACE TABLE "{loader.staged}_money" '
        "(source_no SMALLINT, source_row BIGINT, pence BIGINT, unreadable BOOLEAN)"
    )
    for name, rows in loader.lookups.items():
        con.register("lookup_rows", pa.Table.from_pylist([{"nth": n, **row} for n, row in enumerate(rows)]))
        con.execute(f'CREATE OR REPLACE TABLE "{name}" AS SELECT * FROM lookup_rows')
        con.unregister("lookup_rows")


def places(loader: Loader, raw: RawTable) -> tuple[dict[str, int], list[str]]:
    """Where the file has each staged column, and warnings on the columns that are none.

    Raises InputError where a required column is missing, or one is there twice and either may count.
    """
    names = [normalised(header) for header in raw.header]
    at: dict[str, int] = {}
    missing = []
    for name, column in loader.columns.items():
        for header in loader.headers()[name]:
            free = [n for n, one in enumerate(names) if one == header and n not in at.values()]
            if len(free) > 1 and column.repeated is None:
                letters = " and ".join(column_name(n) for n in free)
                raise InputError(
                    f"{raw.source.where} has the column {raw.header[free[0]]!r} more than once "
                    f"(columns {letters}).",
                    remedy="Rename or delete all but the one that counts.",
                )
            if free:
                at[name] = free[-1] if column.repeated == "last" else free[0]
                break
        else:
            if column.required:
                missing.append(f"{column.headers[0]!r}")
    if missing:
        raise InputError(
            f"{raw.source.where} has no column {', '.join(missing)}; its header (row {raw.header_row}) is: "
            f"{', '.join(name for name in raw.header if name)}.",
            remedy=f"Rename the column, or add its name to the headers in the mapping {loader.name}.",
        )
    left = [header for n, header in enumerate(raw.header) if header and n not in at.values()]
    return at, [f"{raw.source.label}: columns that are not used: {', '.join(left)}"] if left else []


def stage_lines(con: duckdb.DuckDBPyConnection, loader: Loader, raw: RawTable, source_no: int) -> list[str]:
    """Parse a raw table into the staged relation; returns warnings.

    Rows with faults go to ``rejected``, rows that are no data (a header repeated inside the file, what the
    mapping's ``skip`` describes) are left out and told. The money of every row is kept for reconciliation.
    """
    at, warnings = places(loader, raw)
    staging = Staging(con, loader, raw, source_no, at)
    values = []
    for name, column in loader.columns.items():
        value = sql_value(column.type, *staging.cell(name)) if name in at else "NULL"
        values.append(f'CAST({value} AS {sql_type(column)}) AS "{name}"')
    whole = f"concat_ws(' ', {', '.join(f'c{n}' for n in range(len(raw.header)))})"
    con.execute(
        f"CREATE OR REPLACE TEMP TABLE parsed AS SELECT {', '.join(values)}, {whole} AS line_text, "
        f'source_row FROM "{raw.relation}"'
    )
    try:
        warnings += line_faults.leave_out(staging)
        warnings += line_faults.reject(staging)
    except SQL_FAULTS as error:
        raise broken(loader, "skip or checks", error) from error
    _keep_money(staging)
    listed = ", ".join(f'"{name}"' for name in loader.columns)
    con.execute(
        f'INSERT INTO "{loader.staged}" SELECT {listed}, {source_no}, source_row FROM parsed '
        "WHERE source_row NOT IN (SELECT source_row FROM faulty)"
    )
    return warnings


def _keep_money(staging: Staging) -> None:
    loader, raw = staging.loader, staging.raw
    if loader.reconcile is None:
        return
    name = loader.reconcile.column
    blank = sql_blank(*staging.cell(name)) if name in staging.at else "true"
    staging.con.execute(
        f'INSERT INTO "{loader.staged}_money" '
        f'SELECT {staging.source_no}, source_row, p."{name}", p."{name}" IS NULL AND NOT r.blank '
        f'FROM parsed AS p JOIN (SELECT source_row, {blank} AS blank FROM "{raw.relation}") AS r '
        "USING (source_row)"
    )
    # A row that could not even be split into cells may hold money that nobody can read.
    for row in sorted({rejection.row for rejection in raw.rejections}):
        staging.con.execute(
            f'INSERT INTO "{loader.staged}_money" VALUES ({staging.source_no}, {row}, NULL, true)'
        )


def fill_tables(con: duckdb.DuckDBPyConnection, loader: Loader) -> frozenset[str]:
    """Fill the market tables from the staged rows of all files; returns their names."""
    for name, select in loader.views.items():
        try:
            con.execute(f'CREATE OR REPLACE TEMP TABLE "{name}" AS {select}')
        except SQL_FAULTS as error:
            raise broken(loader, f"views.{name}", error) from error
    for name, select in loader.tables.items():
        try:
            con.execute(f'INSERT INTO "{name}" BY NAME {select}')
        except SQL_FAULTS as error:
            raise broken(loader, f"tables.{name}", error) from error
    for name in (*loader.views, *loader.lookups):
        con.execute(f'DROP TABLE "{name}"')
    return frozenset(loader.tables)


def broken(loader: Loader, where: str, error: duckdb.Error) -> ContentError:
    """What DuckDB says of a piece of SQL in a mapping."""
    return ContentError(
        f"The mapping {loader.name}, {where}: {error}", remedy="Correct the SQL in the mapping's YAML file."
    )
