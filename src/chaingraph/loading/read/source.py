"""Which files a source is made of, and whether they stayed the same while they were read."""

from __future__ import annotations

import os
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from chaingraph.errors import InputError
from chaingraph.loading.read.bytes import TextFacts, look, text_pieces
from chaingraph.loading.read.workbook import sheets, sheets_passed_over

FileKind = Literal["text", "json", "parquet", "workbook"]

TEXTS = (".csv", ".tsv", ".json", ".jsonl", ".ndjson")
ENDINGS = (*TEXTS, *(f"{e}.gz" for e in TEXTS), ".parquet", ".pq", ".xlsx", ".xlsm", ".xlsb", ".xls", ".ods")
FORMATS = "CSV or JSON (also gzipped), Parquet or a workbook (XLSX, XLSM, XLSB, XLS, ODS)"
BESIDE = ("market.toml", "readme", "license", "licence", "datapackage.json", "truth.json")
# A change within this time after a file was last written may leave its time stamp as it was.
SAME_TICK_NS = 2_000_000_000


@dataclass(frozen=True)
class Stamp:
    """What the file system says of a file; it differs when the file was written to or replaced."""

    inode: int
    size: int
    modified_ns: int
    changed_ns: int
    young: bool


@dataclass(frozen=True)
class SourceFile:
    """One table of a source: a file, or a sheet of a workbook. ``display`` is the path as it was given."""

    path: Path
    display: str
    sha256: str
    kind: FileKind
    stamp: Stamp
    sheet: str | None = None
    text: TextFacts | None = None

    @property
    def name(self) -> str:
        """The table's name: the sheet, or the file without folder and ending."""
        return self.sheet if self.sheet is not None else stem(self.path)

    @property
    def label(self) -> str:
        """How notes and reports name it: without the folder, which is the machine's and not the data's."""
        return f"{self.path.name}[{self.sheet}]" if self.sheet is not None else self.path.name

    @property
    def where(self) -> str:
        """How errors name it: as it was given."""
        return f"{self.display}[{self.sheet}]" if self.sheet is not None else self.display


def stem(path: Path) -> str:
    """The file's name without any of its endings (``payments.csv.gz`` → ``payments``)."""
    name = path.name
    ending = next(
        (e for e in sorted(ENDINGS, key=len, reverse=True) if name.lower().endswith(e)), path.suffix
    )
    return name[: len(name) - len(ending)] if ending else name


def open_source(
    path: str | os.PathLike[str], on_bytes: Callable[[int], None] | None = None
) -> list[SourceFile]:
    """The tables of a folder, of one file or of one workbook, in order of name.

    Every file is gone through once: its sha256 and, for text, encoding and line ends. ``on_bytes`` hears how
    many bytes were gone through. Raises InputError for what is missing, unreadable, empty or no table.
    """
    root = Path(path)
    if not root.exists():
        near = f" There is {', '.join(_neighbours(root))}." if _neighbours(root) else ""
        raise InputError(f"{root.as_posix()} does not exist.{near}", remedy="Check the path.")
    if not root.is_dir():
        return _open_file(root, on_bytes)
    chosen = [entry for entry in _entries(root) if _is_table(entry)]
    if not chosen:
        beside = passed_over(root)
        holds = f"it holds {', '.join(beside[:8])}" if beside else "it is empty"
        raise InputError(
            f"The folder {root.as_posix()} holds no table: {holds}.", remedy=f"Put in {FORMATS}."
        )
    return [source for entry in chosen for source in _open_file(entry, on_bytes)]


def passed_over(path: str | os.PathLike[str]) -> list[str]:
    """What ``open_source`` leaves out: files that are no table by their ending, hidden sheets of a workbook.

    Left unsaid are the files that belong beside tables: ``market.toml``, a README, a licence, a data package,
    the truth about a made-up market.
    """
    root = Path(path)
    if not root.is_dir():
        books = (".xlsx", ".xlsm", ".xlsb", ".xls", ".ods")
        return sheets_passed_over(root, root.as_posix()) if root.name.lower().endswith(books) else []
    return [
        entry.name + ("/" if entry.is_dir() else "")
        for entry in _entries(root)
        if not _is_table(entry) and not entry.name.lower().startswith(BESIDE)
    ]


def _is_table(entry: Path) -> bool:
    name = entry.name.lower()
    return name.endswith(ENDINGS) and not (name.startswith(BESIDE) and name.endswith(".json"))


def _entries(root: Path) -> list[Path]:
    try:
        listed = sorted(root.iterdir(), key=lambda entry: entry.name)
    except PermissionError as error:
        raise _forbidden(root, error) from error
    # "~$": what office programs leave beside a file that is open.
    return [entry for entry in listed if not entry.name.startswith((".", "~$"))]


def _neighbours(path: Path) -> list[str]:
    import difflib

    if not path.parent.is_dir():
        return []
    names = [entry.name for entry in _entries(path.parent)]
    return difflib.get_close_matches(path.name, names, n=2, cutoff=0.7)


def _open_file(path: Path, on_bytes: Callable[[int], None] | None) -> list[SourceFile]:
    display = path.as_posix()
    try:
        stamp = stamp_of(path)
        sha256, text = look(path, display, on_bytes)
        if text is not None:
            kind: FileKind = "json" if _is_json(path, text, display) else "text"
            files = [SourceFile(path, display, sha256, kind, stamp, text=text)]
        elif _starts(path, b"PAR"):
            files = [SourceFile(path, display, sha256, "parquet", stamp)]
        else:
            files = [
                SourceFile(path, display, sha256, "workbook", stamp, sheet=sheet)
                for sheet in sheets(path, display)
            ]
    except PermissionError as error:
        raise _forbidden(path, error) from error
    except FileNotFoundError as error:
        raise _gone(display) from error
    except OSError as error:
        raise InputError(f"{display} cannot be read: {error.strerror or error}.") from error
    check_unchanged(files[0])
    return files


def _is_json(path: Path, text: TextFacts, display: str) -> bool:
    """Whether the text begins as JSON does: with an object, or an array of something."""
    begun = b""
    for piece in text_pieces(path, text, display):
        begun = (begun + piece).lstrip()
        if len(begun) > 1:
            break
    return begun[:1] == b"{" or (begun[:1] == b"[" and begun[1:].lstrip()[:1] in (b"{", b"[", b"]", b""))


def stamp_of(path: Path) -> Stamp:
    """The file's stamp now."""
    status = path.stat()
    young = time.time_ns() - max(status.st_mtime_ns, status.st_ctime_ns) < SAME_TICK_NS
    return Stamp(status.st_ino, status.st_size, status.st_mtime_ns, status.st_ctime_ns, young)


def check_unchanged(source: SourceFile) -> None:
    """Raise InputError if the file was deleted or written to since it was opened.

    Its time stamp tells, except for a file that was written a moment before it was opened: that one is
    hashed again.
    """
    try:
        now = stamp_of(source.path)
    except OSError as error:
        raise _gone(source.display) from error
    before = source.stamp
    same = (now.inode, now.size, now.modified_ns, now.changed_ns) == (
        before.inode,
        before.size,
        before.modified_ns,
        before.changed_ns,
    )
    if same and not before.young:
        return
    if now.size != before.size or look(source.path, source.display)[0] != source.sha256:
        raise InputError(
            f"{source.display} was changed while it was being read; nothing was loaded.",
            remedy="Wait until whatever writes the file has finished, then load again.",
        )


def _starts(path: Path, signature: bytes) -> bool:
    with path.open("rb") as stream:
        return stream.read(len(signature)) == signature


def _gone(display: str) -> InputError:
    return InputError(
        f"{display} was deleted while it was being read; nothing was loaded.",
        remedy="Put the file back (or copy it somewhere that stays), then load again.",
    )


def _forbidden(path: Path, error: OSError) -> InputError:
    return InputError(
        f"{path.as_posix()} may not be read ({error.strerror}).",
        remedy="Ask its owner for permission to read it.",
    )
