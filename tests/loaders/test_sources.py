"""The mappings that come along, each on a file of its kind; published files where they are at hand."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import duckdb
import pytest

from chaingraph.errors import InputError
from tests.conftest import published_files

from .loading_all import load_tables

CHAIN = [
    {
        "statementID": "0123456789-0123456789-0123456789-01",
        "statementType": "entityStatement",
        "entityType": "registeredEntity",
        "name": "Alder Training Ltd",
        "identifiers": [{"scheme": "GB-COH", "id": "123456"}],
    },
    {
        "statementID": "0123456789-0123456789-0123456789-02",
        "statementType": "personStatement",
        "personType": "anonymousPerson",
    },
    {
        "statementID": "0123456789-0123456789-0123456789-03",
        "statementType": "ownershipOrControlStatement",
        "statementDate": "2020-01-01",
        "subject": {"describedByEntityStatement": "0123456789-0123456789-0123456789-01"},
        "interestedParty": {"describedByPersonStatement": "0123456789-0123456789-0123456789-02"},
        "interests": [
            {"type": "shareholding", "share": {"minimum": 50, "maximum": 75}, "endDate": "2021-05-01"}
        ],
    },
]
PSC = [
    {
        "company_number": "123456",
        "data": {
            "kind": "corporate-entity-person-with-significant-control",
            "name": "Alder Holdings Ltd",
            "identification": {"registration_number": "SC1234", "country_registered": "Scotland"},
            "natures_of_control": ["voting-rights-25-to-50-percent", "ownership-of-shares-75-to-100-percent"],
            "notified_on": "2016-04-06",
        },
    },
    {"data": {"kind": "totals#persons-of-significant-control-snapshot", "statements_count": 0}},
]
RELEASE: dict[str, Any] = {
    "ocid": "ocds-abc-1",
    "date": "2024-01-01T00:00:00Z",
    "parties": [
        {"id": "B", "name": "A Council", "roles": ["buyer"]},
        {"id": "GB-COH-123456", "name": "Alder", "identifier": {"scheme": "GB-COH", "id": "123456.0"}},
        {"id": "S", "name": "Small Sub", "roles": ["subcontractor"]},
    ],
    "buyer": {"id": "B"},
    "tender": {
        "tenderPeriod": {"startDate": "2024-01-01T09:00:00+01:00", "endDate": "2024-01-20 13:35:00.3011698"}
    },
    "bids": {"details": [{"id": 7, "status": None, "value": {"amount": 1.5, "currency": "GBP"}}, {"id": 8}]},
    "awards": [{"id": "a", "date": "2024-02-01", "suppliers": [{"id": "GB-COH-123456"}]}],
}
REPORTS = """\
Report Id,Start date,End date,Filing date,Company,Company number,Average time to pay,% Invoices paid within 30 days,URL
1,1/1/2024,6/30/2024,7/29/2024,Alder,123456,31,90,https://example.org/payment/1
2,1/1/2024,6/30/2024,7/29/2024,Birch,SC12,None,,https://example.org/payment/2
"""
COMPANIES = (
    "CompanyName, CompanyNumber,RegAddress.PostCode,CompanyStatus,IncorporationDate,Accounts.AccountCategory\n"
    "ALDER LTD,00123456,AB1 2CD,Active,01/02/1999,MICRO ENTITY\nNO NUMBER,,AB1 2CD,Active,,\n"
)
CHARITIES = (
    "registered_charity_number\tlinked_charity_number\tcharity_name\tlatest_income\n"
    "1000001\t0\tA Charity\t5000\n1000001\t1\tA Branch\t\n"
)
GRANTS = (
    "Identifier,Currency,Amount Awarded,Award Date,Recipient Org:Identifier,Recipient Org:Name,Funding Org:Identifier,"
    "Funding Org:Name\n360G-x-1,GBP,500,2024-05-01,GB-CHC-1000001,A Charity,GB-COH-1,A Fund\n"
)


def loaded(path: Path, select: str) -> list[tuple[Any, ...]]:
    with duckdb.connect() as con:
        load_tables(con, path)
        return con.execute(select).fetchall()


def lines(path: Path, documents: Sequence[Any]) -> Path:
    path.write_text("".join(json.dumps(one) + "\n" for one in documents), encoding="utf-8")
    return path


def test_ownership_statements_of_an_anonymous_owner_that_ended(tmp_path: Path) -> None:
    (tmp_path / "b.json").write_text(json.dumps(CHAIN, indent=1))
    ((owner, owned, low, high, until),) = loaded(
        tmp_path / "b.json", "SELECT owner_id, owned_id, share_min, share_max, valid_to FROM ownership"
    )
    assert (owned, low, high, str(until)) == ("GB-COH-00123456", 0.5, 0.75, "2021-05-01")
    assert loaded(tmp_path / "b.json", "SELECT person_id, name FROM people") == [(owner, None)]


def test_people_with_control_as_bands_and_the_record_of_totals_left_out(tmp_path: Path) -> None:
    path = lines(tmp_path / "p.jsonl", PSC)
    assert loaded(path, "SELECT owner_id, owned_id, share_min, share_max FROM ownership") == [
        ("GB-COH-SC001234", "GB-COH-00123456", 0.75, 1.0)
    ]


def test_a_release_becomes_a_process_with_its_bids_award_and_chain(tmp_path: Path) -> None:
    path = lines(tmp_path / "o.jsonl", [RELEASE, {**RELEASE, "ocid": "ocds-abc-2"}])
    first = "WHERE process_id = 'ocds-abc-1' ORDER BY 1"
    assert loaded(path, f"SELECT opens_at, closes_at FROM processes {first}") == [
        ("2024-01-01T08:00:00Z", "2024-01-20T13:35:00Z")
    ]
    assert loaded(path, f"SELECT bid_id, status, price_pence, org_id FROM bids {first}") == [
        ("ocds-abc-1/bid/7", "unknown", 150, None),
        ("ocds-abc-1/bid/8", "unknown", None, None),
    ]
    assert loaded(
        path, "SELECT tier, buyer_id, supplier_id, inferred FROM contracts ORDER BY contract_id LIMIT 2"
    ) == [
        (1, "X-B", "GB-COH-00123456", None),
        (2, "GB-COH-00123456", "X-S", True),
    ]


def test_releases_of_one_process_are_merged_over_packages(tmp_path: Path) -> None:
    (tmp_path / "d").mkdir()
    later = {
        "ocid": "ocds-abc-1",
        "id": "2",
        "date": "2024-03-01T00:00:00Z",
        "tender": {"id": "t", "title": "New"},
    }
    for n, release in enumerate([{**RELEASE, "id": "1", "tag": ["tender"]}, later]):
        (tmp_path / "d" / f"{n}.json").write_text(json.dumps({"releases": [release]}))
    assert loaded(tmp_path / "d", "SELECT process_id, title FROM processes") == [("ocds-abc-1", "New")]
    assert len(loaded(tmp_path / "d", "SELECT * FROM awards")) == 1


def test_reports_show_themselves_whether_the_month_comes_first(tmp_path: Path) -> None:
    (tmp_path / "r.csv").write_text(REPORTS)
    assert [
        (str(day), average, share)
        for day, average, share in loaded(
            tmp_path / "r.csv",
            "SELECT ends_on, average_days, within_30_share FROM payment_reports ORDER BY report_id",
        )
    ] == [("2024-06-30", 31, 0.9), ("2024-06-30", None, None)]


def test_registers_and_grants(tmp_path: Path) -> None:
    (tmp_path / "c.csv").write_text(COMPANIES)
    (tmp_path / "h.txt.tsv").write_text(CHARITIES)
    (tmp_path / "g.csv").write_text(GRANTS)
    assert loaded(tmp_path / "c.csv", "SELECT org_id, size_band FROM organisations") == [
        ("GB-COH-00123456", "micro")
    ]
    assert loaded(tmp_path / "c.csv", "SELECT rule FROM rejected") == [("required-missing",)]
    assert loaded(tmp_path / "h.txt.tsv", "SELECT org_id, turnover_pence FROM organisations") == [
        ("GB-CHC-1000001", 500_000)
    ]
    assert loaded(tmp_path / "g.csv", "SELECT by_org_id, to_org_id, amount_pence FROM support_actions") == [
        ("GB-COH-00000001", "GB-CHC-1000001", 50_000)
    ]


def test_a_broken_line_is_rejected_and_a_broken_package_refused(tmp_path: Path) -> None:
    path = lines(tmp_path / "o.jsonl", [RELEASE])
    path.write_text(path.read_text() + '{"ocid": "x", \n' + json.dumps({**RELEASE, "ocid": "y"}) + "\n[1]\n")
    assert loaded(path, "SELECT source_row, rule FROM rejected ORDER BY 1") == [
        (2, "json-broken"),
        (4, "json-no-object"),
    ]
    (tmp_path / "p.json").write_text(json.dumps({"releases": [RELEASE]}, indent=1)[:-40])
    with pytest.raises(InputError, match="not whole JSON"):
        loaded(tmp_path / "p.json", "SELECT 1")


def test_forty_published_spend_files_come_through_to_the_penny(real_data: Path) -> None:
    with duckdb.connect() as con:
        staged = load_tables(con, published_files() / "other-spend")
        (money,) = staged.reconcile(con)
    assert (money["rows"], money["loaded"], money["rejected"]) == (11_951, 11_944, 7)
    assert money["pence_in"] == money["pence_loaded"] + money["pence_rejected"]


@pytest.mark.parametrize(
    ("file", "processes"),
    [("england-contracts-finder-201.jsonl", 190), ("official-example/fictional-example/1.1", 1)],
)
def test_published_notices(real_data: Path, file: str, processes: int) -> None:
    assert loaded(published_files() / "ocds" / file, "SELECT count(*) FROM processes") == [(processes,)]
