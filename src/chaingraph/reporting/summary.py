"""The answer in three lines: how much was looked at, what came of it, and what nobody can know yet."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from chaingraph.findings.sweep import Finding, RuleResult, Sweep
from chaingraph.reporting.groups import OPEN_STATES, SEVERITIES, open_findings
from chaingraph.reporting.missing import absent_tables
from chaingraph.reporting.plain import count

_NAMED = 5
_NEITHER = "Neither a pass nor a finding."
# What people read. Nobody has been heard yet, so a breach on the record is only a possible one.
WORDS = {
    "breach": ("possible breach", "possible breaches"),
    "indicator": ("indicator", "indicators"),
    "attestation": ("missing attestation", "missing attestations"),
}


@dataclass(frozen=True)
class Answer:
    """A figure that the eye finds first, and the sentence that gives it its meaning."""

    figure: str
    label: str
    text: str


def answers(sweep: Sweep) -> tuple[Answer, Answer, Answer]:
    """The three lines, in the order in which a reader should meet them."""
    return _looked(sweep.rules), _found(sweep), _unknown(sweep.rules)


def by_severity(findings: Sequence[Finding]) -> str:
    """``2 possible breaches, 14 indicators``; empty for none. Severities of nought are left out."""
    tally = Counter(finding.severity for finding in findings)
    names = [*SEVERITIES, *sorted(tally.keys() - set(SEVERITIES))]
    return ", ".join(count(tally[name], *WORDS.get(name, (name,))) for name in names if tally[name])


def providers(findings: Sequence[Finding]) -> int:
    """How many organisations the findings would be put to."""
    return len({finding.respondent for finding in findings if finding.respondent})


def judged_nothing(result: RuleResult) -> bool:
    """Whether a rule ran and judged nothing: there was no record, or none that it could judge."""
    return result.status == "assessed" and not result.assessed


def not_assessed(rules: Sequence[RuleResult]) -> list[RuleResult]:
    """The rules of which nothing was assessed, those that failed first."""
    order = {"failed": 0, "not_assessable": 1, "assessed": 1, "off": 2}
    listed = (result for result in rules if result.status != "assessed" or judged_nothing(result))
    return sorted(listed, key=lambda result: (order[result.status], result.rule))


def partly_assessed(rules: Sequence[RuleResult]) -> list[RuleResult]:
    """The assessed rules with records that could not be."""
    listed = (r for r in rules if r.status == "assessed" and r.not_assessable and not judged_nothing(r))
    return sorted(listed, key=lambda result: result.rule)


def _looked(rules: Sequence[RuleResult]) -> Answer:
    assessed = [result for result in rules if result.status == "assessed" and not judged_nothing(result)]
    clean = sum(not result.findings for result in assessed)
    records = sum(result.assessed for result in assessed)
    label = "rule could be assessed" if len(rules) == 1 else "rules could be assessed"
    silent = f" {clean} found nothing, which clears nobody of what they do not look at." if clean else ""
    text = f"They judged {count(records, 'record')}.{silent}"
    return Answer(f"{len(assessed)} of {len(rules)}", label, text)


def _found(sweep: Sweep) -> Answer:
    waiting = open_findings(sweep)
    settled = Counter(finding.state for finding in sweep.findings if finding.state not in OPEN_STATES)
    more = "".join(f" {count(settled[state], 'other')} {state}." for state in sorted(settled))
    if not waiting:
        nothing = "No rule that could be assessed found anything to ask about."
        return Answer("No", "open finding", f"{nothing}{more}")
    severities = by_severity(waiting)
    concerned = providers(waiting)
    whom = f"{count(concerned, 'organisation')} to ask" if concerned else "The market as a whole"
    return Answer(
        f"{len(waiting):,}",
        "finding to ask about" if len(waiting) == 1 else "findings to ask about",
        f"{severities[:1].upper()}{severities[1:]}. {whom}.{more}",
    )


def _unknown(rules: Sequence[RuleResult]) -> Answer:
    whole, partly = not_assessed(rules), partly_assessed(rules)
    records = sum(result.not_assessable for result in partly)
    if not whole and not partly:
        return Answer("None", "left unassessed", "Every rule found the data it needs for every record.")
    if not whole:
        label = "record not assessable" if records == 1 else "records not assessable"
        return Answer(f"{records:,}", label, f"In {count(len(partly), 'rule')}. {_NEITHER}")
    label = "rule not assessed" if len(whole) == 1 else "rules not assessed"
    others = count(len(partly), "other rule")
    also = f"{count(records, 'record').capitalize()} of {others} could not be judged. " if partly else ""
    return Answer(f"{len(whole)}", label, f"{_reasons(whole)}{also}{_NEITHER}")


def _reasons(whole: Sequence[RuleResult]) -> str:
    """What is absent, by table, and how many rules are off or failed: one sentence each."""
    tables = list(dict.fromkeys(table for result in whole for table in absent_tables(result)))
    left = len(tables) - _NAMED
    more = f" and {count(left, 'more table')}" if left > 0 else ""
    said = f"Data absent from {', '.join(tables[:_NAMED])}{more}. " if tables else ""
    idle = [result for result in whole if judged_nothing(result) and not result.not_assessable]
    empty = sum(not result.population for result in idle)
    said += f"{empty} had no record to judge. " if empty else ""
    said += f"{len(idle) - empty} had to leave out every record. " if len(idle) > empty else ""
    for status, words in (("failed", "failed"), ("off", "switched off")):
        if number := sum(result.status == status for result in whole):
            said += f"{number} {words}. "
    return said
