"""The columns that the sections of a rule return."""

from __future__ import annotations

from chaingraph.rules.message import ROWS, fields
from chaingraph.rules.rule import Rule

POPULATION = ("outcome", "reason", "records")
PROVENANCE = ("source_id", "source_row")
JUDGEMENT = ("flagged", "excluded_reason", "not_assessable")


def wanted_columns(rule: Rule) -> list[str]:
    """What the main statement of a rule without ``assess`` returns, at the least.

    A main statement with a population section beside it returns flagged rows only and need not say so.
    """
    try:
        spoken = [field.name for field in fields(rule.header.message) if field.name != ROWS]
    except ValueError:
        spoken = []  # the lint tells of the message itself
    respondent = [rule.respondent] if rule.respondent else []
    judged = [] if rule.population else ["flagged"]
    listed = [*rule.header.identity, rule.record_key, *PROVENANCE, *respondent, *spoken, *judged]
    return list(dict.fromkeys(name for name in listed if name))
