"""The sentence of a finding: its placeholders, ``{name}``, ``{name.max}`` and ``{rows}``, and parts ``[[…]]`` that may fall out."""

from __future__ import annotations

import re
from string import Formatter
from typing import NamedTuple

ROWS = "rows"
PARTS = ("max", "min", "sum", "mean", "count")
_PARTS = re.compile(r"\[\[(.*?)\]\]")
_FIELD = re.compile(r"(?P<name>[a-z][a-z0-9_]*)(?:\.(?P<part>[a-z]+))?")


class Field(NamedTuple):
    """One placeholder: a column, and what is made of its values over the rows of a finding.

    Without a part it stands for the value that all rows share, else for the first record's; ``count`` is the
    number of different known values.
    """

    name: str
    part: str = ""

    @property
    def text(self) -> str:
        """As it stands between the braces."""
        return f"{self.name}.{self.part}" if self.part else self.name


class IfKnown(NamedTuple):
    """A part between double brackets, which is left out where one of its values is unknown."""

    pieces: tuple[str | Field, ...]


def pieces(message: str) -> list[str | Field | IfKnown]:
    """The message cut into plain text, placeholders and parts. Raises ValueError where it does not parse."""
    cut: list[str | Field | IfKnown] = []
    for at, text in enumerate(_PARTS.split(message)):
        inside = _plain(text)
        if at % 2 and not any(isinstance(piece, Field) for piece in inside):
            raise ValueError(f"[[{text}]] has no placeholder that could be unknown")
        cut += [IfKnown(tuple(inside))] if at % 2 else inside
    return cut


def _plain(part: str) -> list[str | Field]:
    cut: list[str | Field] = []
    for text, name, form, conversion in Formatter().parse(part):
        if text:
            cut.append(text)
        if name is None:
            continue
        match = _FIELD.fullmatch(name)
        if match is None or form or conversion:
            shown = name + (f"!{conversion}" if conversion else "") + (f":{form}" if form else "")
            raise ValueError(f"{{{shown}}} is not a placeholder: write {{column}} or {{column.max}}")
        if match["part"] and match["part"] not in PARTS:
            raise ValueError(f"{{{name}}}: {match['part']} is none of {', '.join(PARTS)}")
        cut.append(Field(match["name"], match["part"] or ""))
    return cut


def fields(message: str) -> list[Field]:
    """The placeholders of a message."""
    parts = (piece.pieces if isinstance(piece, IfKnown) else (piece,) for piece in pieces(message))
    return [piece for part in parts for piece in part if isinstance(piece, Field)]
