"""Why a rule could not be assessed, and which file would change that."""

from __future__ import annotations

from collections.abc import Sequence

from chaingraph.findings.sweep import RuleResult
from chaingraph.model import TABLES, Table, day_twin
from chaingraph.rules.coverage import table_of

# The figure in which a result tells why records were not assessable.
REASONS = "not_assessable"


def in_words(needed: str) -> str:
    """A needed ``Label``, ``Label.property`` or ``TYPE.property`` as the table and column that hold it.

    ``Commitment`` → ``commitments``; ``Invoice.due_on`` → ``invoices.due_on (worked out from
    other columns)``. A name that the model does not know is given back as it is.
    """
    thing, _, name = needed.strip("-[]").partition(".")
    known = _table(thing)
    if known is None:
        return needed
    if not name:
        return known.name
    for column in known.columns.values():
        if name in (column.graph_name, column.name):
            return f"{known.name}.{column.name}"
        if column.type == "date" and name == day_twin(column.name):
            return f"{known.name}.{column.name}"
    return f"{known.name}.{name} (worked out from other columns)"


def absent(missing: Sequence[str]) -> list[str]:
    """What is missing, in words; a whole table stands for its columns."""
    words = list(dict.fromkeys(map(in_words, missing)))
    whole = {word for word in words if "." not in word}
    return [word for word in words if word in whole or word.partition(".")[0] not in whole]


def absent_tables(result: RuleResult) -> list[str]:
    """The tables that hold what a rule misses, each once."""
    known = (_table(needed.strip("-[]").partition(".")[0]) for needed in result.missing)
    return list(dict.fromkeys(table.name for table in known if table))


def _table(thing: str) -> Table | None:
    """The table behind a label or a relationship type; None for what no table is read into."""
    named = table_of(thing)
    return TABLES[named] if named else None


def why_not(result: RuleResult) -> str:
    """One line: why the rule as a whole, or some of its records, were not assessed; empty where all were."""
    if result.status == "off":
        return "Switched off."
    if result.status == "failed":
        return f"The rule failed: {'; '.join(result.warnings).rstrip('.') or 'no reason recorded'}."
    if result.missing:
        return f"Not in the data: {', '.join(absent(result.missing))}."
    if result.status == "not_assessable":
        return "; ".join(result.warnings) or "The data it needs is absent for every record."
    if not result.population:
        return "There was no record to judge."
    if not result.assessed and not result.not_assessable:
        return f"Every record was excluded: {', '.join(result.excluded)}."
    told = [str(row["reason"]) for row in result.figures.get(REASONS, ())]
    if result.not_assessable:
        return (
            f"Not assessable: {', '.join(told)}." if told else "The data needed is absent for these records."
        )
    return ""
