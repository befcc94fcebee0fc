"""Outcomes of some referrals: a job started, and for some of those a job kept for half a year."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pyarrow as pa

from chaingraph.demo.chance import Bools, Floats, Ints, even
from chaingraph.demo.state import AS_OF_DAY, PROGRAMMES, Market
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
# What may be amiss with the outcomes of a contract: claimed early, never verified, found invalid, claimed twice.
AMISS = ("", "outcome-paid-early", "outcome-unverified", "outcome-invalid", "outcome-duplicated")
EARLY, UNVERIFIED, INVALID, TWICE = 1, 2, 3, 4
EARLY_DAYS = 120
INVALID_EVERY = 40


class Outcomes:
    """Writes outcomes for the referrals it is shown. Use as a context manager.

    ``amiss`` says by a contract's number what is amiss with its outcomes, ``better`` what is added to the chances of a job and
    of keeping it (2 × contracts); ``seen`` where something amiss came about.
    """

    def __init__(self, folder: Path, form: Form, amiss: Ints, better: Floats) -> None:
        self.amiss, self.better = amiss, better
        self._out = TableWriter(folder, "outcomes", form, COLUMNS)
        self.seen: dict[int, int] = {}

    @property
    def rows(self) -> int:
        """Rows written so far."""
        return self._out.rows

    def __enter__(self) -> Outcomes:
        return self

    def __exit__(self, *_: object) -> None:
        self._out.__exit__()

    def add(
        self,
        ids: pa.Array,
        deal: Ints,
        referred: Ints,
        band: Ints,
        single: Bools,
        rng: np.random.Generator,
    ) -> None:
        """Draw outcomes: the harder the customer, the fewer; only for referrals marked by ``single``.

        ``deal`` is the number of each referral's contract. Those marked make up for the others, so that where many
        customers come back results look no worse for it.
        """
        n, amiss = len(referred), self.amiss[deal]
        job, kept = self.better[:, deal]
        started = referred + rng.integers(20, 120, n)
        # Even luck: no area fares so much better than another by chance alone that it would seem a pattern.
        chance = (0.42 - 0.06 * band + job) / max(float(single.mean()), 0.5) if n else job
        found_job = single & (even(rng, band) < chance) & (started <= AS_OF_DAY - 14)
        lasted = rng.integers(SUSTAINED_DAYS, 215, n)
        kept_job = found_job & (rng.random(n) < 0.5 + kept) & (started + lasted <= AS_OF_DAY - 14)
        lasted = np.where(amiss == EARLY, EARLY_DAYS, lasted)
        # The claims of a referral stand one after the other.
        twice = kept_job & (amiss == TWICE)
        at = np.repeat(np.flatnonzero(found_job), (1 + kept_job + twice)[found_job])
        sustained = np.r_[False, at[1:] == at[:-1]] if len(at) else np.empty(0, dtype=bool)
        size = len(at)
        claimed = started[at] + np.where(sustained, lasted[at], 0) + rng.integers(0, 14, size)
        verified = claimed + rng.integers(7, 60, size)
        pending = (verified > AS_OF_DAY) | ((amiss[at] == UNVERIFIED) & (claimed < AS_OF_DAY - 100))
        # A few, and one at least: an area of which many outcomes failed would look worse than others for that alone.
        checked = ~pending & (amiss[at] == INVALID)
        invalid = checked & (np.cumsum(checked) % INVALID_EVERY == 1)
        doubled = np.r_[[False, False][:size], at[2:] == at[:-2]]
        late = pending & (claimed < AS_OF_DAY - 100)
        for kind, came in ((EARLY, sustained), (UNVERIFIED, late), (INVALID, invalid), (TWICE, doubled)):
            for number in np.unique(deal[at][came & (amiss[at] == kind)]).tolist():
                self.seen[int(number)] = kind
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
                "result": words(
                    ("valid", "pending", "invalid"), np.where(invalid, 2, pending.astype(np.int64))
                ),
                "employer_key": hashes(rng.integers(0, EMPLOYERS, n)[at]),
            }
        )


def choose_amiss(market: Market) -> None:
    """For each kind of fault a few head contracts whose outcomes have it, those with most customers first."""
    kinds = len(AMISS) - 1
    market.amiss = np.zeros(len(market.deals), dtype=np.int64)
    old = [head.deal for head in market.heads if head.lot.programme is PROGRAMMES[0]]
    busiest = sorted(old, key=lambda deal: (-deal.annual_pence, deal.number))
    for place, deal in enumerate(busiest[: kinds * market.size.plants]):
        market.amiss[deal.number] = 1 + place % kinds
