"""Rules tested by data: a case is a small market and what the rule has to make of it.

``tests/rules/<rule id>/<case>.yaml``::

    title: Settled a day after the agreed day
    kinds: [positive, threshold-at]     # what the case shows; see ``KINDS``
    as_of: 2026-03-31
    given:                              # rows of market tables, under the column names of the files
      contracts:
        - {contract_id: H, tier: 1, buyer_id: D, supplier_id: P, starts_on: 2025-01-01}
    parameters: {tolerance_days: 3}     # only those that differ from the rule's defaults
    expect:
      flagged: [{contract_id: K}]       # identities, or bare values where the identity is one column
      counts: {population: 2, flagged: 1, passed: 1}
      excluded: {in dispute: 1}         # all reasons with their counts
      values: [{contract_id: K, days_late.max: 1, rows: 1}]
      warnings: [low power]             # what some warning says; [] = there is none
      status: assessed                  # or not_assessable, with the needs that are absent:
      missing: [Invoice.received_on]

Each entry of ``values`` has to be true of some finding: identity and respondent columns, columns of its
values (``days_late.max`` where they vary), statistics (``effect``, ``n``), ``rows`` (records), ``evidence``
(their ids, in order) and ``message`` (a part of it).

Organisations that a row names and ``given`` does not hold are added, called by their id. The market goes
through the real loader, and no row of it may be rejected.
"""

from __future__ import annotations

import csv
import dataclasses
import math
from collections.abc import Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import Any, Literal

import pyarrow as pa
import yaml
from pydantic import BaseModel, ConfigDict, Field, field_validator, model_validator

from chaingraph.content import yaml_loader
from chaingraph.findings.sweep import Finding, RuleResult, Sweep
from chaingraph.findings.sweeping import SweepRun, sweep
from chaingraph.loading.pipeline import Unit, build_graph, plan_load
from chaingraph.model import TABLES
from chaingraph.reporting.sweep_json import to_json
from chaingraph.rules.rule import Rule, canonical_json
from chaingraph.rules.suggest import did_you_mean
from chaingraph.store.protocol import GraphTables, Store

CASES = Path(__file__).parent
Kind = Literal[
    "positive",
    "negative",
    "threshold-below",
    "threshold-at",
    "missing-data",
    "exclusion",
    "cohort",
    "as-of",
]
Row = dict[str, Any]
COUNTS = ("population", "assessed", "flagged", "passed", "not_assessable", "findings")


class Expect(BaseModel):
    """What the rule has to say; what is left out is not looked at, but for ``flagged``."""

    model_config = ConfigDict(extra="forbid")

    status: Literal["assessed", "not_assessable", "off"] = "assessed"
    flagged: list[Any] = Field(default_factory=list)
    counts: dict[str, int] = Field(default_factory=dict)
    excluded: dict[str, int] | None = None
    values: list[Row] = Field(default_factory=list)
    warnings: list[str] | None = None
    missing: list[str] | None = None

    @model_validator(mode="after")
    def _agrees_with_itself(self) -> Expect:
        unknown = sorted(set(self.counts) - set(COUNTS))
        if unknown:
            raise ValueError(f"counts: {', '.join(unknown)}{did_you_mean(unknown[0], COUNTS)}")
        if self.missing and self.status != "not_assessable":
            raise ValueError("missing stands with status: not_assessable")
        return self


class Case(BaseModel):
    """One case file."""

    model_config = ConfigDict(extra="forbid")

    title: str = Field(min_length=1)
    kinds: list[Kind] = Field(min_length=1)
    as_of: date
    given: dict[str, list[Row]]
    parameters: dict[str, Any] = Field(default_factory=dict)
    department_org_id: str | None = None
    expect: Expect

    @field_validator("given")
    @classmethod
    def _known_columns(cls, given: dict[str, list[Row]]) -> dict[str, list[Row]]:
        for table, rows in given.items():
            if table not in TABLES:
                raise ValueError(f"there is no table {table}{did_you_mean(table, TABLES)}")
            known = TABLES[table].columns
            for name in {name for row in rows for name in row}:
                if name not in known:
                    raise ValueError(f"{table} has no column {name}{did_you_mean(name, known)}")
        return given


def case_files() -> list[Path]:
    """Every case, by rule and name."""
    return sorted(CASES.glob("*/*.yaml"))


def read_case(path: Path) -> Case:
    """The case in a file. Raises ValueError with pydantic's account of every fault in it."""
    return Case.model_validate(yaml.load(path.read_text(encoding="utf-8"), Loader=yaml_loader()))


def write_market(case: Case, folder: Path) -> Path:
    """The case's market as a folder of CSV files."""
    folder.mkdir(parents=True)
    tables = {**{name: [] for name, table in TABLES.items() if table.required}, **case.given}
    tables["organisations"] = [*case.given.get("organisations", []), *_unnamed(case.given)]
    for name, rows in tables.items():
        used = dict.fromkeys(column for row in rows for column in row)
        needed = dict.fromkeys(c.name for c in TABLES[name].columns.values() if c.required)
        with (folder / f"{name}.csv").open("w", newline="", encoding="utf-8") as file:
            writer = csv.DictWriter(file, list(needed | used))
            writer.writeheader()
            writer.writerows({column: _cell(value) for column, value in row.items()} for row in rows)
    department = f'department_org_id = "{case.department_org_id}"\n' if case.department_org_id else ""
    (folder / "market.toml").write_text(
        f'name = "case"\nas_of = {case.as_of.isoformat()}\n{department}', encoding="utf-8"
    )
    return folder


def _unnamed(given: Mapping[str, Sequence[Row]]) -> list[Row]:
    """Organisations that rows refer to and nobody wrote down."""
    known = {row["org_id"] for row in given.get("organisations", [])}
    known |= {row["person_id"] for row in given.get("people", [])}
    named: dict[str, None] = {}
    for table, rows in given.items():
        for column in TABLES[table].columns.values():
            targets = set(column.references)
            if "organisations.org_id" in targets and targets <= {"organisations.org_id", "people.person_id"}:
                for row in rows:
                    value = row.get(column.name)
                    if value is not None and value not in column.literals and value not in known:
                        named[str(value)] = None
    return [{"org_id": name, "name": name} for name in named]


def _cell(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    return value.isoformat() if isinstance(value, date) else str(value)


def build(case: Case, folder: Path) -> GraphTables:
    """The case's graph, through the loader. Fails where a row is rejected: then the case has a slip."""
    graph = build_graph(plan_load([Unit(write_market(case, folder / "market"))]), folder / "tables")
    rejected = (folder / "tables" / "rejected.csv").read_text(encoding="utf-8").splitlines()
    assert len(rejected) <= 1, "the loader rejected rows of this case:\n" + "\n".join(rejected)
    return graph


def run(case: Case, rule: Rule, store: Store) -> SweepRun:
    """Sweep the published graph with this one rule."""
    overrides = {rule.id: case.parameters} if case.parameters else {}
    return sweep(store, [rule], overrides=overrides, as_of=case.as_of, only=[rule.id])


def same_bytes(run: SweepRun) -> tuple[str, pa.Table]:
    """What two engines agree on to the byte: the JSON without id, times and store, and all evidence."""
    rules = [dataclasses.replace(result, seconds=0.0) for result in run.sweep.rules]
    bare: Sweep = dataclasses.replace(run.sweep, id="", started_at="", store="", rules=rules)
    return to_json(bare), run.evidence


def check(case: Case, rule: Rule, run: SweepRun) -> None:
    """Compare what came out with what the case expects, everything that differs at once."""
    [result] = run.sweep.rules
    expect = case.expect
    wrong: list[str] = []
    _differ(wrong, "status", result.status, expect.status, result.warnings)
    found = {canonical_json(dict(finding.identity)): finding for finding in run.sweep.findings}
    wanted = [canonical_json(_identity(rule, flagged)) for flagged in expect.flagged]
    _differ(wrong, "flagged", sorted(found), sorted(wanted))
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
    for row in expect.values:
        faults = [_entry_faults(rule, finding, row) for finding in run.sweep.findings]
        nearest = min(faults, key=len, default=["there is no finding"])
        wrong += [f"values {row}: {fault}" for fault in nearest]
    for finding in run.sweep.findings:
        for record in finding.evidence:
            if not (record.source and record.row > 1):
                wrong.append(f"the record {record.id} does not lead back to a row of a file")
    _adds_up(wrong, result)
    assert not wrong, "\n".join(wrong)


def _identity(rule: Rule, flagged: Any) -> Row:
    if isinstance(flagged, dict):
        return flagged
    [name] = rule.header.identity
    return {name: flagged}


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


def _adds_up(wrong: list[str], result: RuleResult) -> None:
    parts = result.assessed + sum(result.excluded.values()) + result.not_assessable
    if result.population != parts or result.assessed != result.flagged + result.passed:
        wrong.append(f"the counts do not add up: {result}")
