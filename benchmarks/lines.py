"""What comes of a measure's trials: an estimate, its Monte Carlo interval, and whether the target is kept."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from statsmodels.stats.proportion import proportion_confint

from benchmarks.measure import Counts, Measure


@dataclass(frozen=True)
class Line:
    """One line of the page: the estimate with its Monte Carlo interval, from ``trials`` trials."""

    measure: Measure
    estimate: float
    low: float
    high: float
    trials: int

    @property
    def verdict(self) -> str:
        """Whether the target is kept; "within error" where only the Monte Carlo error says no."""
        if self.measure.target is None:
            return ""
        least, most = self.measure.target
        if least <= self.estimate <= most:
            return "met"
        return "within error" if self.low <= most and self.high >= least else "MISSED"


def line(measure: Measure, parts: Sequence[Counts]) -> Line:
    """All chunks of a measure as one estimate: a share (Wilson's interval), or a mean of shares (normal).

    Raises ValueError where no trial came about: that is no figure of 0.
    """
    values = np.concatenate(parts)
    trials, total = len(values), float(values.sum())
    if not trials:
        raise ValueError(f"no trial of: {measure.full_name}")
    if set(np.unique(values)) <= {0.0, 1.0}:
        low, high = proportion_confint(total, trials, method="wilson")
    else:
        margin = 1.96 * float(values.std(ddof=1)) / trials**0.5 if trials > 1 else 1.0
        low, high = max(0.0, total / trials - margin), min(1.0, total / trials + margin)
    return Line(measure, total / trials, float(low), float(high), trials)
