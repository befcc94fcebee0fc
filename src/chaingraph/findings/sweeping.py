"""A sweep: all rules on one published graph."""

from __future__ import annotations

import hashlib
import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any

import pyarrow as pa

from chaingraph.errors import StoreError
from chaingraph.findings.evidence import EVIDENCE
from chaingraph.findings.run import empty_result, run_rule
from chaingraph.findings.sweep import Finding, RuleResult, Source, Sweep
from chaingraph.rules import needs
from chaingraph.rules.catalogue import choose
from chaingraph.rules.parameters import resolve, runs
from chaingraph.rules.rule import Rule, canonical_json
from chaingraph.store.protocol import Progress, Store, silent


@dataclass(frozen=True)
class SweepRun:
    """A sweep, the records behind its findings (all of them), and the parameters that each rule ran with.

    ``evidence`` has the columns finding_id, rule, label, id, source, sha256, row.
    """

    sweep: Sweep
    evidence: pa.Table
    parameters: Mapping[str, Mapping[str, Any]]


def sweep(
    store: Store,
    rules: Sequence[Rule],
    *,
    overrides: Mapping[str, Mapping[str, Any]] | None = None,
    as_of: date | None = None,
    only: Sequence[str] = (),
    progress: Progress = silent,
) -> SweepRun:
    """Run rules on the published graph.

    ``only`` names the rules to run (default: every rule that is enabled and stable; the others are reported
    as off). ``as_of`` defaults to the day that the load was made as of. ``overrides`` maps rule ids to
    parameters that differ from their defaults, and to ``enabled``. Raises SettingsError for an unknown rule or parameter,
    StoreError where nothing is loaded; a rule that fails is reported as failed and the sweep goes on.
    """
    started = datetime.now(UTC)
    parameters = resolve(rules, overrides or {})
    chosen = choose(rules, only)
    manifest = store.manifest()
    if manifest is None:
        raise StoreError("Nothing is loaded yet.", remedy="Load a source first: chaingraph load SOURCE…")
    day = as_of or date.fromisoformat(manifest["as_of"])
    sources = [Source(s["path"], s["sha256"], s["rows"], s["rejected"]) for s in manifest.get("sources", [])]
    paths = {source.sha256: source.path for source in reversed(sources)}

    department = str(manifest.get("department_org_id") or "")

    running = [rule for rule in chosen if only or runs(rule, overrides or {})]
    ids = {rule.id for rule in running}
    absent = needs.absent(store, {need for rule in running for need in rule.needs})
    results: list[RuleResult] = []
    findings: list[Finding] = []
    tables = [EVIDENCE.empty_table()]
    for done, rule in enumerate(chosen):
        progress(rule.id, done, len(chosen))
        missing = [need for need in rule.needs if need in absent]
        if rule.id not in ids:
            results.append(empty_result(rule, status="off"))
        elif missing:
            results.append(empty_result(rule, status="not_assessable", missing=missing))
        else:
            run = run_rule(store, rule, parameters[rule.id], day, sources=paths, department_org_id=department)
            results.append(run.result)
            findings += run.findings
            tables.append(run.evidence)
    progress("sweep", len(chosen), len(chosen))
    ran = {rule.id: parameters[rule.id] for rule in running}
    return SweepRun(
        sweep=Sweep(
            id=str(uuid.uuid4()),
            as_of=day.isoformat(),
            store=store.name,
            market=str(manifest.get("market", "")),
            started_at=started.isoformat(timespec="seconds"),
            config_hash=config_hash(running, ran, day),
            sources=sources,
            rules=results,
            findings=findings,
        ),
        evidence=pa.concat_tables(tables),
        parameters=ran,
    )


def config_hash(rules: Sequence[Rule], parameters: Mapping[str, Mapping[str, Any]], as_of: date) -> str:
    """sha256 over what decides a sweep beside its data: rules, their bodies, their parameters and the day."""
    listed = [
        {"rule": rule.id, "version": rule.version, "body": rule.body_hash, "parameters": parameters[rule.id]}
        for rule in sorted(rules, key=lambda rule: rule.id)
    ]
    return hashlib.sha256(canonical_json({"as_of": as_of, "rules": listed}).encode()).hexdigest()
