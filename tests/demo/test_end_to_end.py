"""The made-up market through the real load and the real rules: all that was planted, and nothing else."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from chaingraph.market import Market
from chaingraph.rules.catalogue import load_rules
from chaingraph.swept import Swept
from tests.demo.conftest import Made

# Rules that judge a pattern may be wrong about a clean prime now and then; all others may not.
PATTERNS = {
    "choice-not-offered",
    "enforcement-uneven",
    "entrant-disadvantage",
    "esf-overlap",
    "exclusivity-pattern",
    "failure-cascade",
    "good-subcontractor-dropped",
    "grievance-retaliation",
    "handoffs-excessive",
    "outcome-gap",
    "parking-gradient",
    "payment-lateness",
    "promised-volume-unmet",
    "referral-depth-gradient",
    "referral-skew",
    "staff-poaching",
    "unequal-treatment",
    "uneven-across-areas",
}
# Why nothing is planted for a rule.
NOT_PLANTED = {
    "bid-rotation": "no area has lots enough, one after the other, for an order to show",
    "bid-screens": "too few lots at this scale for any to stand out among like lots",
    "entrant-share": "it looks back two whole years of payments, a day more than the extract holds",
    "payment-groups-too-coarse": "it prints a figure and flags nothing unless asked to",
    "stable-core-share": "it looks back three years, and the extract holds two",
}
DIRECT = {rule.id for rule in load_rules()} - PATTERNS - NOT_PLANTED.keys()


@pytest.fixture(scope="module")
def swept(made: Made, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Swept]:
    with Market(tmp_path_factory.mktemp("work") / "market") as market:
        report = market.load(made.folder)
        assert report.rejected_rows == 0
        assert market.manifest()["warnings"] == []
        # By name, as one of them runs only where it is asked for.
        yield market.sweep(rules=sorted(DIRECT | PATTERNS))


def found(swept: Swept, rule: str) -> set[frozenset[tuple[str, str]]]:
    return {frozenset(one.identity.items()) for one in swept.sweep.findings if one.rule == rule}


def planted(made: Made, rule: str) -> set[frozenset[tuple[str, str]]]:
    return {frozenset(one.items()) for one in made.truth.identities(rule)}


def test_every_rule_has_something_to_find(made: Made) -> None:
    assert set(made.truth.rules) == DIRECT | PATTERNS


@pytest.mark.parametrize("rule", sorted(DIRECT))
def test_direct_rules_find_what_was_planted_and_nothing_else(rule: str, made: Made, swept: Swept) -> None:
    assert found(swept, rule) == planted(made, rule)


@pytest.mark.parametrize("rule", sorted(PATTERNS))
def test_pattern_rules_find_what_was_planted(rule: str, made: Made, swept: Swept) -> None:
    assert found(swept, rule) >= planted(made, rule)


def test_no_clean_prime_is_accused_in_this_market(made: Made, swept: Swept) -> None:
    """True of this seed: over many markets the calibration says how often it is not."""
    for rule in PATTERNS:
        assert found(swept, rule) == planted(made, rule), rule


def test_a_finding_leads_back_to_its_row(made: Made, swept: Swept) -> None:
    late = next(one for one in swept.sweep.findings if one.rule == "payment-late")
    lines = (made.folder / "invoices.csv").read_text(encoding="utf-8").splitlines()
    for evidence in late.evidence:
        assert Path(evidence.source).name == "invoices.csv"
        assert lines[evidence.row - 1].split(",")[:2] == [evidence.id, late.identity["contract_id"]]
