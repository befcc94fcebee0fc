"""What the records of a label are called in a sentence."""

from __future__ import annotations

import re

from chaingraph.model import NODES
from chaingraph.reporting.plain import count

_WORDS = re.compile(r"(?<=[a-z])(?=[A-Z])")


def one(label: str) -> str:
    """``Invoice`` → ``invoice``, ``SupportAction`` → ``support action``; ``record`` for no label."""
    return _WORDS.sub(" ", label).lower() or "record"


def many(label: str) -> str:
    """The plural, as the label's table is called: ``invoices``, ``support actions``."""
    table = NODES[label].table if label in NODES else None
    named = (table or "").replace("_", " ")
    return named if named.endswith("s") else f"{one(label)} records" if label else "records"


def counted(number: int, label: str) -> str:
    """``1 invoice``, ``1,204 invoices``."""
    return count(number, one(label), many(label))
