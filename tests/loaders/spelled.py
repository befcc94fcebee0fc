"""How cells are read, once more and plainly: one value at a time, to hold the SQL against."""

from __future__ import annotations

import datetime
import re
from decimal import Decimal

SPACES = " \t\r\n\u00a0\u2007\u202f\u200b\ufeff"
MONTHS = [
    *("january", "february", "march", "april", "may", "june"),
    *("july", "august", "september", "october", "november", "december"),
]
TIME = re.compile(r"[ T]+\d{1,2}:\d{2}(:\d{2}(\.\d+)?)?( ?[AaPp][Mm])?( ?Z| ?[+-]\d{2}:?\d{2})?$", re.ASCII)
SHEET_ERROR = re.compile(r"#(REF|N/A|NAME|VALUE|DIV/0|NULL|NUM|SPILL|CALC|ERROR|GETTING_DATA)[!?]?")


def clean(text: str) -> str:
    return text.strip(SPACES)


def month_number(word: str) -> int | None:
    word = word.lower()
    if word == "sept":
        return 9
    return next((n for n, name in enumerate(MONTHS, 1) if word in (name, name[:3])), None)


def full_year(digits: str) -> int:
    if len(digits) == 4:
        return int(digits)
    return int(digits) + (2000 if int(digits) < 70 else 1900)


def parts_of_date(text: str) -> tuple[int, int, int] | None:
    """Year, month and day as they are written, possible or not; None for a text that is no date."""
    if re.fullmatch(r"[2-7]\d{4}(\.\d+)?", text, re.ASCII):
        day = datetime.date(1899, 12, 30) + datetime.timedelta(int(text[:5]))
        return day.year, day.month, day.day
    if re.fullmatch(r"(19|20|21)\d{6}", text, re.ASCII):
        return int(text[:4]), int(text[4:6]), int(text[6:])
    for cut in (text, TIME.sub("", text)):
        found = re.fullmatch(r"(\d{1,2})[-/. ](\d{1,2})[-/. ](\d{4}|\d{2})", cut, re.ASCII)
        if found:
            return full_year(found[3]), int(found[2]), int(found[1])
        found = re.fullmatch(r"(\d{4})[-/.](\d{1,2})[-/.](\d{1,2})", cut, re.ASCII)
        if found:
            return int(found[1]), int(found[2]), int(found[3])
        found = re.fullmatch(
            r"(\d{1,2})(?:st|nd|rd|th)?[-/., ]*([a-z]+)[-/., ]*(\d{4}|\d{2})", cut, re.ASCII | re.IGNORECASE
        )
        if found and (month := month_number(found[2])):
            return full_year(found[3]), month, int(found[1])
        found = re.fullmatch(
            r"([a-z]+)[. ]*(\d{1,2})(?:st|nd|rd|th)?,? +(\d{4})", cut, re.ASCII | re.IGNORECASE
        )
        if found and (month := month_number(found[1])):
            return int(found[3]), month, int(found[2])
    return None


def date(text: str) -> tuple[datetime.date | None, str | None]:
    text = clean(text)
    if not text:
        return None, None
    if SHEET_ERROR.fullmatch(text):
        return None, "spreadsheet-error"
    parts = parts_of_date(text)
    if parts is None:
        return None, "date-unreadable"
    try:
        day = datetime.date(*parts) if parts[0] else None
    except ValueError:
        return None, "date-impossible"
    if day is None or not 1900 <= day.year <= 2199:
        return None, "date-out-of-range"
    return day, None


def money(text: str) -> int | None:
    """Pence, or None for an empty or unreadable amount."""
    bare = re.sub(r"[\s\u00a0\u2007\u202f\u200b\ufeff]", "", text, flags=re.ASCII).upper()
    bare = bare.replace("−", "-").replace("–", "-")
    pound = "(Â?£|GBP|Œ|\ufffd)"
    without = re.sub(rf"^([-+(]?){pound}", r"\1", bare, count=1)
    bare = without if without != bare else re.sub(rf"{pound}([-)]?)$", r"\2", bare, count=1)
    negative = False
    if bare.startswith("(") and bare.endswith(")"):
        negative, bare = True, bare[1:-1]
    elif bare.endswith("-"):
        negative, bare = True, bare[:-1]
    elif bare.startswith(("-", "+")):
        negative, bare = bare[0] == "-", bare[1:]
    if not re.fullmatch(r"(\d{1,3}(,\d{3})+|\d+)(\.\d*)?|\.\d+", bare, re.ASCII):
        return None
    whole, _, rest = bare.replace(",", "").partition(".")
    if rest[2:].strip("0") or len(whole) > 13:
        return None
    pence = int(Decimal(f"{whole or '0'}.{rest or '0'}") * 100)
    return -pence if negative else pence


def integer(text: str) -> int | None:
    text = clean(text)
    if not re.fullmatch(r"[-+]?(\d{1,3}(,\d{3})+|\d+)(\.0*)?", text, re.ASCII):
        return None
    digits = text.partition(".")[0].replace(",", "")
    return int(digits) if len(digits.lstrip("+-")) <= 15 else None


def identifier(text: str) -> tuple[str | None, str | None]:
    text = clean(text)
    if not text:
        return None, None
    if SHEET_ERROR.fullmatch(text):
        return None, "spreadsheet-error"
    if re.fullmatch(r"\d(\.\d+)?[eE]\+?\d{1,3}", text, re.ASCII):
        return None, "id-rewritten"
    if len(text) > 128:
        return None, "id-too-long"
    if re.search(r"[\x00-\x1f\x7f-\x9f]", text):
        return None, "control-character"
    return text, None
