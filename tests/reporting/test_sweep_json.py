"""The sweep's JSON: the shape that outside checks read, and the same bytes every time."""

from __future__ import annotations

import json
import math
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from pydantic import ValidationError

from chaingraph.findings.sweep import RuleResult, Sweep
from chaingraph.reporting import to_json
from chaingraph.reporting.schema import SweepDocument, json_schema
from tests.reporting import sample

SCHEMA = Path(__file__).resolve().parents[2] / "docs" / "sweep.schema.json"


def read(sweep: Sweep) -> dict[str, Any]:
    document: dict[str, Any] = json.loads(to_json(sweep))
    return document


def one(**changes: Any) -> dict[str, Any]:
    """A sweep of one finding, changed, as read back."""
    finding = replace(sample.findings()[0], **changes)
    (found,) = read(replace(sample.sweep(), findings=[finding]))["findings"]
    return dict(found)


def test_keys_stand_in_the_order_of_the_schema() -> None:
    document = read(sample.sweep())
    assert list(document) == ["chaingraph", "schema", "sweep", "rules", "findings"]
    assert list(document["sweep"]) == [
        "id", "as_of", "store", "market", "started_at", "config_hash", "sources",
    ]  # fmt: skip
    assert list(document["sweep"]["sources"][0]) == ["path", "sha256", "rows", "rejected"]
    assert list(document["rules"][0]) == [
        "rule", "version", "clauses", "status", "population", "assessed", "flagged", "passed", "excluded",
        "not_assessable", "findings", "missing", "seconds", "warnings",
    ]  # fmt: skip
    assert list(document["findings"][0]) == [
        "id", "rule", "severity", "state", "subject", "identity", "respondent", "message", "values",
        "statistics", "evidence_count", "evidence", "parameters", "reproduce",
    ]  # fmt: skip
    assert list(document["findings"][0]["evidence"][0]) == ["label", "id", "source", "sha256", "row"]
    statistics = [found["statistics"] for found in document["findings"] if found["statistics"]]
    assert {tuple(each) for each in statistics} == {("effect", "low", "high", "p", "q", "n")}
    assert document["schema"] == 1


def test_it_keeps_to_its_own_published_schema() -> None:
    SweepDocument.model_validate_json(to_json(sample.sweep()))
    assert SCHEMA.read_text(encoding="utf-8") == json_schema(), "run `make docs`"


@pytest.mark.parametrize(
    "change", [{"severity": "crime"}, {"state": "old"}, {"evidence_count": -1}, {"message": None}]
)
def test_the_schema_refuses_what_is_none(change: dict[str, Any]) -> None:
    document = read(sample.sweep())
    document["findings"][0] |= change
    with pytest.raises(ValidationError):
        SweepDocument.model_validate_json(json.dumps(document))


def test_the_order_of_findings_rules_and_reasons_is_the_same_whatever_came_first() -> None:
    made = sample.sweep()
    turned = replace(
        made,
        findings=list(reversed(made.findings)),
        rules=[replace(r, excluded=dict(reversed(list(r.excluded.items())))) for r in reversed(made.rules)],
    )
    assert to_json(turned) == to_json(made)
    order = [(found["rule"], found["id"]) for found in read(made)["findings"]]
    assert order == sorted(order)


def test_rules_add_up() -> None:
    for rule in read(sample.sweep())["rules"]:
        assert rule["assessed"] == rule["flagged"] + rule["passed"]
        assert (
            rule["population"] == rule["assessed"] + sum(rule["excluded"].values()) + rule["not_assessable"]
        )


def test_text_is_utf8_one_line_a_finding_and_ends_with_a_newline() -> None:
    made = replace(sample.sweep(), market="Ynys Môn £ 雪")
    text = to_json(made)
    assert text.endswith("}\n") and "Ynys Môn £ 雪" in text and text.encode("utf-8")
    assert sum(line.startswith('{"id": ') for line in text.splitlines()) == len(made.findings)


@pytest.mark.parametrize(
    ("value", "written"),
    [
        (0.1 + 0.2, 0.3),
        (-0.0, 0.0),
        (math.nan, None),
        (math.inf, None),
        (1 / 3, 0.333333333333),
        (np.float64(0.5), 0.5),
        (np.int64(7), 7),
        (np.bool_(True), True),
        (date(2026, 3, 31), "2026-03-31"),
        (("b", "a"), ["b", "a"]),
        ({"b", "a"}, ["a", "b"]),
        (None, None),
        (2**62, 2**62),
    ],
)
def test_values_are_written_one_way(value: Any, written: Any) -> None:
    read_back = one(values={"x": value})["values"]["x"]
    assert read_back == written and type(read_back) is type(written)


def test_minus_nought_is_nought() -> None:
    assert str(one(values={"x": -0.0})["values"]["x"]) == "0.0"


def test_what_json_cannot_hold_is_refused_and_not_guessed() -> None:
    with pytest.raises(TypeError):
        one(values={"x": object()})


def test_an_empty_sweep_is_a_whole_document() -> None:
    empty = replace(sample.sweep(), rules=[RuleResult("r", 1, [], "off")], findings=[], sources=[])
    document = read(empty)
    assert document["findings"] == [] and document["sweep"]["sources"] == []
    SweepDocument.model_validate_json(to_json(empty))
