"""One rule as a page shows it: its words, its denominators, its thresholds and its queries."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from chaingraph.findings.sweep import Finding, RuleResult
from chaingraph.reporting.charts import Part, stacked
from chaingraph.reporting.finding_view import anchor
from chaingraph.reporting.missing import REASONS, in_words, why_not
from chaingraph.reporting.nouns import many
from chaingraph.reporting.plain import native, quantity
from chaingraph.reporting.privacy import CUSTOMER_LABELS, drawable, tallies
from chaingraph.rules.header import Header


@dataclass(frozen=True)
class Threshold:
    """A parameter of a rule: the value used, and where it comes from."""

    name: str
    value: str
    default: str
    basis: str
    changed: bool


@dataclass(frozen=True)
class Query:
    """A distinct Cypher text that reproduces findings of a rule."""

    anchor: str
    text: str


@dataclass(frozen=True)
class RuleView:
    """What the page says of one rule. ``counts`` holds the outcomes of its records as text."""

    id: str
    anchor: str
    title: str
    severity: str
    version: int
    status: str
    judged: bool
    clauses: tuple[str, ...]
    findings: int
    counts: Mapping[str, str]
    excluded: tuple[tuple[str, str], ...]
    unknown: tuple[tuple[str, str], ...]
    parts: tuple[Part, ...]
    why_not: str
    needs: tuple[str, ...]
    innocent: tuple[str, ...]
    ask: tuple[str, ...]
    next_step: str
    thresholds: tuple[Threshold, ...]
    warnings: tuple[str, ...]
    queries: tuple[Query, ...]
    role: str
    records: str


def rule_view(
    result: RuleResult,
    text: Header | None,
    findings: Sequence[Finding],
    used: Mapping[str, Any],
) -> RuleView:
    """The rule's result beside its header; ``used`` are the parameters it ran with, where known.

    A rule that no header explains (its pack is not here any more) keeps its id as title.
    """
    customers = bool(text and text.record in CUSTOMER_LABELS)  # what is counted, not what lies behind it
    unknown = {str(row["reason"]): int(row["records"]) for row in result.figures.get(REASONS, ())}
    outcome = {
        "passed": result.passed,
        "flagged": result.flagged,
        "excluded": sum(result.excluded.values()),
        "not_assessable": result.not_assessable,
    }
    told = tallies(
        {
            "population": result.population,
            "assessed": result.assessed,
            **outcome,
            **{f"excluded: {reason}": number for reason, number in result.excluded.items()},
            **{f"unknown: {reason}": number for reason, number in unknown.items()},
        },
        customers,
    )
    bodies = dict.fromkeys(finding.reproduce for finding in findings)
    return RuleView(
        id=result.rule,
        anchor=anchor("rule", result.rule),
        title=text.title if text else result.rule,
        severity=text.severity if text else "",
        version=result.version,
        status=result.status,
        judged=result.status == "assessed" and result.assessed > 0,
        clauses=tuple(result.clauses),
        findings=result.findings,
        counts={name: told[name] for name in ("population", "assessed", *outcome)},
        excluded=tuple((reason, told[f"excluded: {reason}"]) for reason in sorted(result.excluded)),
        unknown=tuple((reason, told[f"unknown: {reason}"]) for reason in sorted(unknown)),
        parts=tuple(stacked(drawable(outcome, customers))),
        why_not=why_not(result),
        needs=tuple(map(in_words, text.needs)) if text else (),
        innocent=tuple(text.innocent) if text else (),
        ask=tuple(text.ask) if text else (),
        next_step=(text.next_step or "") if text else "",
        thresholds=tuple(_thresholds(text, used)) if text else (),
        warnings=tuple(result.warnings),
        queries=tuple(Query(anchor("query", result.rule + body), body) for body in bodies if body),
        role=_role(text.respondent or "") if text else "",
        records=many(text.record) if text else "records",
    )


def _role(column: str) -> str:
    """The respondent's part as its column names it: ``payer_id`` → ``payer``; ``org_id`` names none."""
    role = column.removesuffix("_id").replace("_", " ")
    return "" if role == "org" else role


def _thresholds(text: Header, used: Mapping[str, Any]) -> list[Threshold]:
    listed = []
    for name, parameter in text.parameters.items():
        value = native(used.get(name, parameter.default))
        listed.append(
            Threshold(
                name=name,
                value=_with_unit(name, value, parameter.unit),
                default=_with_unit(name, parameter.default, parameter.unit),
                basis=parameter.basis,
                changed=value != parameter.default,
            )
        )
    return listed


def _with_unit(name: str, value: Any, unit: str | None) -> str:
    if unit and isinstance(value, int | float) and not isinstance(value, bool):
        return f"{quantity('', value)} {unit}"
    return quantity(name, value)
