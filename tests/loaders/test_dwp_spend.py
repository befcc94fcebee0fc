"""The department's payment files: every line one payment, every pound accounted for."""

from __future__ import annotations

import gzip
from pathlib import Path
from typing import Any

import duckdb
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from chaingraph.errors import InputError

from .loading_all import load_tables

HEADER = "Departmental Family,Entity,Date,Expense Type,Expense Area,Supplier ,Transaction Number,Amount"
DWP = "Department for Work and Pensions "
EP = "WWEG EMPLOYMENT PROGRAMMES"


def write(path: Path, *lines: str, header: str = HEADER, encoding: str = "utf-8") -> Path:
    path.write_bytes("\n".join([header, *lines, ""]).encode(encoding))
    return path


def payment(supplier: str, amount: str, type_: str = "FND", area: str = EP, day: str = "07/06/2011") -> str:
    return f'{DWP},Employment Programmes,{day},{type_},{area},{supplier},2021,"{amount}"'


def asked(con: duckdb.DuckDBPyConnection, sql: str) -> list[tuple[Any, ...]]:
    return con.execute(sql).fetchall()


def test_a_line_becomes_one_payment_under_the_contract_of_its_stream(tmp_path: Path) -> None:
    path = write(
        tmp_path / "june.csv",
        payment("A4E LTD", "1,000.50"),
        payment(" A4e  Limited", "200", day="01/06/2011"),
        payment("A4E LTD", "-50.25", "ACCOMMODATION COSTS ", "JOBCENTRE PLUS"),
        payment("SHAW TRUST", "£7", "", ""),
    )
    with duckdb.connect() as con:
        staged = load_tables(con, path)
        assert staged.present == {"organisations", "contracts", "invoices", "payments"}
        assert asked(con, "SELECT org_id, name, sector, source_row FROM organisations ORDER BY 1") == [
            ("X-DWP", "Department for Work and Pensions", "public", 2),
            ("X-DWP-a4e", "A4E LTD", None, 2),
            ("X-DWP-shaw-trust", "SHAW TRUST", None, 5),
        ]
        assert asked(
            con,
            "SELECT contract_id, tier, programme, buyer_id, supplier_id, CAST(starts_on AS VARCHAR), "
            "inferred, source_row FROM contracts ORDER BY 1",
        ) == [
            ("X-DWP-a4e/accommodation-costs", 1, None, "X-DWP", "X-DWP-a4e", "2011-06-07", True, 4),
            (
                "X-DWP-a4e/flexible-new-deal",
                1,
                "Flexible New Deal",
                "X-DWP",
                "X-DWP-a4e",
                "2011-06-01",
                True,
                2,
            ),
            ("X-DWP-shaw-trust/no-expense-type", 1, None, "X-DWP", "X-DWP-shaw-trust", "2011-06-07", True, 5),
        ]
        assert asked(
            con,
            "SELECT contract_id, i.amount_pence, p.amount_pence, CAST(paid_on AS VARCHAR), p.source_row, "
            "received_on FROM payments AS p JOIN invoices AS i USING (invoice_id) ORDER BY p.source_row",
        ) == [
            ("X-DWP-a4e/flexible-new-deal", 100050, 100050, "2011-06-07", 2, None),
            ("X-DWP-a4e/flexible-new-deal", 20000, 20000, "2011-06-01", 3, None),
            ("X-DWP-a4e/accommodation-costs", -5025, -5025, "2011-06-07", 4, None),
            ("X-DWP-shaw-trust/no-expense-type", 700, 700, "2011-06-07", 5, None),
        ]
        assert asked(con, "SELECT * FROM rejected") == []
        (money,) = staged.reconcile(con)
        assert (money["pence_in"], money["pence_loaded"], money["pence_rejected"]) == (115725, 115725, 0)


def test_rejected_rows_keep_their_pounds_and_their_reason(tmp_path: Path) -> None:
    path = write(
        tmp_path / "june.csv",
        payment("A4E LTD", "100"),
        payment("", "2,000.01"),
        payment("- ", "30"),
        payment("B", "400", day="31/02/2011"),
        payment("C", "five"),
        payment("D", ""),
        ",,,,stray,",
        ",,,,,,,",
        HEADER.replace("Expense Type", "Account Group Desc"),
        ',,,,,,TOTAL,"99,999.00"',
        payment("E", "6").replace('"6"', '"6"\nx'),
    )
    with duckdb.connect() as con:
        staged = load_tables(con, path)
        assert asked(con, "SELECT source_row, column_name, value, rule FROM rejected ORDER BY ALL") == [
            (3, "Supplier", None, "required-missing"),
            (4, "supplier", "-", "supplier-unnamed"),
            (5, "Date", "31/02/2011", "date-impossible"),
            (6, "Amount", "five", "money-unreadable"),
            (7, "Amount", None, "required-missing"),
            *[(8, name, None, "required-missing") for name in ("Amount", "Date", "Supplier")],
            *[(13, name, None, "required-missing") for name in ("Amount", "Date", "Supplier")],
        ]
        (money,) = staged.reconcile(con)
        assert money["pence_rejected"] == 200001 + 3000 + 40000
        assert (money["pence_in"], money["pence_loaded"]) == (253601, 10600)
        assert (money["rows"], money["loaded"], money["rejected"], money["unreadable"]) == (9, 2, 7, 1)
        assert money["note"] == "1 rejected rows hold an amount that nobody can read"
        assert money["files"][0]["path"] == "june.csv"
        assert any("row 10 is left out as a header inside the file" in warning for warning in staged.warnings)
        assert any("row 11 is left out as a total, with £99,999.00" in warning for warning in staged.warnings)
        assert asked(con, "SELECT sum(rows) FROM moved WHERE table_name = 'payments'") == [(7,)]


PROGRAMMES = [
    ("EP PROVIDER PAYMENT - WORK PROGRAMME", EP, "01/03/2012", "5", "Work Programme"),
    ("ep provider payment-  work programme ", "EP", "01/03/2012", "5", "Work Programme"),
    ("HELP FOR UNEMPLOYED PEOPLE", EP, "07/07/2011", "800", "Work Programme"),
    ("HELP FOR UNEMPLOYED PEOPLE", "WWEG EP", "07/07/2011", "600.00", "Work Programme"),
    ("HELP FOR UNEMPLOYED PEOPLE", EP, "07/07/2011", "3780", None),
    ("HELP FOR UNEMPLOYED PEOPLE", "JOBCENTRE PLUS", "07/07/2011", "800", None),
    ("HELP FOR UNEMPLOYED PEOPLE", EP, "07/03/2011", "800", None),
    ("FND", EP, "07/07/2011", "5", "Flexible New Deal"),
    ("FND", "CORPORATE IT", "07/07/2011", "5", None),
    ("Flexible New Deal phase 2", "", "07/07/2011", "5", "Flexible New Deal"),
    ("ND 50+", "WWG CORE PROGRAMME", "19/04/2010", "5", "New Deal 50 Plus"),
    ("NDDP", "WWG CORE PROGRAMME", "19/04/2010", "5", "New Deal for Disabled People"),
    ("ND GENERAL", "WWG CORE PROGRAMME", "19/04/2010", "5", "New Deal"),
    ("JOBCENTRE PLUS PATHWAYS TO WORK", EP, "19/04/2010", "5", "Pathways to Work"),
    ("JSP ESF DEL P COSTS", EP, "19/04/2010", "5", "European Social Fund"),
    ("YOUNG PERSON'S GUARANTEE", EP, "19/04/2010", "5", "Young Person's Guarantee"),
    ("WORKSTEP", EP, "19/04/2010", "5", "WORKSTEP"),
    ("STAFF COSTS", EP, "19/04/2010", "5", None),
    ("TRADE DEBTORS", "", "19/04/2010", "5", None),
]


def test_programmes_are_told_by_expense_type_and_area(tmp_path: Path) -> None:
    lines = [
        payment(f"S{n}", amount, type_, area, day)
        for n, (type_, area, day, amount, _) in enumerate(PROGRAMMES)
    ]
    with duckdb.connect() as con:
        load_tables(con, write(tmp_path / "t.csv", *lines))
        told = asked(con, "SELECT programme FROM contracts ORDER BY source_row")
        assert [programme for (programme,) in told] == [programme for *_, programme in PROGRAMMES]


@pytest.mark.parametrize(
    ("header", "area", "type_"),
    [
        (HEADER.replace("Expense Type", "Expense Area"), "EP", "FND"),
        (HEADER.replace("Expense Type", "Expenditure Type/Area"), "EP", "FND"),
        (HEADER.replace("Expense Type,Expense Area", "Account Group Desc,Level 3 Description"), "EP", "FND"),
        (HEADER.replace("Expense Type,Expense Area", "x,Expense Area"), "EP", None),
    ],
)
def test_headers_that_vary_by_month(tmp_path: Path, header: str, area: str, type_: str | None) -> None:
    path = write(tmp_path / "t.csv", f"{DWP},JCP,1/6/2011,FND,EP,A,1,5", header=header)
    with duckdb.connect() as con:
        load_tables(con, path)
        assert asked(con, "SELECT expense_area, expense_type FROM lines") == [(area, type_)]


def test_two_columns_that_could_both_be_the_amount(tmp_path: Path) -> None:
    path = write(tmp_path / "t.csv", f"{DWP},JCP,1/6/2011,FND,EP,A,1,5,6", header=HEADER + ",Amount")
    with (
        duckdb.connect() as con,
        pytest.raises(InputError, match=r"'Amount' more than once \(columns H and I\)"),
    ):
        load_tables(con, path)


def test_cells_beyond_the_header_and_rows_that_break_off_lose_no_money(tmp_path: Path) -> None:
    path = write(
        tmp_path / "t.csv",
        payment("A", "5", type_="AMS") + ",AMS",
        payment("B", "£6").replace('"£6"', "£6"),
        payment("C", "1,000.50").replace('"', ""),
        payment("SMITH, JONES LTD", "7").replace('"', ""),
        encoding="cp1252",
    )
    with duckdb.connect() as con:
        staged = load_tables(con, path)
        money = staged.reconcile(con)[0]
        assert money["pence_loaded"] == 1100
        assert "2 " in money["note"]
        assert asked(con, "SELECT source_row, rule FROM rejected ORDER BY 1") == [
            (4, "ragged-row"),
            (5, "ragged-row"),
        ]
        assert any("'AMS'" in warning for warning in staged.warnings)


def test_the_same_file_under_two_names_counts_once(tmp_path: Path) -> None:
    for name in ("a.csv", "b.csv"):
        write(tmp_path / name, payment("A", "5"))
    with duckdb.connect() as con:
        staged = load_tables(con, tmp_path)
        assert staged.reconcile(con)[0]["pence_in"] == 500
        assert "b.csv was read already under another name, and is left out" in staged.warnings


SUPPLIERS = st.sampled_from(
    ["A4E LTD", "Shaw Trust", "the shaw trust ltd", "", "-", "Ünïted & Co.", "#REF!", "X" * 200]
)
AMOUNTS = st.one_of(
    st.integers(-(10**9), 10**9).map(lambda pence: f"{pence / 100:.2f}"),
    st.sampled_from(["", "abc", "£1,234.5", "(9.90)", "-", "1e5", "12.345", " £ 5 ", "£-9"]),
)
DAYS = st.sampled_from(["07/06/2011", "31/02/2011", "", "2011-07-01", "soon"])


@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    st.lists(
        st.tuples(SUPPLIERS, AMOUNTS, DAYS, st.sampled_from(["FND", "", "#N/A"])), min_size=1, max_size=30
    )
)
def test_pounds_in_are_pounds_loaded_and_rejected_whatever_the_rows(
    tmp_path: Path, rows: list[tuple[str, str, str, str]]
) -> None:
    path = write(tmp_path / "t.csv", *(payment(s, a, t, day=d) for s, a, d, t in rows))
    with duckdb.connect() as con:
        staged = load_tables(con, path)
        (money,) = staged.reconcile(con)  # raises where they do not add up
        assert money["rows"] == len(rows) == money["loaded"] + money["rejected"]
        kept = asked(con, "SELECT count(*), sum(amount_pence) FROM payments")[0]
        assert kept == (money["loaded"], money["pence_loaded"] if money["loaded"] else None)
        assert asked(con, "SELECT count(*) FROM invoices")[0][0] == money["loaded"]


EXPECTED = {  # rows of data, loaded, pence: counted from the files with Python's csv module alone
    "dwp-payments-april10.csv.gz": (23_484, 23_484, 50_050_235_363),
    "dwp-payments-august10.csv.gz": (19_720, 19_720, 45_977_972_151),
    "dwp-payments-january11.csv.gz": (16_097, 16_097, 40_213_755_089),
    "dwp-payments-july11.csv.gz": (22_444, 22_444, 42_024_877_263),
    "dwp-payments-june11.csv.gz": (20_496, 20_495, 35_165_650_100),
    "dwp-payments-march11.csv.gz": (21_236, 21_236, 52_251_419_812),
}


def test_the_six_published_files_load_to_the_penny(real_data: Path) -> None:
    with duckdb.connect() as con:
        staged = load_tables(con, real_data / "dwp-spend")
        (money,) = staged.reconcile(con)
        assert {f["path"]: (f["rows"], f["loaded"], f["pence_in"]) for f in money["files"]} == EXPECTED
        assert (money["pence_in"], money["pence_loaded"], money["pence_rejected"]) == (
            265_683_909_778,
            265_683_909_778,
            0,
        )
        assert asked(con, "SELECT DISTINCT source_row, line FROM rejected") == [
            (20497, '[null,null,null,null,"WWEG EMPLOYMENT PROGRAMMES",null,null,null]')
        ]
        primes = asked(
            con,
            "SELECT name, sum(p.amount_pence) / 100 FROM payments AS p JOIN invoices USING (invoice_id) "
            "JOIN contracts USING (contract_id) JOIN organisations ON org_id = supplier_id "
            "WHERE programme = 'Work Programme' GROUP BY 1 ORDER BY 2 DESC",
        )
        # The programme had eighteen prime providers; all of them, and nobody else, stand under its heading.
        assert len(primes) == 18
        assert primes[:4] == [
            ("INGEUS UK LTD", 9_226_800),
            ("A4E LTD", 4_327_600),
            ("SEETEC BUSINESS TECHNOLOGY CENTRE LTD", 3_745_200),
            ("WORKING LINKS", 3_187_800),
        ]
        assert sum(pounds for _, pounds in primes) == 37_809_200


def test_the_files_of_the_test_are_counted_independently(real_data: Path) -> None:
    import csv
    import io
    from decimal import Decimal

    for name, (_, _, pence) in EXPECTED.items():
        text = gzip.decompress((real_data / "dwp-spend" / name).read_bytes()).decode("cp1252")
        amounts = [
            row[7] for row in csv.reader(io.StringIO(text, newline="")) if len(row) > 7 and row[7].strip()
        ]
        pounds = [a.replace("£", "").replace(",", "") for a in amounts if a != "Amount"]
        assert sum(map(Decimal, pounds)) * 100 == pence
