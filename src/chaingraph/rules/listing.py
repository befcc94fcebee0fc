"""What ``chaingraph rules list`` and ``show`` print, as data."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from chaingraph.rules.clause_texts import Clause
from chaingraph.rules.rule import Rule


def listing(rules: Sequence[Rule]) -> list[dict[str, Any]]:
    """One row a rule: id, pack, title, severity, status, version, clauses, and whether a sweep runs it."""
    return [
        {
            "rule": rule.id,
            "pack": rule.pack,
            "title": rule.title,
            "severity": rule.severity,
            "status": rule.header.status,
            "version": rule.version,
            "clauses": list(rule.clauses),
            "on": rule.runs_by_default,
        }
        for rule in rules
    ]


def description(rule: Rule, clauses: Mapping[str, Clause]) -> dict[str, Any]:
    """Everything about one rule: its header in full, the clauses' words, and its statements."""
    header = rule.header.model_dump(mode="json", exclude={"clauses"})
    quoted = [
        {
            "id": name,
            "section": clauses[name].section,
            "quote": clauses[name].quote,
            "ceiling": clauses[name].ceiling,
        }
        for name in rule.clauses
        if name in clauses
    ]
    return {
        "rule": rule.id,
        "pack": rule.pack,
        **header,
        "clauses": quoted,
        "statements": {name: statement.text for name, statement in rule.statements},
    }
