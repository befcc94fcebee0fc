"""Why a rule could not be assessed, and which file would change that."""

from __future__ import annotations

from chaingraph.findings.sweep import RuleResult
from chaingraph.model import NODES, TABLES, day_twin


def in_words(needed: str) -> str:
    """A missing ``Label`` or ``Label.property`` with the table and column that hold it.

    ``Commitment`` → ``commitments: no rows``; ``Invoice.due_on`` → ``invoices: due_on (worked out from other
    columns)``. A name that the model does not know is given back as it is.
    """
    label, _, name = needed.partition(".")
    if label not in NODES:
        return needed
    table = NODES[label].table
    if table is None:
        return f"{needed} (worked out from other tables)"
    if not name:
        return f"{table}: no rows"
    for column in TABLES[table].columns.values():
        if name in (column.graph_name, column.name):
            return f"{table}: {column.name}"
        if column.type == "date" and name == day_twin(column.name):
            return f"{table}: {column.name}"
    return f"{table}: {name} (worked out from other columns)"


def why_not(result: RuleResult) -> str:
    """One line: why the rule as a whole, or some of its records, were not assessed; empty where all were."""
    if result.status == "off":
        return "Switched off."
    if result.status == "failed":
        return "The rule failed: " + ("; ".join(result.warnings) or "no reason recorded") + "."
    if result.missing:
        return "Not in the data: " + "; ".join(dict.fromkeys(map(in_words, result.missing))) + "."
    if result.status == "not_assessable":
        return "; ".join(result.warnings) or "The data it needs is absent for every record."
    return "The data needed is absent for these records." if result.not_assessable else ""
