"""Findings put in order: by weight, by who is asked about them, and by clause."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from chaingraph.findings.sweep import Finding, Sweep

SEVERITIES = ("breach", "indicator", "attestation")
OPEN_STATES = ("new", "persisting")
NOBODY = ""  # the respondent of a finding about the market as a whole


@dataclass(frozen=True)
class Group:
    """The findings of one rule about one respondent, the most records first."""

    rule: str
    respondent: str
    findings: tuple[Finding, ...]

    @property
    def severity(self) -> str:
        """The gravest severity among the findings."""
        return min((finding.severity for finding in self.findings), key=severity_rank)

    @property
    def records(self) -> int:
        """How many records stand behind the findings (a record may stand behind two)."""
        return sum(finding.evidence_count for finding in self.findings)

    @property
    def weight(self) -> tuple[int, int, int, str, str]:
        """Sorts the groups that a reader should see first to the front."""
        settled = all(finding.state not in OPEN_STATES for finding in self.findings)
        return int(settled), severity_rank(self.severity), -self.records, self.rule, self.respondent


def severity_rank(severity: str) -> int:
    """0 for the gravest; a word that is none of the three sorts last."""
    return SEVERITIES.index(severity) if severity in SEVERITIES else len(SEVERITIES)


def group(findings: Iterable[Finding]) -> list[Group]:
    """The findings by rule and respondent, gravest first."""
    gathered: dict[tuple[str, str], list[Finding]] = {}
    for finding in findings:
        gathered.setdefault((finding.rule, finding.respondent or NOBODY), []).append(finding)
    return sorted(
        (
            Group(rule, respondent, tuple(sorted(members, key=lambda f: (_rank(f), f.id))))
            for (rule, respondent), members in gathered.items()
        ),
        key=lambda each: each.weight,
    )


def _rank(finding: Finding) -> tuple[bool, int, int]:
    return finding.state not in OPEN_STATES, severity_rank(finding.severity), -finding.evidence_count


def first_to_read(groups: Sequence[Group], most: int, of_a_rule: int = 2) -> list[Group]:
    """The groups for the first screen: within a severity the heaviest of each rule before a second of any."""
    turn: Counter[str] = Counter()
    ranked = []
    for each in groups:
        if turn[each.rule] < of_a_rule:
            ranked.append((each.weight[:2], turn[each.rule], each.weight, each))
        turn[each.rule] += 1
    return [each for *_, each in sorted(ranked, key=lambda entry: entry[:3])][:most]


def by_respondent(groups: Iterable[Group]) -> dict[str, list[Group]]:
    """Groups a respondent: whoever has the heaviest group first, the market as a whole last."""
    gathered: dict[str, list[Group]] = {}
    for each in groups:
        gathered.setdefault(each.respondent, []).append(each)
    return dict(sorted(gathered.items(), key=lambda item: (item[0] == NOBODY, item[1][0].weight)))


def clauses_of(each: Group, clauses: Sequence[str]) -> tuple[str, ...]:
    """Which of a rule's clauses a group's findings are about, in the rule's order.

    A rule may stand on a clause for each code of a framework. Then a finding whose identity holds the code
    that a clause's id ends on, or that id itself, is about that clause; findings without it are about all.
    """
    codes = {str(part) for finding in each.findings for part in finding.identity.values()}
    named = tuple(clause for clause in clauses if {clause, clause.rpartition("-")[2]} & codes)
    return named or tuple(clauses)


def by_clause(sweep: Sweep, groups: Sequence[Group]) -> dict[str, list[Group]]:
    """Groups a clause, in the order of clause ids; a group about two clauses stands under both."""
    clauses = {result.rule: result.clauses for result in sweep.rules}
    gathered: dict[str, list[Group]] = {}
    for each in groups:
        for clause in clauses_of(each, clauses.get(each.rule, ())):
            gathered.setdefault(clause, []).append(each)
    return dict(sorted(gathered.items()))


def open_findings(sweep: Sweep) -> list[Finding]:
    """The findings that still wait for an answer or a decision."""
    return [finding for finding in sweep.findings if finding.state in OPEN_STATES]
