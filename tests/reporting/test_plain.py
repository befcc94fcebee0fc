"""Numbers, units and names as a person reads them."""

from __future__ import annotations

from datetime import date
from typing import Any

import numpy as np
import pytest

from chaingraph.reporting.nouns import counted
from chaingraph.reporting.plain import chance, count, day, heading, number, pounds, quantity


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (0, "0"), (1234567, "1,234,567"), (0.333333, "0.3333"), (1388.888, "1,389"), (12.3456, "12.35"),
        (-12.3456, "-12.35"), (0.00001234, "0.00001234"), (2500.0, "2,500"), (float("nan"), "not known"),
        (float("inf"), "not known"), (0.1, "0.1"), (99999.6, "100,000"), (1e12, "1,000,000,000,000"),
    ],
)  # fmt: skip
def test_numbers(value: float, text: str) -> None:
    assert number(value) == text


@pytest.mark.parametrize(
    ("name", "value", "text"),
    [
        ("late_pence", 123450, "£1,234.50"),
        ("late_pence", -900, "\N{MINUS SIGN}£9.00"),
        ("late_share", 0.1175, "11.8%"),
        ("hard_share_passed", 0.4371, "43.7%"),
        ("equal_share_hhi", 2500.0, "2,500"),
        ("days_late", 3, "3"),
        ("term_days", 1, "1 day"),
        ("term_days", 30.0, "30 days"),
        ("signed_on", "2026-03-01", "1 March 2026"),
        ("signed_on", date(2026, 3, 1), "1 March 2026"),
        ("signed_on", "unknown", "unknown"),
        ("flag", True, "yes"),
        ("flag", np.bool_(False), "no"),
        ("x", None, "not known"),
        ("x", np.nan, "not known"),
        ("late_pence", float("nan"), "not known"),
        ("x", np.int64(4), "4"),
        ("x", [1, 2], "1, 2"),
        ("x", [], "none"),
        ("x", [{"need": "a", "paid_on": "2026-01-02"}, {"need": "b"}], "need a, paid 2 January 2026; need b"),
        ("late_pence.max", 100, "£1.00"),
        ("year", 2011, "2011"),
        ("late_pence", {"min": 5, "mean": 10.4}, "min £0.05, mean £0.10"),
        ("parts", {"late_pence": 5, "paid_on": None}, "late £0.05, paid not known"),
    ],
)
def test_values_by_their_unit(name: str, value: Any, text: str) -> None:
    assert quantity(name, value) == text


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("late_share", "Late share"), ("late_pence", "Late"), ("days_late.max", "Days late, max"),
        ("hhi", "HHI"), ("equal_share_hhi", "Equal share HHI"), ("signed_on", "Signed"), ("n", "n"),
        ("org_id", "Org id"),
    ],
)  # fmt: skip
def test_headings(name: str, text: str) -> None:
    assert heading(name) == text


def test_small_things() -> None:
    assert (count(1, "finding"), count(1204, "finding"), count(0, "breach", "breaches")) == (
        "1 finding", "1,204 findings", "0 breaches",
    )  # fmt: skip
    assert (chance(0.0004), chance(0.0412)) == ("under 0.001", "0.041")
    assert (day("2026-03-31"), day("2026-04-02T09:14:03+00:00")) == ("31 March 2026", "2 April 2026")
    assert pounds(5) == "£0.05"


@pytest.mark.parametrize(
    ("label", "number", "text"),
    [
        ("Invoice", 1, "1 invoice"),
        ("Invoice", 1204, "1,204 invoices"),
        ("SupportAction", 2, "2 support actions"),
        ("Delivery", 2, "2 delivery records"),
        ("", 3, "3 records"),
        ("Policy", 0, "0 policies"),
    ],
)
def test_what_records_are_called(label: str, number: int, text: str) -> None:
    assert counted(number, label) == text
