"""Groups, organisations, clauses and effects as a page shows them, put together from a sweep."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from chaingraph.findings.sweep import Finding, Sweep
from chaingraph.reporting.finding_view import FindingView, anchor, view
from chaingraph.reporting.groups import NOBODY, Group, clauses_of
from chaingraph.reporting.notes import Notes
from chaingraph.reporting.privacy import (
    CUSTOMER_LABELS,
    RESTRICTED_LABELS,
    SMALLEST_CELL,
    UNDER,
    WITHHELD,
    labels,
)
from chaingraph.reporting.rule_view import RuleView, rule_view
from chaingraph.reporting.summary import by_severity
from chaingraph.reporting.texts import ClauseText, Party
from chaingraph.rules.header import Header


@dataclass(frozen=True)
class GroupView:
    """The findings of one rule about one organisation. ``records`` is their number as it may be printed."""

    anchor: str
    rule: RuleView
    party: Party
    severity: str
    severities: str
    records: str
    clauses: tuple[str, ...]
    findings: tuple[FindingView, ...]


@dataclass(frozen=True)
class PartyView:
    """One organisation and everything that it would be asked about."""

    anchor: str
    party: Party
    severities: str
    count: int
    groups: tuple[GroupView, ...]


@dataclass(frozen=True)
class ClauseView:
    """One clause with its words (None where no clause file holds it) and what was found under it."""

    id: str
    anchor: str
    text: ClauseText | None
    groups: tuple[GroupView, ...]


def rule_views(
    sweep: Sweep, rules: Mapping[str, Header], settings: Mapping[str, Mapping[str, Any]]
) -> dict[str, RuleView]:
    """The rules by id, each with its result and what it ran with."""
    of_rule: dict[str, list[Finding]] = {}
    for finding in sorted(sweep.findings, key=lambda f: (f.rule, f.id)):
        of_rule.setdefault(finding.rule, []).append(finding)
    views = {}
    for result in sorted(sweep.rules, key=lambda r: r.rule):
        found = of_rule.get(result.rule, [])
        used = settings.get(result.rule) or (found[0].parameters if found else {})
        views[result.rule] = rule_view(result, rules.get(result.rule), found, used)
    return views


def group_view(
    each: Group, rules: Mapping[str, RuleView], parties: Mapping[str, Party], notes: Notes
) -> GroupView:
    """One group made ready for the page."""
    rule = rules[each.rule]
    return GroupView(
        anchor=anchor("group", f"{each.rule}\n{each.respondent}"),
        rule=rule,
        party=_party(each.respondent, parties),
        severity=each.severity,
        severities=by_severity(each.findings),
        records=_records(each),
        clauses=clauses_of(each, rule.clauses),
        findings=tuple(view(finding, rule.title, notes) for finding in each.findings),
    )


def _records(each: Group) -> str:
    found = frozenset[str]().union(*map(labels, each.findings))
    if found & RESTRICTED_LABELS:
        return WITHHELD
    return UNDER if found & CUSTOMER_LABELS and each.records < SMALLEST_CELL else f"{each.records:,}"


def _party(respondent: str, parties: Mapping[str, Party]) -> Party:
    if respondent == NOBODY:
        return Party("", "The market as a whole")
    return parties.get(respondent, Party(respondent, respondent))


def party_view(groups: Sequence[Group], shown: Mapping[tuple[str, str], GroupView]) -> PartyView:
    """One organisation's groups, which all name the same respondent."""
    views = tuple(shown[each.rule, each.respondent] for each in groups)
    findings = [finding for each in groups for finding in each.findings]
    return PartyView(
        anchor=anchor("party", views[0].party.id),
        party=views[0].party,
        severities=by_severity(findings),
        count=len(findings),
        groups=views,
    )
