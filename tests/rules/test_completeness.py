"""No rule without its full set of cases."""

from __future__ import annotations

from collections import defaultdict

import pytest

from chaingraph.rulecases.case import wanted_kinds
from chaingraph.rules.catalogue import load_rules
from chaingraph.rules.rule import Rule
from tests.rules.harness import Case, case_files, read_case

RULES = load_rules()
CASES: dict[str, list[Case]] = defaultdict(list)
for file in case_files():
    CASES[file.parent.name].append(read_case(file))


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.id)
def test_every_kind_of_case_is_there(rule: Rule) -> None:
    there = {kind for case in CASES[rule.id] for kind in case.kinds}
    assert sorted(wanted_kinds(rule) - there) == []


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.id)
def test_the_day_of_the_sweep_matters(rule: Rule) -> None:
    """Of the cases that show it, one day has to come out otherwise than another."""
    outcomes = {
        (str(case.expect.flagged), str(sorted(case.expect.counts.items())))
        for case in CASES[rule.id]
        if "as-of" in case.kinds
    }
    assert len(outcomes) >= 2
