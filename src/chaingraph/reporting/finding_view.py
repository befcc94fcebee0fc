"""One finding as a page shows it: what is said, what stands behind it, and what is kept back."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from chaingraph.findings.sweep import Evidence, Finding
from chaingraph.reporting.figures import Figure, figure
from chaingraph.reporting.notes import EffectNote, Notes
from chaingraph.reporting.nouns import counted, many
from chaingraph.reporting.plain import chance, heading, line, native, number, quantity
from chaingraph.reporting.privacy import (
    CUSTOMER_LABELS,
    SMALLEST_CELL,
    UNDER,
    kept_back,
    labels,
    measures_few,
    said,
    suppress_values,
)

ROWS_SHOWN = 10
_ELSEWHERE = "The sweep's JSON holds them, for those who may see it."
_KEPT_BACK = {
    "": "",
    "restricted": "Details are kept back from this page: the finding rests on restricted records "
    f"(grievances or staff). {_ELSEWHERE}",
    "few customers": f"Fewer than {SMALLEST_CELL} customer records: figures and rows are kept back from this "
    f"page, since they could point at single people. {_ELSEWHERE}",
}


@dataclass(frozen=True)
class EvidenceRow:
    """One record: its id (empty for a customer's record), its file and its row there."""

    id: str
    source: str
    row: int


@dataclass(frozen=True)
class FindingView:
    """What the page says of one finding. ``kept_back`` explains details that are not shown, else empty."""

    id: str
    anchor: str
    message: str
    severity: str
    state: str
    subject: str
    records: str
    statistics: str
    reading: str
    values: tuple[tuple[str, str], ...]
    tables: tuple[Figure, ...]
    evidence: tuple[EvidenceRow, ...]
    with_ids: bool
    more: int
    kept_back: str
    parameters: tuple[tuple[str, str], ...]
    query: str


def view(finding: Finding, title: str, notes: Notes) -> FindingView:
    """The finding made ready: restricted records withheld, customers counted and not named."""
    effect = notes.effects.get(finding.rule, EffectNote())
    reason = kept_back(finding)
    few, restricted = reason == "few customers", reason == "restricted"
    customers = bool(labels(finding) & CUSTOMER_LABELS)
    label = finding.evidence[0].label if finding.evidence else ""
    values = suppress_values(finding.values, customers)
    shown = () if reason else tuple(finding.evidence[:ROWS_SHOWN])
    measured = None if reason or measures_few(finding) else finding.statistics
    return FindingView(
        id=finding.id,
        anchor=anchor("finding", finding.id),
        message=title if reason else said(line(finding.message)),
        severity=finding.severity,
        state=finding.state,
        subject="" if restricted else _subject(finding),
        records=f"{UNDER} {many(label)}" if few else counted(finding.evidence_count, label),
        statistics=statistics_line(measured, effect),
        reading=effect.reading if measured else "",
        values=() if reason else _pairs(values),
        tables=() if reason else _tables(values, notes),
        evidence=tuple(_row(record, customers) for record in shown),
        with_ids=not customers,
        more=0 if reason else finding.evidence_count - len(shown),
        kept_back=_KEPT_BACK[reason],
        parameters=() if restricted else _parameters(finding.parameters),
        query="" if restricted else finding.reproduce,
    )


def anchor(kind: str, name: str) -> str:
    """An id for the page that depends on the name alone and holds nothing of it."""
    return f"{kind}-{hashlib.sha256(name.encode('utf-8', 'replace')).hexdigest()[:12]}"


def statistics_line(statistics: Mapping[str, float | None] | None, effect: EffectNote) -> str:
    """``Odds ratio 1.84 (95% interval 1.32 to 2.57), p under 0.001, q 0.002, n 4,210``, or nothing."""
    known = {name: native(value) for name, value in (statistics or {}).items() if value is not None}
    parts = []
    if "effect" in known:
        between = interval_text(known, effect)
        parts.append(
            f"{effect.name} {effect.told(known['effect'])}{between and f' (95% interval {between})'}"
        )
    parts += [f"{name} {chance(known[name])}" for name in ("p", "q") if name in known]
    if "n" in known:
        parts.append(f"n {number(known['n'])}")
    return ", ".join(parts)


def interval_text(known: Mapping[str, float | None], effect: EffectNote) -> str:
    """``1.32 to 2.57``; an open end is said in words; empty where both are open."""
    low, high = known.get("low"), known.get("high")
    if low is not None and high is not None:
        return f"{effect.told(low)} to {effect.told(high)}"
    if low is not None:
        return f"from {effect.told(low)} up"
    return f"up to {effect.told(high)}" if high is not None else ""


def _subject(finding: Finding) -> str:
    label, name = finding.subject.get("label", ""), finding.subject.get("id", "")
    parts = {str(value) for value in finding.identity.values()}
    if name and parts <= {name}:
        return f"{label} {name}".strip()
    told = ", ".join(f"{heading(key).lower()} {value}" for key, value in finding.identity.items())
    return f"{label}: {told}" if label else told


def _row(record: Evidence, customers: bool) -> EvidenceRow:
    return EvidenceRow("" if customers else record.id, record.source, record.row)


def _pairs(values: Mapping[str, Any]) -> tuple[tuple[str, str], ...]:
    plain = ((name, value) for name, value in values.items() if not _is_table(value))
    return tuple((heading(name), quantity(name, value)) for name, value in plain)


def _tables(values: Mapping[str, Any], notes: Notes) -> tuple[Figure, ...]:
    tables = ((name, value) for name, value in values.items() if _is_table(value))
    return tuple(figure(name, value, notes.figures.get(name)) for name, value in tables)


def _is_table(value: Any) -> bool:
    return isinstance(value, list | tuple) and bool(value) and all(isinstance(row, Mapping) for row in value)


def _parameters(parameters: Mapping[str, Any]) -> tuple[tuple[str, str], ...]:
    """Bound parameters under their own names, as they are typed into a query."""
    return tuple((f"${name}", str(native(value))) for name, value in sorted(parameters.items()))
