"""Mappings: their faults all at once, and which one a source is for."""

from __future__ import annotations

from pathlib import Path

import duckdb
import openpyxl
import pytest

from chaingraph.content import content_dir
from chaingraph.errors import ContentError, InputError
from chaingraph.loading.mapping import normalised
from chaingraph.loading.mapping_files import read_loaders
from chaingraph.loading.read import open_source
from chaingraph.loading.recognise import Match, recognise

from .loading_all import load_tables

SPEND = "Department Family,Entity,Date,Expense Type,Supplier,Amount\n"
LINE = "Department for Work and Pensions,JCP,1/4/2010,FND,ACME LTD,5\n"
MINE = """\
name: mine
title: My own list
columns:
  name: {headers: [Name of Company], required: true}
  fee_pence: {headers: [Fee], type: money}
tables:
  organisations: SELECT 'X-' || slug(name) AS org_id, name, source_no, source_row FROM lines
"""


def match(*paths: Path, asked: str | None = None, loaders: tuple[Path, ...] = ()) -> Match:
    with duckdb.connect() as con:
        files = [file for path in paths for file in open_source(path)]
        return recognise(con, files, read_loaders(loaders), asked)


def test_the_mappings_that_come_along_are_sound() -> None:
    assert {path.stem for path in content_dir("loaders").glob("*.yaml")} == set(read_loaders())


@pytest.mark.parametrize(
    ("header", "evened"),
    [
        (" Supplier ", "supplier"),
        ("Amount (£)", "amount"),
        ("TRANSACTION_NUM", "transaction num"),
        ("Expenditure Type/Area", "expenditure type area"),
        ("(Amount)", "amount"),
        ("£", ""),
    ],
)
def test_headers_are_compared_without_their_trimmings(header: str, evened: str) -> None:
    assert normalised(header) == evened


def test_all_faults_of_all_mappings_at_once_each_with_its_line(tmp_path: Path) -> None:
    (tmp_path / "a.yaml").write_text(
        "name: Bad Name\ntitle: x\ncolumns:\n  supplier: {headers: [S], typ: text}\nextra: 1\ntables: {}\n"
    )
    (tmp_path / "b.yaml").write_text("name: b\n  title: broken\n")
    (tmp_path / "c.yaml").write_text("- a list\n")
    (tmp_path / "d.yaml").write_bytes(b"name: \xff\n")
    (tmp_path / "e.yaml").write_text(
        "name: e\ntitle: x\n"
        "columns: {Bad: {headers: [a]}, fee: {headers: [b]}}\n"
        "tables: {nowhere: SELECT 1}\npermits: [payments.nothing]\n"
        "reconcile: {what: x, column: fee, table: payments, into: nothing}\n"
    )
    with pytest.raises(ContentError) as caught:
        read_loaders([tmp_path])
    told = caught.value.message.replace(f"{tmp_path}/", "").splitlines()
    assert [line.split(": ")[0] for line in told] == [
        *("a.yaml:1", "a.yaml:4", "a.yaml:5"),
        *("b.yaml:2", "c.yaml:1", "d.yaml:1"),
        *["e.yaml:1"] * 6,
    ]
    for part in (
        "columns.supplier.typ",
        "nowhere is not a table",
        "at least one must be required",
        "'Bad' is no",
    ):
        assert part in caught.value.message


def test_a_mapping_of_ones_own(tmp_path: Path) -> None:
    (tmp_path / "mine.yaml").write_text(MINE)
    data = tmp_path / "list.csv"
    data.write_text("Name of Company,Fee\nÉcole & Söhne Ltd.,5\n,6\nBad,six\n")
    with duckdb.connect() as con:
        staged = load_tables(con, data, loaders=(tmp_path / "mine.yaml",))
        assert staged.present == {"organisations"}
        assert con.execute("SELECT org_id, name, source_row FROM organisations").fetchall() == [
            ("X-ecole-and-sohne-ltd", "École & Söhne Ltd.", 2)
        ]
        assert con.execute("SELECT source_row, column_name, value, rule FROM rejected").fetchall() == [
            (3, "Name of Company", None, "required-missing"),
            (4, "Fee", "six", "money-unreadable"),
        ]


@pytest.mark.parametrize(
    ("before", "after", "where"),
    [
        ("SELECT 'X-'", "SELEC 'X-'", "tables.organisations"),
        ("AS org_id", "AS nothing_such", "tables.organisations"),
        ("tables:", "views: {v: SELECT nowhere FROM lines}\ntables:", "views.v"),
        ("tables:", "skip: [{when: nowhere = 1, what: x}]\ntables:", "skip or checks"),
    ],
)
def test_broken_sql_in_a_mapping_is_named(tmp_path: Path, before: str, after: str, where: str) -> None:
    (tmp_path / "mine.yaml").write_text(MINE.replace(before, after))
    data = tmp_path / "list.csv"
    data.write_text("Name of Company,Fee\nA,5\n")
    with duckdb.connect() as con, pytest.raises(ContentError, match=f"The mapping mine, {where}: "):
        load_tables(con, data, loaders=(tmp_path,))


def test_a_mapping_that_loses_money_is_found_out(tmp_path: Path) -> None:
    (tmp_path / "mine.yaml").write_text(
        MINE + "  invoices: SELECT 'I' || source_row AS invoice_id, fee_pence AS amount_pence, source_no, "
        "source_row FROM lines WHERE source_row > 2\n"
        "reconcile: {what: Fees, column: fee_pence, table: invoices, into: amount_pence}\n"
    )
    data = tmp_path / "list.csv"
    data.write_text("Name of Company,Fee\nA,5\nB,6.01\n")
    with duckdb.connect() as con:
        staged = load_tables(con, data, loaders=(tmp_path,))
        with pytest.raises(
            ContentError, match=r"loses £5\.00 of Fees: it is neither in invoices nor rejected"
        ):
            staged.reconcile(con)


def test_payment_files_are_told_by_their_content_and_not_their_name(tmp_path: Path) -> None:
    path = tmp_path / "organisations of spring.csv"
    path.write_text(SPEND + LINE)
    found = match(path)
    assert (found.loader.name, [row for _, row in found.files]) == ("dwp-spend", [1])


def test_a_header_beneath_titles_is_found(tmp_path: Path) -> None:
    path = tmp_path / "t.csv"
    path.write_text("Spend over 25k,,,,,\n,,,,,\n" + SPEND + LINE)
    assert [row for _, row in match(path).files] == [3]
    with duckdb.connect() as con:
        load_tables(con, path)
        assert con.execute("SELECT amount_pence, source_row FROM payments").fetchall() == [(500, 4)]


def test_another_departments_payments_are_not_taken_for_its_own(tmp_path: Path) -> None:
    path = tmp_path / "t.csv"
    path.write_text(SPEND + LINE.replace("Department for Work and Pensions", "Home Office"))
    assert match(path).loader.name == "spend"
    assert match(path, asked="dwp-spend").loader.name == "dwp-spend"


def test_what_was_looked_for_and_what_was_found_is_said(tmp_path: Path) -> None:
    (tmp_path / "organisation.csv").write_text("org_id,name\nX-1,a\n")
    with pytest.raises(
        InputError, match=r"'organisation' is not a table.*did you mean organisations\?"
    ) as caught:
        match(tmp_path)
    assert "dwp-spend" in str(caught.value) and "organisations.csv" in str(caught.value)
    (tmp_path / "spend").mkdir()
    path = tmp_path / "spend" / "t.csv"
    path.write_text("Date,Supplier,Sum\n1/4/2010,A,5\n")
    with pytest.raises(InputError, match=r"no column 'Amount' among Date, Supplier, Sum"):
        match(path)
    with pytest.raises(InputError, match=r"There is no loader 'dwp-spent'; did you mean dwp-spend\?"):
        match(path, asked="dwp-spent")


def test_a_file_beside_payment_files_is_not_left_out_in_silence(tmp_path: Path) -> None:
    (tmp_path / "april.csv").write_text(SPEND + LINE)
    (tmp_path / "may.csv").write_text(SPEND.replace("Amount", "Sum") + LINE)
    with pytest.raises(InputError, match=r"may\.csv is not a file of dwp-spend: no column 'Amount'"):
        match(tmp_path)


def test_a_file_that_is_no_table_of_the_market_is_named(tmp_path: Path) -> None:
    (tmp_path / "Organisations.csv").write_text("org_id,name\nX-1,a\n")
    (tmp_path / "payements.csv").write_text("payment_id\n1\n")
    found = match(tmp_path)
    assert found.loader.name == "market-folder"
    assert [file.name for file, _ in found.files] == ["Organisations"]
    assert found.warnings == (
        "payements.csv: 'payements' is not a table of the model and is left out; did you mean payments?",
    )


def test_two_files_for_one_table(tmp_path: Path) -> None:
    for name in ("organisations.csv", "Organisations.csv"):
        (tmp_path / name).write_text("org_id,name\nX-1,a\n")
    if len(list(tmp_path.iterdir())) == 2:
        with pytest.raises(InputError, match="are both the table organisations"):
            match(tmp_path)


def test_spare_sheets_are_left_out_of_a_market_workbook(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    del book["Sheet"]
    sheet = book.create_sheet("organisations")
    sheet.append(["org_id", "name"])
    sheet.append(["X-1", "a"])
    book.create_sheet("Sheet2")
    book.save(tmp_path / "market.xlsx")
    found = match(tmp_path / "market.xlsx")
    assert found.warnings == ("market.xlsx[Sheet2] is empty and is left out",)
    with duckdb.connect() as con:
        load_tables(con, tmp_path / "market.xlsx")
        assert con.execute("SELECT org_id, name, source_row FROM organisations").fetchall() == [
            ("X-1", "a", 2)
        ]


def test_two_mappings_that_fit_alike_have_to_be_chosen_from(tmp_path: Path) -> None:
    (tmp_path / "a.yaml").write_text(MINE)
    (tmp_path / "b.yaml").write_text(MINE.replace("name: mine", "name: yours", 1))
    data = tmp_path / "list.csv"
    data.write_text("Name of Company,Fee\nA,5\n")
    with pytest.raises(InputError, match="can be read by more than one loader: mine and yours"):
        match(data, loaders=(tmp_path,))
    assert match(data, asked="yours", loaders=(tmp_path,)).loader.name == "yours"
