"""The sentence of a finding: placeholders, and numbers as people write them."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from chaingraph.findings.wording import sentence, worded
from chaingraph.rules.message import Field, fields, pieces


@pytest.mark.parametrize(
    ("name", "value", "text"),
    [
        ("rows", 1234567, "1,234,567"),
        ("amount_pence", 123456789, "£1,234,567.89"),
        ("amount_pence", -5, "-£0.05"),
        ("amount_pence", 250.5, "£2.50"),
        ("late_share", 0.1234, "12.3 %"),
        ("late_share", 1.0, "100 %"),
        ("late_share", 0, "0 %"),
        ("promised_outcome_rate", 0.55, "55 %"),
        ("odds", 1.5, "1.5"),
        ("odds", 1234.5678, "1,234.57"),
        ("odds", 0.00123456, "0.0012"),
        ("odds", -0.000001, "0"),
        ("odds", 2.0, "2"),
        ("accounts_year", 2025, "2025"),
        ("due_on", date(2026, 3, 31), "2026-03-31"),
        ("ready", True, "yes"),
        ("anything", None, "unknown"),
        ("names", ["a", "b"], "a, b"),
        ("names", [], "none"),
        ("org_id", "GB-COH-00012", "GB-COH-00012"),
    ],
)
def test_values(name: str, value: Any, text: str) -> None:
    assert worded(name, value) == text


def test_a_number_of_amounts_is_no_amount() -> None:
    assert sentence(pieces("{amount_pence.count}"), lambda field: 1200) == "1,200"


def test_a_message_is_cut_at_its_placeholders() -> None:
    assert pieces("{a} let {b.max} go, {{so}}") == [Field("a"), " let ", Field("b", "max"), " go, {", "so}"]
    assert fields("none") == []
    assert Field("b", "max").text == "b.max"


def test_a_part_whose_value_is_unknown_falls_out() -> None:
    cut = pieces("{a} let {b} go[[, {c} times]][[ and {d.max} {{days}}]].")
    known = {"a": "A", "b": None, "c": 3, "d": None}
    assert sentence(cut, lambda field: known[field.name]) == "A let unknown go, 3 times."
    assert sentence(cut, lambda field: 2) == "2 let 2 go, 2 times and 2 {days}."
    assert [field.text for field in fields("{a}[[ {b.max}]]")] == ["a", "b.max"]


@pytest.mark.parametrize(
    "message",
    [
        "[[always]] {a}",
        "[[{a]]} {b}",
        "{}",
        "{a!r}",
        "{a:>3}",
        "{a.most}",
        "{a.b.c}",
        "{A}",
        "{0}",
        "{a",
        "a}",
        "{a[0]}",
    ],
)
def test_what_is_no_placeholder_is_refused(message: str) -> None:
    with pytest.raises(ValueError):
        pieces(message)
