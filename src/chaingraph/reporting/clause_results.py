"""Every clause with what this sweep could say about it, and the clauses that others answer for, rolled up."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from chaingraph.findings.sweep import Finding, Sweep
from chaingraph.reporting.groups import NOBODY, Group, clauses_of, open_findings
from chaingraph.reporting.plain import count
from chaingraph.reporting.rule_view import RuleView
from chaingraph.reporting.texts import ClauseText, Party


@dataclass(frozen=True)
class ClauseResult:
    """One clause: its words, how it was answered, and the open findings under it."""

    id: str
    text: ClauseText
    told: str
    rules: tuple[RuleView, ...]
    findings: int


@dataclass(frozen=True)
class RolledUp:
    """A clause that has no rule of its own, and for each organisation what its clauses' findings are about."""

    id: str
    text: ClauseText
    rows: tuple[tuple[Party, int, int], ...]


def clause_results(
    sweep: Sweep, clauses: Mapping[str, ClauseText], rules: Mapping[str, RuleView]
) -> tuple[ClauseResult, ...]:
    """Every clause in the order of its file."""
    standing: dict[str, list[RuleView]] = {}
    for rule in rules.values():
        for name in rule.clauses:
            standing.setdefault(name, []).append(rule)
    found = Counter(name for finding in open_findings(sweep) for name in _clauses(finding, rules))
    return tuple(
        ClauseResult(
            name, text, _told(text, standing.get(name, ())), tuple(standing.get(name, ())), found[name]
        )
        for name, text in clauses.items()
    )


def _told(text: ClauseText, rules: Sequence[RuleView]) -> str:
    if text.ceiling == "guard":
        return "A limit on what rules may do; held by tests."
    if text.rolls_up:
        return f"Answered for by {', '.join(text.rolls_up)}; see below."
    if not rules:
        return "No rule of this sweep stands on it."
    judged = sum(rule.judged for rule in rules)
    if judged == len(rules):
        return "Judged."
    return f"Judged by {judged} of {count(len(rules), 'rule')}." if judged else "Not judged."


def rolled_up(
    sweep: Sweep,
    clauses: Mapping[str, ClauseText],
    rules: Mapping[str, RuleView],
    parties: Mapping[str, Party],
) -> tuple[RolledUp, ...]:
    """The clauses that others answer for. One contract (or other thing) found by two rules counts once."""
    listed = []
    for name, text in clauses.items():
        if not text.rolls_up:
            continue
        findings: Counter[str] = Counter()
        things: dict[str, set[tuple[str, str]]] = {}
        for finding in open_findings(sweep):
            if set(_clauses(finding, rules)) & set(text.rolls_up):
                whom = finding.respondent or NOBODY
                findings[whom] += 1
                things.setdefault(whom, set()).add((finding.subject["label"], finding.subject["id"]))
        rows = tuple(
            (
                parties.get(whom, Party(whom, whom or "The market as a whole")),
                len(things[whom]),
                findings[whom],
            )
            for whom in sorted(findings, key=lambda whom: (-len(things[whom]), whom))
        )
        listed.append(RolledUp(name, text, rows))
    return tuple(listed)


def _clauses(finding: Finding, rules: Mapping[str, RuleView]) -> tuple[str, ...]:
    alone = Group(finding.rule, finding.respondent or NOBODY, (finding,))
    return clauses_of(alone, rules[finding.rule].clauses if finding.rule in rules else ())
