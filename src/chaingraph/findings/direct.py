"""Findings of a direct rule: its flagged rows, gathered by identity."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pyarrow as pa

from chaingraph.findings import evidence
from chaingraph.findings.identity import finding_id
from chaingraph.findings.spread import Groups, Spread, gather, spread
from chaingraph.findings.subject import subject
from chaingraph.findings.sweep import Finding
from chaingraph.findings.wording import sentence
from chaingraph.rules.columns import JUDGEMENT, PROVENANCE
from chaingraph.rules.message import ROWS, Field, fields, pieces
from chaingraph.rules.order import canonical
from chaingraph.rules.rule import Rule


def direct_findings(
    rule: Rule, flagged: pa.Table, bound: Mapping[str, Any], sources: Mapping[str, str]
) -> tuple[list[Finding], pa.Table]:
    """One finding a distinct identity among the flagged rows, and the table of all the records behind them.

    ``values`` of a finding holds every other column: the value where all its rows agree; where they differ,
    ``{min, max, mean}`` of numbers, ``{min, max}`` of dates, ``{distinct}`` of anything else.
    """
    if flagged.num_rows == 0:
        return [], evidence.EVIDENCE.empty_table()
    groups = gather(_lists_in_order(flagged), rule.header.identity, rule.record_key)
    identities = [
        dict(zip(rule.header.identity, parts, strict=True))
        for parts in zip(*(groups.first(name) for name in rule.header.identity), strict=True)
    ]
    ids = [finding_id(rule.id, identity) for identity in identities]
    table, counts, shown = evidence.records(
        groups, ids, rule.id, rule.evidence_label, rule.record_key, sources
    )
    respondents = groups.first(rule.respondent) if rule.respondent else [None] * len(groups)
    values = _values(rule, groups)
    messages = _messages(rule, groups)
    findings = [
        Finding(
            id=ids[i],
            rule=rule.id,
            severity=rule.severity,
            state="new",
            subject=subject(rule, identity),
            identity=identity,
            respondent=respondents[i] or None,
            message=messages[i],
            values={name: column[i] for name, column in values.items()},
            statistics=None,
            evidence_count=counts[i],
            evidence=shown[i],
            parameters=bound,
            reproduce=rule.main.text,
        )
        for i, identity in enumerate(identities)
    ]
    return findings, table


def _lists_in_order(rows: pa.Table) -> pa.Table:
    lists = any(pa.types.is_list(field.type) for field in rows.schema)
    return canonical(rows) if lists else rows  # gathering sorts the rows anyway


def _values(rule: Rule, groups: Groups) -> dict[str, list[Any]]:
    known = {*rule.header.identity, rule.record_key, rule.respondent, *PROVENANCE, *JUDGEMENT}
    told = [name for name in groups.rows.column_names if name not in known]
    return {name: _shown(groups, name, spread(groups, name)) for name in told}


def _shown(groups: Groups, name: str, spreads: list[Spread]) -> list[Any]:
    if all(one.constant for one in spreads):
        return [one.value for one in spreads]
    if all(one.constant or one.low is not None for one in spreads):
        return [one.value if one.constant else _varying(one) for one in spreads]
    distinct = groups.distinct(name).tolist()
    return [one.value if one.constant else {"distinct": n} for one, n in zip(spreads, distinct, strict=True)]


def _varying(one: Spread) -> dict[str, Any]:
    return {"min": one.low, "max": one.high} | ({} if one.mean is None else {"mean": one.mean})


def _messages(rule: Rule, groups: Groups) -> list[str]:
    cut = pieces(rule.header.message)
    rows = (groups.ends - groups.starts).tolist()
    spoken: dict[Field, list[Any]] = {}
    for field in fields(rule.header.message):
        spoken[field] = rows if field.name == ROWS and not field.part else _spoken(groups, field)
    return [sentence(cut, lambda field, i=i: spoken[field][i]) for i in range(len(groups))]  # type: ignore[misc]


def _spoken(groups: Groups, field: Field) -> list[Any]:
    if not field.part:
        return groups.first(field.name)
    if field.part == "count":
        return list(groups.distinct(field.name).tolist())
    parts = {"max": "high", "min": "low", "sum": "total", "mean": "mean"}
    return [getattr(one, parts[field.part]) for one in spread(groups, field.name)]
