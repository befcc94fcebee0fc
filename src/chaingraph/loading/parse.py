"""Text as people wrote it to values, in SQL: a column of millions at a time, each with a reason why not.

``register`` puts two macros a kind into DuckDB: ``parse_<kind>(text)`` gives the value, NULL where there is
none, and ``why_not_<kind>(text)`` a code of ``EXPLAIN`` for a text that gives none. Each tries the plain
spelling first and goes through the other spellings only for what is left.
"""

from __future__ import annotations

from typing import NamedTuple

import duckdb

from chaingraph.loading.spellings import FIRST_DATE, LAST_DATE, MACROS, MOST_ID, MOST_TEXT, sql_text
from chaingraph.model import Column

# A double holds every whole number up to here without rounding.
WHOLE = 10**15
MOST_POUNDS = 10**13


class Explanation(NamedTuple):
    """What was expected instead, and what to do."""

    expected: str
    remedy: str


_SAVE_AS_TEXT = "A spreadsheet rewrote it; format the column as text before the file is saved."
EXPLAIN: dict[str, Explanation] = {
    "date-impossible": Explanation(
        "a day of the calendar", "Correct the date; days come first: 19/04/2010, or write 2010-04-19."
    ),
    "date-out-of-range": Explanation(
        f"a date from {FIRST_DATE} to {LAST_DATE}",
        "Correct the year; leave the cell empty where there is no end.",
    ),
    "date-unreadable": Explanation(
        "a date such as 2010-04-19 or 19/04/2010", "Write the date as 2010-04-19."
    ),
    "moment-unreadable": Explanation(
        "a day and time such as 2026-03-31T12:00:00Z", "Write the time as 2026-03-31T12:00:00Z."
    ),
    "money-comma": Explanation(
        "pounds with a point before the pence, such as 1,234.50", "Write a point before the pence."
    ),
    "money-currency": Explanation("an amount in pounds", "Convert the amount to pounds."),
    "money-fraction": Explanation("pounds with at most two decimals", "Round the amount to whole pence."),
    "money-rewritten": Explanation("an amount in full digits", _SAVE_AS_TEXT),
    "money-too-large": Explanation("an amount of at most 13 digits of pounds", "Correct the amount."),
    "money-unreadable": Explanation("an amount in pounds such as 1234.50", "Write the amount as 1234.50."),
    "integer-fraction": Explanation("a whole number", "Round the number, or leave the cell empty."),
    "integer-too-large": Explanation("a whole number of at most 15 digits", "Correct the number."),
    "integer-unreadable": Explanation("a whole number such as 1234", "Write the number in digits alone."),
    "number-unreadable": Explanation("a number such as 12.5", "Write the number in digits, with a point."),
    "share-unreadable": Explanation(
        "a share from 0 to 1 such as 0.125, or 12.5%", "Write the share as a number from 0 to 1."
    ),
    "boolean-unreadable": Explanation(
        "yes or no (also true or false)", "Write yes or no, or leave it empty."
    ),
    "id-rewritten": Explanation("an id as it was given", _SAVE_AS_TEXT),
    "id-too-long": Explanation(
        f"an id of 1 to {MOST_ID} characters", "Shorten the id, everywhere it is used."
    ),
    "control-character": Explanation("an id without control characters", "Delete the invisible characters."),
    "text-too-long": Explanation(f"a text of at most {MOST_TEXT:,} characters", "Shorten the text."),
    "list-empty": Explanation("a list such as web; press", "Name something, or leave the cell empty."),
    "spreadsheet-error": Explanation("a value", "Correct the formula in the spreadsheet, or empty the cell."),
}


def register(con: duckdb.DuckDBPyConnection) -> None:
    """Create the macros in a connection."""
    for signature, body in MACROS.items():
        con.execute(f"CREATE OR REPLACE TEMP MACRO {signature} AS {body}")


def sql_value(column: Column | str, text: str, raw_type: str = "VARCHAR") -> str:
    """The SQL that gives a column's value; NULL where the cell is empty or cannot be read.

    ``column`` is a column of the model or a kind (``money``); ``text`` the SQL of the raw column, of the type
    ``raw_type`` (see RawTable.types). Money comes in pence.
    """
    kind = column if isinstance(column, str) else column.type
    direct = _typed(kind, text, raw_type)
    if direct is not None:
        return direct
    text = _as_text(text, raw_type)
    if kind == "code" and isinstance(column, Column) and column.codes:
        return _code(column.codes, text)
    return f"parse_{'text' if kind == 'code' else kind}({text})"


def sql_fault(column: Column | str, text: str, raw_type: str = "VARCHAR") -> str:
    """The SQL that gives a code of ``EXPLAIN`` for a cell that holds something unreadable, else NULL."""
    kind = column if isinstance(column, str) else column.type
    spelled = "text" if kind == "code" else kind
    why = f"why_not_{spelled}({_as_text(text, raw_type)})"
    return (
        f"CASE WHEN {sql_blank(text, raw_type)} OR {sql_value(column, text, raw_type)} IS NOT NULL "
        f"THEN NULL ELSE {why} END"
    )


def sql_blank(text: str, raw_type: str = "VARCHAR") -> str:
    """The SQL that is true for an empty cell: nothing, or spaces alone."""
    if raw_type == "VARCHAR":
        return f"no_value({text})"
    # Data frames write what is missing from a column of numbers as not-a-number.
    return f"({text} IS NULL OR isnan({text}))" if raw_type == "DOUBLE" else f"({text} IS NULL)"


def _code(codes: tuple[str, ...], text: str) -> str:
    listed = ", ".join(map(sql_text, codes))
    words = f"parse_text({text})"
    if all(code == code.upper() for code in codes):
        evened = f"upper({words})"
    elif all(code == code.lower() for code in codes):
        blanks = any("_" in code for code in codes)
        evened = f"regexp_replace(lower({words}), '[ -]+', '_', 'g')" if blanks else f"lower({words})"
    else:
        evened = words
    return f"CASE WHEN {text} IN ({listed}) THEN {text} ELSE {evened} END"


def _typed(kind: str, c: str, raw_type: str) -> str | None:
    decimal = raw_type.startswith("DECIMAL")
    if kind == "date" and raw_type == "DATE":
        return f"in_range({c})"
    if kind == "boolean" and raw_type == "BOOLEAN":
        return c
    if kind == "integer" and raw_type == "BIGINT":
        return f"CASE WHEN {c} > -{WHOLE} AND {c} < {WHOLE} THEN {c} END"  # abs() fails on the least of them
    if kind in ("number", "share") and (decimal or raw_type in ("BIGINT", "DOUBLE")):
        return f"finite(CAST({c} AS DOUBLE))"
    if kind == "money" and raw_type == "BIGINT":
        return f"CASE WHEN {c} > -{MOST_POUNDS} AND {c} < {MOST_POUNDS} THEN 100 * {c} END"
    if kind == "money" and (decimal or raw_type == "DOUBLE"):
        # Exact: what is kept must be the very number that the file held.
        kept = f"TRY_CAST({c} AS DECIMAL(18, 2))"
        same = kept if decimal else f"CAST({kept} AS DOUBLE)"
        return f"CASE WHEN {same} = {c} AND abs({c}) < {MOST_POUNDS} THEN CAST(100 * {kept} AS BIGINT) END"
    return None


def _as_text(c: str, raw_type: str) -> str:
    if raw_type == "VARCHAR":
        return c
    if (
        raw_type == "DOUBLE"
    ):  # a whole number without its ".0", as it was before something was missing beside it
        return (
            f"CASE WHEN isnan({c}) THEN NULL WHEN {c} = trunc({c}) AND abs({c}) < {WHOLE} "
            f"THEN CAST(CAST({c} AS BIGINT) AS VARCHAR) ELSE CAST({c} AS VARCHAR) END"
        )
    return f"CAST({c} AS VARCHAR)"
