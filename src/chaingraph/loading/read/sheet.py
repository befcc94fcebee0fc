"""One sheet of a workbook, its values as the text that a CSV export of it would hold."""

from __future__ import annotations

import datetime
from collections.abc import Iterator
from xml.etree import ElementTree
from zipfile import BadZipFile

from python_calamine import CalamineError

from chaingraph.loading.read.cells import Cell, Hidden, cell_name, hidden_cells
from chaingraph.loading.read.records import Fault, Record
from chaingraph.loading.read.source import SourceFile
from chaingraph.loading.read.workbook import damaged, open_workbook, workbook_kind

EXACT = 10**15  # a spreadsheet keeps fifteen digits; a longer number is not the one that was typed


def sheet_records(source: SourceFile) -> tuple[Iterator[Record], list[str]]:
    """The sheet's rows from its first, the faulty ones marked, and notes on the sheet as a whole."""
    assert source.sheet is not None
    kind = workbook_kind(source.path, source.display)
    try:
        sheet = open_workbook(source.path, source.display).get_sheet_by_name(source.sheet)
        hidden = hidden_cells(source.path, kind, source.sheet)
    except (CalamineError, ElementTree.ParseError, BadZipFile, KeyError) as error:
        raise damaged(source.where, error) from error
    notes = []
    if hidden is None:
        notes.append(
            f"{source.label}: cells with an error (#REF!, #N/A) read as empty in this old kind of workbook; "
            "save it as XLSX to have them named."
        )
        hidden = Hidden(merged=sheet.merged_cell_ranges or [])
    faults = _faults(hidden)
    # calamine counts rows from the sheet's first, but columns from the first that holds anything.
    before = [""] * (sheet.start[1] if sheet.start else 0)
    rows = (
        Record(row + 1, before + [as_text(value) for value in cells], faults.get(row))
        for row, cells in enumerate(sheet.iter_rows())
    )
    return rows, notes


def _faults(hidden: Hidden) -> dict[int, Fault]:
    """One fault a row; an error in it says more than that it is merged."""
    faults: dict[int, Fault] = {}
    for first, last in hidden.merged:
        for row in range(first[0], last[0] + 1):
            faults.setdefault(row, _merged(first, last))
    for (row, column), text in hidden.formulas.items():
        faults[row] = Fault(
            "formula-without-value",
            column,
            text,
            "a value (the workbook stores the formula but not its result)",
            f"Open the workbook, let it calculate and save it, or paste {cell_name(row, column)} as a value.",
        )
    for (row, column), text in hidden.errors.items():
        faults[row] = Fault(
            "error-cell",
            column,
            text,
            "a value",
            f"Correct the formula in {cell_name(row, column)}, or empty the cell.",
        )
    return faults


def _merged(first: Cell, last: Cell) -> Fault:
    ranged = f"{cell_name(*first)}:{cell_name(*last)}"
    return Fault(
        "merged-cells",
        first[1],
        ranged,
        "a row of single cells (it is unclear to which of them a merged value belongs)",
        f"Unmerge {ranged} and fill in every cell.",
    )


def as_text(value: object) -> str:
    """A cell's value as text: dates as 2024-02-01, whole numbers without ``.0``, others to 15 digits."""
    if isinstance(value, str):
        return value
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float | int):
        if value == int(value) and abs(value) < EXACT:
            return str(int(value))
        return f"{value:.15g}" if abs(value) < EXACT else f"{value:.15e}"
    if isinstance(value, datetime.datetime):
        return value.isoformat(" ") if value.time() != datetime.time() else value.date().isoformat()
    if isinstance(value, datetime.date | datetime.time):
        return value.isoformat()
    return str(value)
