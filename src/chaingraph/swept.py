"""A sweep in hand: its findings as data frames, and every form of report."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pandas as pd

from chaingraph import reporting
from chaingraph.errors import InputError, StoreError
from chaingraph.findings.sweep import Sweep
from chaingraph.findings.sweeping import SweepRun, sweep
from chaingraph.frames import frame
from chaingraph.rules.catalogue import load_rules
from chaingraph.rules.clause_texts import load_clauses
from chaingraph.rules.rule import Rule
from chaingraph.store.protocol import Progress, silent

if TYPE_CHECKING:
    from chaingraph.market import Market


@dataclass(frozen=True)
class Swept:
    """What a sweep found, and what its reports need beside it."""

    run: SweepRun
    rules: Sequence[Rule]
    clauses: Mapping[str, Any]
    parties: Mapping[str, reporting.Party]
    manifest: Mapping[str, Any]

    @property
    def sweep(self) -> Sweep:
        """The sweep itself, with its rules' results and findings."""
        return self.run.sweep

    def findings(self) -> pd.DataFrame:
        """One row a finding: id, rule, severity, respondent, message, evidence_count, identity, values, statistics."""
        rows = [asdict(finding) for finding in self.sweep.findings]
        columns = ("id", "rule", "severity", "state", "respondent", "message", "evidence_count")
        more = ("subject", "identity", "values", "statistics")
        return pd.DataFrame(
            [{name: row[name] for name in (*columns, *more)} for row in rows], columns=[*columns, *more]
        )

    def results(self) -> pd.DataFrame:
        """One row a rule: status and counts of records by outcome."""
        skipped = {"figures"}
        return pd.DataFrame(
            [{k: v for k, v in asdict(r).items() if k not in skipped} for r in self.sweep.rules]
        )

    def evidence(self) -> pd.DataFrame:
        """One row a record behind a finding: finding_id, rule, label, id, source, sha256, row."""
        return frame(self.run.evidence)

    def figures(self, rule: str) -> dict[str, pd.DataFrame]:
        """The named tables that a rule prints beside its findings (concentration by programme and area, …)."""
        for result in self.sweep.rules:
            if result.rule == rule:
                return {name: pd.DataFrame(list(rows)) for name, rows in result.figures.items()}
        raise InputError(f"The sweep did not run {rule}.", remedy="See its rules with .results().")

    def to_json(self) -> str:
        """The sweep's JSON, schema version 1."""
        return reporting.to_json(self.sweep)

    def to_text(self) -> str:
        """The sweep in a screenful."""
        return reporting.to_text(self.sweep, self.rules)

    def to_html(self, evidence_file: str | None = None) -> str:
        """One page that opens offline; ``evidence_file`` is named in it where every row was written."""
        return reporting.to_html(
            self.sweep,
            self.rules,
            self.clauses,
            self.manifest,
            parties=self.parties,
            settings=self.run.parameters,
            evidence_file=evidence_file,
        )

    def write_evidence(self, path: str | Path) -> None:
        """Write every evidence row as CSV or Parquet, by the file's ending."""
        reporting.write_evidence(self.run.evidence, path)


def run_sweep(
    market: Market,
    *,
    as_of: date | None = None,
    rules: Sequence[str] = (),
    queries: Sequence[Path] = (),
    progress: Progress = silent,
) -> Swept:
    """See ``Market.sweep``."""
    known = load_rules(queries)
    manifest = market.manifest()
    run = sweep(
        market.store, known, overrides=market.settings.rules, as_of=as_of, only=list(rules), progress=progress
    )
    after = market.manifest()
    if after["graph_id"] != manifest["graph_id"]:
        raise StoreError("The market was loaded anew during the sweep.", remedy="Run the sweep again.")
    people = {finding.respondent for finding in run.sweep.findings if finding.respondent}
    parties = reporting.read_parties(market.store, people)
    return Swept(run, known, load_clauses(queries), parties, manifest)
