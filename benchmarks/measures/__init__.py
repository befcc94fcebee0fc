"""Everything that the calibration measures, in the order of the page."""

from __future__ import annotations

from benchmarks.measure import Counts, Measure, judged
from benchmarks.measures import (
    contacts,
    depth,
    dropped,
    grievances,
    groups,
    others,
    payments,
    skew,
    tenders,
    volumes,
)

MEASURES: tuple[Measure, ...] = (
    *skew.MEASURES,
    *depth.MEASURES,
    *contacts.MEASURES,
    *groups.MEASURES,
    *grievances.MEASURES,
    *volumes.MEASURES,
    *payments.MEASURES,
    *tenders.MEASURES,
    *others.MEASURES,
    *dropped.MEASURES,
)

__all__ = ["MEASURES", "Counts", "Measure", "judged"]
