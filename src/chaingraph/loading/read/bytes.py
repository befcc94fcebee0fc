"""The bytes of a text file: what they are, and a stream of them in one encoding family.

A file is looked at once, in pieces, before it is read: its sha256, its encoding and its line ends. Nothing
here ever holds more than one piece in memory.
"""

from __future__ import annotations

import codecs
import gzip
import hashlib
import zlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO, Literal, cast

from chaingraph.errors import InputError

Encoding = Literal["utf-8", "windows-1252", "utf-16-le", "utf-16-be"]

PIECE = 1 << 18
GZIP = b"\x1f\x8b"
# Not text, whatever the name says: signature → what people call it.
SIGNATURES = {
    b"%PDF": "a PDF document",
    b"\x89PNG": "a PNG picture",
    b"\xff\xd8\xff": "a JPEG picture",
    b"GIF8": "a GIF picture",
    b"\x7fELF": "a program",
    b"MZ": "a program",
    b"7z\xbc\xaf": "a 7-Zip archive",
    b"Rar!": "a RAR archive",
    b"SQLite format 3\0": "a SQLite database",
    b"{\\rtf": "a Rich Text document",
}


@dataclass(frozen=True)
class TextFacts:
    """What one look at a text file found. ``newlines`` counts the line feeds of the text itself."""

    encoding: Encoding
    bom: bool
    gzipped: bool
    newlines: int
    ends_with_newline: bool
    lone_returns: bool
    has_nul: bool
    long_lines: bool

    @property
    def plain(self) -> bool:
        """Every line feed ends a row unless it is quoted, and nothing needs translating."""
        return self.encoding == "utf-8" and not (self.lone_returns or self.has_nul or self.long_lines)


def look(
    path: Path, display: str, on_bytes: Callable[[int], None] | None = None
) -> tuple[str, TextFacts | None]:
    """The file's sha256 and, unless ``None`` (Parquet, workbook), what its text is like.

    Raises InputError for an empty file, a truncated gzip and anything that is not text.
    """
    digest = hashlib.sha256()
    with path.open("rb") as stream:
        head = stream.read(PIECE)
        stream.seek(0)
        if not head:
            raise InputError(f"{display} is empty (0 bytes).", remedy="Export it again, or leave it out.")
        text = None if is_container(head) else _look_at_text(stream, head, display, digest, on_bytes)
        if text is None:
            while piece := stream.read(PIECE * 8):
                digest.update(piece)
                if on_bytes:
                    on_bytes(len(piece))
    return digest.hexdigest(), text


def is_container(head: bytes) -> bool:
    """Parquet, or one of the shapes in which workbooks come (ZIP, OLE)."""
    return head.startswith((b"PAR1", b"PARE", b"PK\x03\x04", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"))


class _Tee:
    """A raw stream whose bytes are hashed on their way, so that a gzipped file too is read only once."""

    def __init__(self, raw: BinaryIO, digest: hashlib._Hash, on_bytes: Callable[[int], None] | None) -> None:
        self.raw, self.digest, self.on_bytes = raw, digest, on_bytes

    def read(self, size: int = -1) -> bytes:
        piece = self.raw.read(size)
        self.digest.update(piece)
        if self.on_bytes:
            self.on_bytes(len(piece))
        return piece


def _look_at_text(
    raw: BinaryIO, head: bytes, display: str, digest: hashlib._Hash, on_bytes: Callable[[int], None] | None
) -> TextFacts:
    gzipped = head.startswith(GZIP)
    tee = _Tee(raw, digest, on_bytes)
    stream = cast(BinaryIO, gzip.GzipFile(fileobj=cast(BinaryIO, tee), mode="rb") if gzipped else tee)
    first = read_piece(stream, display)
    if not first:
        raise InputError(f"{display} holds an empty file.", remedy="Export it again, or leave it out.")
    encoding, bom = sniff(first, display)
    utf8: codecs.IncrementalDecoder | None = codecs.getincrementaldecoder("utf-8")()
    newlines = 0
    lone = nul = long = False
    last = b""
    for piece in _same_family(_pieces(stream, first, display), encoding, display):
        ascii_only = piece.isascii()
        if utf8 is not None and not (ascii_only and not utf8.getstate()[0]):
            try:
                utf8.decode(piece)
            except UnicodeDecodeError:
                utf8 = None
        found = piece.count(b"\n")
        newlines += found
        long = long or (not found and len(piece) >= PIECE // 2)
        nul = nul or b"\0" in piece
        if not lone and (b"\r" in piece or last.endswith(b"\r")):
            # A return that is not followed by a line feed; the pair may be split over two pieces.
            joined = last[-1:] + piece
            lone = joined.count(b"\r") - joined.endswith(b"\r") != joined.count(b"\r\n")
        last = piece
    lone = lone or last.endswith(b"\r")
    if encoding == "utf-8" and (utf8 is None or utf8.getstate()[0]):
        encoding = "windows-1252"
    return TextFacts(encoding, bom, gzipped, newlines, last.endswith(b"\n"), lone, nul, long)


def sniff(head: bytes, display: str) -> tuple[Encoding, bool]:
    """Encoding and whether a byte-order mark says so; InputError for what is not text."""
    for mark, name in (
        (codecs.BOM_UTF8, "utf-8"),
        (codecs.BOM_UTF16_LE, "utf-16-le"),
        (codecs.BOM_UTF16_BE, "utf-16-be"),
    ):
        if head.startswith(mark):
            return cast(Encoding, name), True
    for signature, name in SIGNATURES.items():
        if head.startswith(signature) and (signature != b"MZ" or b"\0" in head[:512]):
            raise InputError(
                f"{display} is {name}, not a table.", remedy="Export the table as CSV, Parquet or XLSX."
            )
    # Latin text in UTF-16 has a zero in every other byte; which half tells the byte order.
    even, odd = head[0:4096:2].count(0), head[1:4096:2].count(0)
    half = max(1, len(head[:4096]) // 2)
    if odd > 0.4 * half and even < 0.05 * half:
        return "utf-16-le", False
    if even > 0.4 * half and odd < 0.05 * half:
        return "utf-16-be", False
    control = sum(head.count(byte) for byte in range(32) if byte not in b"\t\n\r\f\x1a\x1b")
    if control > max(8, len(head) // 100):
        raise InputError(
            f"{display} is a binary file, not text (it holds {control:,} control characters in its first "
            f"{len(head):,} bytes).",
            remedy="Export the table as CSV, Parquet or XLSX.",
        )
    return "utf-8", False


def text_pieces(path: Path, facts: TextFacts, display: str) -> Iterator[bytes]:
    """The text in pieces, unpacked, without byte-order mark; UTF-16 comes as UTF-8, the rest as it is."""
    with path.open("rb") as raw:
        stream = cast(BinaryIO, gzip.GzipFile(fileobj=raw, mode="rb")) if facts.gzipped else raw
        pieces = _same_family(_pieces(stream, read_piece(stream, display), display), facts.encoding, display)
        if facts.bom:
            pieces = _without_mark(pieces)
        yield from pieces


def _without_mark(pieces: Iterator[bytes]) -> Iterator[bytes]:
    first = next(pieces, b"")
    yield first.removeprefix(codecs.BOM_UTF8)
    yield from pieces


def _pieces(stream: BinaryIO, first: bytes, display: str) -> Iterator[bytes]:
    piece = first
    while piece:
        yield piece
        piece = read_piece(stream, display)


def _same_family(pieces: Iterator[bytes], encoding: Encoding, display: str) -> Iterator[bytes]:
    if not encoding.startswith("utf-16"):
        yield from pieces
        return
    decoder = codecs.getincrementaldecoder(encoding)("replace")
    for piece in pieces:
        yield decoder.decode(piece).encode("utf-8", "replace")
    yield decoder.decode(b"", True).encode("utf-8", "replace")


def read_piece(stream: BinaryIO, display: str) -> bytes:
    """The next piece; a gzip that breaks off is an InputError."""
    try:
        return stream.read(PIECE)
    except (EOFError, zlib.error, gzip.BadGzipFile) as error:
        raise InputError(
            f"{display} is a damaged gzip file: it breaks off or was changed on the way ({error}).",
            remedy="Fetch or compress the file again.",
        ) from error
