"""The practical limit of a rule: hand-written DuckDB SQL (``benchmarks/sql``) over the graph's own files."""

from __future__ import annotations

import re
from datetime import date
from pathlib import Path
from typing import Any

import duckdb
import pyarrow as pa

from chaingraph.rules.parameters import bound, resolve
from chaingraph.rules.rule import Rule
from chaingraph.store.protocol import Store

SQL = Path(__file__).parent / "sql"
EPOCH = date(1970, 1, 1)


def open_files(con: duckdb.DuckDBPyConnection, tables: Path) -> None:
    """A view for each file of a load: a node's under its label, a relationship's under type-from-to."""
    for file in sorted(
        [*(tables / "nodes").glob("*.parquet"), *(tables / "relationships").glob("*.parquet")]
    ):
        con.execute(f"CREATE OR REPLACE VIEW \"{file.stem}\" AS SELECT * FROM read_parquet('{file}')")


def questions() -> list[str]:
    """The rules that have their SQL."""
    return sorted(file.stem for file in SQL.glob("*.sql"))


def ask_sql(con: duckdb.DuckDBPyConnection, rule: Rule, as_of: date) -> pa.Table:
    """The answer of ``sql/<rule>.sql``, by the rule's default parameters."""
    text = (SQL / f"{rule.id}.sql").read_text(encoding="utf-8")
    day = {"as_of": as_of, "as_of_day": (as_of - EPOCH).days, "department_org_id": ""}
    given: dict[str, Any] = {**resolve([rule], {})[rule.id], **day}
    used = {name: value for name, value in given.items() if re.search(rf"\${name}\b", text)}
    return con.sql(text, params=used).to_arrow_table()


def ask_rule(store: Store, rule: Rule, as_of: date) -> pa.Table:
    """The rows of the rule's main statement."""
    parameters = resolve([rule], {})[rule.id]
    return store.query(rule.main.text, bound(rule.main, parameters, as_of))
