"""The geometry of the small pictures beside tables: parts of a whole, and effects with their intervals."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

WIDTH = 200.0


@dataclass(frozen=True)
class Part:
    """One piece of a stacked bar: where it starts and how wide it is, in drawing units."""

    name: str
    start: float
    width: float


@dataclass(frozen=True)
class Axis:
    """A scale from ``low`` to ``high`` over the drawing's width, by factors where ``log``."""

    low: float
    high: float
    log: bool

    def at(self, value: float) -> float:
        """Where a value stands, held inside the drawing."""
        low, high, here = (self._scale(each) for each in (self.low, self.high, max(value, self._least())))
        return round(min(max((here - low) / (high - low), 0.0), 1.0) * WIDTH, 2)

    def _least(self) -> float:
        return self.low if self.log else -math.inf

    def _scale(self, value: float) -> float:
        return math.log(value) if self.log else value


def stacked(parts: Mapping[str, int]) -> list[Part]:
    """Parts of a whole from left to right; nothing where the whole is zero."""
    whole = sum(parts.values())
    drawn, start = [], 0.0
    for name, size in parts.items():
        if size:
            width = WIDTH * size / whole
            drawn.append(Part(name, round(start, 2), round(width, 2)))
            start += width
    return drawn


def bar(value: float, largest: float) -> float:
    """The width of a bar; zero for nothing and for less than nothing."""
    return round(WIDTH * max(value, 0.0) / largest, 2) if largest > 0 else 0.0


def axis(values: Iterable[float | None], neutral: float, log: bool) -> Axis:
    """A scale that shows every finite value and the neutral one, with a little air at both ends."""
    known = [value for value in values if value is not None and math.isfinite(value)]
    shown: Sequence[float] = [value for value in (*known, neutral) if not log or value > 0]
    low, high = min(shown), max(shown)
    if log:
        air = 1.1 if low < high else 2.0
        return Axis(low / air, high * air, True)
    air = 0.05 * (high - low) or 0.5
    return Axis(low - air, high + air, False)
