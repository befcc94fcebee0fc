"""Workbooks: values as a CSV export would hold them, and everything a reader of values would not see."""

from __future__ import annotations

import datetime
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import duckdb
import openpyxl
import pytest

from chaingraph.errors import InputError
from chaingraph.loading.read import EmptyTable, open_source, passed_over, read_table

from .reading import read_all


def workbook(path: Path, fill: Callable[[Any], object], name: str = "organisations") -> Path:
    book = openpyxl.Workbook()
    del book["Sheet"]
    fill(book.create_sheet(name))
    book.save(path)
    return path


def test_values_as_text(tmp_path: Path) -> None:
    def fill(sheet: Any) -> None:
        sheet.append([" org_id ", "n", "day", "at", "price", "yes", "text"])
        sheet.append(
            [
                "X-1",
                3.0,
                datetime.date(2024, 2, 1),
                datetime.datetime(2024, 2, 1, 3, 4, 5),
                0.1 + 0.2,
                True,
                " a ",
            ]
        )
        sheet.append([12345678, 10**15 - 1, None, None, 75127.5, False, "001"])
        sheet.append([12345678901234567890, 1.5e300, None, None, -0.07, None, "x"])

    raw, rows = read_all(workbook(tmp_path / "t.xlsx", fill))
    assert raw.header == ["org_id", "n", "day", "at", "price", "yes", "text"]
    assert rows[0] == ("X-1", "3", "2024-02-01", "2024-02-01 03:04:05", "0.3", "true", " a ", 2)
    assert rows[1] == ("12345678", "999999999999999", None, None, "75127.5", "false", "001", 3)
    # A number of more than fifteen digits is not the one that was typed: it shows, and no id may look so.
    assert rows[2][0] == "1.234567890123457e+19"


def test_rows_are_numbered_as_the_sheet_shows_them(tmp_path: Path) -> None:
    def fill(sheet: Any) -> None:
        sheet["A3"], sheet["B3"] = "a", "b"
        sheet["A4"], sheet["B4"] = "1", "2"
        sheet["A7"], sheet["B7"] = "3", "4"

    raw, rows = read_all(workbook(tmp_path / "t.xlsx", fill))
    assert raw.header_row == 3
    assert rows == [("1", "2", 4), ("3", "4", 7)]


def test_a_table_that_begins_in_another_column(tmp_path: Path) -> None:
    def fill(sheet: Any) -> None:
        sheet["C2"], sheet["D2"], sheet["C3"], sheet["D3"] = "a", "b", "1", "2"

    raw, rows = read_all(workbook(tmp_path / "t.xlsx", fill))
    assert raw.header == ["", "", "a", "b"]
    assert rows == [(None, None, "1", "2", 3)]


def test_errors_formulas_without_value_and_merged_cells_cost_their_rows(tmp_path: Path) -> None:
    def fill(sheet: Any) -> None:
        sheet.append(["org_id", "name", "turnover_gbp"])
        for n in range(2, 9):
            sheet.append([f"X-{n}", f"N{n}", n])
        sheet["C3"] = "=1+1"  # written without a value, as by a program that does not calculate
        sheet["B4"] = "#REF!"
        sheet["B4"].data_type = "e"
        sheet.merge_cells("B6:B7")

    raw, rows = read_all(workbook(tmp_path / "t.xlsx", fill))
    assert [row[0] for row in rows] == ["X-2", "X-5", "X-8"]
    assert [(r.row, r.column, r.value, r.rule) for r in raw.rejections] == [
        (3, "turnover_gbp", "=1+1", "formula-without-value"),
        (4, "name", "#REF!", "error-cell"),
        (6, "name", "B6:B7", "merged-cells"),
        (7, "name", "B6:B7", "merged-cells"),
    ]
    assert "C3" in raw.rejections[0].remedy
    assert "Unmerge B6:B7" in raw.rejections[2].remedy
    assert str(raw.rejections[1]).startswith(
        f"{tmp_path.as_posix()}/t.xlsx[organisations], row 4, column name: '#REF!'"
    )


def test_merged_cells_in_the_header_stop_the_sheet_but_a_merged_title_above_does_not(tmp_path: Path) -> None:
    def merged(sheet: Any) -> None:
        sheet.append(["org_id", "name", ""])
        sheet.append(["X-1", "a", "b"])
        sheet.merge_cells("B1:C1")

    with pytest.raises(InputError, match=r"row 1: the header is not a row of single cells.*Unmerge B1:C1"):
        read_all(workbook(tmp_path / "t.xlsx", merged))

    def titled(sheet: Any) -> None:
        sheet["A1"] = "Organisations of the market"
        sheet.merge_cells("A1:B1")
        sheet.append(["org_id", "name"])
        sheet.append(["X-1", "a"])

    _, rows = read_all(workbook(tmp_path / "u.xlsx", titled), header_row=2)
    assert rows == [("X-1", "a", 3)]


def test_a_formula_with_its_value_is_that_value(tmp_path: Path) -> None:
    path = workbook(tmp_path / "t.xlsx", lambda sheet: (sheet.append(["a", "b"]), sheet.append([1, "=A2*2"])))
    rewrite(
        path,
        "xl/worksheets/sheet1.xml",
        lambda xml: xml.replace("<v></v>", "<v>2</v>").replace("<v />", "<v>2</v>"),
    )
    _, rows = read_all(path)
    assert rows == [("1", "2", 2)]


def test_every_visible_sheet_is_a_table(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    book["Sheet"].title = "organisations"
    book["organisations"].append(["org_id"])
    book.create_sheet("contracts").append(["contract_id"])
    book.create_sheet("Sheet3")
    book.create_sheet("secret").sheet_state = "hidden"
    book.create_chartsheet("chart")
    path = tmp_path / "market.xlsx"
    book.save(path)
    sources = open_source(path)
    assert [source.name for source in sources] == ["organisations", "contracts", "Sheet3"]
    assert len({source.sha256 for source in sources}) == 1
    assert passed_over(path) == ["secret", "chart"]
    with (
        duckdb.connect() as con,
        pytest.raises(EmptyTable, match=r"market\.xlsx\[Sheet3\] has no header row"),
    ):
        read_table(con, sources[2], "raw")


def test_a_workbook_that_shows_nothing(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    book.create_chartsheet("chart")
    book["Sheet"].sheet_state = "hidden"
    book.active = 1
    book.save(tmp_path / "t.xlsx")
    with pytest.raises(InputError, match="shows no sheet with cells"):
        open_source(tmp_path / "t.xlsx")


def test_a_damaged_workbook(tmp_path: Path) -> None:
    path = workbook(tmp_path / "t.xlsx", lambda sheet: sheet.append(["a"]))
    path.write_bytes(path.read_bytes()[:-200])
    with pytest.raises(InputError, match="is a damaged workbook"):
        open_source(path)
    broken = workbook(tmp_path / "u.xlsx", lambda sheet: sheet.append(["a"]))
    rewrite(broken, "xl/worksheets/sheet1.xml", lambda xml: xml[: len(xml) // 2])
    with pytest.raises(InputError, match="is a damaged workbook"):
        read_all(broken)


def test_a_workbook_under_another_name_is_told_by_its_content(tmp_path: Path) -> None:
    path = workbook(tmp_path / "t.xlsx", lambda sheet: (sheet.append(["a"]), sheet.append(["1"])))
    _, rows = read_all(path.rename(tmp_path / "t.csv"))
    assert rows == [("1", 2)]


NAME = '<table:table-cell office:value-type="string"><text:p>name</text:p></table:table-cell>'
OASIS = "urn:oasis:names:tc:opendocument:xmlns:"
ODS = f"""<?xml version="1.0" encoding="UTF-8"?>
<office:document-content xmlns:office="{OASIS}office:1.0" xmlns:table="{OASIS}table:1.0"
 xmlns:text="{OASIS}text:1.0"
 xmlns:calcext="urn:org:documentfoundation:names:experimental:calc:xmlns:calcext:1.0"><office:body><office:spreadsheet>
<table:table table:name="other"><table:table-row>{NAME}</table:table-row></table:table>
<table:table table:name="organisations">
<table:table-row>{NAME.replace("name", "org_id")}{NAME}</table:table-row>
<table:table-row><table:table-cell office:value-type="float" office:value="7"><text:p>7</text:p>
</table:table-cell>{NAME}</table:table-row>
<table:table-row table:number-rows-repeated="2"><table:table-cell/></table:table-row>
<table:table-row><table:table-cell table:formula="of:=[.A1]"/>{NAME}</table:table-row>
<table:table-row><table:table-cell office:value-type="date" office:date-value="2024-02-01"
/>{NAME}</table:table-row>
<table:table-row><table:table-cell table:number-rows-spanned="2"/>{NAME}</table:table-row>
<table:table-row><table:covered-table-cell/>{NAME}</table:table-row>
<table:table-row><table:table-cell table:formula="of:=[.Z9]" calcext:value-type="error"
 office:value-type="string" office:string-value=""
><text:p>#REF!</text:p></table:table-cell>{NAME}</table:table-row>
</table:table></office:spreadsheet></office:body></office:document-content>"""


def test_open_document_sheets(tmp_path: Path) -> None:
    path = tmp_path / "t.ods"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("mimetype", "application/vnd.oasis.opendocument.spreadsheet")
        archive.writestr("content.xml", ODS)
        archive.writestr("META-INF/manifest.xml", "<manifest/>")
    source = open_source(path)[1]
    with duckdb.connect() as con:
        raw = read_table(con, source, "raw")
        assert con.execute("SELECT * FROM raw ORDER BY source_row").fetchall() == [
            ("7", "name", 2),
            ("2024-02-01", "name", 6),
        ]
    assert [(r.row, r.rule, r.value) for r in raw.rejections] == [
        (5, "formula-without-value", "=[.A1]"),
        (7, "merged-cells", "A7:A8"),
        (8, "merged-cells", "A7:A8"),
        (9, "error-cell", "#REF!"),
    ]


def rewrite(path: Path, part: str, change: Callable[[str], str]) -> None:
    with zipfile.ZipFile(path) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    parts[part] = change(parts[part].decode()).encode()
    with zipfile.ZipFile(path, "w") as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
