"""A page a rule, from its file and its cases: what it looks at, its thresholds, a worked example."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from itertools import groupby
from typing import Any

from chaingraph.reporting.missing import in_words
from chaingraph.reporting.nouns import many
from chaingraph.rulecases.case import Case, case_files, read_case
from chaingraph.rules.clause_texts import Clause
from chaingraph.rules.rule import Rule

SEVERITIES = {
    "breach": "possible breach (a direct record beside words that leave no choice)",
    "indicator": "indicator (a reason to ask; it proves nothing)",
    "attestation": "missing attestation (a document that has not been seen)",
}


def rule_pages(rules: Sequence[Rule], clauses: Mapping[str, Clause]) -> dict[str, str]:
    """File name → text: ``README.md`` with all rules by pack, and a page a rule."""
    cases = case_files()
    pages = {"README.md": _index(rules)}
    for rule in rules:
        read = [read_case(file) for file in cases.get(rule.id, ())]
        pages[f"{rule.id}.md"] = "\n".join(_page(rule, clauses, read)) + "\n"
    return pages


def _index(rules: Sequence[Rule]) -> str:
    parts = ["# The rules\n\nGenerated from the rule files in `queries/` and their cases. A page a rule.\n"]
    for pack, members in groupby(
        sorted(rules, key=lambda rule: (rule.pack, rule.id)), lambda rule: rule.pack
    ):
        parts += [f"## {pack}\n", "| rule | flags | severity | clauses |\n|---|---|---|---|"]
        parts += [
            f"| [{rule.id}]({rule.id}.md) | {rule.title} | {rule.severity} | {_listed(rule.clauses)} |"
            for rule in members
        ]
        parts.append("")
    return "\n".join(parts)


def _listed(clauses: Sequence[str]) -> str:
    more = f" and {len(clauses) - 2} more" if len(clauses) > 3 else ""
    return ", ".join(clauses[: 2 if more else 3]) + more


def _page(rule: Rule, clauses: Mapping[str, Clause], cases: Sequence[Case]) -> Iterable[str]:
    header = rule.header
    yield f"# {rule.id}\n\n{rule.title}.\n"
    yield f"- Severity: {SEVERITIES[rule.severity]}"
    yield f"- Status: {header.status}, version {rule.version}{'' if header.enabled else '; off unless switched on'}"
    yield f"- A finding stands on: {header.subject or 'the market'}, one for each {', '.join(header.identity)}"
    yield f"- It judges: {many(header.record)}" + (f", by `{header.assess}`" if header.assess else "")
    needs = ", ".join(f"`{in_words(need)}`" for need in rule.needs) or "nothing beyond the required tables"
    yield f"- It needs: {needs}. Without a value there it is not assessable, never passed"
    yield f"- Its file: [{rule.pack}/{rule.id}.cypher](../../queries/{rule.pack}/{rule.id}.cypher)\n"
    yield "## The words it stands on\n"
    for name in rule.clauses:
        known = clauses[name]
        yield f"> {' '.join(known.quote.split())}\n>\n> {name}, {known.section}\n"
    if header.parameters:
        yield "## Thresholds\n\n| parameter | default | unit | where it comes from |\n|---|---|---|---|"
        for parameter, given in header.parameters.items():
            yield f"| `{parameter}` | {given.default} | {given.unit or ''} | {given.basis} |"
        yield ""
    yield from _example(rule, cases)
    yield "## What else may explain it\n"
    yield from (f"- {text}" for text in header.innocent)
    yield "\n## What to ask for\n"
    yield from (f"- {text}" for text in header.ask)
    if header.next_step:
        yield f"\n## Next step\n\n{header.next_step}"
    yield "\n## Its cases\n\nEach is a small market, run on both engines.\n"
    yield from (f"- {case.title} ({', '.join(case.kinds)})" for case in cases)


def _example(rule: Rule, cases: Sequence[Case]) -> Iterable[str]:
    shown = [case for case in cases if "positive" in case.kinds and case.expect.flagged]
    if not shown:
        return
    case = min(shown, key=_weight)
    changed = ", ".join(f"`{name}` = {value}" for name, value in case.parameters.items())
    judged = f"Judged as of {case.as_of.isoformat()}{f', with {changed}' if changed else ''}"
    yield f"## A worked example\n\n{case.title}. {judged}:\n"
    for table, rows in case.given.items():
        yield from _table(table, rows)
    flagged = [_identity(rule, one) for one in case.expect.flagged]
    yield f"Flagged: {'; '.join(flagged)}."
    said = [row["message"] for row in case.expect.values if "message" in row]
    yield from (f"\n> {text}" for text in said)
    told = [f"{name.replace('_', ' ')} {number}" for name, number in case.expect.counts.items()]
    told += [f"left out {number} ({reason})" for reason, number in (case.expect.excluded or {}).items()]
    if told:
        yield f"\nCounted: {', '.join(told)}."
    yield ""


def _weight(case: Case) -> tuple[bool, bool, int, str]:
    """What makes a good example: few rows, a message to read, something that is not flagged beside it."""
    spoken = any("message" in row for row in case.expect.values)
    rows = sum(len(rows) for rows in case.given.values())
    return not spoken, "negative" not in case.kinds, rows, case.title


MOST_ROWS = 12


def _table(name: str, rows: Sequence[Mapping[str, Any]]) -> Iterable[str]:
    columns = list(dict.fromkeys(column for row in rows for column in row))
    yield f"`{name}`\n\n| {' | '.join(columns)} |\n|{'---|' * len(columns)}"
    for row in rows[:MOST_ROWS]:
        yield f"| {' | '.join(_cell(row.get(column)) for column in columns)} |"
    if len(rows) > MOST_ROWS:
        yield f"\n… and {len(rows) - MOST_ROWS} more rows"
    yield ""


def _cell(value: Any) -> str:
    if value is None:
        return ""
    return str(value).lower() if isinstance(value, bool) else str(value).replace("|", "\\|")


def _identity(rule: Rule, flagged: Any) -> str:
    given = flagged if isinstance(flagged, dict) else {rule.header.identity[0]: flagged}
    return ", ".join(f"`{name}` {value}" for name, value in given.items())
