"""The sentence of a finding, with its numbers as a person writes them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date
from typing import Any

from chaingraph.rules.message import Field, IfKnown


def sentence(cut: Sequence[str | Field | IfKnown], value: Callable[[Field], Any]) -> str:
    """The message with every placeholder replaced by what ``value`` gives for it; parts of unknown values fall out."""
    return "".join(_said(piece, value) for piece in cut)


def _said(piece: str | Field | IfKnown, value: Callable[[Field], Any]) -> str:
    if isinstance(piece, str):
        return piece
    if isinstance(piece, Field):
        return worded(piece.name, value(piece), counted=piece.part == "count")
    if any(isinstance(one, Field) and value(one) is None for one in piece.pieces):
        return ""
    return sentence(piece.pieces, value)


def worded(name: str, value: Any, *, counted: bool = False) -> str:
    """A value by the ending of its column's name.

    ``_pence`` → pounds, ``_share`` and ``_rate`` → per cent; dates in ISO 8601; whole numbers with thousands
    separators (but a ``year``); what is unknown is called so. ``counted`` values are numbers of values.
    """
    if value is None:
        return "unknown"
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, list | tuple):
        return ", ".join(worded(name, item) for item in value) or "none"
    if not isinstance(value, int | float):
        return str(value)
    if not counted and name.endswith("_pence"):
        return _pounds(round(value))
    if not counted and (name.endswith(("_share", "_rate")) or name in ("share", "rate")):
        return f"{_decimals(100 * value, 1)} %"
    if isinstance(value, float):
        return _decimals(value, 2 if abs(value) >= 0.1 else 4)
    return str(value) if name.endswith("year") and not counted else f"{value:,}"


def _pounds(pence: int) -> str:
    sign = "-" if pence < 0 else ""
    pounds, rest = divmod(abs(pence), 100)
    return f"{sign}£{pounds:,}.{rest:02d}"


def _decimals(value: float, digits: int) -> str:
    # Twelve digits first: what engines add up in different orders must not tip a rounding over.
    text = f"{float(f'{value:.12g}'):,.{digits}f}"
    text = text.rstrip("0").rstrip(".") if "." in text else text
    return "0" if text == "-0" else text
