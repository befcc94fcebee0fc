"""The lint of whole rules and of the lock, and that everything which ships is clean."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from chaingraph.content import content_dir
from chaingraph.errors import ContentError
from chaingraph.rules.catalogue import load_rules
from chaingraph.rules.clause_texts import Clause, load_clauses, read_clauses
from chaingraph.rules.lint import lint, lint_rule, lock_versions
from chaingraph.rules.listing import description, listing
from chaingraph.rules.rule import Rule
from chaingraph.rules.versions import broken_promises, lock_file, lock_problems, write_lock
from tests.rules_machinery.samples import MAIN, rule_text, sample


def clause(name: str, ceiling: str) -> Clause:
    words = {"id": name, "section": "s", "quote": "q", "modal": "should", "ceiling": ceiling}
    return Clause.model_validate({**words, "respondent": "provider", "data": "Y"})


CLAUSES = {
    name: clause(name, ceiling)
    for name, ceiling in {
        "COC-X-01": "indicator",
        "COC-X-02": "attestation",
        "COC-X-03": "breach",
        "COC-X-04": "guard",
    }.items()
}
EVIDENCE = """;
// evidence
MATCH (r:Referral) WHERE r.head_org_id = $org_id
RETURN r.referral_id AS referral_id, r.source_id AS source_id, r.source_row AS source_row"""
POPULATION = """
// population
MATCH (i:Invoice) RETURN 'passed' AS outcome, '' AS reason, count(*) AS records"""
ASSESSED: dict[str, Any] = {"identity": ["org_id"], "subject": "Organisation", "respondent": "org_id"}
ASSESSED |= {"assess": "skew", "evidence": "Referral", "record": "Referral", "message": "{effect}"}
CELLS = "MATCH (r:Referral) RETURN r.head_org_id AS org_id, count(*) AS n"


def faults(body: str = MAIN, *, name: str = "sample", **header: Any) -> list[str]:
    return [problem.message for problem in lint_rule(sample(body, name=name, **header), CLAUSES, {"skew"})]


def test_everything_that_ships_is_clean() -> None:
    assert [str(problem) for problem in lint()] == []


def test_the_samples_are_clean() -> None:
    assert faults() == []
    assert faults(CELLS + EVIDENCE, **ASSESSED) == []


def test_an_assessments_thresholds_need_not_stand_in_the_query() -> None:
    assert "parameters: $days is used nowhere" in faults(MAIN.replace(" > $days", " > 0"))
    assert (
        faults(
            CELLS + EVIDENCE, **ASSESSED, parameters={"q": {"type": "number", "default": 0.05, "basis": "m"}}
        )
        == []
    )


@pytest.mark.parametrize(
    ("header", "says"),
    [
        ({"clauses": ["COC-X-11"]}, "there is no clause COC-X-11 (did you mean COC-X-01"),
        ({"clauses": ["COC-X-01", "COC-X-02"]}, "COC-X-02 allows no more than attestation, not indicator"),
        ({"severity": "breach"}, "COC-X-01 allows no more than indicator, not breach"),
        ({"severity": "attestation", "clauses": ["COC-X-04"]}, "COC-X-04 limits what rules may do"),
        ({"record": "Invoce"}, "record: the model has no label Invoce (did you mean Invoice"),
        ({"subject": "Contarct"}, "subject: the model has no label Contarct"),
        (
            {"subject": "Lot", "identity": ["contract_id", "payer_id"]},
            "none of the identity's columns is lot_id",
        ),
        ({"needs": ["Invoice.due"]}, "needs: Invoice has no property due"),
        ({"needs": ["Bill"]}, "needs: the model has no label Bill"),
        ({"needs": ["-[PAYS]-"]}, "needs: the model has no relationship PAYS"),
        ({"needs": ["Invoice due"]}, "needs: Invoice due is neither Label, Label.property nor -[TYPE]-"),
        ({"message": "{late:d}"}, "message: {late:d} is not a placeholder"),
        ({"message": "{payee}"}, "the main section does not return payee"),
        ({"identity": ["lot_id"]}, "the main section does not return lot_id"),
        ({"respondent": "buyer_id"}, "the main section does not return buyer_id"),
        ({"record": "Contract", "record_key": "sub_id"}, "the main section does not return sub_id"),
        ({"innocent": [" "]}, "innocent: an empty line says nothing"),
        ({"parameters": {}}, "$days is no parameter of the rule"),
        (
            {"parameters": {"enabled": {"type": "boolean", "default": True, "basis": "b"}}},
            "enabled is what settings switch rules on and off with",
        ),
        ({"assess": "skwe"}, "there is no assessment skwe (did you mean skew"),
        ({"assess": "skew"}, "need an // evidence section"),
        ({"evidence": "Invoice"}, "a rule without assess has its rows as evidence"),
    ],
)
def test_headers(header: dict[str, Any], says: str) -> None:
    found = faults(**header)
    assert any(says in message for message in found), found


@pytest.mark.parametrize(
    ("body", "header", "says"),
    [
        (MAIN.replace(" AS flagged", " AS flag"), {}, "does not return flagged (did you mean flag"),
        (MAIN.replace("i.source_row AS source_row,", ""), {}, "does not return source_row"),
        (MAIN.replace("WHERE", "WERE"), {}, "WERE is no keyword (did you mean WHERE"),
        (MAIN.replace("AS contract_id,", "AS contract_id"), {}, "a comma is missing after AS contract_id"),
        (MAIN + POPULATION, {}, "the main section ends with a semicolon"),
        (MAIN + ";" + POPULATION.replace(" AS reason", " AS because"), {}, "section does not return reason"),
        (CELLS + EVIDENCE.replace("$org_id", "'P'"), ASSESSED, "does not ask for one identity: $org_id"),
        (CELLS + EVIDENCE.replace("$org_id", "$orgid"), ASSESSED, "$orgid is no parameter of"),
        (CELLS + EVIDENCE.replace("AS referral_id", "AS referral"), ASSESSED, "does not return referral_id"),
        (CELLS + EVIDENCE, {**ASSESSED, "severity": "breach"}, "never more than an indicator"),
        (CELLS.replace("count(*)", "$org_id") + EVIDENCE, ASSESSED, "$org_id is no parameter of the rule"),
    ],
)  # fmt: skip
def test_sections(body: str, header: dict[str, Any], says: str) -> None:
    found = faults(body, **header)
    assert any(says in message for message in found), found


def test_what_the_sweep_binds_is_no_parameter() -> None:
    days = {"type": "integer", "default": 1, "basis": "b"}
    assert any("bound by the sweep" in m for m in faults(parameters={"days": days, "as_of_day": days}))


def test_a_file_is_named_in_small_letters() -> None:
    assert any("small letters" in message for message in faults(name="Sample_Rule"))


def test_all_faults_of_a_folder_come_at_once_each_with_its_line(tmp_path: Path) -> None:
    (tmp_path / "pack").mkdir()
    text = rule_text(MAIN.replace("i.due_day", "i.due"), clauses=["COC-NO-99"])
    (tmp_path / "pack" / "wrong.cypher").write_text(text, encoding="utf-8")
    (tmp_path / "pack" / "broken.cypher").write_text(rule_text(title=...), encoding="utf-8")
    (tmp_path / "clauses").mkdir()
    (tmp_path / "clauses" / "mine.yaml").write_text(
        "code: {id: mine}\nclauses: [{id: x}]\n", encoding="utf-8"
    )
    found = [problem for problem in lint([tmp_path]) if tmp_path in problem.file.parents]
    assert {problem.file.name for problem in found} == {"wrong.cypher", "broken.cypher", "mine.yaml"}
    lines = text.splitlines()
    due = next(problem for problem in found if "has no property due" in problem.message)
    assert "i.due" in lines[due.line - 1]
    clauses = next(problem for problem in found if "COC-NO-99" in problem.message)
    assert lines[clauses.line - 1] == "- COC-NO-99"
    assert str(due).startswith(f"{tmp_path / 'pack' / 'wrong.cypher'}:{due.line}: ")


def test_a_clause_is_not_given_twice(tmp_path: Path) -> None:
    (tmp_path / "clauses").mkdir()
    shipped = content_dir("queries") / "clauses"
    text = next(iter(sorted(shipped.glob("*.yaml")))).read_text(encoding="utf-8")
    (tmp_path / "clauses" / "again.yaml").write_text(text, encoding="utf-8")
    _, problems = read_clauses([tmp_path])
    assert problems
    assert all("a second time" in problem.message for problem in problems)


def write(folder: Path, **changes: Any) -> Rule:
    (folder / "pack").mkdir(exist_ok=True)
    path = folder / "pack" / "mine.cypher"
    body = changes.pop("body", MAIN)
    path.write_text(rule_text(body, **{"clauses": ["COC-POST-07"], **changes}), encoding="utf-8")
    return next(rule for rule in load_rules([folder]) if rule.id == "mine")


def test_no_rule_changes_under_its_number(tmp_path: Path) -> None:
    lock = lock_file(tmp_path)
    assert lock_problems([write(tmp_path)], lock) == []  # who keeps no lock is not held to one
    lock_versions([tmp_path])
    assert lock_problems([write(tmp_path, title="Other words")], lock) == []
    changed = write(tmp_path, body=MAIN.replace("<", "<="))
    [problem] = lock_problems([changed], lock)
    assert "raise it" in problem.message
    assert changed.path.read_text(encoding="utf-8").splitlines()[problem.line - 1] == "version: 1"
    before = lock.read_bytes()
    with pytest.raises(ContentError, match="raise it"):
        lock_versions([tmp_path])
    assert lock.read_bytes() == before

    raised = write(tmp_path, body=MAIN.replace("<", "<="), version=2)
    assert "is not in versions.lock" in lock_problems([raised], lock)[0].message
    lock_versions([tmp_path])
    assert lock_problems([raised], lock) == []
    assert "released already" in lock_problems([write(tmp_path)], lock)[0].message


def test_a_draft_is_nobodys_yet(tmp_path: Path) -> None:
    lock = lock_file(tmp_path)
    draft = write(tmp_path, status="draft")
    assert lock_versions([tmp_path]) == []
    assert lock_problems([draft], lock) == []
    changed = write(tmp_path, status="draft", body=MAIN.replace("<", "<="))
    assert lock_problems([changed], lock) == []
    stable = write(tmp_path, body=MAIN.replace("<", "<="))
    assert "is not in versions.lock" in lock_problems([stable], lock)[0].message
    assert lock_versions([tmp_path]) == ["mine"]
    # What was released once is not free again by becoming a draft.
    again = write(tmp_path, status="draft")
    assert "raise it" in lock_problems([again], lock)[0].message


def test_a_faulty_rule_is_not_locked(tmp_path: Path) -> None:
    faulty = write(tmp_path, clauses=["COC-POST-99"])
    assert lock_versions([tmp_path]) == []
    assert [p.message for p in lock_problems([faulty], lock_file(tmp_path))] == [
        "version: 1 is not in versions.lock: chaingraph rules lint --write-lock"
    ]
    write(tmp_path)
    assert lock_versions([tmp_path]) == ["mine"]
    assert lock_versions([tmp_path]) == []


def test_a_rule_that_is_gone_is_missed(tmp_path: Path) -> None:
    lock = lock_file(tmp_path)
    write_lock([write(tmp_path)], lock)
    [problem] = broken_promises([], lock)
    assert (problem.file, problem.line) == (lock, 3)
    assert "mine is gone" in problem.message
    write_lock([], lock, renew=True)
    assert broken_promises([], lock) == []


def test_a_lock_that_says_nothing_is_told(tmp_path: Path) -> None:
    lock_file(tmp_path).write_text("# top\nmine 1\n", encoding="utf-8")
    assert [(p.line, p.message) for p in lock_problems([], lock_file(tmp_path))] == [
        (2, "a line holds a rule, its version and its sha256")
    ]


def test_listing_and_description() -> None:
    rule = sample(status="draft")
    assert listing([rule])[0] == {
        "rule": "sample",
        "pack": "pack",
        "title": "A rule made up for tests",
        "severity": "indicator",
        "status": "draft",
        "version": 1,
        "clauses": ["COC-X-01"],
        "on": False,
    }
    said = description(rule, CLAUSES)
    assert said["clauses"] == [{"id": "COC-X-01", "section": "s", "quote": "q", "ceiling": "indicator"}]
    assert said["statements"] == {"main": MAIN}
    assert said["parameters"]["days"]["default"] == 3


def test_every_clause_that_a_rule_names_can_be_quoted() -> None:
    clauses = load_clauses()
    assert all(name in clauses for rule in load_rules() for name in rule.clauses)
