"""Pieces of text to physical lines, each decoded on its own, none of them without bound."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import NamedTuple

MOST_BYTES = 16 << 20  # what is kept of one line; more than this cannot be a row of a table


class Line(NamedTuple):
    """One line without its end. ``beyond`` counts the bytes that were left out because it is too long."""

    text: str
    beyond: int = 0


def lines(pieces: Iterable[bytes], *, returns_end_rows: bool) -> Iterator[Line]:
    """Lines of an 8-bit text. ``returns_end_rows``: a lone carriage return ends a row (no line feeds)."""
    end = b"\r" if returns_end_rows else b"\n"
    rest: list[bytes] = []
    kept = beyond = 0
    for piece in pieces:
        parts = piece.split(end)
        for part in parts[:-1]:
            if rest or beyond:
                rest.append(part[: MOST_BYTES - kept])
                beyond += max(0, kept + len(part) - MOST_BYTES)
                yield Line(_decode(b"".join(rest)), beyond)
                rest, kept, beyond = [], 0, 0
            else:
                yield Line(_decode(part))
        tail = parts[-1]
        if tail:
            rest.append(tail[: MOST_BYTES - kept])
            beyond += max(0, kept + len(tail) - MOST_BYTES)
            kept = min(MOST_BYTES, kept + len(tail))
    if rest:
        yield Line(_decode(b"".join(rest)), beyond)


def _decode(line: bytes) -> str:
    line = line.removesuffix(b"\r")
    # Line by line, because published files are often glued together from sources in two encodings.
    try:
        return line.decode("utf-8")
    except UnicodeDecodeError:
        try:
            return line.decode("cp1252")
        except UnicodeDecodeError:  # five bytes mean nothing in Windows-1252; the row keeps them as controls
            return line.decode("latin-1")
