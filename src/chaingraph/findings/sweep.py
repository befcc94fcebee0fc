"""One sweep and what it found: the shapes behind the sweep's JSON (schema version 1)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal

Status = Literal["assessed", "not_assessable", "off", "failed"]
State = Literal["new", "persisting", "resolved", "accepted"]


@dataclass(frozen=True, slots=True)
class Evidence:
    """One record behind a finding, followed back to the line of the file it came from."""

    label: str
    id: str
    source: str
    sha256: str
    row: int


@dataclass(frozen=True)
class Finding:
    """The flagged rows of one rule that share an identity.

    ``statistics`` is None for a direct rule. ``evidence`` holds the first hundred records, ``evidence_count``
    counts all of them. ``reproduce`` is the Cypher text, which the bound ``parameters`` complete.
    """

    id: str
    rule: str
    severity: str
    state: State
    subject: Mapping[str, str]
    identity: Mapping[str, Any]
    respondent: str | None
    message: str
    values: Mapping[str, Any]
    statistics: Mapping[str, float | None] | None
    evidence_count: int
    evidence: Sequence[Evidence]
    parameters: Mapping[str, Any]
    reproduce: str


@dataclass(frozen=True)
class RuleResult:
    """What one rule made of its population.

    population = assessed + sum(excluded) + not_assessable, and assessed = flagged + passed; all five count
    records, ``findings`` counts findings. ``figures`` are named tables for the report; they are not part
    of the sweep's JSON.
    """

    rule: str
    version: int
    clauses: Sequence[str]
    status: Status
    population: int = 0
    assessed: int = 0
    flagged: int = 0
    passed: int = 0
    excluded: Mapping[str, int] = field(default_factory=dict)
    not_assessable: int = 0
    findings: int = 0
    missing: Sequence[str] = ()
    seconds: float = 0.0
    warnings: Sequence[str] = ()
    figures: Mapping[str, Sequence[Mapping[str, Any]]] = field(default_factory=dict)


@dataclass(frozen=True)
class Source:
    """One file of the market: its rows and how many of them were rejected."""

    path: str
    sha256: str
    rows: int
    rejected: int


@dataclass(frozen=True)
class Sweep:
    """A whole sweep. Dates and times are ISO 8601 text."""

    id: str
    as_of: str
    store: str
    market: str
    started_at: str
    config_hash: str
    sources: Sequence[Source]
    rules: Sequence[RuleResult]
    findings: Sequence[Finding]
