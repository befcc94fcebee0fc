"""Every clause with its answer, and roll-ups that count a thing once."""

from __future__ import annotations

from dataclasses import replace

from chaingraph.findings.sweep import RuleResult
from chaingraph.reporting.clause_results import clause_results, rolled_up
from chaingraph.reporting.page_views import rule_views
from chaingraph.reporting.texts import ClauseText
from tests.reporting import sample, sample_rules
from tests.reporting.sample_rules import Clause

POST = "COC-POST-07"


def test_a_contract_that_two_rules_found_counts_once() -> None:
    late, lawful = "payment-late", "payment-late-statutory"
    about = [(late, "C1"), (lawful, "C1"), (late, "C2")]
    findings = [
        replace(
            sample.finding(sample_rules.LATE, ("Contract", contract), "X-P", "m", 1, "Invoice"),
            id=f"{rule}-{contract}",
            rule=rule,
        )
        for rule, contract in about
    ]
    settled = replace(findings[2], id="settled", subject={"label": "Contract", "id": "C3"}, state="accepted")
    results = [
        RuleResult(rule, 1, [POST], "assessed", population=3, assessed=3, flagged=2, passed=1)
        for rule in (late, lawful)
    ]
    sweep = replace(sample.sweep(), rules=results, findings=[*findings, settled])
    clauses: dict[str, ClauseText] = {
        POST: Clause(POST, "S", "words"),
        "COC-VAL-01": Clause("COC-VAL-01", "S", "act with integrity", rolls_up=(POST,)),
        "STR-X": Clause("STR-X", "S", "a limit", ceiling="guard"),
        "STR-Y": Clause("STR-Y", "S", "nobody looks"),
    }
    views = rule_views(sweep, {}, {})
    [rolled] = rolled_up(sweep, clauses, views, {})
    assert [(party.id, things, found) for party, things, found in rolled.rows] == [("X-P", 2, 3)]
    told = {one.id: (one.told, one.findings) for one in clause_results(sweep, clauses, views)}
    assert told == {
        POST: ("Judged.", 3),
        "COC-VAL-01": (f"Answered for by {POST}; see below.", 0),
        "STR-X": ("A limit on what rules may do; held by tests.", 0),
        "STR-Y": ("No rule of this sweep stands on it.", 0),
    }
