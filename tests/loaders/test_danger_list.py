"""Each dangerous input as a market folder: one clear message, and rows in = rows loaded + rows rejected."""

from __future__ import annotations

import gzip
from collections.abc import Callable
from pathlib import Path

import duckdb
import openpyxl
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from chaingraph.errors import InputError
from chaingraph.market import Market

from .loading_all import load_tables

ORGANISATIONS = "org_id,name,turnover_gbp,first_dwp_contract_on\nX-1,One,100.50,2010-04-19\nX-2,Two,,\n"
LOADED = [("X-1", "One", 10050, "2010-04-19", 2), ("X-2", "Two", None, None, 3)]
ASKED = (
    "SELECT org_id, name, turnover_pence, CAST(first_dwp_contract_on AS VARCHAR), source_row "
    "FROM organisations ORDER BY source_row"
)


@pytest.mark.parametrize(
    "encode",
    [
        lambda text: text.encode("utf-8-sig"),
        lambda text: text.encode("utf-16"),
        lambda text: text.encode("utf-16-le"),
        lambda text: text.replace("\n", "\r\n").encode(),
        lambda text: text.replace("\n", "\r").encode(),
        lambda text: text.replace(",", ";").encode(),
        lambda text: text.replace("2010-04-19", "19-Apr-10").replace("100.50", '"£100.5"').encode("cp1252"),
        lambda text: text.replace("org_id", " Org ID ").replace("X-1", "X-1 ").encode(),
        lambda text: gzip.compress(text.encode()),
    ],
    ids=["bom", "utf16", "utf16-bare", "crlf", "cr", "semicolons", "cp1252", "headers", "gzip"],
)
def test_other_encodings_and_line_ends_load_the_same(tmp_path: Path, encode: Callable[[str], bytes]) -> None:
    (tmp_path / "organisations.csv").write_bytes(encode(ORGANISATIONS))
    with duckdb.connect() as con:
        load_tables(con, tmp_path)
        assert con.execute(ASKED).fetchall() == LOADED
        assert con.execute("SELECT count(*) FROM rejected").fetchall() == [(0,)]


@pytest.mark.parametrize(
    ("line", "column", "value", "rule", "said"),
    [
        (
            "X-3,Three,1,31/02/2024",
            "first_dwp_contract_on",
            "31/02/2024",
            "date-impossible",
            "a day of the calendar",
        ),
        ("1e9,Three,1,", "org_id", "1e9", "id-rewritten", "an id as it was given"),
        ("1.2E+10,Three,1,", "org_id", "1.2E+10", "id-rewritten", "an id as it was given"),
        ("X-3,#REF!,1,", "name", "#REF!", "spreadsheet-error", "a value"),
        ("X-3,Three,1e5,", "turnover_gbp", "1e5", "money-rewritten", "an amount in full digits"),
        ("X-3,,1,", "name", None, "required-missing", "a value"),
        ("X-3,Three,-1,", "turnover_gbp", "-1.00", "negative", "0 or more"),
        (f"{'X' * 129},Three,1,", "org_id", "X" * 129, "id-too-long", "an id of 1 to 128 characters"),
        ("X-3,Three", None, "2 cells", "ragged-row", "a row of at least 4 cells"),
        ("X-3,Three,1,2,3", None, "5 cells", "ragged-row", "a row of at most 4 cells"),
        ('X-3,"Three,1,', None, '"Three', "unclosed-quote", "quotation marks come in pairs"),
        ("X-3,Th\0ree,1,", None, "Th", "nul-character", "without NUL"),
    ],
)
def test_a_faulty_row_is_kept_with_its_reason_and_costs_no_other(
    tmp_path: Path, line: str, column: str | None, value: str | None, rule: str, said: str
) -> None:
    (tmp_path / "organisations.csv").write_text(f"{ORGANISATIONS}{line}\nX-4,Four,,\n")
    with duckdb.connect() as con:
        load_tables(con, tmp_path)
        assert con.execute("SELECT list(org_id ORDER BY source_row) FROM organisations").fetchall() == [
            (["X-1", "X-2", "X-4"],)
        ]
        ((row, told, kept, code, expected, remedy, whole),) = con.execute(
            "SELECT source_row, column_name, value, rule, expected, remedy, line FROM rejected"
        ).fetchall()
        assert (row, told, code) == (4, column, rule)
        assert (kept or "").find(value or "") >= 0
        assert said in expected
        assert remedy.endswith(".")
        assert line.split(",")[0] in whole
        assert "turnover_gbp" not in whole or '"turnover_gbp":-1.0' in whole or '"turnover_gbp":1.0' in whole
        assert con.execute("SELECT sum(rows) FROM moved").fetchall() == [(1,)]


def test_a_cell_of_ten_million_characters(tmp_path: Path) -> None:
    (tmp_path / "organisations.csv").write_text(f"{ORGANISATIONS}X-3,{'x' * 10_000_000},,\n")
    with duckdb.connect() as con:
        load_tables(con, tmp_path)
        assert con.execute("SELECT count(*) FROM organisations").fetchall() == [(2,)]
        ((rule, length),) = con.execute("SELECT rule, length(line) FROM rejected").fetchall()
        assert (rule, length < 11_000) == ("cell-too-long", True)


@pytest.mark.parametrize(
    ("header", "message"),
    [
        ("org_id,nome,a,b", r"organisations\.csv: the required column name .*missing"),
        ("org_id,name,Name ,b", r"organisations\.csv: .*more than once"),
    ],
)
def test_a_header_that_cannot_be_used(tmp_path: Path, header: str, message: str) -> None:
    (tmp_path / "organisations.csv").write_text(f"{header}\nX-1,One,,\n")
    with duckdb.connect() as con, pytest.raises(InputError, match=message):
        load_tables(con, tmp_path)


def test_a_workbook_with_everything_wrong(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    del book["Sheet"]
    sheet = book.create_sheet("organisations")
    sheet.append(["org_id", "name", "turnover_gbp"])
    for n in range(2, 8):
        sheet.append([f"X-{n}", f"N{n}", n * 100])
    sheet["C3"] = "=1+1"
    sheet.merge_cells("B5:B6")
    sheet["A7"] = 12345678901234567890  # a long number that the spreadsheet rounded
    book.save(tmp_path / "market.xlsx")
    with duckdb.connect() as con:
        load_tables(con, tmp_path / "market.xlsx")
        assert con.execute("SELECT org_id, turnover_pence FROM organisations ORDER BY 1").fetchall() == [
            ("X-2", 20000),
            ("X-4", 40000),
        ]
        assert con.execute("SELECT source_row, rule FROM rejected ORDER BY 1").fetchall() == [
            (3, "formula-without-value"),
            (5, "merged-cells"),
            (6, "merged-cells"),
            (7, "id-rewritten"),
        ]
        assert con.execute("SELECT sheet, rows FROM sources").fetchall() == [("organisations", 6)]


def test_more_unknown_codes_than_are_named_one_by_one(tmp_path: Path) -> None:
    rows = "".join(f"X-{n},N,code{n}\n" for n in range(300))
    (tmp_path / "organisations.csv").write_text(f"org_id,name,sector\n{rows}X-A,N,public\n")
    with duckdb.connect() as con:
        load_tables(con, tmp_path)
        counted = "SELECT count(*), count(DISTINCT source_row), count(DISTINCT value) FROM rejected"
        assert con.execute(counted).fetchall() == [(300, 300, 300)]
        assert con.execute("SELECT org_id FROM organisations").fetchall() == [("X-A",)]


def test_rows_of_nothing_but_blanks_are_no_rows_whoever_reads_them(tmp_path: Path) -> None:
    path = tmp_path / "organisations.csv"
    for quoted in ("Two", '"Two\nlines"'):  # a line end in a cell is for the careful reader
        path.write_text(f"org_id,name\nX-1,One\n  ,\n ,\t \nX-2,{quoted}\n")
        with duckdb.connect() as con:
            load_tables(con, tmp_path)
            assert con.execute("SELECT list(source_row ORDER BY 1) FROM organisations").fetchall() == [
                ([2, 5],)
            ]
            assert con.execute("SELECT count(*) FROM rejected").fetchall() == [(0,)]


def test_the_least_whole_number_of_a_parquet_file(tmp_path: Path) -> None:
    values = (
        "(VALUES ('X-1', 'One', -9223372036854775808), ('X-2', 'Two', 7)) AS t(org_id, name, turnover_gbp)"
    )
    with duckdb.connect() as con:
        con.execute(
            f"COPY (SELECT * FROM {values}) TO '{tmp_path / 'organisations.parquet'}' (FORMAT parquet)"
        )
        load_tables(con, tmp_path)
        assert con.execute("SELECT org_id, turnover_pence FROM organisations").fetchall() == [("X-2", 700)]
        assert con.execute("SELECT source_row, column_name, rule FROM rejected").fetchall() == [
            (2, "turnover_gbp", "money-too-large")
        ]


def test_a_parquet_file_with_a_column_twice(tmp_path: Path) -> None:
    table = pa.Table.from_arrays(
        [pa.array(["X"]), pa.array(["N"]), pa.array(["M"])], ["org_id", "name", "Name"]
    )
    pq.write_table(table, tmp_path / "organisations.parquet")
    with duckdb.connect() as con, pytest.raises(InputError, match="Name stands more than once in the header"):
        load_tables(con, tmp_path)


def test_files_of_one_name_are_told_apart_by_their_folders(tmp_path: Path) -> None:
    for folder in ("a", "b"):
        (tmp_path / folder).mkdir()
        (tmp_path / folder / "organisations.csv").write_text(f"org_id,name\nX-{folder},N\n1e9,N\n")
    (tmp_path / "b" / "areas.csv").write_text("area_id,name,kind\nA,Area,contract_area\n")
    with duckdb.connect() as con:
        load_tables(con, tmp_path / "a", tmp_path / "b")
        paths = con.execute("SELECT list(path ORDER BY path) FROM sources").fetchall()
        assert paths == [(["a/organisations.csv", "areas.csv", "b/organisations.csv"],)]


@pytest.mark.parametrize(
    ("contract", "message"),
    [
        ("C-1,1,X-Q,X-1,2020-01-01,2021-01-01", "No row that could be loaded holds a date.*1 rejected"),
        ("", "No row holds a date"),
    ],
)
def test_a_market_of_which_nothing_dated_is_left(tmp_path: Path, contract: str, message: str) -> None:
    source = tmp_path / "source"
    source.mkdir()
    (source / "organisations.csv").write_text("org_id,name\nX-1,One\n")
    (source / "contracts.csv").write_text(
        f"contract_id,tier,buyer_id,supplier_id,starts_on,ends_on\n{contract}\n"
    )
    with Market(tmp_path / "market") as market, pytest.raises(InputError, match=message):
        market.load(source)
    kept = (tmp_path / "market" / "rejected.csv").read_text()
    assert ("contracts.csv" in kept and "X-Q" in kept) == bool(contract)


def test_a_market_of_which_nothing_is_left(tmp_path: Path) -> None:
    source = tmp_path / "source"
    source.mkdir()
    (source / "organisations.csv").write_text("org_id,name\n1e9,One\n")
    with Market(tmp_path / "market") as market:
        with pytest.raises(InputError, match=r"all rows were rejected.*organisations\.csv, row 2.*'1e9'"):
            market.load(source)
        (source / "organisations.csv").write_text("org_id,name\n")
        with pytest.raises(InputError, match="headers, but no rows"):
            market.load(source)


def test_a_market_without_contracts_says_that_little_can_be_judged(tmp_path: Path) -> None:
    (tmp_path / "organisations.csv").write_text("org_id,name,first_dwp_contract_on\nX-1,One,2020-01-01\n")
    with Market(tmp_path / "market") as market:
        assert any(
            "No row of contracts" in said for said in market.load(tmp_path / "organisations.csv").warnings
        )


def test_a_parquet_file_that_is_none_is_called_so(tmp_path: Path) -> None:
    (tmp_path / "organisations.parquet").write_text("not a zip\n1\n")
    with (
        duckdb.connect() as con,
        pytest.raises(InputError, match=r"is named \.parquet, but holds plain text; the required"),
    ):
        load_tables(con, tmp_path)
