"""Named tables that assessments hand over, made ready to print: headings, units, one column as bars."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from chaingraph.reporting.charts import bar
from chaingraph.reporting.notes import FigureNote
from chaingraph.reporting.plain import heading, native, quantity
from chaingraph.reporting.privacy import UNDER, counts_customers, suppress

MOST_ROWS = 60
_DRAWN_FIRST = ("share", "rate", "hhi")


@dataclass(frozen=True)
class Cell:
    """One printed value."""

    text: str
    is_number: bool


@dataclass(frozen=True)
class FigureRow:
    """One row: its cells, and the width of its bar (None where the row has no value to draw)."""

    cells: tuple[Cell, ...]
    bar: float | None


@dataclass(frozen=True)
class Figure:
    """A table with a bar a row. ``left_out`` counts the rows past the most that a page shows.

    A text that is the same in every row stands in ``same``. Where rows are left out, those shown are the
    ones with the longest bars.
    """

    title: str
    note: str
    same: tuple[str, ...]
    headings: tuple[Cell, ...]
    bar_heading: str
    rows: tuple[FigureRow, ...]
    left_out: int


def figure(name: str, rows: Sequence[Mapping[str, Any]], note: FigureNote | None) -> Figure:
    """A figure of the sweep as a table: columns as its note names them, else all in their own order."""
    note = note or FigureNote(title=heading(name))
    shown = suppress([{key: native(value) for key, value in row.items()} for row in rows])
    present = list(dict.fromkeys(key for row in shown for key in row))
    columns = [column for column in note.columns if column in present] or present
    numeric = [column for column in columns if any(_is_number(row.get(column)) for row in shown)]
    same = _same(shown, [column for column in columns if column not in numeric])
    columns = [column for column in columns if column not in same]
    drawn = note.bar if note.bar in numeric else _drawn(numeric)
    if len(shown) > MOST_ROWS and drawn:
        shown.sort(key=lambda row: -row[drawn] if _is_number(row.get(drawn)) else math.inf)
    known = [row[drawn] for row in shown if drawn and _is_number(row.get(drawn))]
    largest = note.full or (1.0 if _is_share(drawn, note) else max(known, default=0.0))
    return Figure(
        title=note.title,
        note=note.note,
        same=tuple(
            f"{_heading(column, note)}: {_cell(column, shown[0].get(column), False, note).text}"
            for column in same
        ),
        headings=tuple(Cell(_heading(column, note), column in numeric) for column in columns),
        bar_heading=(_heading(drawn, note)) if known else "",
        rows=tuple(
            FigureRow(
                tuple(_cell(column, row.get(column), column in numeric, note) for column in columns),
                bar(row[drawn], largest) if drawn and _is_number(row.get(drawn)) else None,
            )
            for row in shown[:MOST_ROWS]
        ),
        left_out=max(0, len(shown) - MOST_ROWS),
    )


def _heading(column: str, note: FigureNote) -> str:
    return note.headings.get(column) or heading(column)


def _same(rows: Sequence[Mapping[str, Any]], texts: Sequence[str]) -> list[str]:
    """The text columns that say one thing in every row; one text column always stays to name the rows."""
    same = [column for column in texts if len(rows) > 1 and len({str(row.get(column)) for row in rows}) == 1]
    return same if len(same) < len(texts) else same[1:]


def _drawn(numeric: Sequence[str]) -> str:
    """The column that says most as a bar: a share, a rate or an index before plain counts."""
    for ending in _DRAWN_FIRST:
        for column in numeric:
            if column.endswith(ending):
                return column
    return numeric[0] if numeric else ""


def _cell(column: str, value: Any, is_number: bool, note: FigureNote) -> Cell:
    if value is None:  # an assessment leaves out a count of customers that is too small to print
        return Cell(UNDER if counts_customers(column) else "", is_number)
    unit = note.units.get(column)
    return Cell(quantity(f"{column}_{unit}" if unit else column, value), is_number)


def _is_share(column: str, note: FigureNote) -> bool:
    return f"{column}_{note.units.get(column, '')}".strip("_").endswith("share")


def _is_number(value: object) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool) and value == value
