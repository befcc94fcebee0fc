"""A sweep as JSON (schema version 1): what outside checks and other tools read."""

from __future__ import annotations

import json
import math
from collections.abc import Iterable, Mapping
from datetime import date, datetime
from importlib.metadata import version
from typing import Any

from chaingraph.findings.sweep import Evidence, Finding, RuleResult, Source, Sweep
from chaingraph.reporting.plain import native

SCHEMA = 1
_DIGITS = 12  # engines add up doubles in different orders: what is past the twelfth digit is not information


def to_json(sweep: Sweep) -> str:
    """The sweep as JSON text, one line a source, rule and finding, newline at the end.

    The same inputs and settings give the same text but for ``sweep.id``, ``started_at`` and ``seconds``:
    keys stand in the schema's order, open maps in the order of their keys, findings by rule and id, and
    floats carry twelve significant digits. What is no number (NaN, infinite) becomes null.
    """
    findings = sorted(sweep.findings, key=lambda finding: (finding.rule, finding.id))
    rules = sorted(sweep.rules, key=lambda result: result.rule)
    head = {
        "id": sweep.id,
        "as_of": sweep.as_of,
        "store": sweep.store,
        "market": sweep.market,
        "started_at": sweep.started_at,
        "config_hash": sweep.config_hash,
    }
    return "".join(
        (
            f'{{"chaingraph": {_text(version("chaingraph"))}, "schema": {SCHEMA},\n',
            f'"sweep": {_text(head)[:-1]}, "sources": {_lines(map(_source, sweep.sources))}}},\n',
            f'"rules": {_lines(map(_rule, rules))},\n',
            f'"findings": {_lines(map(_finding, findings))}}}\n',
        )
    )


def _source(source: Source) -> dict[str, Any]:
    return {
        "path": source.path,
        "sha256": source.sha256,
        "rows": source.rows,
        "rejected": source.rejected,
    }


def _rule(result: RuleResult) -> dict[str, Any]:
    return {
        "rule": result.rule,
        "version": result.version,
        "clauses": list(result.clauses),
        "status": result.status,
        "population": result.population,
        "assessed": result.assessed,
        "flagged": result.flagged,
        "passed": result.passed,
        "excluded": _sorted(result.excluded),
        "not_assessable": result.not_assessable,
        "findings": result.findings,
        "missing": list(result.missing),
        "seconds": result.seconds,
        "warnings": list(result.warnings),
    }


def _finding(finding: Finding) -> dict[str, Any]:
    return {
        "id": finding.id,
        "rule": finding.rule,
        "severity": finding.severity,
        "state": finding.state,
        "subject": {key: finding.subject[key] for key in ("label", "id") if key in finding.subject},
        "identity": dict(finding.identity),
        "respondent": finding.respondent,
        "message": finding.message,
        "values": _sorted(finding.values),
        "statistics": _statistics(finding.statistics),
        "evidence_count": finding.evidence_count,
        "evidence": [_evidence(record) for record in finding.evidence],
        "parameters": _sorted(finding.parameters),
        "reproduce": finding.reproduce,
    }


def _evidence(record: Evidence) -> dict[str, Any]:
    return {
        "label": record.label,
        "id": record.id,
        "source": record.source,
        "sha256": record.sha256,
        "row": record.row,
    }


def _statistics(statistics: Mapping[str, float | None] | None) -> dict[str, float | None] | None:
    if statistics is None:
        return None
    return {key: statistics.get(key) for key in ("effect", "low", "high", "p", "q", "n")}


def _sorted(values: Mapping[str, Any]) -> dict[str, Any]:
    return {key: values[key] for key in sorted(values)}


def _lines(records: Iterable[Any]) -> str:
    """A JSON array with each element on a line of its own, so that sweeps can be compared line by line."""
    return "[" + ",".join("\n" + _text(record) for record in records) + "]"


def _text(value: Any) -> str:
    return json.dumps(_canonical(value), ensure_ascii=False, allow_nan=False)


def _canonical(value: Any) -> Any:
    """The value in JSON's own types, floats rounded, dates as ISO 8601 text."""
    if isinstance(value, Mapping):
        return {str(key): _canonical(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [_canonical(item) for item in value]
    if isinstance(value, set | frozenset):
        return sorted((_canonical(item) for item in value), key=str)
    if value is None or isinstance(value, str | bool | int):
        return value
    if isinstance(value, datetime | date):
        return value.isoformat()
    plain = native(value)  # a numpy scalar out of an assessment
    return plain if isinstance(plain, str | bool | int) else _float(float(plain))


def _float(value: float) -> float | None:
    if not math.isfinite(value):
        return None
    return float(f"{value:.{_DIGITS}g}") + 0.0  # adding zero turns -0.0 into 0.0
