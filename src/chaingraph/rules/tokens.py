"""Cypher cut into tokens, so that what stands in a string or a comment is never taken for code."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Literal, NamedTuple, cast

Kind = Literal["space", "comment", "string", "quoted", "parameter", "number", "name", "mark", "broken"]

# Dots and dashes stay single but for the range's "..": "a<-1" is a comparison and "(a)<-[" is not.
_TOKEN = re.compile(
    r"""
    (?P<space>\s+)
  | (?P<comment>/\*.*?\*/|//[^\n]*)
  | (?P<string>'(?:[^'\\]|\\.)*'|"(?:[^"\\]|\\.)*")
  | (?P<quoted>`(?:[^`]|``)+`)
  | (?P<parameter>\$(?:\w+|`(?:[^`]|``)+`))
  | (?P<number>(?:\d+(?:\.\d+)?|\.\d+)(?:[eE][+-]?\d+)?)
  | (?P<name>[^\W\d]\w*)
  | (?P<broken>/\*.*|['"`].*)
  | (?P<mark><>|<=|>=|=~|\.\.|.)
    """,
    re.DOTALL | re.VERBOSE,
)


class Token(NamedTuple):
    """A piece of the text. ``broken`` is a string, name or comment that is never closed."""

    kind: Kind
    text: str
    line: int

    @property
    def word(self) -> str:
        """The text in capitals where it is a plain name (a keyword is one), else empty."""
        return self.text.upper() if self.kind == "name" else ""

    @property
    def identifier(self) -> str:
        """The name that a name, a quoted name or a parameter stands for, else empty."""
        if self.kind == "name":
            return self.text
        if self.kind in ("quoted", "parameter"):
            bare = self.text.removeprefix("$")
            return bare[1:-1].replace("``", "`") if bare.startswith("`") else bare
        return ""


def tokens(text: str, first_line: int = 1) -> list[Token]:
    """Cut the text up; the tokens' texts joined give it back. ``first_line`` numbers its first line."""
    found = []
    line = first_line
    for match in _TOKEN.finditer(text):
        piece = match.group()
        found.append(Token(cast(Kind, match.lastgroup), piece, line))
        line += piece.count("\n")
    return found


def code(pieces: Iterable[Token]) -> list[Token]:
    """The tokens that an engine reads: no blanks and no comments."""
    return [piece for piece in pieces if piece.kind not in ("space", "comment")]
