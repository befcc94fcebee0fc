"""Findings of a rule that a named assessment decides: its units, with the records behind the flagged ones."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Mapping
from typing import Any

import pyarrow as pa

import chaingraph.assess  # noqa: F401 - importing the package registers the assessments
from chaingraph.assess.registry import ASSESSMENTS
from chaingraph.assess.result import Assessment, Unit
from chaingraph.errors import ContentError
from chaingraph.findings import evidence
from chaingraph.findings.identity import finding_id
from chaingraph.findings.spread import gather
from chaingraph.findings.subject import subject
from chaingraph.findings.sweep import Evidence, Finding
from chaingraph.findings.tally import Tally, require
from chaingraph.findings.wording import sentence
from chaingraph.rules.columns import PROVENANCE
from chaingraph.rules.message import ROWS, Field, pieces
from chaingraph.rules.order import canonical
from chaingraph.rules.rule import Rule
from chaingraph.written.suggest import did_you_mean

# Asks the evidence section for the records of one identity.
AskEvidence = Callable[[Mapping[str, Any]], pa.Table]


def assess(rule: Rule, cells: pa.Table, parameters: Mapping[str, Any]) -> tuple[Assessment, Tally]:
    """What the assessment says of the cells, its identities checked. Cells reach it in one order, always."""
    name = rule.header.assess or ""
    if name not in ASSESSMENTS:
        raise ContentError(f"There is no assessment {name}{did_you_mean(name, ASSESSMENTS)}.")
    result = ASSESSMENTS[name](canonical(cells).to_pandas(), dict(parameters))
    units = [_plain_unit(unit) for unit in result.units]
    tally = Tally()
    seen = set()
    for unit in units:
        if set(unit.identity) != set(rule.header.identity):
            told, meant = ", ".join(sorted(unit.identity)), ", ".join(rule.header.identity)
            raise ContentError(f"The assessment {name} identifies a unit by {told}; the header says {meant}.")
        seen.add(finding_id(rule.id, unit.identity))
        tally.add(unit.outcome, unit.reason, unit.records)
    if len(seen) < len(units):
        raise ContentError(f"The assessment {name} judges one identity more than once.")
    return Assessment(units, list(result.warnings), plain(result.figures)), tally


def assessed_findings(
    rule: Rule, result: Assessment, ask: AskEvidence, bound: Mapping[str, Any], sources: Mapping[str, str]
) -> tuple[list[Finding], pa.Table]:
    """One finding a flagged unit, each with the records that the evidence section returns for it."""
    cut = pieces(rule.header.message)
    findings: list[Finding] = []
    tables = [evidence.EVIDENCE.empty_table()]
    for unit in result.units:
        if unit.outcome != "flagged":
            continue
        identity = {name: unit.identity[name] for name in rule.header.identity}
        id_ = finding_id(rule.id, identity)
        table, count, shown = _records(rule, id_, ask(identity), sources)
        tables.append(table)
        statistics = dataclasses.asdict(unit.statistics) if unit.statistics else None
        there = {**bound, **(statistics or {}), **identity, **unit.values, ROWS: count}
        respondent = there.get(rule.respondent) if rule.respondent else None
        findings.append(
            Finding(
                id=id_,
                rule=rule.id,
                severity=rule.severity,
                state="new",
                subject=subject(rule, identity),
                identity=identity,
                respondent=str(respondent) if respondent else None,
                message=sentence(cut, lambda field, there=there: _spoken(field, there)),  # type: ignore[misc]
                values=dict(unit.values),
                statistics=statistics,
                evidence_count=count,
                evidence=shown,
                parameters=bound,
                reproduce=rule.main.text,
            )
        )
    return findings, pa.concat_tables(tables)


def _records(
    rule: Rule, id_: str, rows: pa.Table, sources: Mapping[str, str]
) -> tuple[pa.Table, int, list[Evidence]]:
    key = rule.evidence_key
    require(rows, [key, *PROVENANCE], "evidence")
    if rows.num_rows == 0:
        return evidence.EVIDENCE.empty_table(), 0, []
    groups = gather(rows.select([key, *PROVENANCE]), [], key)
    table, counts, shown = evidence.records(groups, [id_], rule.id, rule.evidence_label, key, sources)
    return table, counts[0], shown[0]


def _spoken(field: Field, there: Mapping[str, Any]) -> Any:
    if field.name not in there:
        raise ContentError(f"The message speaks of {field.name}, which the assessment does not give.")
    value = there[field.name]
    if not field.part or not isinstance(value, list | tuple):
        return value
    known = [item for item in value if item is not None]
    if field.part == "count":
        return len(set(known))
    if not known:
        return None
    if field.part in ("max", "min"):
        return max(known) if field.part == "max" else min(known)
    return sum(known) / (len(known) if field.part == "mean" else 1)


def _plain_unit(unit: Unit) -> Unit:
    statistics = unit.statistics
    if statistics is not None:
        statistics = dataclasses.replace(statistics, **plain(dataclasses.asdict(statistics)))
    return dataclasses.replace(
        unit,
        identity=plain(unit.identity),
        values=plain(unit.values),
        statistics=statistics,
        records=int(unit.records),
    )


def plain(value: Any) -> Any:
    """The value in Python's own types: numpy's scalars and arrays have none of JSON's."""
    if isinstance(value, Mapping):
        return {str(name): plain(item) for name, item in value.items()}
    if isinstance(value, list | tuple):
        return [plain(item) for item in value]
    if hasattr(value, "tolist"):
        return plain(value.tolist())
    return value
