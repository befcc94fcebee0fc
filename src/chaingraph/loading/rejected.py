"""A row that could not be taken in: kept whole, with the reason and what to do about it."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass

import pyarrow as pa

VALUE_LENGTH = 200
LINE_LENGTH = 10_000

REJECTED_SCHEMA = pa.schema(
    [
        pa.field("file", pa.string()),
        pa.field("sheet", pa.string()),
        pa.field("table", pa.string()),
        pa.field("row", pa.int64()),
        pa.field("column", pa.string()),
        pa.field("value", pa.string()),
        pa.field("rule", pa.string()),
        pa.field("expected", pa.string()),
        pa.field("remedy", pa.string()),
        pa.field("line", pa.string()),
    ]
)


@dataclass(frozen=True)
class Rejection:
    """One fault of one row.

    ``row`` is the number a spreadsheet shows beside it (the header row is 1). ``rule`` is a short code such
    as ``ragged-row``; ``line`` is the whole row as a JSON list, cut after 10,000 characters.
    """

    file: str
    sheet: str | None
    table: str
    row: int
    column: str | None
    value: str | None
    rule: str
    expected: str
    remedy: str
    line: str

    def __str__(self) -> str:
        where = f"{self.file}[{self.sheet}]" if self.sheet else self.file
        what = f", column {self.column}" if self.column else ""
        value = f": {self.value!r}" if self.value is not None else ""
        return f"{where}, row {self.row}{what}{value} is not {self.expected}. {self.remedy}"


def cut(text: str, length: int) -> str:
    """The text, or its beginning and how much was left out."""
    return text if len(text) <= length else f"{text[:length]}… ({len(text):,} characters)"


def as_line(cells: Sequence[str | None]) -> str:
    """A row as it is kept beside its rejection: each cell cut, so that one giant does not hide the others."""
    shown = [cell if cell is None else cut(cell, VALUE_LENGTH * 10) for cell in cells]
    return cut(json.dumps(shown, ensure_ascii=False), LINE_LENGTH)


def to_arrow(rejections: Sequence[Rejection]) -> pa.Table:
    """Rejections as an Arrow table of ``REJECTED_SCHEMA``."""
    return pa.Table.from_pylist([vars(rejection) for rejection in rejections], schema=REJECTED_SCHEMA)
