"""What came out of a case beside what it expects: everything that differs, at once."""

from __future__ import annotations

import math
from typing import Any

from chaingraph.findings.sweep import Finding, RuleResult
from chaingraph.findings.sweeping import SweepRun
from chaingraph.rulecases.case import Case, Expect, Row
from chaingraph.rules.rule import Rule, canonical_json


def differences(case: Case, rule: Rule, run: SweepRun) -> list[str]:
    """One line a difference; none where the rule said what the case expects."""
    [result] = run.sweep.rules
    expect = case.expect
    wrong: list[str] = []
    if result.status == "failed":
        return [f"the rule failed: {text}" for text in result.warnings]
    _differ(wrong, "status", result.status, expect.status, result.warnings)
    found = {canonical_json(dict(finding.identity)): finding for finding in run.sweep.findings}
    wanted = [canonical_json(_identity(rule, flagged)) for flagged in expect.flagged]
    _differ(wrong, "flagged", sorted(found), sorted(wanted))
    _compare(wrong, result, expect)
    for row in expect.values:
        faults = [_entry_faults(rule, finding, row) for finding in run.sweep.findings]
        nearest = min(faults, key=len, default=["there is no finding"])
        wrong += [f"values {row}: {fault}" for fault in nearest]
    for finding in run.sweep.findings:
        for record in finding.evidence:
            if not (record.source and record.row > 1):
                wrong.append(f"the record {record.id} does not lead back to a row of a file")
    parts = result.assessed + sum(result.excluded.values()) + result.not_assessable
    if result.population != parts or result.assessed != result.flagged + result.passed:
        wrong.append(f"the counts do not add up: {result}")
    return wrong


def _compare(wrong: list[str], result: RuleResult, expect: Expect) -> None:
    for name, number in expect.counts.items():
        _differ(wrong, name, getattr(result, name), number)
    if expect.excluded is not None:
        _differ(wrong, "excluded", dict(result.excluded), expect.excluded)
    if expect.missing is not None:
        _differ(wrong, "missing", sorted(result.missing), sorted(expect.missing))
    if expect.warnings is not None:
        silent = [text for text in expect.warnings if not any(text in warning for warning in result.warnings)]
        if silent or (not expect.warnings and result.warnings):
            wrong.append(f"warnings: {list(result.warnings)}, expected {expect.warnings}")


def _identity(rule: Rule, flagged: Any) -> Row:
    if isinstance(flagged, dict):
        return flagged
    if len(rule.header.identity) > 1:
        return {", ".join(rule.header.identity): flagged}
    return {rule.header.identity[0]: flagged}


def _entry_faults(rule: Rule, finding: Finding, row: Row) -> list[str]:
    there: Row = {
        **(finding.statistics or {}),
        **finding.values,
        **finding.identity,
        "rows": finding.evidence_count,
        "evidence": [record.id for record in finding.evidence],
    }
    if rule.respondent:
        there[rule.respondent] = finding.respondent
    faults = []
    for key, wanted in row.items():
        name, _, part = key.partition(".")
        if key == "message":
            if wanted not in finding.message:
                faults.append(f"message is {finding.message!r}")
        elif name not in there:
            faults.append(f"there is no {name} among {', '.join(sorted(there))}")
        else:
            found = there[name]
            found = found[part] if part and isinstance(found, dict) else found
            if not _alike(found, wanted):
                faults.append(f"{key} is {found!r}")
    return faults


def _alike(found: Any, wanted: Any) -> bool:
    if isinstance(found, float) and isinstance(wanted, int | float):
        return math.isclose(found, wanted, rel_tol=1e-6, abs_tol=1e-9)
    if isinstance(found, dict) and isinstance(wanted, dict):
        return all(name in found and _alike(found[name], value) for name, value in wanted.items())
    if isinstance(found, list) and isinstance(wanted, list):
        return len(found) == len(wanted) and all(map(_alike, found, wanted))
    return bool(found == wanted)


def _differ(wrong: list[str], what: str, found: Any, wanted: Any, more: Any = None) -> None:
    if found != wanted:
        wrong.append(f"{what}: {found}, expected {wanted}" + (f" ({more})" if more else ""))
