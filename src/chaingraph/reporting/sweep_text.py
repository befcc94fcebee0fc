"""A sweep on a terminal: the counts, the findings by rule, what nobody can know yet, and how to see more."""

from __future__ import annotations

import textwrap
from collections.abc import Iterable, Iterator, Mapping

from chaingraph.findings.sweep import Sweep
from chaingraph.reporting.groups import group, severity_rank
from chaingraph.reporting.missing import why_not
from chaingraph.reporting.plain import count, day, line
from chaingraph.reporting.privacy import kept_back, said
from chaingraph.reporting.summary import answers, by_severity, not_assessed
from chaingraph.reporting.texts import RuleText

WIDTH = 96


def to_text(sweep: Sweep, rules: Iterable[RuleText] = ()) -> str:
    """The sweep in a screenful, as plain text. ``rules`` gives the titles; without it rules go by id."""
    titles = {rule.id: rule.header.title for rule in rules}
    return "\n".join(line_ for part in _parts(sweep, titles) for line_ in part) + "\n"


def _parts(sweep: Sweep, titles: Mapping[str, str]) -> Iterator[list[str]]:
    rows, rejected = (sum(getattr(s, name) for s in sweep.sources) for name in ("rows", "rejected"))
    yield [
        f"{line(sweep.market)}, as of {day(sweep.as_of)}",
        f"{count(len(sweep.sources), 'file')}, {count(rows, 'row')}, {rejected:,} rejected",
        "",
    ]
    for answer in answers(sweep):
        yield _wrapped(f"{answer.figure} {answer.label}. {answer.text}", "", "  ")
    if sweep.findings:
        yield ["", "Findings by rule"]
        yield from _by_rule(sweep, titles)
    if whole := not_assessed(sweep.rules):
        yield ["", "Not assessed"]
        for result in whole:
            yield _wrapped(f"{result.rule}: {line(why_not(result))}", "  ", "      ")
    yield [""]
    if sweep.findings:
        yield ["Nobody named here has been heard. A finding is a question, not an accusation."]
    yield [
        "More: chaingraph sweep --format html -o report.html    chaingraph rules show RULE",
    ]


def _by_rule(sweep: Sweep, titles: Mapping[str, str]) -> Iterator[list[str]]:
    by_rule: dict[str, list[str]] = {}
    for each in group(sweep.findings):
        by_rule.setdefault(each.rule, []).append(each.respondent)
    found = {name: [f for f in sweep.findings if f.rule == name] for name in by_rule}
    gravest = {name: min(severity_rank(f.severity) for f in listed) for name, listed in found.items()}
    for name in sorted(by_rule, key=lambda rule: (gravest[rule], rule)):
        whom = len({respondent for respondent in by_rule[name] if respondent})
        about = f" about {count(whom, 'organisation')}" if whom else ""
        yield [f"  {name}: {by_severity(found[name])}{about}"]
        first = next(f for each in group(found[name]) for f in each.findings)
        told = titles.get(name, "") if kept_back(first) else said(line(first.message))
        if told:
            yield _wrapped(told, "      ", "      ")


def _wrapped(text: str, first: str, rest: str) -> list[str]:
    return textwrap.wrap(text, WIDTH, initial_indent=first, subsequent_indent=rest, break_on_hyphens=False)
