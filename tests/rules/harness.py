"""The cases of the rules that ship, as tests use them; what a case is: ``chaingraph.rulecases.case``."""

from __future__ import annotations

import dataclasses
from pathlib import Path

import pyarrow as pa

from chaingraph.content import content_dir
from chaingraph.findings.sweep import Sweep
from chaingraph.findings.sweeping import SweepRun
from chaingraph.reporting.sweep_json import to_json
from chaingraph.rulecases import case as cases
from chaingraph.rulecases.case import Case, read_case
from chaingraph.rulecases.judged import differences
from chaingraph.rulecases.made import build, run, write_market
from chaingraph.rules.rule import Rule

__all__ = ["CASES", "Case", "build", "case_files", "check", "read_case", "run", "same_bytes", "write_market"]

CASES = content_dir("cases")


def case_files() -> list[Path]:
    """Every case, by rule and name."""
    return [file for files in cases.case_files().values() for file in files]


def check(case: Case, rule: Rule, run: SweepRun) -> None:
    """Fail with everything that differs from what the case expects."""
    assert differences(case, rule, run) == []


def same_bytes(run: SweepRun) -> tuple[str, pa.Table]:
    """What two engines agree on to the byte: the JSON without id, times and store, and all evidence."""
    rules = [dataclasses.replace(result, seconds=0.0) for result in run.sweep.rules]
    bare: Sweep = dataclasses.replace(run.sweep, id="", started_at="", store="", rules=rules)
    return to_json(bare), run.evidence
