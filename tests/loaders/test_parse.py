"""Every spelling of a value, against a plain reading of it one by one."""

from __future__ import annotations

import datetime
from collections.abc import Iterator, Sequence
from typing import Any

import duckdb
import pyarrow as pa
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from chaingraph.loading import parse
from chaingraph.model import TABLES

from . import spelled

KINDS = ["id", "text", "date", "money", "integer", "number", "share", "boolean", "code", "list"]
NEAR_MISSES = st.text(alphabet="0123456789.,£-+() $eE/:janfebmayTGBP\u00a0%#−\ufffd\n", max_size=14)
DAYS = st.dates(datetime.date(1885, 1, 1), datetime.date(2215, 12, 31))
DATE_FORMATS = (
    "%Y-%m-%d", "%d/%m/%Y", "%d/%m/%y", "%d-%b-%y", "%d-%b-%Y", "%d %B %Y", "%d.%m.%Y", "%Y/%m/%d", "%Y%m%d",
    "%d-%m-%Y", "%Y-%m-%d %H:%M:%S", "%Y-%m-%dT%H:%M:%SZ", "%B %d, %Y", "%d/%m/%Y 00:00", " %d/%m/%Y ",
)  # fmt: skip
DATES = st.builds(lambda day, form: day.strftime(form), DAYS, st.sampled_from(DATE_FORMATS))
AMOUNTS = st.builds(
    lambda pence, shape: shape.format(f"{pence // 100:,}.{pence % 100:02d}"),
    st.integers(0, 10**14),
    st.sampled_from(
        ["{}", "-{}", "£{}", "-£{}", "£-{}", "({})", "(£{})", "{}-", " {} ", "£ {}", "+{}", "{} GBP", "Â£{}"]
    ),
)
SOME = settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])


@pytest.fixture(scope="module")
def con() -> Iterator[duckdb.DuckDBPyConnection]:
    with duckdb.connect() as connection:
        parse.register(connection)
        yield connection


def read(
    con: duckdb.DuckDBPyConnection, kind: str, texts: Sequence[str | None]
) -> list[tuple[Any, str | None]]:
    con.register("cells", pa.table({"c": pa.array(texts, pa.string()), "n": range(len(texts))}))
    rows = con.execute(
        f"SELECT {parse.sql_value(kind, 'c')}, {parse.sql_fault(kind, 'c')} FROM cells ORDER BY n"
    ).fetchall()
    con.unregister("cells")
    return rows


@SOME
@given(st.lists(DATES, min_size=40))
def test_a_date_in_any_format_is_that_day(con: duckdb.DuckDBPyConnection, texts: list[str]) -> None:
    assert read(con, "date", texts) == [spelled.date(text) for text in texts]


@SOME
@given(st.lists(NEAR_MISSES, min_size=60))
def test_whatever_looks_like_a_date_is_read_or_refused_alike(
    con: duckdb.DuckDBPyConnection, texts: list[str]
) -> None:
    assert read(con, "date", texts) == [spelled.date(text) for text in texts]


@SOME
@given(
    st.lists(
        st.builds(
            lambda d, m, y, sep: f"{d}{sep}{m}{sep}{y}",
            st.integers(0, 40), st.integers(0, 14), st.integers(0, 9999), st.sampled_from("/-. "),
        ),
        min_size=60,
    )
)  # fmt: skip
def test_impossible_days_are_told_from_unreadable_ones(
    con: duckdb.DuckDBPyConnection, texts: list[str]
) -> None:
    assert read(con, "date", texts) == [spelled.date(text) for text in texts]


@SOME
@given(st.lists(AMOUNTS, min_size=40))
def test_an_amount_in_any_spelling_is_exact_to_the_penny(
    con: duckdb.DuckDBPyConnection, texts: list[str]
) -> None:
    assert read(con, "money", texts) == [(spelled.money(text), None) for text in texts]


@SOME
@given(st.lists(NEAR_MISSES, min_size=60))
def test_whatever_looks_like_an_amount_is_read_or_refused_alike(
    con: duckdb.DuckDBPyConnection, texts: list[str]
) -> None:
    answers = read(con, "money", texts)
    assert [value for value, _ in answers] == [spelled.money(text) for text in texts]
    for text, (value, fault) in zip(texts, answers, strict=True):
        assert (fault is None) == (value is not None or not spelled.clean(text)), text


@SOME
@given(st.lists(st.one_of(NEAR_MISSES, st.integers(-(10**17), 10**17).map(str)), min_size=60))
def test_whole_numbers_are_never_rounded(con: duckdb.DuckDBPyConnection, texts: list[str]) -> None:
    assert [value for value, _ in read(con, "integer", texts)] == [spelled.integer(text) for text in texts]


@SOME
@given(st.lists(st.one_of(NEAR_MISSES, st.text(max_size=140).filter(lambda t: "\0" not in t)), min_size=40))
def test_ids_are_kept_as_given_or_refused(con: duckdb.DuckDBPyConnection, texts: list[str]) -> None:
    assert read(con, "id", texts) == [spelled.identifier(text) for text in texts]


@SOME
@given(
    st.sampled_from(KINDS),
    st.lists(st.text(max_size=30).filter(lambda t: "\0" not in t), min_size=40),
)
def test_no_text_breaks_a_reader_and_every_refusal_is_explained(
    con: duckdb.DuckDBPyConnection, kind: str, texts: list[str]
) -> None:
    for text, (value, fault) in zip(texts, read(con, kind, texts), strict=True):
        assert fault is None or (value is None and fault in parse.EXPLAIN), text
        assert fault is not None or value is not None or not spelled.clean(text), text


@pytest.mark.parametrize(
    ("kind", "text", "value", "fault"),
    [
        ("date", "31/02/2024", None, "date-impossible"),
        ("date", "04/19/2010", None, "date-impossible"),
        ("date", "9999-12-31", None, "date-out-of-range"),
        ("date", "infinity", None, "date-unreadable"),
        ("date", "40287", datetime.date(2010, 4, 19), None),
        ("date", "1st Sept 2010", datetime.date(2010, 9, 1), None),
        ("id", "1e9", None, "id-rewritten"),
        ("id", "1.2E+10", None, "id-rewritten"),
        ("id", "1e308", None, "id-rewritten"),
        ("id", "5e0521", "5e0521", None),  # no spreadsheet's exponent, but a hash that begins like one
        ("id", "5e052197ba", "5e052197ba", None),
        ("id", "x" * 129, None, "id-too-long"),
        ("id", "A\tB", None, "control-character"),
        ("id", " X-1 ", "X-1", None),
        ("money", "£1,234.5", 123450, None),
        ("money", "-£9", -900, None),
        ("money", "(9.90)", -990, None),
        ("money", "1,234.50-", -123450, None),
        ("money", "\ufffd29,501,800", 2950180000, None),
        ("money", "12.345", None, "money-fraction"),
        ("money", "1.234,50", None, "money-comma"),
        ("money", "$5", None, "money-currency"),
        ("money", "1.2E+06", None, "money-rewritten"),
        ("money", "99999999999999", None, "money-too-large"),
        ("money", "-", None, "money-unreadable"),
        ("number", "nan", None, "number-unreadable"),
        ("number", "1,234.5", 1234.5, None),
        ("share", "12.5%", 0.125, None),
        ("share", "half", None, "share-unreadable"),
        ("boolean", "Yes", True, None),
        ("boolean", "0", False, None),
        ("boolean", "maybe", None, "boolean-unreadable"),
        ("integer", "1.5", None, "integer-fraction"),
        ("integer", "1,234.0", 1234, None),
        ("text", "#REF!", None, "spreadsheet-error"),
        ("text", "a\x01b ", "a b", None),
        ("list", "web; press;", "web;press", None),
    ],
)
def test_spellings(
    con: duckdb.DuckDBPyConnection, kind: str, text: str, value: object, fault: str | None
) -> None:
    assert read(con, kind, [text, None, "  "]) == [(value, fault), (None, None), (None, None)]


@pytest.mark.parametrize(
    ("kind", "raw_type", "sql", "value", "fault"),
    [
        ("money", "DOUBLE", "75127.1::DOUBLE", 7512710, None),
        ("money", "DOUBLE", "0.30000000000000004::DOUBLE", None, "money-fraction"),
        ("money", "DECIMAL(18,3)", "12.340::DECIMAL(18,3)", 1234, None),
        ("money", "DECIMAL(18,3)", "12.345::DECIMAL(18,3)", None, "money-fraction"),
        ("money", "BIGINT", "12::BIGINT", 1200, None),
        ("money", "DOUBLE", "'nan'::DOUBLE", None, None),
        ("date", "DATE", "DATE '2010-04-19'", datetime.date(2010, 4, 19), None),
        ("date", "DATE", "DATE '1066-10-14'", None, "date-out-of-range"),
        ("id", "DOUBLE", "123.0::DOUBLE", "123", None),
        ("id", "BIGINT", "123::BIGINT", "123", None),
        ("integer", "DOUBLE", "3.0::DOUBLE", 3, None),
        ("integer", "DOUBLE", "3.5::DOUBLE", None, "integer-fraction"),
        ("share", "DOUBLE", "0.5::DOUBLE", 0.5, None),
        ("share", "DOUBLE", "'inf'::DOUBLE", None, "share-unreadable"),
        ("boolean", "BIGINT", "1::BIGINT", True, None),
    ],
)
def test_typed_columns_keep_their_exact_value(
    con: duckdb.DuckDBPyConnection, kind: str, raw_type: str, sql: str, value: object, fault: str | None
) -> None:
    (row,) = con.execute(
        f"SELECT {parse.sql_value(kind, 'c', raw_type)}, {parse.sql_fault(kind, 'c', raw_type)} "
        f"FROM (SELECT {sql} AS c)"
    ).fetchall()
    assert row == (value, fault)


def test_codes_are_evened_out_to_the_spelling_of_their_list(con: duckdb.DuckDBPyConnection) -> None:
    role, capability = TABLES["contracts"].columns["role"], TABLES["evidence"].columns["capability"]
    (row,) = con.execute(
        f"SELECT {parse.sql_value(role, 'a')}, {parse.sql_value(capability, 'b')} "
        "FROM (SELECT 'End to-End ' AS a, 'm4' AS b)"
    ).fetchall()
    assert row == ("end_to_end", "M4")
