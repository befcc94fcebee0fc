"""One rule on one graph: ask, count, gather."""

from __future__ import annotations

import time
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

import pyarrow as pa

from chaingraph.errors import ChaingraphError
from chaingraph.findings.assessed import assess, assessed_findings
from chaingraph.findings.direct import direct_findings
from chaingraph.findings.evidence import EVIDENCE
from chaingraph.findings.sweep import Finding, RuleResult
from chaingraph.findings.tally import from_population, require, split
from chaingraph.rules.columns import wanted_columns
from chaingraph.rules.parameters import bound
from chaingraph.rules.rule import Rule, Statement
from chaingraph.store.protocol import Store


@dataclass(frozen=True)
class RuleRun:
    """What came of a rule: its result, its findings sorted by id, and all the records behind them.

    ``evidence`` has the columns finding_id, rule, label, id, source, sha256, row.
    """

    result: RuleResult
    findings: list[Finding]
    evidence: pa.Table


def run_rule(
    store: Store,
    rule: Rule,
    parameters: Mapping[str, Any],
    as_of: date,
    *,
    sources: Mapping[str, str] | None = None,
    department_org_id: str = "",
) -> RuleRun:
    """Run one rule whose needs are there. ``sources`` maps a file's sha256 to its path.

    ``department_org_id`` is the organisation that lets head contracts, empty where unknown.

    Whatever goes wrong, an error of the engine or of an assessment, becomes the status ``failed`` with the
    message among the warnings, so that one rule's fault does not take a whole sweep with it.
    """
    started = time.perf_counter()
    try:
        run = _run(store, rule, parameters, as_of, sources or {}, department_org_id)
    except ChaingraphError as error:
        run = _failed(rule, error.message)
    except Exception as error:
        run = _failed(rule, f"{type(error).__name__}: {error}")
    return replace(run, result=replace(run.result, seconds=round(time.perf_counter() - started, 3)))


def empty_result(rule: Rule, **more: Any) -> RuleResult:
    """A result without counts: the rule is off, failed, or its data is not there."""
    return RuleResult(rule=rule.id, version=rule.version, clauses=rule.clauses, **more)


def _failed(rule: Rule, message: str) -> RuleRun:
    return RuleRun(empty_result(rule, status="failed", warnings=[message]), [], EVIDENCE.empty_table())


def _run(
    store: Store,
    rule: Rule,
    parameters: Mapping[str, Any],
    as_of: date,
    sources: Mapping[str, str],
    department: str,
) -> RuleRun:
    def given(statement: Statement, identity: Mapping[str, Any] | None = None) -> dict[str, Any]:
        return bound(statement, parameters, as_of, identity, department_org_id=department)

    def ask(statement: Statement, identity: Mapping[str, Any] | None = None) -> pa.Table:
        return store.query(statement.text, given(statement, identity))

    shown = {**parameters, **given(rule.main)}
    rows = ask(rule.main)
    warnings: list[str] = []
    figures: dict[str, Any] = {}
    if rule.header.assess:
        result, tally = assess(rule, rows, bound_for_assessment(rule, parameters, as_of))
        evidence = rule.evidence or rule.main
        findings, table = assessed_findings(rule, result, lambda one: ask(evidence, one), shown, sources)
        warnings += result.warnings
        figures |= result.figures
    else:
        require(rows, wanted_columns(rule), "main")
        if rule.population is None:
            flagged, tally = split(rows)
        else:
            flagged = split(rows)[0] if "flagged" in rows.column_names else rows
            tally = from_population(ask(rule.population), flagged.num_rows)
        findings, table = direct_findings(rule, flagged, shown, sources)
    counted = empty_result(
        rule,
        status="assessed",
        **tally.counts(),
        findings=len(findings),
        warnings=warnings,
        figures={**figures, **tally.figures()},
    )
    return RuleRun(counted, sorted(findings, key=lambda finding: finding.id), table)


def bound_for_assessment(rule: Rule, parameters: Mapping[str, Any], as_of: date) -> dict[str, Any]:
    """What an assessment is given beside its cells: parameters, the day of the sweep, duties if asked for.

    Beside duties stand the ids of all clauses: a document of any other answers nothing.
    """
    duties = {"duties": rule.duties, "clauses": rule.known_clauses} if rule.header.duties else {}
    return {**parameters, "as_of": as_of, **duties}
