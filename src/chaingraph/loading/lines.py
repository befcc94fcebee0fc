"""Mapped sources: the rows of all their files staged under one set of columns, then the market tables."""

from __future__ import annotations

import duckdb
import pyarrow as pa

from chaingraph.errors import ContentError, InputError
from chaingraph.loading import line_faults
from chaingraph.loading.line_faults import Staging, sql_type
from chaingraph.loading.mapping import Loader, Rows, normalised
from chaingraph.loading.parse import sql_blank, sql_value
from chaingraph.loading.read import RawTable
from chaingraph.loading.read.cells import column_name
from chaingraph.loading.sql import scalar

# What SQL in a mapping can get wrong; a full disk or an interruption is not the mapping's fault.
SQL_FAULTS = (duckdb.ProgrammingError, duckdb.DataError, duckdb.IntegrityError, duckdb.NotSupportedError)


def create_lines(con: duckdb.DuckDBPyConnection, loader: Loader) -> None:
    """Create the staged relations, the lookups, and ``<name>_money`` where money is to be reconciled."""
    document = ", document_no BIGINT" if loader.documents else ""
    for name, rows in loader.rows.items():
        columns = ", ".join(f'"{column}" {sql_type(one)}' for column, one in rows.columns.items())
        con.execute(
            f'CREATE OR REPLACE TABLE "{name}" ({columns}, source_no SMALLINT, source_row BIGINT{document})'
        )
    con.execute(
        f'CREATE OR REPLACE TABLE "{loader.name}_money" '
        "(source_no SMALLINT, source_row BIGINT, pence BIGINT, unreadable BOOLEAN)"
    )
    for name, listed in loader.lookups.items():
        con.register("lookup_rows", pa.Table.from_pylist([{"nth": n, **row} for n, row in enumerate(listed)]))
        con.execute(f'CREATE OR REPLACE TABLE "{name}" AS SELECT * FROM lookup_rows')
        con.unregister("lookup_rows")


def places(loader: Loader, rows: Rows, raw: RawTable) -> tuple[dict[str, int], list[str]]:
    """Where the file has each staged column, and warnings on the columns that are none.

    Raises InputError where a required column is missing, or one is there twice and either may count.
    """
    if loader.documents:  # its columns were read in the mapping's order
        return {name: n for n, name in enumerate(rows.columns)}, []
    names = [normalised(header) for header in raw.header]
    at: dict[str, int] = {}
    missing = []
    for name, column in rows.columns.items():
        for header in rows.headers()[name]:
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


def stage_lines(
    con: duckdb.DuckDBPyConnection, loader: Loader, raw: RawTable, source_no: int, name: str | None = None
) -> list[str]:
    """Parse a raw table into the staged relation ``name`` (default: the only one); returns warnings.

    Rows with faults go to ``rejected``, rows that are no data (a header repeated inside the file, what the
    mapping's ``skip`` describes) are left out and told. The money of every row is kept for reconciliation.
    """
    name = name or loader.staged
    rows = loader.rows[name]
    at, warnings = places(loader, rows, raw)
    staging = Staging(con, loader, rows, raw, source_no, at)
    values = []
    for column_, column in rows.columns.items():
        value = _value(staging, column_) if column_ in at else "NULL"
        values.append(f'CAST({value} AS {sql_type(column)}) AS "{column_}"')
    whole = f"concat_ws(' ', {', '.join(f'c{n}' for n in range(len(raw.header)))})"
    document = ", document_no" if loader.documents else ""
    con.execute(
        f"CREATE OR REPLACE TEMP TABLE parsed AS SELECT {', '.join(values)}, {whole} AS line_text, "
        f'source_row, {raw.key} AS line_no{document} FROM "{raw.relation}"'
    )
    try:
        warnings += line_faults.leave_out(staging)
        warnings += line_faults.reject(staging)
    except SQL_FAULTS as error:
        raise broken(loader, "skip or checks", error) from error
    _keep_money(staging)
    listed = ", ".join(f'"{column}"' for column in rows.columns)
    con.execute(
        f'INSERT INTO "{name}" SELECT {listed}, {source_no}, source_row{document} FROM parsed '
        "WHERE line_no NOT IN (SELECT line_no FROM faulty)"
    )
    return warnings


def _value(staging: Staging, name: str) -> str:
    column = staging.rows.columns[name]
    cell, kind = staging.cell(name)
    if column.type == "date" and kind == "VARCHAR" and _month_first(staging, name):
        cell = f"day_before_month({cell})"
    return sql_value(column.type, cell, kind)


def _month_first(staging: Staging, name: str) -> bool:
    """Whether the dates of this file have the month first: as the mapping says, or as they show themselves."""
    order = staging.rows.columns[name].order
    if order != "told":
        return order == "month-first"
    cell, _ = staging.cell(name)
    shape = r"^\s*(\d{1,2})/(\d{1,2})/\d{4}"
    parts = [f"TRY_CAST(regexp_extract({cell}, '{shape}', {n}) AS INTEGER)" for n in (1, 2)]
    days = scalar(
        staging.con,
        f"SELECT count(*) FILTER ({parts[1]} > 12) > count(*) FILTER ({parts[0]} > 12) "
        f'FROM "{staging.raw.relation}"',
    )
    return bool(days)


def _keep_money(staging: Staging) -> None:
    loader, raw = staging.loader, staging.raw
    if loader.reconcile is None:
        return
    name = loader.reconcile.column
    blank = sql_blank(*staging.cell(name)) if name in staging.at else "true"
    staging.con.execute(
        f'INSERT INTO "{loader.name}_money" '
        f'SELECT {staging.source_no}, source_row, p."{name}", p."{name}" IS NULL AND NOT r.blank '
        f'FROM parsed AS p JOIN (SELECT source_row, {blank} AS blank FROM "{raw.relation}") AS r '
        "USING (source_row)"
    )
    # A row that could not even be split into cells may hold money that nobody can read.
    for row in sorted({rejection.row for rejection in raw.rejections}):
        staging.con.execute(
            f'INSERT INTO "{loader.name}_money" VALUES ({staging.source_no}, {row}, NULL, true)'
        )


def fill_tables(con: duckdb.DuckDBPyConnection, loader: Loader) -> frozenset[str]:
    """Fill the market tables from the staged rows of all files; returns their names."""
    for name in loader.steps():
        try:
            con.execute(f'CREATE OR REPLACE TEMP TABLE "{name}" AS {loader.views[name]}')
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


def drop_lines(con: duckdb.DuckDBPyConnection, loader: Loader) -> None:
    """Drop the staged relations, so that another mapping may use their names; the money stays."""
    for name in loader.rows:
        con.execute(f'DROP TABLE "{name}"')


def broken(loader: Loader, where: str, error: duckdb.Error) -> ContentError:
    """What DuckDB says of a piece of SQL in a mapping."""
    return ContentError(
        f"The mapping {loader.name}, {where}: {error}", remedy="Correct the SQL in the mapping's YAML file."
    )
