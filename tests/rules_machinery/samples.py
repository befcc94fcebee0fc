"""Rules made up for tests, and a store that gives fixed answers."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import pyarrow as pa
import yaml

from chaingraph.errors import StoreError
from chaingraph.rules.rule import Rule, parse_rule
from chaingraph.store.protocol import GraphTables, Progress, silent

HEADER: dict[str, Any] = {
    "title": "A rule made up for tests",
    "clauses": ["COC-X-01"],
    "severity": "indicator",
    "status": "stable",
    "version": 1,
    "needs": [],
    "record": "Invoice",
    "subject": "Contract",
    "identity": ["contract_id"],
    "respondent": "payer_id",
    "parameters": {
        "days": {"type": "integer", "default": 3, "minimum": 0, "maximum": 30, "basis": "made up"}
    },
    "message": "{rows} invoices of {payer_id}, the worst {late.max}",
    "innocent": ["It was all a mistake"],
    "ask": ["What happened"],
    "assess": None,
}
MAIN = """MATCH (i:Invoice)-[:UNDER]->(c:Contract)
WHERE i.due_day < $as_of_day
RETURN c.contract_id AS contract_id,
       i.invoice_id AS invoice_id,
       i.source_id AS source_id,
       i.source_row AS source_row,
       c.buyer_id AS payer_id,
       i.settled_day - i.due_day AS late,
       i.settled_day - i.due_day > $days AS flagged"""


def rule_text(body: str = MAIN, **header: Any) -> str:
    """A rule file; ``header`` replaces lines of the sample's, and ``...`` takes one away."""
    kept = {name: value for name, value in {**HEADER, **header}.items() if value is not ...}
    return "/*---\n" + yaml.safe_dump(kept, sort_keys=False, allow_unicode=True) + "---*/\n" + body + "\n"


def sample(body: str = MAIN, *, name: str = "sample", **header: Any) -> Rule:
    """The sample rule, changed."""
    rule, problems = parse_rule(rule_text(body, **header), Path("pack") / f"{name}.cypher")
    assert rule is not None, problems
    return rule


Answers = Callable[[str, Mapping[str, Any]], pa.Table]


class FixedStore:
    """Answers every question by a function of its text and parameters, and remembers what it was asked."""

    name = "fixed"

    def __init__(self, answer: Answers, manifest: Mapping[str, Any] | None = None) -> None:
        self.answer = answer
        self.asked: list[tuple[str, dict[str, Any]]] = []
        self._manifest = manifest

    def publish(self, graph: GraphTables, progress: Progress = silent) -> None:
        raise StoreError("this store is for reading")

    def manifest(self) -> dict[str, Any] | None:
        return None if self._manifest is None else dict(self._manifest)

    def query(self, cypher: str, parameters: Mapping[str, Any] | None = None) -> pa.Table:
        self.asked.append((cypher, dict(parameters or {})))
        return self.answer(cypher, dict(parameters or {}))

    def close(self) -> None:
        pass
