"""Customers only as counts, small counts not at all; nobody of the staff and no complainant."""

from __future__ import annotations

from dataclasses import replace

import pytest

from chaingraph.reporting import to_html, to_text
from chaingraph.reporting.load_notes import load_notes
from chaingraph.reporting.privacy import (
    CUSTOMER_LABELS,
    RESTRICTED_LABELS,
    drawable,
    said,
    suppress,
    suppress_values,
    tallies,
)
from tests.reporting import sample, sample_rules
from tests.reporting.parsed import Page


def test_the_model_says_which_records_are_customers_and_which_are_restricted() -> None:
    assert {"Referral", "Outcome", "GroupOutcome"} == CUSTOMER_LABELS
    assert {"Grievance", "StaffMove", "Person"} == RESTRICTED_LABELS


def test_a_finding_on_a_grievance_shows_neither_who_raised_it_nor_what_was_said(page: Page) -> None:
    text = page.root.text()
    assert "A grievance was obstructed" in text and "restricted records" in text
    assert "GRV-3" not in text and "GRI-100000" not in text
    assert "grievance was obstructed" not in text.replace("A grievance was obstructed", "")
    told = to_text(sample.sweep(), sample_rules.rules())
    assert "Calder Valley Training CIC's grievance" not in told


def test_customers_are_shown_as_places_in_a_file_without_an_id(page: Page) -> None:
    text = page.by_id("providers").text()
    assert "The first 10 of 1,822 referrals File Row referrals.csv 2" in text
    assert "REF-" not in page.root.text()


def test_fewer_than_ten_customers_leave_no_figure_behind(page: Page) -> None:
    (small,) = [li for li in page.all("li") if "could point at single people" in li.text() and li.all("p")]
    text = small.text()
    assert "under 10 referrals" in text and "File" not in text
    assert "0.31" not in text and "31" not in text and "n 23" not in text
    rules = page.by_id("rules").text()
    assert "referral-needs-missing about 820 about 800 under 10 under 10 0 1" in rules
    assert "Left out: under 10 (no allocation)." in rules
    assert (
        "Meridian Work & Skills plc Referrals passed down without needs" not in page.by_id("figures").text()
    )


def test_no_picture_gives_a_small_count_away() -> None:
    wide = drawable({"passed": 804, "flagged": 7, "excluded": 4, "not_assessable": 0}, customers=True)
    assert wide == {"passed": 800, "flagged": 10, "excluded": 10, "not_assessable": 0}
    assert drawable({"passed": 804, "flagged": 7}, customers=False) == {"passed": 804, "flagged": 7}


def test_a_single_small_cell_takes_the_next_smallest_with_it() -> None:
    rows = [{"area": "a", "customers": 4}, {"area": "b", "customers": 30}, {"area": "c", "customers": 90}]
    assert [row["customers"] for row in suppress(rows)] == ["withheld", "withheld", 90]
    rows[1]["customers"] = 9
    assert [row["customers"] for row in suppress(rows)] == ["under 10", "under 10", 90]
    rows = [{"owners": 4, "customers": 10}, {"owners": 3, "customers": 0}]
    assert suppress(rows) == rows


def test_values_that_count_customers_are_suppressed_and_others_are_not() -> None:
    values = {"referrals": 7, "passed_customers": 0, "hard_customers": 12, "rows": 3, "late_share": 0.2}
    assert suppress_values(values) == values | {"referrals": "under 10"}


def test_counts_by_reason_are_counts_of_customers_where_the_records_are() -> None:
    values = {"not_counted": {"unknown": 3, "early": 40}}
    assert suppress_values(values) == values
    assert suppress_values(values, customers=True) == {"not_counted": {"unknown": "under 10", "early": 40}}


def test_a_share_of_customers_is_told_only_where_its_counts_are() -> None:
    few, many = {"hits": 3, "total": 200, "share": 0.015}, {"hits": 30, "total": 200, "share": 0.15}
    assert suppress_values(few) == few
    shown = {"hits": "under 10", "total": 200, "share": "withheld"}
    assert suppress_values(few, customers=True) == shown
    assert suppress_values(many, customers=True) == many


@pytest.mark.parametrize(
    ("message", "shown"),
    [
        ("3 customers came of 40 expected", "under 10 customers came of 40 expected"),
        ("passed on 7 of 1,023 customers", "passed on under 10 of 1,023 customers"),
        ("13 customers, 1,003 referrals, 0 customers", "13 customers, 1,003 referrals, 0 customers"),
        ("the worst 3 days late", "the worst 3 days late"),
    ],
)
def test_a_small_count_in_a_sentence(message: str, shown: str) -> None:
    assert said(message) == shown


def test_statistics_do_not_give_back_what_the_values_may_not_say() -> None:
    few = sample.finding(
        sample_rules.PROMISE, ("Commitment", "P1"), "X", "3 customers came", 1, "Contract",
        values={"delivered": 3, "expected": 24.0},
        statistics={"effect": 0.125, "low": 0.01, "high": 0.3, "p": 0.001, "q": 0.002, "n": 3},
    )  # fmt: skip
    html = to_html(replace(sample.sweep(), findings=[few]), sample_rules.rules(), {}, {})
    parsed = Page.of(html)
    text = parsed.by_id("providers").text() + parsed.by_id("figures").text()
    assert "under 10 customers came" in text and "Delivered under 10" in text
    assert "0.125" not in text and "12.5%" not in text and ", n 3" not in text


@pytest.mark.parametrize(
    ("parts", "customers", "shown"),
    [
        ({"a": 812, "b": 7}, True, {"a": "about 810", "b": "under 10"}),
        ({"a": 812, "b": 0}, True, {"a": "812", "b": "0"}),
        ({"a": 812, "b": 7}, False, {"a": "812", "b": "7"}),
        ({"a": 812, "b": 10}, True, {"a": "812", "b": "10"}),
    ],
)
def test_counts_that_add_up(parts: dict[str, int], customers: bool, shown: dict[str, str]) -> None:
    assert tallies(parts, customers) == shown


@pytest.mark.parametrize("table", ["referrals", "outcomes", "grievances", "staff_moves", "roles", "people"])
def test_a_rejected_value_of_a_person_is_not_printed(table: str) -> None:
    entry = {
        "table": table,
        "rule": "code",
        "rows": 1,
        "example": {"file": "f.csv", "row": 7, "value": "secret"},
    }
    (told,) = load_notes({"rejected_by_rule": [entry]}).rejected_by_rule
    assert told.example == "f.csv row 7: withheld"
    (told,) = load_notes({"rejected_by_rule": [entry | {"table": "invoices"}]}).rejected_by_rule
    assert told.example == "f.csv row 7: secret"


def test_the_largest_finding_of_the_first_screen_keeps_back_as_much_as_its_own_place() -> None:
    only = [
        found for found in sample.findings() if found.rule in (sample_rules.NEEDS, sample_rules.GRIEVANCE)
    ]
    found = replace(sample.sweep(), findings=[replace(each, message="told too much") for each in only])
    text = to_html(found, sample_rules.rules(), sample_rules.clauses(), {}) + to_text(found)
    assert "told too much" not in text
