"""What a page for people may not show: customers one by one, staff, and who raised a grievance.

Customers appear as counts only, and a count under ten is suppressed together with whatever would give it
away. Records of restricted tables are counted, never shown.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any, Literal

from chaingraph.findings.sweep import Finding
from chaingraph.model import TABLES
from chaingraph.reporting.plain import native

SMALLEST_CELL = 10
UNDER = f"under {SMALLEST_CELL}"
WITHHELD = "withheld"


def _restricted_labels() -> frozenset[str]:
    """Labels of restricted tables, and of every person: a table of roles says which of them are staff."""
    labels = {table.label for table in TABLES.values() if table.restricted and table.label}
    return frozenset(labels | {"Person"})


def _customer_tables() -> frozenset[str]:
    """Tables with a row a customer (or a cohort), and those whose rows belong to such a row."""
    found = {name for name, table in TABLES.items() if {"customer_key", "customers"} & table.columns.keys()}
    while True:
        more = {
            name
            for name, table in TABLES.items()
            for column in table.columns.values()
            if {target.partition(".")[0] for target in column.references} & found
        }
        if more <= found:
            return frozenset(found)
        found |= more


RESTRICTED_LABELS = _restricted_labels()
CUSTOMER_TABLES = _customer_tables()
CUSTOMER_LABELS = frozenset(TABLES[name].label for name in CUSTOMER_TABLES)
# Names under which rules and assessments count customers in their values and figures.
_COUNTED = {"customers", "referrals", "delivered", "observed"}
# Names under which shares count records, and so customers where the records are theirs.
_TALLIED = {"hits", "total"}
_PREFIXES, _ENDINGS = ("customers_", "referrals_"), ("_customers", "_referrals")
# A small count of customers in a sentence: "3 customers", "3 of 20 customers".
_SAID = re.compile(r"(?<![\d,.])[1-9](?= (?:of [\d,]+ )?(?:customers?|referrals?)\b)")


def labels(finding: Finding) -> frozenset[str]:
    """The labels of what a finding stands on and of the records behind it."""
    return frozenset({finding.subject.get("label", ""), *(record.label for record in finding.evidence)})


def kept_back(finding: Finding) -> Literal["", "restricted", "few customers"]:
    """Why a page may show that a finding exists, for which rule and whom, and nothing else of it."""
    if labels(finding) & RESTRICTED_LABELS:
        return "restricted"
    few = labels(finding) & CUSTOMER_LABELS and finding.evidence_count < SMALLEST_CELL
    return "few customers" if few else ""


def hides_table(name: str) -> bool:
    """Whether a value out of this table may not be printed (a rejected cell may hold anything)."""
    return name in CUSTOMER_TABLES or (name in TABLES and TABLES[name].restricted) or name == "people"


def counts_customers(name: str) -> bool:
    """Whether a column or value of this name counts customers."""
    return name in _COUNTED or name.startswith(_PREFIXES) or name.endswith(_ENDINGS)


def said(message: str) -> str:
    """A sentence without its small counts of customers."""
    return _SAID.sub(UNDER, message)


def suppress(rows: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """Rows of a figure with customers under ten suppressed; where that is one cell, the next smallest too.

    A single hole in a column could be worked out from the column's total.
    """
    shown = [dict(row) for row in rows]
    for name in {name for row in rows for name in row if counts_customers(name)}:
        counted = [(row[name], at) for at, row in enumerate(shown) if _is_count(row.get(name))]
        cells = sorted(cell for cell in counted if cell[0] > 0)
        small = sum(value < SMALLEST_CELL for value, _ in cells)
        for _, at in cells[: 2 if small == 1 else small]:
            shown[at][name] = WITHHELD if small == 1 else UNDER
    return shown


def suppress_values(values: Mapping[str, Any], customers: bool = False) -> dict[str, Any]:
    """The values behind one finding, customers under ten suppressed.

    ``customers``: the finding's records are customers, so counts by reason count customers too.
    """
    shown = {}
    for name, raw in values.items():
        value = native(raw)
        if customers and isinstance(value, Mapping):
            value = {key: _suppressed(count) for key, count in value.items()}
        counted = counts_customers(name) or (customers and name in _TALLIED)
        shown[name] = _suppressed(value) if counted else value
    if UNDER in (shown.get(name) for name in _TALLIED) and "share" in shown:
        shown["share"] = WITHHELD  # it would give the count back
    return shown


def measures_few(finding: Finding) -> bool:
    """Whether the finding's statistics would tell a count of customers that its values may not."""
    customers = bool(labels(finding) & CUSTOMER_LABELS)
    return any(
        _suppressed(native(v)) == UNDER
        for name, v in finding.values.items()
        if counts_customers(name) or (customers and name in _TALLIED)
    )


def _suppressed(value: Any) -> Any:
    return UNDER if _is_count(value) and 0 < value < SMALLEST_CELL else value


def tallies(parts: Mapping[str, int], customers: bool) -> dict[str, str]:
    """Counts that add up to a whole, as text.

    Where they count customers and one is under ten, that one is suppressed and the others are rounded to
    the nearest ten, so that no subtraction gives it back.
    """
    if not customers or not any(0 < value < SMALLEST_CELL for value in parts.values()):
        return {name: f"{value:,}" for name, value in parts.items()}
    return {name: _rounded(value) for name, value in parts.items()}


def drawable(parts: Mapping[str, int], customers: bool) -> dict[str, int]:
    """The same counts for a picture, from whose widths no suppressed count may be measured."""
    if not customers or not any(0 < value < SMALLEST_CELL for value in parts.values()):
        return dict(parts)
    return {name: max(round(value, -1), SMALLEST_CELL) if value else 0 for name, value in parts.items()}


def _rounded(value: int) -> str:
    if value == 0:
        return "0"
    return UNDER if value < SMALLEST_CELL else f"about {round(value, -1):,}"


def _is_count(value: object) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)
