"""Workbooks: what kind a file is, and the sheets it shows."""

from __future__ import annotations

import zipfile
from pathlib import Path
from typing import Literal

from python_calamine import CalamineError, CalamineWorkbook, PasswordError, SheetTypeEnum, SheetVisibleEnum

from chaingraph.errors import InputError

WorkbookKind = Literal["xlsx", "xlsb", "xls", "ods"]

OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
ENCRYPTED = "EncryptedPackage".encode("utf-16-le")  # the stream that a password-protected XLSX is kept in
ODS_TYPE = b"application/vnd.oasis.opendocument.spreadsheet"


def workbook_kind(path: Path, display: str) -> WorkbookKind:
    """Which kind of workbook, told by its content; InputError for any other archive."""
    with path.open("rb") as stream:
        if stream.read(len(OLE)) == OLE:
            if _contains(path, ENCRYPTED):
                raise _locked(display)
            return "xls"
    try:
        with zipfile.ZipFile(path) as archive:
            names = set(archive.namelist())
            if "xl/workbook.xml" in names:
                return "xlsx"
            if "xl/workbook.bin" in names:
                return "xlsb"
            if "mimetype" in names and archive.read("mimetype").strip() == ODS_TYPE:
                if b"manifest:encryption-data" in archive.read("META-INF/manifest.xml"):
                    raise _locked(display)
                return "ods"
    except (zipfile.BadZipFile, KeyError) as error:
        raise damaged(display, error) from error
    raise InputError(
        f"{display} is a ZIP archive, not a workbook.",
        remedy="Unpack it and name the folder or the files in it.",
    )


def open_workbook(path: Path, display: str) -> CalamineWorkbook:
    """The workbook; InputError when it is damaged or asks for a password."""
    try:
        # Through a stream, so that its content tells what it is and not its name.
        with path.open("rb") as stream:
            return CalamineWorkbook.from_filelike(stream)
    except PasswordError as error:
        raise _locked(display) from error
    except CalamineError as error:
        raise damaged(display, error) from error


def sheets(path: Path, display: str) -> list[str]:
    """The names of the visible sheets that hold cells."""
    workbook_kind(path, display)
    book = open_workbook(path, display)
    shown = [
        sheet.name
        for sheet in book.sheets_metadata
        if sheet.visible == SheetVisibleEnum.Visible and sheet.typ == SheetTypeEnum.WorkSheet
    ]
    if not shown:
        raise InputError(
            f"{display} shows no sheet with cells.", remedy="Unhide the sheets that hold the tables."
        )
    return shown


def sheets_passed_over(path: Path, display: str) -> list[str]:
    """The names of sheets that are hidden or hold no cells."""
    shown = sheets(path, display)
    return [name for name in open_workbook(path, display).sheet_names if name not in shown]


def _contains(path: Path, wanted: bytes) -> bool:
    tail = b""
    with path.open("rb") as stream:
        while piece := stream.read(1 << 20):
            if wanted in tail + piece:
                return True
            tail = piece[-len(wanted) :]
    return False


def _locked(display: str) -> InputError:
    return InputError(
        f"{display} is protected by a password.", remedy="Save a copy without the password, then load that."
    )


def damaged(display: str, error: Exception) -> InputError:
    """A workbook that cannot be read to its end."""
    return InputError(
        f"{display} is a damaged workbook ({error}).",
        remedy="Open it in a spreadsheet program and save it again.",
    )
