"""JSON to documents, one at a time: lines, an array, or a package that holds them under one of its names.

A file is never held as a whole: lines are parsed one by one, anything else is streamed by ijson.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from decimal import Decimal
from itertools import chain
from typing import Any, NamedTuple, NoReturn, Protocol

import ijson

from chaingraph.errors import InputError
from chaingraph.loading.read.bytes import text_pieces
from chaingraph.loading.read.lines import Line, lines
from chaingraph.loading.read.records import Fault
from chaingraph.loading.read.source import SourceFile

JSON_REMEDY = "Fetch or export the file again; a checker of JSON shows the place."


class Document(NamedTuple):
    """One document, or why there is none. ``row`` counts from 1: lines of a file of lines, else documents."""

    row: int
    value: dict[str, Any]
    fault: Fault | None = None
    text: str = ""


def documents(source: SourceFile, inside: Sequence[str] = ()) -> Iterator[Document]:
    """The documents of a file in its order.

    ``inside``: the names under which a package keeps its documents; an object without any of them is itself
    a document. Raises InputError where the file as a whole is no JSON.
    """
    assert source.text is not None
    facts = source.text
    returns = facts.lone_returns and facts.newlines == 0
    found = lines(text_pieces(source.path, facts, source.display), returns_end_rows=returns)
    blank = 0
    for line in found:
        if line.text.strip():
            break
        blank += 1
    else:
        raise InputError(f"{source.where} holds nothing.", remedy=JSON_REMEDY)
    first = _whole(line)
    # A file of lines may begin with a broken one; a package over several lines begins with a bracket alone.
    listed = source.path.name.lower().removesuffix(".gz").endswith((".jsonl", ".ndjson"))
    if first is None and not (listed and len(line.text.strip()) > 1):
        yield from _streamed(source, inside)
        return
    skipped: list[Line] = []
    following: Line | None = None
    for one in found:
        if one.text.strip():
            following = one
            break
        skipped.append(one)
    if following is None and first is not None:
        # One line: a package as programs write it. Its documents have no lines of their own to be numbered by.
        yield from _numbered(_unpacked(first, inside))
        return
    ahead = [line] if following is None else [line, *skipped, following]
    yield from _of_lines(chain(ahead, found), blank, inside)


def _of_lines(found: Iterator[Line], before: int, inside: Sequence[str]) -> Iterator[Document]:
    for row, line in enumerate(found, before + 1):
        if not line.text.strip():
            continue
        value = _whole(line)
        if value is None:
            yield Document(row, {}, _broken(line), line.text)
            continue
        for document in _unpacked(value, inside):
            yield document._replace(row=row)


def _whole(line: Line) -> Any | None:
    """The value of a line that is JSON by itself; None for any other."""
    if line.beyond:
        return None
    try:
        value = json.loads(line.text, parse_float=Decimal, parse_constant=_refuse)
    except (ValueError, RecursionError):
        return None
    return value if isinstance(value, dict | list) else None


def _refuse(word: str) -> NoReturn:
    raise ValueError(f"{word} is not JSON")


def _broken(line: Line) -> Fault:
    return Fault(
        "json-broken", None, line.text, "a line that is one whole JSON object", "Export this record again."
    )


def _unpacked(value: Any, inside: Sequence[str]) -> Iterator[Document]:
    if isinstance(value, dict):
        packed = [value[name] for name in inside if isinstance(value.get(name), list)]
        listed = list(chain.from_iterable(packed)) if packed else [value]
    else:
        listed = value
    for one in listed:
        yield _document(one)


def _document(value: Any) -> Document:
    if isinstance(value, dict):
        return Document(0, value)
    text = json.dumps(value, ensure_ascii=False, default=str)
    expected, remedy = "a JSON object", "Take it out of the list, or export the file again."
    return Document(0, {}, Fault("json-no-object", None, text, expected, remedy), text)


def _numbered(found: Iterator[Document]) -> Iterator[Document]:
    for row, document in enumerate(found, 1):
        yield document._replace(row=row)


class _Bytes(Protocol):
    def read(self, size: int = -1) -> bytes: ...


class _Pieces:
    """A file's text as a stream of UTF-8 bytes, as ijson reads it."""

    def __init__(self, pieces: Iterator[bytes], legacy: bool) -> None:
        self._pieces, self._legacy, self._rest = pieces, legacy, b""

    def read(self, size: int = -1) -> bytes:
        while not self._rest:
            piece = next(self._pieces, None)
            if piece is None:
                return b""
            self._rest = piece.decode("cp1252", "replace").encode() if self._legacy else piece
        given = self._rest if size < 0 else self._rest[:size]
        self._rest = self._rest[len(given) :]
        return given


def _streamed(source: SourceFile, inside: Sequence[str]) -> Iterator[Document]:
    assert source.text is not None
    pieces = text_pieces(source.path, source.text, source.display)
    stream = _Pieces(pieces, source.text.encoding == "windows-1252")
    try:
        yield from _numbered(_events(stream, inside))
    except (ijson.JSONError, UnicodeDecodeError, RecursionError) as error:
        said = " ".join(str(error).split())[:200]
        raise InputError(
            f"{source.where} is not whole JSON: it breaks off or was damaged on the way ({said}).",
            remedy=JSON_REMEDY,
        ) from error


def _events(stream: _Bytes, inside: Sequence[str]) -> Iterator[Document]:
    """Documents from ijson's events: of each top-level value, the items of its array or of its named arrays."""
    events = ijson.basic_parse(stream, multiple_values=True)
    for event, value in events:
        if event == "start_array":
            yield from _items(events)
        elif event == "start_map":
            package: dict[str, Any] = {}
            packed = False
            for kind, key in events:
                if kind == "end_map":
                    break
                begun = next(events)
                if key in inside and begun[0] == "start_array":
                    packed = True
                    yield from _items(events)
                else:
                    package[key] = _built(begun, events)
            if not packed:
                yield Document(0, package)
        else:
            yield _document(value)


def _items(events: Iterator[tuple[str, Any]]) -> Iterator[Document]:
    for begun in events:
        if begun[0] == "end_array":
            return
        yield _document(_built(begun, events))


def _built(begun: tuple[str, Any], events: Iterator[tuple[str, Any]]) -> Any:
    if begun[0] not in ("start_map", "start_array"):
        return begun[1]
    builder = ijson.ObjectBuilder()
    builder.event(*begun)
    depth = 1
    for event, value in events:
        builder.event(event, value)
        depth += (event in ("start_map", "start_array")) - (event in ("end_map", "end_array"))
        if not depth:
            break
    return builder.value
