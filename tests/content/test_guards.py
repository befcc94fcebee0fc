"""What no rule may do: accuse for a low share of small providers, say whether TUPE applies, give marks for integrity."""

from __future__ import annotations

import csv
import re
import shutil
from contextlib import closing
from pathlib import Path

import pytest

from chaingraph.demo import write_market
from chaingraph.loading.stage import Workbench
from chaingraph.market import Market
from chaingraph.rulecases.case import case_files, read_case
from chaingraph.rulecases.made import run_embedded
from chaingraph.rules.catalogue import find_rule, load_rules
from chaingraph.rules.clause_texts import load_clauses
from chaingraph.rules.lint import lint
from chaingraph.rules.rule import Rule
from chaingraph.store.ladybug_memory import MemoryStore

RULES = load_rules()


def findings(folder: Path, work: Path) -> set[tuple[str, str]]:
    with Market(work) as market:
        market.load(folder)
        run = market.sweep(rules=[rule.id for rule in RULES if looks_at_size_or_sector(rule)])
        return {(one.rule, str(dict(one.identity))) for one in run.sweep.findings}


def looks_at_size_or_sector(rule: Rule) -> bool:
    """Whether a rule reads what the test changes; of any other the answer is the same."""
    return any(word in statement.text for _, statement in rule.statements for word in ("size_band", "sector"))


def test_a_market_without_small_or_voluntary_providers_is_accused_of_nothing_more(tmp_path: Path) -> None:
    """The strategy prescribes no volumes or shares of business: who works with the large alone breaks nothing."""
    before = tmp_path / "before"
    write_market(before, scale=0.0005, seed=11)
    after = tmp_path / "after"
    shutil.copytree(before, after)
    with (after / "organisations.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    for row in rows:
        row |= {"size_band": "large", "sector": "private"}
    with (after / "organisations.csv").open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, list(rows[0]))
        writer.writeheader()
        writer.writerows(rows)
    more = findings(after, tmp_path / "w2") - findings(before, tmp_path / "w1")
    assert more == set()


def _words(rule: Rule) -> str:
    header = rule.header
    return " ".join([header.title, header.message, *header.innocent, *header.ask])


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.id)
def test_no_rule_says_whether_tupe_applies_or_marks_integrity(rule: Rule) -> None:
    assert not re.search(r"TUPE (applies|does not apply|did not apply|applied)", _words(rule))
    assert not re.search(r"\b(integrity|trustworth\w+)\b", _words(rule), re.IGNORECASE)


@pytest.mark.parametrize("says", ["applies", "does_not_apply"])
def test_what_a_bid_says_of_tupe_makes_no_difference(says: str, tmp_path: Path) -> None:
    rule = find_rule(RULES, "tupe-statement-missing")
    [file] = [file for file in case_files()[rule.id] if file.stem == "statement"]
    case = read_case(file)
    for row in case.given["bids"]:
        if "tupe_statement" in row:
            row["tupe_statement"] = says
    with closing(Workbench()) as bench, closing(MemoryStore()) as store:
        run = run_embedded(case, rule, tmp_path, bench, store)
    assert [finding.identity for finding in run.sweep.findings] == [{"bid_id": "B3"}, {"bid_id": "B4"}]


def test_no_rule_stands_on_a_guard(tmp_path: Path) -> None:
    guards = {name for name, clause in load_clauses().items() if clause.ceiling == "guard"}
    assert guards
    assert [rule.id for rule in RULES if guards & set(rule.clauses)] == []
    text = (RULES[0].path).read_text(encoding="utf-8").replace(RULES[0].clauses[0], sorted(guards)[0], 1)
    (tmp_path / "on-a-guard.cypher").write_text(text, encoding="utf-8")
    assert any("limits what rules may do" in problem.message for problem in lint([tmp_path]))
