"""What an assessment says about each thing it judged."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal

Outcome = Literal["flagged", "passed", "excluded", "not_assessable"]


@dataclass(frozen=True)
class Statistics:
    """An effect with its 95 % interval, p and (across the units of one sweep) q, and the size n."""

    effect: float | None = None
    low: float | None = None
    high: float | None = None
    p: float | None = None
    q: float | None = None
    n: float | None = None


@dataclass(frozen=True)
class Unit:
    """One thing judged: a provider, a contract, an area and programme.

    ``reason`` says why an excluded or not assessable unit was not judged; ``records`` is the number of
    the rule's records that the unit stands for in the counts.
    """

    identity: Mapping[str, Any]
    outcome: Outcome
    reason: str = ""
    values: Mapping[str, Any] = field(default_factory=dict)
    statistics: Statistics | None = None
    records: int = 1


@dataclass(frozen=True)
class Assessment:
    """All units, warnings for the reader, and named tables (``figures``) printed beside the findings."""

    units: Sequence[Unit]
    warnings: Sequence[str] = ()
    figures: Mapping[str, Sequence[Mapping[str, Any]]] = field(default_factory=dict)
