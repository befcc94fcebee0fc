"""Cells in their plainest spelling, for the quick way through millions of rows.

Most cells of most files are written as this tool would write them: ISO dates, bare numbers, ids without
blanks. The macros of ``loading.parse`` understand far more and are several times slower; they are left the rows
in which any cell is not plain. For a plain cell both give the same value (a property test says so).
"""

from __future__ import annotations

from chaingraph.loading.spellings import FIRST_DATE, LAST_DATE
from chaingraph.model import Column

# No blank within; and not 1e9, which a spreadsheet made of something else.
_ID = r"[0-9A-Za-z_][!-~]{0,127}"
_REWRITTEN = r"[0-9](?:\.[0-9]+)?[eE]\+?[0-9]+"
# A "#" in front may be a spreadsheet's error.
_TEXT = r"[A-Za-z0-9](?:[ -~]{0,200}[!-~])?"
_MONEY = r"-?[0-9]{1,13}(?:\.[0-9]{1,2})?"
_WHOLE = r"-?[0-9]{1,15}"
_NUMBER = r"-?[0-9]{1,15}(?:\.[0-9]{1,15})?"


def plain_sql(column: Column, cell: str) -> str | None:
    """The SQL of a text cell's value where the cell is plain, else NULL; None where a kind has no plain spelling."""
    if column.type == "code":
        listed = ", ".join(f"'{code}'" for code in column.codes)
        return f"CASE WHEN {cell} IN ({listed}) THEN {cell} END"
    if column.type == "date":
        day = f"TRY_CAST({cell} AS DATE)"
        return (
            f"CASE WHEN length({cell}) = 10 AND {day} BETWEEN DATE '{FIRST_DATE}' AND DATE '{LAST_DATE}' "
            f"AND {cell}[5] = '-' AND {cell}[8] = '-' THEN {day} END"
        )
    if column.type == "boolean":
        return f"CASE {cell} WHEN 'true' THEN true WHEN 'false' THEN false END"
    if column.type == "id":
        return (
            f"CASE WHEN regexp_full_match({cell}, '{_ID}') AND NOT ({cell} < ':' AND "
            f"regexp_full_match({cell}, '{_REWRITTEN}')) THEN {cell} END"
        )
    spelling, value = {
        "text": (_TEXT, cell),
        "money": (_MONEY, f"CAST(100 * TRY_CAST({cell} AS DECIMAL(18, 2)) AS BIGINT)"),
        "integer": (_WHOLE, f"TRY_CAST({cell} AS BIGINT)"),
        "number": (_NUMBER, f"TRY_CAST({cell} AS DOUBLE)"),
        "share": (_NUMBER, f"TRY_CAST({cell} AS DOUBLE)"),
    }.get(column.type, ("", ""))
    return f"CASE WHEN regexp_full_match({cell}, '{spelling}') THEN {value} END" if spelling else None
