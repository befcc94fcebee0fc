"""Lines to rows of cells, so that one faulty row never takes others with it."""

from __future__ import annotations

import csv
from collections import deque
from collections.abc import Iterable, Iterator
from typing import NamedTuple

from chaingraph.loading.read.lines import Line

MOST_LINES = 1_000  # a quoted cell over more lines than this is a quote that was never closed
MOST_CHARACTERS = 1_000_000  # in one cell

# The module's own limit (131,072) is for the whole process; cells are measured here instead, with a reason.
csv.field_size_limit(1 << 30)


class Fault(NamedTuple):
    """Why a row cannot be split into cells; ``column`` counts from 0, None = the row as a whole."""

    rule: str
    column: int | None
    value: str
    expected: str
    remedy: str


class Record(NamedTuple):
    """One row. ``row`` counts as a spreadsheet does, from 1, blank rows too; ``spans`` is its lines."""

    row: int
    cells: list[str]
    fault: Fault | None = None
    spans: int = 1


def records(lines: Iterable[Line], delimiter: str, widths: range | None = None) -> Iterator[Record]:
    """Rows in order. ``widths``: the numbers of cells that are right for a row over several lines.

    A quote that is opened and never closed would swallow the rows after it; such a row is given back alone,
    as faulty, and reading goes on with the very next line.
    """
    source = iter(lines)
    ahead: deque[Line] = deque()
    row = 0
    while (line := ahead.popleft() if ahead else next(source, None)) is not None:
        row += 1
        text = line.text
        if '"' not in text and not line.beyond and "\0" not in text:
            if "\r" in text:
                text = text.replace("\r", " ")
            cells = text.split(delimiter) if text else []
            yield _measured(row, cells, 1) if len(text) > MOST_CHARACTERS else Record(row, cells)
        elif line.beyond or "\0" in text:
            yield Record(row, [text], _unreadable(line))
        else:
            yield _quoted(row, line, source, ahead, delimiter, widths)


def _quoted(
    row: int, line: Line, source: Iterator[Line], ahead: deque[Line], delimiter: str, widths: range | None
) -> Record:
    cells = split(line.text, delimiter)
    if cells is not None:
        return _measured(row, cells, 1)
    taken: list[Line] = []
    text, length = line.text, len(line.text)
    while len(taken) < MOST_LINES and length <= MOST_CHARACTERS:
        further = ahead.popleft() if ahead else next(source, None)
        if further is None:
            break
        taken.append(further)
        if further.beyond or "\0" in further.text:
            break
        length += len(further.text) + 1
        # Only a line with a quote in it can close the cell.
        if '"' in further.text:
            text = "\n".join([line.text, *(one.text for one in taken)])
            cells = split(text, delimiter)
            if cells is not None:
                if widths is not None and len(cells) not in widths:
                    break
                return _measured(row, cells, 1 + len(taken))
    ahead.extendleft(reversed(taken))
    fault = Fault(
        "unclosed-quote",
        None,
        line.text,
        "a row whose quotation marks come in pairs",
        'Close the quotation mark, or write a quotation mark inside a cell twice ("").',
    )
    return Record(row, [line.text], fault)


def split(text: str, delimiter: str) -> list[str] | None:
    """The cells of a row; None when a quoted cell is still open at its end."""
    text = text.replace("\r", " ")
    try:
        return next(csv.reader([text], delimiter=delimiter, strict=True))
    except csv.Error as error:
        if "unexpected end" in str(error):
            return None
    if "\n" in text:  # a stray quote somewhere else closed it: not one row
        return None
    # A quotation mark in the wrong place on a line of its own: read as every spreadsheet reads it.
    return next(csv.reader([text], delimiter=delimiter))


def _measured(row: int, cells: list[str], spans: int) -> Record:
    for n, cell in enumerate(cells):
        if len(cell) > MOST_CHARACTERS:
            return Record(row, cells, _too_long(n, cell, len(cell)), spans)
    return Record(row, cells, None, spans)


def _too_long(column: int | None, cell: str, length: int) -> Fault:
    return Fault(
        "cell-too-long",
        column,
        cell,
        f"a cell of at most {MOST_CHARACTERS:,} characters (this one has {length:,})",
        "Shorten the cell; a giant cell is mostly a quotation mark or a line end that went missing.",
    )


def _unreadable(line: Line) -> Fault:
    if line.beyond:
        return _too_long(None, line.text, len(line.text) + line.beyond)
    return Fault(
        "nul-character",
        None,
        line.text,
        "text without NUL characters",
        "Export the file again; a NUL mostly means that it was damaged on the way.",
    )
