"""What a measure of the calibration is, and how simulated rows are judged: by a rule's own assessment and defaults."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from chaingraph.assess import ASSESSMENTS, Unit
from chaingraph.rules.catalogue import choose, load_rules
from chaingraph.rules.parameters import resolve
from chaingraph.rules.rule import Rule

# One number a trial: 1 where the event came about and 0 where not, or a share.
Counts = npt.NDArray[np.float64]
Run = Callable[[np.random.Generator, int], Counts]

# Simulated primes (or payers, or providers) of one market, and the level that tests are held to.
PRIMES, SIZE = 40, 0.05
# Forty trials a market: a tenth of the markets gives four times the trials.
BY_PRIME = 0.1
ONE_IN_TWENTY, COVERAGE = (0.0, SIZE), (0.93, 0.97)
# What is exact can only be too wide: it covers 95 % at least.
EXACT = (0.93, 1.0)
# The figures in which a measure may stand.
FALSE, POWER = "honest", "planted"


@dataclass(frozen=True)
class Point:
    """Where a measure stands in a plot: the figure, the line it belongs to, and how far along."""

    figure: str
    line: str
    x: float


@dataclass(frozen=True)
class Measure:
    """One line of the page. ``target`` is the least and the most that its rate may be; None: told, not judged.

    ``plain``: what a test that is not used here does to the same markets. ``asked``: the words of the methods' own
    table that this line answers. ``share_of_markets``: a measure with a trial a prime needs fewer markets.
    """

    section: str
    name: str
    run: Run
    target: tuple[float, float] | None = None
    share_of_markets: float = 1.0
    plain: bool = False
    asked: str = ""
    point: Point | None = None

    @property
    def full_name(self) -> str:
        """Section and name; no two measures have the same."""
        return f"{self.section}: {self.name}"

    @property
    def rule(self) -> str:
        """The rule that the section is about."""
        return self.section.partition("`")[2].rstrip("`)")

    @property
    def interval(self) -> bool:
        """Whether it measures how often a printed 95 % interval holds the truth."""
        return self.name.startswith("coverage of ")

    @property
    def wording(self) -> str:
        """The target for a reader."""
        if self.target is None:
            return "(the plain test)" if self.plain else "(told)"
        least, most = self.target
        if least > 0 and most < 1:
            return f"{least:g} to {most:g}"
        return f"≥ {least:g}" if least > 0 else f"≤ {most:g}"


@cache
def shipped(name: str) -> tuple[Rule, Mapping[str, Any]]:
    """A rule as it ships, with its defaults."""
    (rule,) = choose(load_rules(), [name])
    return rule, resolve([rule], {})[name]


def judged(name: str, rows: pd.DataFrame, **changed: Any) -> list[Unit]:
    """What a rule's own assessment says of simulated rows, with the rule's defaults but for ``changed``."""
    rule, parameters = shipped(name)
    return list(ASSESSMENTS[str(rule.header.assess)](rows, {**parameters, **changed}).units)


def flagged(units: Sequence[Unit]) -> npt.NDArray[np.bool_]:
    """Which units are flagged."""
    return np.array([unit.outcome == "flagged" for unit in units], dtype=bool)


def significant(units: Sequence[Unit]) -> Counts:
    """Which of the tested units have p ≤ 0.05: before any correction for many and any other fence."""
    tested = [unit.statistics.p for unit in units if unit.statistics and unit.statistics.p is not None]
    return (np.array(tested, dtype=float) <= SIZE).astype(float)


def covers(units: Sequence[Unit], truth: npt.ArrayLike) -> Counts:
    """Whether each printed interval holds the truth, for units that have one; an open end holds everything."""
    bounds = [
        (s.low, np.inf if s.high is None else s.high)
        if (s := unit.statistics) and s.low is not None
        else (np.nan, np.nan)
        for unit in units
    ]
    low, high = np.array(bounds, dtype=float).reshape(-1, 2).T
    inside = (low <= np.asarray(truth)) & (np.asarray(truth) <= high)
    held: Counts = inside[~np.isnan(low)].astype(np.float64)
    return held


def each_market(one: Callable[[np.random.Generator], npt.ArrayLike]) -> Run:
    """A run that puts together what ``one`` says of market after market."""

    def run(rng: np.random.Generator, markets: int) -> Counts:
        made = [np.atleast_1d(np.asarray(one(rng), dtype=np.float64)) for _ in range(markets)]
        return np.concatenate(made)

    return run


def named(prefix: str, numbers: npt.ArrayLike) -> npt.NDArray[np.str_]:
    """Ids such as P007."""
    return np.char.add(prefix, np.char.zfill(np.asarray(numbers).astype(str), 3))


def counted(columns: Mapping[str, npt.ArrayLike], into: str) -> pd.DataFrame:
    """The distinct rows of ``columns`` (whole numbers from 0) with how often each occurs, as ``into``."""
    keys = [np.asarray(column, dtype=np.int64) for column in columns.values()]
    shape = tuple(int(key.max(initial=0)) + 1 for key in keys)
    # One number a row sorts many times faster than a row of numbers.
    at, many = np.unique(np.ravel_multi_index(keys, shape), return_counts=True)
    return pd.DataFrame({**dict(zip(columns, np.unravel_index(at, shape), strict=True)), into: many})
