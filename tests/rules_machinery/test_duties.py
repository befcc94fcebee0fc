"""Duties that only a document shows: read from the clauses, handed to the assessment, part of the configuration."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

import pandas as pd
import pyarrow as pa
import pytest
import yaml

from chaingraph.assess.registry import ASSESSMENTS
from chaingraph.assess.result import Assessment
from chaingraph.findings.run import run_rule
from chaingraph.findings.sweeping import config_hash
from chaingraph.rules.catalogue import load_rules
from chaingraph.rules.clause_texts import Clause, load_clauses
from chaingraph.rules.duties import Duty
from chaingraph.rules.lint import lint_rule
from chaingraph.rules.rule import Rule
from tests.rules_machinery.samples import FixedStore, rule_text, sample

CLAUSE: dict[str, Any] = {
    "id": "MY-DUTY-01",
    "section": "Duties",
    "quote": "You will write it down",
    "modal": "will",
    "ceiling": "attestation",
    "respondent": "provider",
    "data": "T",
    "attest": {"about": "prime", "within_days": 365},
}
MAIN = "MATCH (o:Organisation) RETURN o.org_id AS about_id, $department_org_id AS department_id;\n"
EVIDENCE = """// evidence
MATCH (c:Contract) WHERE c.supplier_id = $about_id
RETURN c.contract_id AS contract_id, c.source_id AS source_id, c.source_row AS source_row"""
HEADER: dict[str, Any] = {
    "clauses": ["MY-DUTY-01"],
    "severity": "attestation",
    "record": "Organisation",
    "evidence": "Contract",
    "subject": ...,
    "identity": ["clause", "about_id"],
    "respondent": ...,
    "parameters": {},
    "message": "{clause}",
    "assess": "attestations",
    "duties": True,
}


def written(folder: Path, **changes: Any) -> Rule:
    """A steward's own rule beside a clause of their own, read from a folder."""
    clauses = folder / "clauses"
    clauses.mkdir(exist_ok=True)
    text = {"code": {"id": "mine", "title": "Mine", "source": "me"}, "clauses": [{**CLAUSE, **changes}]}
    (clauses / "mine.yaml").write_text(yaml.safe_dump(text), encoding="utf-8")
    (folder / "pack").mkdir(exist_ok=True)
    path = folder / "pack" / "mine.cypher"
    path.write_text(rule_text(MAIN + EVIDENCE, **HEADER), encoding="utf-8")
    return next(rule for rule in load_rules([folder]) if rule.id == "mine")


def test_every_duty_of_the_clauses_that_ship_is_asked_by_a_rule() -> None:
    attested = {name for name, clause in load_clauses().items() if clause.attest}
    asked = {duty.clause for rule in load_rules() for duty in rule.duties}
    assert asked == attested
    assert asked


def test_a_rule_is_given_the_duties_of_its_own_clauses(tmp_path: Path) -> None:
    rule = written(tmp_path)
    assert rule.duties == (Duty("MY-DUTY-01", "prime", 365, "provider", "You will write it down"),)
    assert sample().duties == ()


def test_what_is_wrong_with_a_clause_file_stops_a_rule_that_lives_on_it(tmp_path: Path) -> None:
    with pytest.raises(Exception, match=r"mine\.yaml.*within_days"):
        written(tmp_path, attest={"about": "prime", "within_days": 0})


@pytest.mark.parametrize(
    ("changes", "same"),
    [
        ({"attest": {"about": "prime", "within_days": 366}}, False),
        ({"attest": {"about": "prime", "within_days": None}}, False),
        ({"attest": {"about": "lot", "within_days": 365}}, False),
        ({"respondent": "department"}, False),
        ({"quote": "You will, will you", "notes": "words alone"}, True),
    ],
)
def test_duties_are_part_of_the_configuration(tmp_path: Path, changes: dict[str, Any], same: bool) -> None:
    day = date(2026, 3, 31)
    hashes = []
    for change in ({}, changes):
        rule = written(tmp_path, **change)
        hashes.append(config_hash([rule], {rule.id: {}}, day))
    assert (hashes[0] == hashes[1]) is same


def test_an_assessment_is_handed_them(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    handed: list[Any] = []

    def remember(rows: pd.DataFrame, parameters: Any) -> Assessment:
        handed.append(parameters)
        return Assessment([])

    rule = written(tmp_path)
    monkeypatch.setitem(ASSESSMENTS, "attestations", remember)
    store = FixedStore(lambda cypher, parameters: pa.table({"about_id": ["P"], "department_id": [""]}))
    run = run_rule(store, rule, {}, date(2026, 3, 31))
    assert run.result.status == "assessed"
    assert handed == [{"as_of": date(2026, 3, 31), "duties": rule.duties, "clauses": rule.known_clauses}]
    assert {"MY-DUTY-01", "COC-POST-07"} <= rule.known_clauses


def faults(**changes: Any) -> list[str]:
    clause = Clause.model_validate(CLAUSE)
    without = clause.model_copy(update={"id": "MY-DUTY-02", "attest": None})
    known = {clause.id: clause, without.id: without}
    rule = sample(MAIN + EVIDENCE, **{**HEADER, **changes})
    return [problem.message for problem in lint_rule(rule, known, {"attestations"})]


def test_the_lint_knows_what_a_rule_with_duties_needs() -> None:
    assert faults() == []
    [told] = faults(clauses=["MY-DUTY-01", "MY-DUTY-02"])
    assert "MY-DUTY-02 has no attest entry" in told
    assert any("the rule names none" in text for text in faults(assess=None))
    parameter = {"type": "integer", "default": 3, "basis": "made up"}
    [told] = faults(parameters={"duties": parameter})
    assert "bound by the sweep itself" in told
