"""Words and numbers as a person reads them, with nothing in them that could act on a page or a terminal."""

from __future__ import annotations

import math
import re
from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any

# Control characters move a terminal's cursor; bidirectional marks reorder the text around a name.
_HARMFUL = [
    *range(0x00, 0x09), 0x0B, 0x0C, *range(0x0E, 0x20), *range(0x7F, 0xA0),
    0x061C, 0x200B, 0x200E, 0x200F, 0x2028, 0x2029, *range(0x202A, 0x202F), *range(0x2060, 0x2070),
    0xFEFF, *range(0xD800, 0xE000), *range(0xFFF9, 0xFFFC), 0xFFFE, 0xFFFF,
]  # fmt: skip
_INERT = dict.fromkeys(_HARMFUL, "\N{REPLACEMENT CHARACTER}") | {ord("\t"): " ", ord("\r"): ""}

_MONTHS = (
    "January", "February", "March", "April", "May", "June",
    "July", "August", "September", "October", "November", "December",
)  # fmt: skip


def inert(text: str) -> str:
    """The text with control, bidirectional and zero-width characters made visible as U+FFFD."""
    return text.translate(_INERT)


def line(text: str) -> str:
    """The same on one line, runs of blanks made one."""
    return " ".join(inert(text).split())


def count(number: int, one: str, many: str | None = None) -> str:
    """A number with its noun: ``1 finding``, ``1,204 findings``."""
    return f"{number:,} {one if number == 1 else many or one + 's'}"


def number(value: float, digits: int = 4) -> str:
    """A number to ``digits`` significant digits, never in powers of ten; whole numbers whole."""
    if not math.isfinite(value):
        return "not known"
    if value == int(value):
        return f"{int(value):,}"
    decimals = max(0, digits - 1 - math.floor(math.log10(abs(value))))
    text = f"{value:,.{decimals}f}"
    return text.rstrip("0").rstrip(".") if decimals else text


def chance(value: float) -> str:
    """A p or q value: three decimals, and ``under 0.001`` below them."""
    return "under 0.001" if value < 0.001 else f"{value:.3f}"


def pounds(pence: int) -> str:
    """Whole pence as pounds: ``£1,234.50``, ``−£9.00``."""
    sign = "\N{MINUS SIGN}" if pence < 0 else ""
    return f"{sign}£{abs(pence) // 100:,}.{abs(pence) % 100:02d}"


def percent(share: float) -> str:
    """A share of 0..1 as a percentage with one decimal."""
    return f"{100 * share:.1f}%"


def day(value: date | str) -> str:
    """A date in words: ``31 March 2026``; text that is no date stays as it is."""
    try:
        known = value if isinstance(value, date) else datetime.fromisoformat(value)
    except ValueError:
        return str(value)
    return f"{known.day} {_MONTHS[known.month - 1]} {known.year}"


def native(value: Any) -> Any:
    """A numpy scalar as the Python value that it stands for; anything else as it is."""
    return value.item() if hasattr(value, "item") else value


def quantity(name: str, value: Any) -> str:
    """A value by the unit that its name ends on: ``_pence``, ``_share``, ``_points``, ``_days``, ``_on``."""
    value = native(value)
    if value is None:
        return "not known"
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, Mapping):
        return ", ".join(
            f"{heading(key).lower()} {quantity(_unit(name, key), item)}" for key, item in value.items()
        )
    if isinstance(value, Sequence) and not isinstance(value, str):
        between = "; " if any(isinstance(item, Mapping) for item in value) else ", "
        return between.join(quantity(name, item) for item in value) or "none"
    if isinstance(value, date):
        return day(value)
    unit = name.split(".")[0]
    if isinstance(value, int | float):
        if not math.isfinite(value):
            return "not known"
        if unit.endswith("_pence"):
            return pounds(round(value))
        if "share" in unit.split("_") and 0 <= value <= 1:
            return percent(value)
        if unit.endswith("_points"):
            return f"{value:,.1f}"
        if unit.endswith("year"):
            return str(int(value))
        if unit.endswith("_days") and value == int(value):
            return count(int(value), "day")
        return number(value)
    return day(value) if unit.endswith("_on") else str(value)


def _unit(name: str, part: object) -> str:
    """Whose unit a part of a value has: a spread (least, most, mean, sum) has that of the whole."""
    return name if part in ("min", "max", "mean", "median", "sum") else str(part)


_KNOWN = {"id": "id", "hhi": "HHI", "n": "n", "p": "p", "q": "q", "gbp": "£", "cr4": "CR4", "url": "URL"}
_UNITS = re.compile(r"_(pence|share|days|on|id)$")


def heading(name: object) -> str:
    """A column or value name as words: ``late_share`` → ``Late share``, ``late.max`` → ``Late, max``."""
    main, _, part = str(name).partition(".")
    words = [_KNOWN.get(word, word) for word in _UNITS.sub(_keep, main).split("_") if word]
    text = " ".join(words) + (f", {part}" if part else "")
    return text[:1].upper() + text[1:] if words and words[0] not in _KNOWN.values() else text


def _keep(match: re.Match[str]) -> str:
    """The units that the value itself shows (£, %, days, a date) leave the heading; others stay."""
    return {"pence": "", "on": ""}.get(match[1], "_" + match[1])
