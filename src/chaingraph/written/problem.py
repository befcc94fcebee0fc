"""A fault in a rule, a clause file or a case: where it is and what is wrong."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import NamedTuple

from chaingraph.errors import ContentError


class Problem(NamedTuple):
    """One fault. ``line`` counts from 1; sorting brings a file's faults into reading order."""

    file: Path
    line: int
    message: str

    def __str__(self) -> str:
        return f"{self.file}:{self.line}: {self.message}"


def refuse(problems: Iterable[Problem], *, remedy: str | None = None) -> None:
    """Raise one ContentError that lists every problem; do nothing where there is none."""
    found: Sequence[Problem] = sorted(set(problems))
    if found:
        raise ContentError("\n".join(map(str, found)), remedy=remedy)
