"""Which clauses can be judged with what is there, and which table more would open most."""

from __future__ import annotations

import json

from chaingraph.reporting import coverage as shown
from chaingraph.rules.catalogue import load_rules
from chaingraph.rules.clause_texts import Clause, load_clauses
from chaingraph.rules.coverage import cover, openers, table_of
from chaingraph.rules.rule import Rule
from tests.rules_machinery.samples import sample


def clause(name: str, **more: object) -> Clause:
    given = {
        "id": name, "section": "S", "quote": f"words of {name}", "modal": "should", "ceiling": "indicator",
        "respondent": "provider", "data": "Y", **more,
    }  # fmt: skip
    return Clause.model_validate(given)


CLAUSES = {
    one.id: one
    for one in (
        clause("COC-A-1"),
        clause("COC-A-2"),
        clause("COC-A-3", rolls_up=["COC-A-2"]),
        clause("COC-A-4", ceiling="guard", data=None),
        clause("COC-A-5"),
    )
}


def rule(name: str, clauses: list[str], *needs: str) -> Rule:
    return sample(name=name, clauses=clauses, needs=list(needs))


RULES = [
    rule("late", ["COC-A-1"], "Invoice.received_on", "Contract.payment_term_days"),
    rule("skew", ["COC-A-1", "COC-A-2"], "Referral"),
    rule("both", ["COC-A-2"], "Referral", "Outcome"),
]


def statuses(absent: set[str], off: set[str] = frozenset()) -> dict[str, str]:  # type: ignore[assignment]
    return {one.clause.id: one.status for one in cover(CLAUSES, RULES, absent, off)}


def test_a_clause_is_as_open_as_its_rules() -> None:
    everything = statuses(set())
    assert everything == {
        "COC-A-1": "assessable", "COC-A-2": "assessable", "COC-A-3": "assessable",
        "COC-A-4": "guard", "COC-A-5": "no rule",
    }  # fmt: skip
    without = statuses({"Referral"})
    assert (without["COC-A-1"], without["COC-A-2"], without["COC-A-3"]) == (
        "part", "not_assessable", "not_assessable",
    )  # fmt: skip
    assert statuses(set(), {"skew", "both"})["COC-A-2"] == "off"
    assert statuses({"Referral"}, {"skew"})["COC-A-1"] == "assessable"  # what is off is not waited for


def test_one_table_more() -> None:
    covered = cover(CLAUSES, RULES, {"Referral", "Outcome", "Invoice.received_on"})
    # referrals alone would let skew judge: and what A-2 answers for; outcomes alone would open nothing.
    assert openers(covered) == [
        ("referrals", ("COC-A-1", "COC-A-2", "COC-A-3")),
        ("invoices", ("COC-A-1",)),
    ]
    assert openers(cover(CLAUSES, RULES)) == []


def test_a_relationships_table() -> None:
    assert table_of("-[EVIDENCES]-") == "evidence"
    assert table_of("Contract.tier") == "contracts"
    assert table_of("-[HAS_OWNER]-") is None


def test_the_page_in_its_forms() -> None:
    covered = cover(CLAUSES, RULES, {"Referral"})
    text = shown.to_text(covered, "M")
    assert "M: 0 of 4 clauses can be judged with what is loaded." in text
    assert "referrals: 2 clauses (COC-A-2, COC-A-3)" in text
    assert "skew: not in the data: referrals" in text
    assert json.loads(shown.to_json(covered, "M"))["one_table_more"] == [
        {"table": "referrals", "clauses": ["COC-A-2", "COC-A-3"]}
    ]
    page = shown.to_markdown(covered, loaded=True)
    assert "| COC-A-3 | “words of COC-A-3” | indicator | rolled up from COC-A-2 |" in page
    assert (
        "| COC-A-2 | “words of COC-A-2” | indicator | `both`, `skew` | referrals, outcomes | cannot be judged"
        in page
    )


def test_every_clause_ends_as_a_rule_a_roll_up_or_a_guard_with_a_reason() -> None:
    clauses = load_clauses()
    covered = cover(clauses, load_rules())
    assert [one.clause.id for one in covered if one.status == "no rule"] == []
    for one in covered:
        assert set(one.rolls_up) <= set(clauses)
        if one.status == "guard" or one.rolls_up:
            assert one.clause.notes
