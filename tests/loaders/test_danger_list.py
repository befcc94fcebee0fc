"""Each dangerous input as a market folder: one clear message, and rows in = rows loaded + rows rejected."""

from __future__ import annotations

import gzip
from collections.abc import Callable
from pathlib import Path

import duckdb
import openpyxl
import pytest

from chaingraph.errors import InputError

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
        ("X-3,Three", None, "2 cells", "ragged-row", "a row of 4 cells"),
        ("X-3,Three,1,2,3", None, "5 cells", "ragged-row", "a row of 4 cells"),
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
