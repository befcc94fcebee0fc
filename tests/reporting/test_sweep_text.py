"""The sweep on a terminal: short, complete in its counts, and honest about what nobody looked at."""

from __future__ import annotations

from dataclasses import replace

from chaingraph.reporting import to_text
from tests.reporting import sample, sample_rules


def test_it_counts_names_and_says_where_there_is_more() -> None:
    text = to_text(sample.sweep(), sample_rules.rules())
    for words in (
        "Flexible New Deal 2026, as of 31 March 2026",
        "6 files, 45,345 rows, 24 rejected",
        "10 of 11 rules could be assessed. They judged 33,041 records.",
        "22 findings to ask about. 2 possible breaches, 20 indicators.",
        "payment-late: 14 indicators about 3 organisations",
        "promised-volume-unmet: Not in the data: commitments.",
        "A finding is a question, not an accusation.",
        "chaingraph sweep --format html",
    ):
        assert words in text


def test_it_is_short_and_fits_a_terminal() -> None:
    lines = to_text(sample.sweep(500), sample_rules.rules()).splitlines()
    assert len(lines) < 60 and max(map(len, lines)) <= 96


def test_the_gravest_rules_come_first() -> None:
    text = to_text(sample.sweep())
    assert text.index("exclusivity-demanded: 1 possible breach") < text.index(
        "grievance-obstructed: 1 indicator"
    )
    assert text.index("payment-late: 14") < text.index("equality-policy-missing: 1 missing attestation")


def test_nothing_found_is_no_clearance() -> None:
    text = to_text(replace(sample.sweep(), findings=[], rules=[]))
    assert "No open finding" in text and "Findings by rule" not in text
