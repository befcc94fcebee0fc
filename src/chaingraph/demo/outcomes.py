"""Outcomes of some referrals: a job started, and for some of those a job kept for half a year."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pyarrow as pa

from chaingraph.demo.chance import Bools, Ints
from chaingraph.demo.state import AS_OF_DAY
from chaingraph.demo.tables import Form, TableWriter, dates, hashes, numbered, pounds, words

COLUMNS = [
    "outcome_id",
    "referral_id",
    "kind",
    "job_started_on",
    "sustained_days",
    "claimed_on",
    "claimed_gbp",
    "verified_on",
    "method",
    "result",
    "employer_key",
]
SUSTAINED_DAYS = 182
PENCE = (40_000, 160_000)
EMPLOYERS = 2_000


class Outcomes:
    """Writes outcomes for the referrals it is shown. Use as a context manager."""

    def __init__(self, folder: Path, form: Form) -> None:
        self._out = TableWriter(folder, "outcomes", form, COLUMNS)

    @property
    def rows(self) -> int:
        """Rows written so far."""
        return self._out.rows

    def __enter__(self) -> Outcomes:
        return self

    def __exit__(self, *_: object) -> None:
        self._out.__exit__()

    def add(self, ids: pa.Array, referred: Ints, band: Ints, single: Bools, rng: np.random.Generator) -> None:
        """Draw outcomes: the harder the customer, the fewer; only for referrals marked by ``single``."""
        n = len(referred)
        started = referred + rng.integers(20, 120, n)
        found_job = single & (rng.random(n) < 0.42 - 0.06 * band) & (started <= AS_OF_DAY - 14)
        lasted = rng.integers(SUSTAINED_DAYS, 215, n)
        kept_job = found_job & (rng.random(n) < 0.5) & (started + lasted <= AS_OF_DAY - 14)
        # Both claims of a referral stand one after the other.
        at = np.repeat(np.flatnonzero(found_job), 1 + kept_job[found_job])
        sustained = np.r_[False, at[1:] == at[:-1]] if len(at) else np.empty(0, dtype=bool)
        size = len(at)
        claimed = started[at] + np.where(sustained, lasted[at], 0) + rng.integers(0, 14, size)
        verified = claimed + rng.integers(7, 60, size)
        pending = verified > AS_OF_DAY
        self._out.write(
            {
                "outcome_id": numbered("O", self.rows + 1, size),
                "referral_id": ids.take(pa.array(at)),
                "kind": words(("job_start", "sustained"), sustained.astype(np.int64)),
                "job_started_on": dates(started[at]),
                "sustained_days": pa.array(lasted[at], mask=~sustained),
                "claimed_on": dates(claimed),
                "claimed_gbp": pounds(np.array(PENCE)[sustained.astype(np.int64)]),
                "verified_on": dates(verified, pending),
                "method": words(
                    ("benefit_scan", "rti", "employer", None), np.where(pending, 3, rng.integers(0, 3, size))
                ),
                "result": words(("valid", "pending"), pending.astype(np.int64)),
                "employer_key": hashes(rng.integers(0, EMPLOYERS, n)[at]),
            }
        )
