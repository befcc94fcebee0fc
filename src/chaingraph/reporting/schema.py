"""The sweep's JSON as a schema (version 1): checked in the tests, published in ``docs/sweep.schema.json``."""

from __future__ import annotations

import json
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field, JsonValue


class _Part(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, strict=True)


class SourceDocument(_Part):
    """One file of the market."""

    path: str
    sha256: str = Field(pattern="^[0-9a-f]{64}$")
    rows: int = Field(ge=0, description="data rows read, the rejected ones among them")
    rejected: int = Field(ge=0)


class SweepHead(_Part):
    """What was swept, and with which settings."""

    id: str
    as_of: str = Field(pattern=r"^\d{4}-\d{2}-\d{2}$", description="the day that the sweep judges by")
    store: str
    market: str
    started_at: str = Field(description="ISO 8601")
    config_hash: str = Field(description="over the text, version and parameters of every rule")
    sources: list[SourceDocument]


class RuleDocument(_Part):
    """One rule over its population.

    population = assessed + sum(excluded) + not_assessable, and assessed = flagged + passed; these count
    records, ``findings`` counts findings.
    """

    rule: str
    version: int = Field(ge=1)
    clauses: list[str]
    status: Literal["assessed", "not_assessable", "off", "failed"]
    population: int = Field(ge=0)
    assessed: int = Field(ge=0)
    flagged: int = Field(ge=0)
    passed: int = Field(ge=0)
    excluded: dict[str, int] = Field(description="records left out, by reason")
    not_assessable: int = Field(ge=0)
    findings: int = Field(ge=0)
    missing: list[str] = Field(description="Label, Label.property or TYPE.property that the data lacks")
    seconds: float = Field(ge=0)
    warnings: list[str]


class Subject(_Part):
    """The node that a finding stands on; empty where it stands on no single node."""

    label: str = ""
    id: str = ""


class StatisticsDocument(_Part):
    """An effect with its 95 % interval, p, and q across the organisations of the sweep."""

    effect: float | None
    low: float | None
    high: float | None
    p: float | None
    q: float | None
    n: float | None


class EvidenceDocument(_Part):
    """One record: the file, its SHA-256, and the row as a spreadsheet shows it (the header is row 1)."""

    label: str
    id: str
    source: str
    sha256: str
    row: int


class FindingDocument(_Part):
    """The flagged rows of one rule that share an identity."""

    id: str
    rule: str
    severity: Literal["breach", "indicator", "attestation"]
    state: Literal["new", "persisting", "resolved", "accepted"]
    subject: Subject
    identity: dict[str, JsonValue]
    respondent: str | None
    message: str
    values: dict[str, JsonValue]
    statistics: StatisticsDocument | None = Field(description="null for a direct rule")
    evidence_count: int = Field(ge=0)
    evidence: list[EvidenceDocument] = Field(max_length=100, description="the first hundred records")
    parameters: dict[str, JsonValue] = Field(description="what `reproduce` is bound with")
    reproduce: str = Field(description="Cypher")


class SweepDocument(_Part):
    """A whole sweep."""

    chaingraph: str
    schema_version: Literal[1] = Field(alias="schema")
    sweep: SweepHead
    rules: list[RuleDocument]
    findings: list[FindingDocument] = Field(description="sorted by rule and id")


def json_schema() -> str:
    """The JSON Schema of a sweep (draft 2020-12) as text, newline at the end."""
    schema: dict[str, Any] = {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        **SweepDocument.model_json_schema(by_alias=True),
    }
    schema["title"] = "chaingraph sweep, schema version 1"
    return json.dumps(schema, indent=2, ensure_ascii=False) + "\n"
