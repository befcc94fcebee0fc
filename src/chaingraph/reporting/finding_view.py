"""One finding as a page shows it: what is said, what stands behind it, and what is kept back."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from chaingraph.findings.sweep import Evidence, Finding
from chaingraph.reporting.charts import Axis
from chaingraph.reporting.notes import EffectNote
from chaingraph.reporting.plain import chance, count, heading, line, native, number, quantity
from chaingraph.reporting.privacy import (
    CUSTOMER_LABELS,
    RESTRICTED_LABELS,
    SMALLEST_CELL,
    UNDER,
    suppress_values,
)

ROWS_SHOWN = 10
_RESTRICTED = (
    "Details are kept back from this page: the finding rests on restricted records (grievances or staff). "
    "The sweep's JSON holds them, for those who may see it."
)
_SMALL = (
    f"Fewer than {SMALLEST_CELL} customer records: the rows are kept back from this page, since they could "
    "point at single people. The evidence file holds them."
)


@dataclass(frozen=True)
class EvidenceRow:
    """One record: its id (empty for a customer's record), its file and its row there."""

    id: str
    source: str
    row: int


@dataclass(frozen=True)
class Interval:
    """An effect and its interval as places on an axis; an open end runs to the edge."""

    low: float
    at: float
    high: float
    neutral: float


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
    evidence: tuple[EvidenceRow, ...]
    evidence_label: str
    with_ids: bool
    more: int
    kept_back: str
    parameters: tuple[tuple[str, str], ...]
    query: str


def view(finding: Finding, title: str, effect: EffectNote) -> FindingView:
    """The finding made ready: restricted records withheld, customers counted and not named."""
    labels = {finding.subject.get("label", ""), *(record.label for record in finding.evidence)}
    restricted = bool(labels & RESTRICTED_LABELS)
    customers = bool(labels & CUSTOMER_LABELS)
    small = customers and finding.evidence_count < SMALLEST_CELL
    shown = () if restricted or small else tuple(finding.evidence[:ROWS_SHOWN])
    return FindingView(
        id=finding.id,
        anchor=anchor("finding", finding.id),
        message=title if restricted else line(finding.message),
        severity=finding.severity,
        state=finding.state,
        subject="" if restricted else _subject(finding),
        records=_records(finding, small),
        statistics=statistics_line(finding, effect),
        reading=effect.reading if finding.statistics else "",
        values=() if restricted else _pairs(suppress_values(finding.values)),
        evidence=tuple(_row(record, customers) for record in shown),
        evidence_label="" if restricted else _evidence_label(finding),
        with_ids=not customers,
        more=0 if restricted or small else finding.evidence_count - len(shown),
        kept_back=_RESTRICTED if restricted else _SMALL if small else "",
        parameters=() if restricted else _parameters(finding.parameters),
        query="" if restricted else finding.reproduce,
    )


def anchor(kind: str, name: str) -> str:
    """An id for the page that depends on the name alone and holds nothing of it."""
    return f"{kind}-{hashlib.sha256(name.encode('utf-8', 'replace')).hexdigest()[:12]}"


def statistics_line(finding: Finding, effect: EffectNote) -> str:
    """``Odds ratio 1.84 (95% interval 1.32 to 2.57), p under 0.001, q 0.002, n 4,210``, or nothing."""
    known = {k: native(v) for k, v in (finding.statistics or {}).items() if v is not None}
    if not known:
        return ""
    parts = []
    if "effect" in known:
        parts.append(f"{effect.name} {number(known['effect'], 3)}{_interval(known)}")
    parts += [f"{name} {chance(known[name])}" for name in ("p", "q") if name in known]
    if "n" in known:
        parts.append(f"n {number(known['n'])}")
    return ", ".join(parts)


def _interval(known: Mapping[str, float]) -> str:
    low, high = known.get("low"), known.get("high")
    if low is not None and high is not None:
        return f" (95% interval {number(low, 3)} to {number(high, 3)})"
    if low is not None:
        return f" (95% interval from {number(low, 3)} up)"
    return f" (95% interval up to {number(high, 3)})" if high is not None else ""


def interval(finding: Finding, scale: Axis, neutral: float) -> Interval | None:
    """The finding's effect on an axis; None where it has none."""
    known = {k: native(v) for k, v in (finding.statistics or {}).items()}
    effect, low, high = (known.get(name) for name in ("effect", "low", "high"))
    if effect is None:
        return None
    return Interval(
        low=scale.at(scale.low if low is None else low),
        at=scale.at(effect),
        high=scale.at(scale.high if high is None else high),
        neutral=scale.at(neutral),
    )


def _subject(finding: Finding) -> str:
    label, name = finding.subject.get("label", ""), finding.subject.get("id", "")
    parts = {str(value) for value in finding.identity.values()}
    if name and parts <= {name}:
        return f"{label} {name}".strip()
    told = ", ".join(f"{heading(key).lower()} {value}" for key, value in finding.identity.items())
    return f"{label}: {told}" if label else told


def _records(finding: Finding, small: bool) -> str:
    return f"{UNDER} records" if small else count(finding.evidence_count, "record")


def _evidence_label(finding: Finding) -> str:
    labels = dict.fromkeys(record.label for record in finding.evidence)
    return " and ".join(labels)


def _row(record: Evidence, customers: bool) -> EvidenceRow:
    return EvidenceRow("" if customers else record.id, record.source, record.row)


def _pairs(values: Mapping[str, Any]) -> tuple[tuple[str, str], ...]:
    return tuple((heading(name), quantity(name, value)) for name, value in values.items())


def _parameters(parameters: Mapping[str, Any]) -> tuple[tuple[str, str], ...]:
    """Bound parameters under their own names, as they are typed into a query."""
    return tuple((f"${name}", str(native(value))) for name, value in sorted(parameters.items()))
