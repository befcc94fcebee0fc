"""Cells of a workbook that a reader of values cannot see: errors, formulas without a value, merged ranges.

calamine gives the values that a spreadsheet program stored, and an empty text where it stored none. These
cells are therefore looked up in the workbook's own XML, in one streamed pass.
"""

from __future__ import annotations

import zipfile
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO
from xml.etree import ElementTree

from chaingraph.loading.read.workbook import WorkbookKind

MAIN = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
STRICT = "{http://purl.oclc.org/ooxml/spreadsheetml/main}"
RELATION = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}id"
STRICT_RELATION = "{http://purl.oclc.org/ooxml/officeDocument/relationships}id"
TABLE = "{urn:oasis:names:tc:opendocument:xmlns:table:1.0}"
OFFICE = "{urn:oasis:names:tc:opendocument:xmlns:office:1.0}"
CALCEXT = "{urn:org:documentfoundation:names:experimental:calc:xmlns:calcext:1.0}"
TEXT = "{urn:oasis:names:tc:opendocument:xmlns:text:1.0}"

Cell = tuple[int, int]  # row and column, both from 0


@dataclass
class Hidden:
    """What the values do not show. ``merged`` are ranges (first cell, last cell)."""

    errors: dict[Cell, str] = field(default_factory=dict)
    formulas: dict[Cell, str] = field(default_factory=dict)
    merged: list[tuple[Cell, Cell]] = field(default_factory=list)


def hidden_cells(path: Path, kind: WorkbookKind, sheet: str) -> Hidden | None:
    """Errors, empty formulas and merged ranges of a sheet; None for kinds that do not tell (XLS, XLSB)."""
    if kind not in ("xlsx", "ods"):
        return None
    with zipfile.ZipFile(path) as archive:
        if kind == "ods":
            with archive.open("content.xml") as stream:
                return _from_ods(stream, sheet)
        part = _part(archive, sheet)
        return _from_xlsx(archive, part) if part else Hidden()


def _part(archive: zipfile.ZipFile, sheet: str) -> str | None:
    book = ElementTree.fromstring(archive.read("xl/workbook.xml"))
    relations = ElementTree.fromstring(archive.read("xl/_rels/workbook.xml.rels"))
    targets = {one.get("Id"): one.get("Target", "") for one in relations}
    for one in book.iter():
        if one.tag in (MAIN + "sheet", STRICT + "sheet") and one.get("name") == sheet:
            target = targets.get(one.get(RELATION) or one.get(STRICT_RELATION), "")
            return target.removeprefix("/") if target.startswith("/") else f"xl/{target}"
    return None


def _from_xlsx(archive: zipfile.ZipFile, part: str) -> Hidden:
    found = Hidden()
    if not _mentions(archive, part, (b"<f", b't="e"', b"mergeCell", b":f")):
        return found
    with archive.open(part) as stream:
        row = -1
        column = -1
        for element in _ends(stream, ("c", "row", "mergeCell")):
            tag = element.tag.rpartition("}")[2]
            if tag == "mergeCell":
                first, _, last = element.get("ref", "").partition(":")
                found.merged.append((position(first), position(last or first)))
            elif tag == "c":
                reference = element.get("r")
                # The reference may be left out: then it is the cell after the last.
                row, column = position(reference) if reference else (max(row, 0), column + 1)
                children = {child.tag.rpartition("}")[2]: child.text or "" for child in element}
                if element.get("t") == "e":
                    found.errors[row, column] = children.get("v", "#ERROR!")
                elif (
                    "f" in children and not children.get("v") and element.get("t") not in ("str", "inlineStr")
                ):
                    found.formulas[row, column] = "=" + children["f"]
                element.clear()
            else:
                row, column = int(element.get("r", row + 1)), -1  # the next row, counted from 0
                element.clear()
    return found


def _mentions(archive: zipfile.ZipFile, part: str, wanted: tuple[bytes, ...]) -> bool:
    # Looking through the bytes is some ten times faster than parsing, and most sheets have nothing to find.
    tail = b""
    with archive.open(part) as stream:
        while piece := stream.read(1 << 20):
            window = tail + piece
            if any(one in window for one in wanted):
                return True
            tail = piece[-16:]
    return False


def _from_ods(stream: IO[bytes], sheet: str) -> Hidden:
    found = Hidden()
    row = column = 0
    inside = False
    for event, element in ElementTree.iterparse(stream, events=("start", "end")):
        tag = element.tag
        if tag == TABLE + "table":
            inside = event == "start" and element.get(TABLE + "name") == sheet
            row = 0
        elif event == "start":
            column = 0 if tag == TABLE + "table-row" else column
        elif tag == TABLE + "table-row":
            row += int(element.get(TABLE + "number-rows-repeated", 1))
            element.clear()
        elif tag in (TABLE + "table-cell", TABLE + "covered-table-cell"):
            if inside:
                _ods_cell(found, element, row, column)
            column += int(element.get(TABLE + "number-columns-repeated", 1))
    return found


def _ods_cell(found: Hidden, cell: ElementTree.Element, row: int, column: int) -> None:
    down = int(cell.get(TABLE + "number-rows-spanned", 1)) - 1
    right = int(cell.get(TABLE + "number-columns-spanned", 1)) - 1
    if down or right:
        found.merged.append(((row, column), (row + down, column + right)))
    formula = cell.get(TABLE + "formula")
    if cell.get(CALCEXT + "value-type") == "error":
        found.errors[row, column] = "".join(cell.itertext()) or "#ERROR!"
    elif formula is not None and cell.get(OFFICE + "value-type") is None and cell.find(TEXT + "p") is None:
        found.formulas[row, column] = formula.removeprefix("of:")


def _ends(stream: IO[bytes], names: tuple[str, ...]) -> Iterator[ElementTree.Element]:
    for _, element in ElementTree.iterparse(stream):
        if element.tag.rpartition("}")[2] in names:
            yield element


def position(reference: str) -> Cell:
    """Row and column, from 0, of a cell's name: ``B3`` → (2, 1)."""
    letters = "".join(char for char in reference if char.isalpha()).upper()
    column = 0
    for letter in letters:
        column = column * 26 + ord(letter) - 64
    return int("".join(char for char in reference if char.isdigit())) - 1, column - 1


def cell_name(row: int, column: int) -> str:
    """A cell's name: (2, 1) → ``B3``."""
    return f"{column_name(column)}{row + 1}"


def column_name(column: int) -> str:
    """A column's letters: 0 → ``A``, 26 → ``AA``."""
    letters = ""
    column += 1
    while column:
        column, rest = divmod(column - 1, 26)
        letters = chr(65 + rest) + letters
    return letters
