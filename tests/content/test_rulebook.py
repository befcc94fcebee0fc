"""Every rule of the rulebook is there under its fixed id, in its pack, on its clauses, no graver than its kind."""

from __future__ import annotations

from fnmatch import fnmatch
from pathlib import Path
from typing import Any

import pytest
import yaml

from chaingraph.rulecases.case import case_files
from chaingraph.rules.catalogue import load_rules
from chaingraph.rules.clause_texts import load_clauses

BOOK: dict[str, dict[str, dict[str, Any]]] = yaml.safe_load(
    (Path(__file__).parent / "rulebook.yaml").read_text(encoding="utf-8")
)
ENTRIES = [(pack, name, entry) for pack, rules in BOOK.items() for name, entry in rules.items()]
RULES = {rule.id: rule for rule in load_rules()}
# Rules that are not written yet, held exactly.
TO_COME: set[str] = set()
WRITTEN = [entry for entry in ENTRIES if entry[1] not in TO_COME]
each_entry = pytest.mark.parametrize(("pack", "name", "entry"), WRITTEN, ids=[name for _, name, _ in WRITTEN])


def test_the_rulebook_and_the_packs_hold_the_same_rules() -> None:
    assert {name for _, name, _ in ENTRIES} - set(RULES) == TO_COME
    assert set(RULES) <= {name for _, name, _ in ENTRIES}


@each_entry
def test_the_rule_is_as_the_rulebook_fixes_it(pack: str, name: str, entry: dict[str, Any]) -> None:
    rule = RULES[name]
    assert rule.pack == pack
    for pattern in entry.get("clauses", ()):
        assert any(fnmatch(clause, pattern) for clause in rule.clauses), pattern
    if "identity" in entry:
        assert list(rule.header.identity) == entry["identity"]
    if entry.get("kind") == "P" or rule.header.assess:
        assert rule.severity != "breach"  # a pattern is a reason to ask, whatever the clause's words
    if entry.get("kind") == "A":
        assert rule.severity in ("attestation", "indicator")
    assert case_files().get(name), "it has no cases"


@pytest.mark.parametrize("pattern", ["STR-CAP-*"])
def test_every_code_of_the_framework_is_judged(pattern: str) -> None:
    for clause in load_clauses():
        if fnmatch(clause, pattern):
            assert clause in RULES["capability-gap"].clauses
