"""The effects of a statistical rule, one finding a row, drawn on one axis with their intervals."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from chaingraph.findings.sweep import Finding, Sweep
from chaingraph.reporting.charts import Axis, axis
from chaingraph.reporting.finding_view import interval_text
from chaingraph.reporting.groups import NOBODY
from chaingraph.reporting.notes import EffectNote, Notes
from chaingraph.reporting.page_views import GroupView
from chaingraph.reporting.plain import chance, native, number
from chaingraph.reporting.privacy import kept_back, measures_few
from chaingraph.reporting.rule_view import RuleView


@dataclass(frozen=True)
class EffectRow:
    """One finding: its numbers as text, and where they stand on the axis; an open end runs to the edge."""

    name: str
    anchor: str
    effect: str
    interval: str
    q: str
    n: str
    low: float
    at: float
    high: float
    mark: float


@dataclass(frozen=True)
class EffectTable:
    """The effects of one rule, the largest first, and the ends of the axis that they are drawn on."""

    rule: RuleView
    note: EffectNote
    span: str
    mark: str
    rows: tuple[EffectRow, ...]


def effects(
    sweep: Sweep, shown: Mapping[tuple[str, str], GroupView], notes: Notes
) -> tuple[EffectTable, ...]:
    """A table a rule that measured an effect; findings whose figures are kept back stay out of it."""
    tables = []
    for result in sorted(sweep.rules, key=lambda each: each.rule):
        note = notes.effects.get(result.rule, EffectNote())
        found = _measured(sweep, result.rule)
        if not found:
            continue
        ends = [_known(each).get(name) for each in found for name in ("effect", "low", "high")]
        scale = axis(ends, note.mark, note.scale == "log")
        found.sort(key=lambda each: (-(_known(each)["effect"] or 0.0), each.id))
        rows = tuple(_row(each, shown[each.rule, each.respondent or NOBODY], scale, note) for each in found)
        span = f"{note.told(scale.low)} to {note.told(scale.high)}"
        rule = shown[found[0].rule, found[0].respondent or NOBODY].rule
        tables.append(EffectTable(rule, note, span, note.told(note.mark), rows))
    return tuple(tables)


def _measured(sweep: Sweep, rule: str) -> list[Finding]:
    told = (each for each in sweep.findings if each.rule == rule and _known(each).get("effect") is not None)
    return [each for each in told if not (kept_back(each) or measures_few(each))]


def _known(finding: Finding) -> dict[str, float | None]:
    return {name: native(value) for name, value in (finding.statistics or {}).items()}


def _row(finding: Finding, group: GroupView, scale: Axis, note: EffectNote) -> EffectRow:
    view = next(each for each in group.findings if each.id == finding.id)
    known = _known(finding)
    effect, low, high, q, n = (known.get(name) for name in ("effect", "low", "high", "q", "n"))
    alone = len(group.findings) == 1
    return EffectRow(
        name=group.party.name if alone else f"{group.party.name}, {view.subject}",
        anchor=view.anchor,
        effect=note.told(effect or 0.0),
        interval=interval_text(known, note),
        q="" if q is None else chance(q),
        n="" if n is None else number(n),
        low=scale.at(scale.low if low is None else low),
        at=scale.at(effect or 0.0),
        high=scale.at(scale.high if high is None else high),
        mark=scale.at(note.mark),
    )
