"""The quick way through plain cells gives what the full macros give, for every cell that it takes."""

from __future__ import annotations

import duckdb
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from chaingraph.loading import parse
from chaingraph.loading.plain_cells import plain_sql
from chaingraph.model import TABLES, Column

COLUMNS = {
    "date": TABLES["payments"].columns["paid_on"],
    "money": TABLES["payments"].columns["amount_gbp"],
    "id": TABLES["payments"].columns["payment_id"],
    "text": TABLES["organisations"].columns["name"],
    "integer": TABLES["referrals"].columns["contacts"],
    "number": TABLES["commitments"].columns["quantity"],
    "share": TABLES["contracts"].columns["fee_share"],
    "boolean": TABLES["contracts"].columns["inferred"],
    "code": TABLES["contracts"].columns["role"],
}
CELLS = st.one_of(
    st.text(max_size=14),
    st.dates().map(str),
    st.from_regex(r"-?[0-9]{1,16}(\.[0-9]{1,4})?", fullmatch=True),
    st.from_regex(r"[0-9]{1,3}[eE][0-9]{1,3}", fullmatch=True),
    st.from_regex(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", fullmatch=True),
    st.sampled_from(
        [
            "true",
            "false",
            "TRUE",
            "end_to_end",
            "End to end",
            "#REF!",
            "31/02/2024",
            "infinity",
            "epoch",
            " x ",
        ]
    ),
)


@pytest.fixture(scope="module")
def con() -> duckdb.DuckDBPyConnection:
    connection = duckdb.connect()
    parse.register(connection)
    return connection


@settings(max_examples=80, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(cells=st.lists(CELLS, min_size=1, max_size=40), kind=st.sampled_from(sorted(COLUMNS)))
def test_plain_cells_are_worth_what_the_macros_say(
    con: duckdb.DuckDBPyConnection, cells: list[str], kind: str
) -> None:
    column: Column = COLUMNS[kind]
    con.execute("CREATE OR REPLACE TEMP TABLE cells AS SELECT unnest(?) AS c0", [cells])
    rows = con.execute(
        f"SELECT c0, {plain_sql(column, 'c0')}, {parse.sql_value(column, 'c0')} FROM cells"
    ).fetchall()
    for cell, quick, full in rows:
        assert quick is None or quick == full, cell


@pytest.mark.parametrize(
    ("kind", "cell", "value"),
    [
        ("money", "12.5", 1250),
        ("money", "-0.07", -7),
        ("money", "12.345", None),
        ("integer", "1e3", None),
        ("id", "1e9", None),
        ("id", "GB-COH-00123456", "GB-COH-00123456"),
        ("date", "2024-02-30", None),
        ("code", "Spot", None),
        ("boolean", "true", True),
    ],
)
def test_what_is_plain(con: duckdb.DuckDBPyConnection, kind: str, cell: str, value: object) -> None:
    con.execute("CREATE OR REPLACE TEMP TABLE cells AS SELECT ? AS c0", [cell])
    assert con.execute(f"SELECT {plain_sql(COLUMNS[kind], 'c0')} FROM cells").fetchall() == [(value,)]
