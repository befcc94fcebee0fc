"""The parts of a page on their own: order, reasons, geometry, figures."""

from __future__ import annotations

import math
from dataclasses import replace

import pytest

from chaingraph.findings.sweep import RuleResult
from chaingraph.reporting.charts import WIDTH, axis, bar, stacked
from chaingraph.reporting.figures import MOST_ROWS, figure
from chaingraph.reporting.groups import by_respondent, clauses_of, first_to_read, group
from chaingraph.reporting.missing import absent_tables, in_words, why_not
from chaingraph.reporting.notes import EffectNote, FigureNote, read_notes
from chaingraph.reporting.summary import answers, not_assessed, partly_assessed
from tests.reporting import sample, sample_rules


def test_a_stacked_bar_is_whole() -> None:
    parts = stacked({"passed": 1, "flagged": 0, "excluded": 2})
    assert [part.name for part in parts] == ["passed", "excluded"]
    assert parts[-1].start + parts[-1].width == pytest.approx(WIDTH, abs=0.02)
    assert stacked({"passed": 0}) == []


def test_bars_are_measured_against_the_largest() -> None:
    assert (bar(5, 10), bar(-1, 10), bar(3, 0)) == (100.0, 0.0, 0.0)


def test_an_axis_holds_every_value_and_the_mark() -> None:
    odds = axis([1.32, 2.57, None, math.inf], 1.0, log=True)
    places = [odds.at(value) for value in (odds.low, 1.0, 1.32, 2.57, odds.high)]
    assert places == sorted(places) and places[0] == 0.0 and places[-1] == WIDTH
    assert odds.at(2.0) - odds.at(1.0) == pytest.approx(odds.at(1.0) - odds.at(0.5), abs=150)
    assert odds.at(0.0) == 0.0
    flat = axis([], 0.05, log=False)
    assert 0 < flat.at(0.05) < WIDTH


def test_a_log_axis_gives_equal_room_to_equal_factors() -> None:
    odds = axis([0.25, 4.0], 1.0, log=True)
    assert odds.at(2.0) - odds.at(1.0) == pytest.approx(odds.at(1.0) - odds.at(0.5), abs=0.02)


@pytest.mark.parametrize(
    ("needed", "words"),
    [
        ("Commitment", "commitments"),
        ("Invoice.due_on", "invoices.due_on (worked out from other columns)"),
        ("Invoice.received_day", "invoices.received_on"),
        ("Invoice.amount_pence", "invoices.amount_gbp"),
        ("EVIDENCES.need_type", "evidence.need_type"),
        ("-[OWNS]-", "ownership"),
        ("Nonsense.column", "Nonsense.column"),
    ],
)
def test_what_is_missing_leads_to_a_column_of_a_file(needed: str, words: str) -> None:
    assert in_words(needed) == words


def test_a_missing_table_stands_for_its_columns() -> None:
    missing = ("Commitment", "Commitment.actual_market_volume", "Referral.batch_id")
    result = RuleResult("r", 1, [], "not_assessable", missing=missing)
    assert why_not(result) == "Not in the data: commitments, referrals.batch_id."
    assert absent_tables(result) == ["commitments", "referrals"]


@pytest.mark.parametrize(
    ("result", "words"),
    [
        (RuleResult("r", 1, [], "off"), "Switched off."),
        (RuleResult("r", 1, [], "failed", warnings=("no such column",)), "The rule failed: no such column."),
        (RuleResult("r", 1, [], "not_assessable"), "The data it needs is absent for every record."),
        (
            RuleResult("r", 1, [], "assessed", population=4, not_assessable=4),
            "The data needed is absent for these records.",
        ),
        (
            RuleResult(
                "r",
                1,
                [],
                "assessed",
                population=4,
                not_assessable=4,
                figures={"not_assessable": [{"reason": "no day", "records": 4}]},
            ),
            "Not assessable: no day.",
        ),
        (RuleResult("r", 1, [], "assessed"), "There was no record to judge."),
        (
            RuleResult("r", 1, [], "assessed", population=3, excluded={"in dispute": 3}),
            "Every record was excluded: in dispute.",
        ),
        (RuleResult("r", 1, [], "assessed", population=1, assessed=1, passed=1), ""),
    ],
)
def test_why_a_rule_was_not_assessed(result: RuleResult, words: str) -> None:
    assert why_not(result) == words


def test_groups_are_read_gravest_first_and_settled_ones_last() -> None:
    groups = group(sample.findings())
    assert groups[0].severity == "breach" and groups[-1].rule == sample_rules.POLICY
    assert [f.evidence_count for g in groups if g.rule == sample_rules.LATE for f in g.findings][:3] == [
        224,
        173,
        122,
    ]
    assert [each.rule for each in first_to_read(groups, 3)] == [
        sample_rules.STATUTORY,
        sample_rules.EXCLUSIVITY,
        sample_rules.SKEW,
    ]
    assert list(by_respondent(groups))[-1] == ""


def test_failed_and_unassessed_rules_show_in_the_answer() -> None:
    rules = [
        RuleResult("a", 1, [], "failed"),
        RuleResult("b", 1, [], "off"),
        RuleResult("c", 1, [], "not_assessable", missing=("Referral",)),
    ]
    _, found, unknown = answers(replace(sample.sweep(), rules=rules, findings=[]))
    assert (unknown.figure, unknown.label) == ("3", "rules not assessed")
    assert (
        unknown.text == "Data absent from referrals. 1 failed. 1 switched off. Neither a pass nor a finding."
    )
    assert found.figure == "No"


def test_a_figure_prints_its_columns_units_and_bars() -> None:
    made = figure("concentration", sample.figures()["concentration"], None)
    assert made.same == ("Programme: Flexible New Deal",)
    headings = [cell.text for cell in made.headings]
    assert headings == ["Area", "Owners", "HHI", "Equal share HHI", "Largest share"]
    assert made.bar_heading == "Largest share"
    assert made.rows[0].bar == pytest.approx(0.31 * WIDTH)
    assert made.rows[0].cells[-1].text == "31.0%"


def test_a_note_chooses_title_columns_and_bar() -> None:
    note = FigureNote(title="HHI by area", columns=["area", "hhi"], headings={"hhi": "Index"}, bar="hhi")
    made = figure("concentration", sample.figures()["concentration"], note)
    assert (made.title, [cell.text for cell in made.headings]) == ("HHI by area", ["Area", "Index"])
    assert made.rows[-1].bar == WIDTH
    full = figure("c", sample.figures()["concentration"], note.model_copy(update={"full": 10_000}))
    assert full.rows[0].bar == pytest.approx(0.13889 * WIDTH, abs=0.01)


def test_a_long_figure_says_what_it_leaves_out() -> None:
    made = figure("many", [{"name": f"row {at}", "value": at} for at in range(MOST_ROWS + 5)], None)
    assert (len(made.rows), made.left_out) == (MOST_ROWS, 5)


def test_a_figure_without_numbers_has_no_bars() -> None:
    made = figure("words", [{"a": "x", "b": None}], None)
    assert made.bar_heading == "" and made.rows[0].bar is None and made.rows[0].cells[1].text == ""


def test_the_notes_that_ship_are_sound() -> None:
    notes = read_notes()
    assert notes.effects[sample_rules.SKEW].told(1.8432) == "1.84"
    assert EffectNote(unit="share").told(0.1175) == "11.8%"
    for rates in notes.error_rates:
        assert {len(row) for row in rates.rows} == {len(rates.columns)}


def test_a_rule_without_a_record_to_judge_is_not_told_as_one_that_found_nothing() -> None:
    rules = [
        RuleResult("a", 1, [], "assessed", population=4, assessed=4, passed=4),
        RuleResult("b", 1, [], "assessed"),
    ]
    looked, _, unknown = answers(replace(sample.sweep(), rules=rules, findings=[]))
    assert looked.figure == "1 of 2"
    assert looked.text == (
        "They judged 4 records. 1 found nothing, which clears nobody of what they do not look at."
    )
    assert unknown.text == "1 had no record to judge. Neither a pass nor a finding."
    excluded = RuleResult("c", 1, [], "assessed", population=3, excluded={"inferred contract": 3})
    unknown = answers(replace(sample.sweep(), rules=[*rules, excluded], findings=[]))[2]
    assert unknown.text == (
        "1 had no record to judge. 1 had to leave out every record. Neither a pass nor a finding."
    )


def test_a_finding_on_one_code_of_a_framework_is_about_that_clause_alone() -> None:
    found = sample.finding(
        sample_rules.POLICY, ("Contract", "C1"), "X", "m", 1, "Contract",
        identity={"contract_id": "C1", "capability": "M2"},
    )  # fmt: skip
    (gathered,) = group([found])
    assert clauses_of(gathered, ("STR-CAP-00", "STR-CAP-M1", "STR-CAP-M2")) == ("STR-CAP-M2",)
    assert clauses_of(gathered, ("COC-EQ-01",)) == ("COC-EQ-01",)


def test_the_first_screen_shows_no_rule_more_than_twice() -> None:
    shown = first_to_read(group(sample.findings()), 8)
    assert max(sum(each.rule == rule for each in shown) for rule in sample_rules.headers()) <= 2


def test_rows_left_out_are_those_with_the_shortest_bars() -> None:
    rows = [{"name": f"row {at}", "hhi": float(at)} for at in range(MOST_ROWS + 5)]
    assert figure("many", rows, None).rows[0].cells[0].text == f"row {MOST_ROWS + 4}"


def test_a_note_gives_units_that_names_do_not() -> None:
    note = FigureNote(title="t", units={"cr4": "share", "hhi": "points"}, bar="cr4")
    (row,) = figure("c", [{"cr4": 0.45, "hhi": 1388.888}], note).rows
    assert [cell.text for cell in row.cells] == ["45.0%", "1,388.9"]
    assert row.bar == pytest.approx(0.45 * WIDTH)


def test_a_count_of_customers_that_an_assessment_left_out_is_a_small_one() -> None:
    made = figure("routes", [{"need": "health", "customers": None}, {"need": "debt", "customers": 40}], None)
    assert [row.cells[1].text for row in made.rows] == ["under 10", "40"]


def test_a_rule_that_could_judge_none_of_its_records_is_told_as_not_assessed() -> None:
    blind = RuleResult("a", 1, [], "assessed", population=9, not_assessable=9)
    looked, _, unknown = answers(replace(sample.sweep(), rules=[blind], findings=[]))
    assert (looked.figure, unknown.figure, unknown.label) == ("0 of 1", "1", "rule not assessed")
    assert not_assessed([blind]) == [blind] and partly_assessed([blind]) == []


def test_one_text_column_stays_even_where_every_row_says_the_same() -> None:
    made = figure("f", [{"a": "x", "b": "y", "n": 1}, {"a": "x", "b": "y", "n": 2}], None)
    assert made.same == ("B: y",) and [cell.text for cell in made.headings] == ["A", "n"]
