"""Coverage as a terminal, a page and a program read it: clause, rules, data needed, and whether it is there."""

from __future__ import annotations

import json
import textwrap
from collections import Counter
from collections.abc import Iterator, Sequence

from chaingraph.reporting.missing import absent, in_words
from chaingraph.reporting.plain import count
from chaingraph.rules.coverage import ClauseCover, RuleCover, Status, openers

WIDTH = 100
MOST_OPENERS = 5
WORDS: dict[Status, str] = {
    "assessable": "can be judged",
    "part": "can be judged in part",
    "not_assessable": "cannot be judged: data absent",
    "off": "its rules are off",
    "guard": "a limit on rules, held by the tests",
    "no rule": "no rule stands on it",
}
_MARKDOWN = str.maketrans({"|": "\\|", "\n": " "})


def to_text(covered: Sequence[ClauseCover], market: str, *, loaded: bool = True) -> str:
    """What the loaded data can and cannot tell; with ``loaded`` false, only which rules stand on what."""
    return "\n".join(_lines(covered, market, loaded)) + "\n"


def _lines(covered: Sequence[ClauseCover], market: str, loaded: bool) -> Iterator[str]:
    tally = Counter(one.status for one in covered)
    total = len(covered) - tally["guard"]
    if loaded:
        yield f"{market}: {tally['assessable']} of {count(total, 'clause')} can be judged with what is loaded."
        yield "".join(
            f"  {tally[status]:>3} {words}\n" for status, words in WORDS.items() if tally[status]
        ).rstrip("\n")
        if opening := openers(covered):
            yield "\nOne table more would open"
            for table, names in opening[:MOST_OPENERS]:
                yield _wrapped(f"{table}: {count(len(names), 'clause')} ({', '.join(names)})", "  ", "      ")
        yield ""
    for one in covered:
        ceiling = "" if loaded else f" (at most: {one.clause.ceiling})"
        yield _wrapped(f'{one.clause.id}{ceiling} "{" ".join(one.clause.quote.split())}"', "", "    ")
        if loaded or one.status in ("guard", "no rule"):
            yield f"    {WORDS[one.status]}"
        if one.rolls_up:
            yield f"    answered for by {', '.join(one.rolls_up)}"
        for rule in one.rules:
            yield _wrapped(f"{rule.rule}{_state(rule) if loaded else ''}", "    ", "        ")


def _state(rule: RuleCover) -> str:
    if rule.missing:
        return f": not in the data: {', '.join(absent(rule.missing))}"
    return "" if rule.runs else ": off"


def _wrapped(text: str, first: str, rest: str) -> str:
    return textwrap.fill(
        text,
        WIDTH,
        initial_indent=first,
        subsequent_indent=rest,
        break_long_words=False,
        break_on_hyphens=False,
    )


def to_json(covered: Sequence[ClauseCover], market: str) -> str:
    """The same for a program: market, clauses (with rules, their needs and what is missing), openers."""
    clauses = [
        {
            "clause": one.clause.id,
            "section": one.clause.section,
            "quote": one.clause.quote,
            "ceiling": one.clause.ceiling,
            "status": one.status,
            "rolls_up": list(one.rolls_up),
            "rules": [
                {
                    "rule": rule.rule,
                    "needs": list(rule.needs),
                    "missing": list(rule.missing),
                    "assessable": rule.assessable,
                    "on": rule.runs,
                }
                for rule in one.rules
            ],
        }
        for one in covered
    ]
    opening = [{"table": table, "clauses": list(names)} for table, names in openers(covered)]
    text = {"market": market, "clauses": clauses, "one_table_more": opening}
    return json.dumps(text, indent=1, ensure_ascii=False) + "\n"


def to_markdown(covered: Sequence[ClauseCover], *, loaded: bool) -> str:
    """A table by section of the code: clause, its words, rules, data needed; with ``loaded``, what is absent."""
    parts: list[str] = []
    section = ""
    headings = [
        "clause",
        "its words",
        "at most",
        "rules",
        "data needed",
        *(["with what is loaded"] if loaded else []),
    ]
    for one in covered:
        if one.clause.section != section:
            section = one.clause.section
            parts += [f"\n## {section}\n", f"| {' | '.join(headings)} |", "|---" * len(headings) + "|"]
        quote = f"“{' '.join(one.clause.quote.split())}”"
        cells = [one.clause.id, quote, one.clause.ceiling, _rules(one), _needs(one)]
        if loaded:
            missing = absent([need for rule in one.rules for need in rule.missing])
            cells.append(WORDS[one.status] + (f" ({', '.join(missing)})" if missing else ""))
        parts.append(f"| {' | '.join(cell.translate(_MARKDOWN) for cell in cells)} |")
    return "\n".join(parts) + "\n"


def _rules(one: ClauseCover) -> str:
    if one.status == "guard":
        return f"none: {' '.join(one.clause.notes.split())}"
    told = ", ".join(f"`{rule.rule}`" for rule in one.rules)
    if one.rolls_up:
        return f"{told + '; ' if told else ''}rolled up from {', '.join(one.rolls_up)}"
    return told or WORDS["no rule"]


def _needs(one: ClauseCover) -> str:
    return ", ".join(dict.fromkeys(in_words(need) for rule in one.rules for need in rule.needs))
