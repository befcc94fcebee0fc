"""From a case to a graph, the way every market takes, and a sweep of it with the one rule."""

from __future__ import annotations

import csv
from collections.abc import Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import Any

from chaingraph.errors import ContentError
from chaingraph.findings.sweeping import SweepRun, sweep
from chaingraph.loading.pipeline import Unit, build_graph, plan_load
from chaingraph.loading.stage import Workbench
from chaingraph.model import TABLES
from chaingraph.rulecases.case import Case, Row
from chaingraph.rules.rule import Rule
from chaingraph.store.ladybug_memory import MemoryStore
from chaingraph.store.protocol import GraphTables, Store


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


def build(case: Case, folder: Path, bench: Workbench | None = None) -> GraphTables:
    """The case's graph, through the loader. Raises ContentError where a row is rejected: the case has a slip."""
    plan = plan_load([Unit(write_market(case, folder / "market"))])
    graph = build_graph(plan, folder / "tables", bench=bench)
    rejected = (folder / "tables" / "rejected.csv").read_text(encoding="utf-8").splitlines()
    if len(rejected) > 1:
        raise ContentError(
            "The loader rejects rows of this case:\n" + "\n".join(rejected),
            remedy="Mend its rows under given.",
        )
    return graph


def run(case: Case, rule: Rule, store: Store) -> SweepRun:
    """Sweep the published graph with this one rule."""
    overrides = {rule.id: case.parameters} if case.parameters else {}
    return sweep(store, [rule], overrides=overrides, as_of=case.as_of, only=[rule.id])


def run_embedded(case: Case, rule: Rule, folder: Path, bench: Workbench, store: MemoryStore) -> SweepRun:
    """Build under ``folder``, publish on the embedded engine and sweep; bench and store serve any number of cases."""
    store.publish(build(case, folder, bench))
    return run(case, rule, store)
