"""The practical limit of a load: DuckDB reading the same files into typed columns and checking them.

It knows the columns beforehand, stops at nothing, keeps no rejected row and builds no graph; what it does
is the least that any load must do: parse every cell, find repeated keys, find references to absent ids.

    python benchmarks/read_and_check.py MARKET-FOLDER
"""

from __future__ import annotations

import sys
import time
from pathlib import Path

import duckdb

from chaingraph.model import TABLES, Table

TYPES = {
    "id": "VARCHAR",
    "text": "VARCHAR",
    "code": "VARCHAR",
    "list": "VARCHAR",
    "date": "DATE",
    "money": "DECIMAL(18,2)",
    "integer": "BIGINT",
    "number": "DOUBLE",
    "share": "DOUBLE",
    "boolean": "BOOLEAN",
}


def read(con: duckdb.DuckDBPyConnection, folder: Path) -> list[Table]:
    """Read every table of the folder, typed; returns those that are there."""
    present = []
    for table in TABLES.values():
        csv, parquet = folder / f"{table.name}.csv", folder / f"{table.name}.parquet"
        if parquet.is_file():
            con.execute(f"CREATE TABLE \"{table.name}\" AS SELECT * FROM read_parquet('{parquet}')")
        elif csv.is_file():
            header = csv.open(encoding="utf-8").readline().strip().split(",")
            columns = ", ".join(f"'{name}': '{TYPES[table.columns[name].type]}'" for name in header)
            con.execute(
                f"CREATE TABLE \"{table.name}\" AS SELECT * FROM read_csv('{csv}', header = true, "
                f"auto_detect = false, delim = ',', quote = '\"', columns = {{{columns}}})"
            )
        else:
            continue
        present.append(table)
    return present


def check(con: duckdb.DuckDBPyConnection, tables: list[Table]) -> int:
    """Count repeated keys and references to nothing."""
    names = {table.name for table in tables}
    faults = 0
    for table in tables:
        held = {row[0] for row in con.execute(f'DESCRIBE "{table.name}"').fetchall()}
        key = ", ".join(name for name in table.key if name in held)
        faults += con.execute(
            f'SELECT count(*) FROM (SELECT {key} FROM "{table.name}" GROUP BY ALL HAVING count(*) > 1)'
        ).fetchall()[0][0]
        for column in table.columns.values():
            targets = [t.split(".") for t in column.references if t.split(".")[0] in names]
            if column.name in held and targets:
                absent = " AND ".join(
                    f'NOT EXISTS (SELECT 1 FROM "{name}" AS x WHERE x."{to}" = t."{column.name}")'
                    for name, to in targets
                )
                faults += con.execute(
                    f'SELECT count(*) FROM "{table.name}" AS t WHERE t."{column.name}" IS NOT NULL AND {absent}'
                ).fetchall()[0][0]
    return faults


def main(folder: Path) -> None:
    """Print the seconds it took and what was found."""
    started = time.perf_counter()
    with duckdb.connect() as con:
        tables = read(con, folder)
        faults = check(con, tables)
    print(f"{time.perf_counter() - started:.3f} seconds, {len(tables)} tables, {faults} faults")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
