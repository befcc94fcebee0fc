"""A sweep as one page that opens offline: no script, no reference to anything outside itself."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from functools import cache
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from chaingraph.content import content_dir
from chaingraph.findings.sweep import Sweep
from chaingraph.reporting import plain
from chaingraph.reporting.clause_results import clause_results, rolled_up
from chaingraph.reporting.effects import effects
from chaingraph.reporting.figures import Figure, figure
from chaingraph.reporting.finding_view import anchor
from chaingraph.reporting.groups import Group, by_clause, by_respondent, first_to_read, group
from chaingraph.reporting.load_notes import load_notes
from chaingraph.reporting.missing import REASONS
from chaingraph.reporting.notes import ErrorRates, Notes, read_notes
from chaingraph.reporting.page_views import ClauseView, GroupView, group_view, party_view, rule_views
from chaingraph.reporting.rule_view import RuleView
from chaingraph.reporting.summary import WORDS, answers, not_assessed, partly_assessed
from chaingraph.reporting.texts import ClauseText, Party, RuleText

FIRST = 8


def to_html(
    sweep: Sweep,
    rules: Iterable[RuleText],
    clauses: Mapping[str, ClauseText],
    manifest: Mapping[str, Any],
    *,
    parties: Mapping[str, Party] | None = None,
    settings: Mapping[str, Mapping[str, Any]] | None = None,
    evidence_file: str | None = None,
) -> str:
    """The report for a market steward with ten minutes, as the text of one HTML file.

    ``clauses`` go by id. ``manifest`` is the store's, ``parties`` names organisations by id,
    ``settings`` are the parameters each rule ran with (default: as its header says), and ``evidence_file``
    is where every evidence row was written, if it was.
    """
    groups = group(sweep.findings)
    notes = read_notes()
    headers = {rule.id: rule.header for rule in rules}
    views = rule_views(sweep, headers, settings or {})
    shown = {(g.rule, g.respondent): group_view(g, views, parties or {}, notes) for g in groups}

    def chosen(some: Sequence[Group]) -> tuple[GroupView, ...]:
        return tuple(shown[each.rule, each.respondent] for each in some)

    template = _environment().get_template("sweep.html.j2")
    return template.render(
        sweep=sweep,
        load=load_notes(manifest),
        answers=answers(sweep),
        first=chosen(first_to_read(groups, FIRST)),
        parties=tuple(party_view(some, shown) for some in by_respondent(groups).values()),
        clauses=tuple(
            ClauseView(name, anchor("clause", name), clauses.get(name), chosen(some))
            for name, some in by_clause(sweep, groups).items()
        ),
        every_clause=clause_results(sweep, clauses, views),
        rolled_up=rolled_up(sweep, clauses, views, parties or {}),
        quoted={name: clauses[name] for view in views.values() for name in view.clauses if name in clauses},
        rules=tuple(views.values()),
        queries={(view.id, query.text): query.anchor for view in views.values() for query in view.queries},
        unassessed=tuple(views[result.rule] for result in not_assessed(sweep.rules)),
        partly=tuple(views[result.rule] for result in partly_assessed(sweep.rules)),
        figures=_figures(sweep, views, notes),
        effects=effects(sweep, shown, notes),
        error_rates=_error_rates(views, notes),
        evidence_file=evidence_file,
    )


@cache
def _environment() -> Environment:
    environment = Environment(
        loader=FileSystemLoader(content_dir("reports"), encoding="utf-8"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        finalize=_inert,
    )
    environment.filters |= {
        "number": plain.number,
        "pounds": plain.pounds,
        "day": plain.day,
        "counted": plain.count,
        "heading": plain.heading,
        "inline": plain.line,
        "severity": lambda word: WORDS.get(word, (word,))[0],
    }
    return environment


def _inert(value: Any) -> Any:
    """Everything that a template prints passes here: text loses what could act, markup is ours already."""
    return plain.inert(value) if isinstance(value, str) and not isinstance(value, Markup) else value


def _figures(
    sweep: Sweep, rules: Mapping[str, RuleView], notes: Notes
) -> tuple[tuple[RuleView, Figure], ...]:
    return tuple(
        (rules[result.rule], figure(name, rows, notes.figures.get(name)))
        for result in sorted(sweep.rules, key=lambda r: r.rule)
        for name, rows in result.figures.items()
        if rows and name != REASONS
    )


def _error_rates(rules: Mapping[str, RuleView], notes: Notes) -> tuple[ErrorRates, ...]:
    return tuple(rates for rates in notes.error_rates if rates.rule in rules)
