"""What the page tells a reader, and in which order."""

from __future__ import annotations

from dataclasses import replace

from chaingraph.findings.sweep import Sweep
from chaingraph.reporting import to_html
from tests.reporting import sample, sample_rules
from tests.reporting.parsed import Page


def shown(sweep: Sweep, **more: object) -> Page:
    return Page.of(to_html(sweep, sample_rules.rules(), sample_rules.clauses(), {}, **more))  # type: ignore[arg-type]


def test_the_answer_comes_first_and_adds_up(page: Page) -> None:
    answer = page.by_id("answer").text()
    assert "As of 31 March 2026" in answer and "6 files, 45,345 rows" in answer
    assert "10 of 11 rules could be assessed" in answer
    assert "22 findings to ask about 2 possible breaches, 20 indicators. 3 organisations to ask." in answer
    assert "1 other accepted." in answer
    assert "1 rule not assessed Data absent from commitments." in answer
    assert "4,019 records of 3 other rules could not be judged. Neither a pass nor a finding." in answer
    assert "publishable before the organisation concerned has replied" in answer


def test_the_gravest_stand_first_one_rule_at_a_time(page: Page) -> None:
    entries = [entry.text() for entry in page.by_id("first").all("li")]
    assert [("Possible breach" in entry) for entry in entries] == [True] * 2 + [False] * 6
    links = [link.attributes["href"] for link in page.by_id("first").all("a")]
    assert len({page.by_id(link[1:]).all("h4")[0].text() for link in links[:8]}) == 8


def test_what_could_not_be_assessed_says_why_and_where_the_data_belongs(page: Page) -> None:
    text = page.by_id("unassessed").text()
    assert (
        "Far fewer customers came than the prime promised not assessable Not in the data: commitments."
        in text
    )
    assert "neither a pass nor a finding" in text


def test_each_finding_stands_once_with_all_that_due_process_asks_for(page: Page) -> None:
    providers = page.by_id("providers")
    findings = [node for node in providers.all("li") if node.attributes.get("id", "").startswith("finding-")]
    assert len(findings) == len(sample.sweep().findings)
    late = next(node for node in findings if "207 invoices" in node.text())
    group = late.parent.parent if late.parent else None
    assert group is not None
    for words in (
        "put to the organisation as payer",
        "judged 9,325 of 9,844 invoices: 1,204 flagged, 8,121 passed, 107 left out (96 in dispute, "
        "11 inferred contract), 412 not assessable (no day of receipt).",
        "“Payments to delivery providers should be made on the agreed terms” COC-POST-07",
        "The invoice was disputed, invalid or resubmitted",
        "Date the invoice reached the payer",
    ):
        assert words in group.text()
    assert "The first 10 of 207 invoices" in late.text()
    assert "INV-100000 invoices.csv 2" in late.text() and "INV-100370" not in late.text()
    assert "197 more records: all of them in evidence.csv" in late.text()
    assert "$tolerance_days 0" in late.text() and "£148,148.04" in late.text()
    (query,) = [a.attributes["href"][1:] for a in late.all("a")]
    assert "i.due_day + $tolerance_days < i.settled_day" in page.by_id(query).text()


def test_a_statistical_finding_shows_its_effect_interval_and_error(page: Page) -> None:
    text = page.by_id("providers").text()
    assert "Odds ratio 1.84 (95% interval 1.32 to 2.57), p under 0.001, q 0.002, n 7,288" in text
    assert "Specialist routes Need Agreed Evidenced Paid for mental health yes no yes" in text
    drawn = page.by_id("figures").text()
    assert "Northway Employment Ltd 1.84 1.32 to 2.57 0.002 7,288" in drawn
    assert drawn.index("1.84") < drawn.index("1.47")


def test_every_rule_shows_its_denominators_thresholds_and_their_basis(page: Page) -> None:
    text = page.by_id("rules").text()
    assert "No payment term was agreed payment-term-missing 120 108 0 12 0 0" in text
    assert "tolerance_days 0 days none: the agreed day is the agreed day" in text
    assert "min_customers 200 customers project default" in text
    assert "Low power for one prime under 500 referrals: silence is not clearance" in text
    assert "Not assessable: 412 (no day of receipt)." in text
    assert "Needs invoices.due_on (worked out from other columns); contracts.payment_term_days." in text


def test_a_changed_threshold_shows_its_default_too() -> None:
    page = shown(sample.sweep(), settings={sample_rules.LATE: {"tolerance_days": 3}})
    assert "tolerance_days 3 days (default 0 days)" in page.by_id("rules").text()


def test_findings_by_clause_lead_back_to_the_organisation(page: Page) -> None:
    clauses = page.by_id("clauses")
    assert [node.text() for node in clauses.all("h3")] == sorted(
        {clause for found in sample.findings() for clause in sample_rules.headers()[found.rule].clauses}
    )
    assert "Northway Employment Ltd Prime paid a sub-contractor after the agreed day 5 indicators 525" in (
        clauses.text()
    )


def test_the_load_reconciles_and_names_what_it_refused(page: Page) -> None:
    text = page.by_id("load").text()
    assert "invoices £812,345,678.90 £812,300,000.00 £45,678.90 £0.00" in text
    assert "invoices.received_on date: expected a date, 2026-03-31 9 invoices.csv row 812: 31/02/2024" in text
    assert "Write dates as YYYY-MM-DD" in text
    assert sample.digest("invoices.csv") in text


def test_the_settings_and_the_commands_are_there(page: Page) -> None:
    text = page.by_id("reproduce").text()
    assert sample.digest("settings") in text and "chaingraph sweep --as-of 2026-03-31" in text


def test_error_rates_are_printed_for_rules_that_ran(page: Page) -> None:
    assert "how often a prime is flagged" in page.by_id("method").text()
    without = replace(sample.sweep(), rules=[], findings=[])
    assert "how often a prime is flagged" not in shown(without).by_id("method").text()


def test_an_empty_sweep_is_no_clearance() -> None:
    page = shown(replace(sample.sweep(), findings=[], rules=sample.sweep().rules[-1:], sources=[]))
    assert "No open finding" in page.by_id("answer").text()
    assert "That is not a clearance" in page.by_id("first").text()
    assert page.unbalanced == []


def test_a_rule_and_an_organisation_that_nobody_knows_keep_their_ids() -> None:
    html = to_html(sample.sweep(), [], {}, {})
    text = Page.of(html).by_id("providers").text()
    assert "GB-COH-07143001" in text and "payment-late-statutory" in text and "COC-POST-07" in text


def test_an_open_page_never_accuses(page: Page) -> None:
    text = page.root.text().lower()
    for word in ("guilty", "fraud", "offender", "violat", "cheat", "culprit", "misconduct"):
        assert word not in text
