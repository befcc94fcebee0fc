"""The two readers give the same table; every form of file gives the same rows under the same numbers."""

from __future__ import annotations

import csv
import datetime
import gzip
import io
from decimal import Decimal
from pathlib import Path

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from chaingraph.loading.read import open_source, peek, read_table
from chaingraph.loading.read.quick import read_quick

from .reading import read_all

PLAIN = "org_id,name\nX-1,First\nX-2,Second\n"
ROWS = [("X-1", "First", 2), ("X-2", "Second", 3)]

cells = st.text(
    alphabet=st.characters(blacklist_categories=("Cs", "Cc"), max_codepoint=0x2FFF), max_size=12
).map(lambda text: text.replace("\ufeff", ""))


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    table=st.integers(1, 5).flatmap(
        lambda width: st.lists(st.lists(cells, min_size=width, max_size=width), max_size=30)
    ),
    newline=st.sampled_from(["\n", "\r\n"]),
    delimiter=st.sampled_from([",", ";", "\t"]),
    quoting=st.sampled_from([csv.QUOTE_MINIMAL, csv.QUOTE_ALL]),
    last=st.booleans(),
)
def test_both_readers_give_the_same_table_for_clean_files(
    tmp_path: Path, table: list[list[str]], newline: str, delimiter: str, quoting: int, last: bool
) -> None:
    width = len(table[0]) if table else 2
    # Of a single column nobody can say what would part it from others: a comma is taken for granted.
    delimiter = delimiter if width > 1 else ","
    text = io.StringIO()
    writer = csv.writer(text, lineterminator=newline, delimiter=delimiter, quoting=quoting)  # type: ignore[arg-type]
    writer.writerows([[f"column {n}" for n in range(width)], *table])
    content = text.getvalue() if last else text.getvalue().removesuffix(newline)
    path = tmp_path / "table.csv"
    path.write_bytes(content.encode())
    (source,) = open_source(path)
    assert source.text is not None
    with duckdb.connect() as con:
        begun = peek(con, source)
        slow = read_table(con, source, "slow", careful=True)
        wanted = [
            (*(cell or None for cell in row), number)
            for number, row in enumerate(table, 2)
            if any(cell.strip() for cell in row)
        ]
        assert con.execute("SELECT * FROM slow ORDER BY source_row").fetchall() == wanted
        assert slow.rejections == []
        if read_quick(
            con,
            path,
            source.text,
            "quick",
            width=width,
            delimiter=begun.delimiter,
            header_row=begun.header_row,
        ):
            assert con.execute("SELECT * FROM quick ORDER BY source_row").fetchall() == wanted


def test_the_quick_reader_is_used_for_clean_files_and_declines_others(tmp_path: Path) -> None:
    def quick(content: bytes) -> bool:
        path = tmp_path / "t.csv"
        path.write_bytes(content)
        (source,) = open_source(path)
        assert source.text is not None
        with duckdb.connect() as con:
            return read_quick(con, path, source.text, "t", width=2, delimiter=",", header_row=1)

    assert quick(PLAIN.encode())
    assert quick(PLAIN.replace("\n", "\r\n").encode())
    assert quick(b'a,b\n"x, y","z ""q"""\n')
    assert quick(b"\xef\xbb\xbf" + PLAIN.encode())
    assert not quick(b'a,b\n"two\nlines",z\n')
    assert not quick(b"a,b\n1,2,3\n")
    assert not quick(b"a,b\n1,2\n\n3,4\n")
    assert not quick("a,b\n1,£2\n".encode("cp1252"))
    assert not quick(b"a,b\n1,2\r3,4\n")
    assert not quick(b"a,b\n1,\x002\n")


def test_the_order_of_a_large_file_is_kept_by_the_quick_reader(tmp_path: Path) -> None:
    path = tmp_path / "large.csv"
    with path.open("w") as file:
        file.write("n,text\n")
        file.writelines(f"{n},{'x' * (n % 50)}\n" for n in range(300_000))
    (source,) = open_source(path)
    with duckdb.connect() as con:
        raw = read_table(con, source, "raw")
        assert raw.rows == 300_000
        assert con.execute(
            "SELECT count(*) FROM raw WHERE CAST(c0 AS BIGINT) + 2 <> source_row"
        ).fetchall() == [(0,)]


@pytest.mark.parametrize(
    "content",
    [
        PLAIN.encode("utf-8-sig"),
        PLAIN.replace("\n", "\r\n").encode(),
        PLAIN.replace("\n", "\r").encode(),
        PLAIN.encode("utf-16"),
        b"\xfe\xff" + PLAIN.encode("utf-16-be"),
        PLAIN.encode("utf-16-le"),
        PLAIN.encode("utf-16-be"),
        PLAIN.replace(",", ";").encode(),
        PLAIN.replace(",", "\t").encode(),
        PLAIN.replace(",", "|").encode(),
        gzip.compress(PLAIN.encode()),
        gzip.compress(PLAIN.encode("utf-16")),
        PLAIN.removesuffix("\n").encode(),
        b'"org_id","name"\r\n"X-1","First"\r\n"X-2","Second"',
        PLAIN.replace("org_id,name", " org_id , name ").encode(),
        PLAIN.replace("\n", ",,\n").encode(),
    ],
    ids=[
        *("bom", "crlf", "cr", "utf16", "utf16be", "utf16le-bare", "utf16be-bare", "semicolon", "tab", "bar"),
        *("gzip", "gzip-utf16", "no-end", "quoted", "spaced", "trailing"),
    ],
)
def test_every_form_of_a_csv_gives_the_same_rows(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "organisations.csv"
    path.write_bytes(content)
    for careful in (False, True):
        raw, rows = read_all(path, careful=careful)
        assert raw.header[:2] == ["org_id", "name"]
        assert [(*row[:2], row[-1]) for row in rows] == ROWS
        assert raw.rejections == []


def test_blank_rows_are_no_rows_but_count(tmp_path: Path) -> None:
    path = tmp_path / "t.csv"
    path.write_text("\n\na,b\n1,2\n\n , \n,\n3,4\n\n\n")
    raw, rows = read_all(path)
    assert raw.header_row == 3
    assert rows == [("1", "2", 4), ("3", "4", 8)]


def test_a_row_number_counts_records_where_a_cell_has_several_lines(tmp_path: Path) -> None:
    path = tmp_path / "t.csv"
    path.write_text('a,b\n"one\ntwo\nthree",x\n1,2\n')
    _raw, rows = read_all(path)
    assert rows == [("one\ntwo\nthree", "x", 2), ("1", "2", 3)]


def test_windows_1252_is_read_line_by_line_beside_utf_8(tmp_path: Path) -> None:
    path = tmp_path / "t.csv"
    path.write_bytes(b"a,b\n" + "£1,é\n".encode("cp1252") + "£2,ü\n".encode() + b"\x81,x\n")
    raw, rows = read_all(path)
    assert rows == [("£1", "é", 2), ("£2", "ü", 3), ("\x81", "x", 4)]
    assert "Windows-1252" in raw.notes[0]


def test_excel_says_its_delimiter_in_a_line_of_its_own(tmp_path: Path) -> None:
    path = tmp_path / "t.csv"
    path.write_text("sep=;\r\na;b\r\n1,5;2\r\n", newline="")
    raw, rows = read_all(path)
    assert (raw.header, rows) == (["a", "b"], [("1,5", "2", 3)])


def test_a_header_further_down_can_be_named(tmp_path: Path) -> None:
    path = tmp_path / "t.csv"
    path.write_text("Spend over 25k,,\nPrepared by us,,\nDate,Supplier,Amount\n1/4/2010,A,5\n")
    raw, rows = read_all(path, header_row=3)
    assert raw.header == ["Date", "Supplier", "Amount"]
    assert rows == [("1/4/2010", "A", "5", 4)]


@pytest.mark.parametrize("name", ["file_row_number", "File_Row_Number"])
def test_a_parquet_column_may_be_called_as_the_engine_calls_rows(tmp_path: Path, name: str) -> None:
    pq.write_table(pa.table({"id": ["a", "b", "c"], name: [70, 80, 90]}), tmp_path / "t.parquet")
    assert read_all(tmp_path / "t.parquet")[1] == [("a", 70, 2), ("b", 80, 3), ("c", 90, 4)]


def test_parquet_keeps_the_types_that_the_model_knows(tmp_path: Path) -> None:
    path = tmp_path / "t.parquet"
    table = pa.table(
        {
            "id": pa.array(["a", None]).dictionary_encode(),
            "day": [datetime.date(2024, 2, 1), None],
            "small": pa.array([1, None], pa.int16()),
            "price": pa.array([Decimal("1.50"), None], pa.decimal128(10, 2)),
            "share": pa.array([0.1, None], pa.float32()),
            "yes": [True, None],
            "channels": pa.array([["web", "press"], None], pa.list_(pa.string())),
            "at": pa.array([datetime.datetime(2024, 2, 1, 3, 4), None], pa.timestamp("us")),
        }
    )
    pq.write_table(table, path)
    raw, rows = read_all(path)
    assert raw.types == [
        "VARCHAR",
        "DATE",
        "BIGINT",
        "DECIMAL(10,2)",
        "DOUBLE",
        "BOOLEAN",
        "VARCHAR",
        "VARCHAR",
    ]
    assert rows[0] == (
        "a", datetime.date(2024, 2, 1), 1, Decimal("1.50"), 0.1, True, "web;press", "2024-02-01 03:04:00", 2,
    )  # fmt: skip
    assert rows[1] == (*[None] * 8, 3)


def test_a_name_with_wildcards_is_one_file(tmp_path: Path) -> None:
    for name in ("spend[1].csv", "a*b.csv", "what?.csv"):
        (tmp_path / name).write_text(PLAIN)
        _, rows = read_all(tmp_path / name)
        assert rows == ROWS
    pq.write_table(pa.table({"org_id": ["X-1"]}), tmp_path / "p[1].parquet")
    assert read_all(tmp_path / "p[1].parquet")[1] == [("X-1", 2)]


def test_a_folder_gives_its_tables_in_order_and_passes_over_the_rest(tmp_path: Path) -> None:
    for name in ("b.csv", "a.CSV", "market.toml", ".hidden.csv", "~$open.xlsx", "notes.txt"):
        (tmp_path / name).write_text(PLAIN)
    assert [source.name for source in open_source(tmp_path)] == ["a", "b"]


def test_the_sha256_is_of_the_bytes_as_they_are(tmp_path: Path) -> None:
    import hashlib

    for content in (
        PLAIN.encode(),
        gzip.compress(PLAIN.encode()),
        PLAIN.encode("utf-16"),
        b"\xef\xbb\xbfa,b\n",
    ):
        path = tmp_path / "t.csv"
        path.write_bytes(content)
        heard: list[int] = []
        (source,) = open_source(path, heard.append)
        assert source.sha256 == hashlib.sha256(content).hexdigest()
        assert sum(heard) == len(content)
