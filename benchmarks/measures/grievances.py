"""After a grievance: complainants that fare like their peers, complainants that are cut off; before and after alone."""

from __future__ import annotations

from functools import partial

import numpy as np
import pandas as pd
from scipy import stats

from benchmarks.measure import (
    BY_PRIME,
    COVERAGE,
    ONE_IN_TWENTY,
    PRIMES,
    SIZE,
    Counts,
    Measure,
    covers,
    each_market,
    flagged,
    judged,
    named,
    significant,
)
from chaingraph.assess import Unit

SECTION = "Retaliation (`grievance-retaliation`)"
PEERS, RAISED, YEAR = 10, 1000, 366
# What happens to all in the year after, and by how much providers differ in it.
MARKET, SPREAD = 0.85, 0.2


def grievances(rng: np.random.Generator, *, left: float, smaller: float = 1.0) -> pd.DataFrame:
    """``PRIMES`` grievances, each a complainant among ``PEERS`` others, as the rule's query returns them.

    Everybody's volume changes with the market and with luck of its own; the complainant's by ``left`` beside. It is
    ``smaller`` times as large as the others.
    """
    shape = (PRIMES, PEERS + 1)
    level = np.exp(rng.normal(np.log(60), 0.4, size=shape)) * np.where(
        np.arange(PEERS + 1) == 0, smaller, 1.0
    )
    change = (
        MARKET * np.exp(rng.normal(0, SPREAD, size=shape)) * np.where(np.arange(PEERS + 1) == 0, left, 1.0)
    )
    early, late, after = rng.poisson(level / 2), rng.poisson(level / 2), rng.poisson(level * change)
    case, party = (index.ravel() for index in np.indices(shape))
    common = {
        "against_id": "X-PRIME",
        "against": "The prime",
        "raised_day": RAISED,
        "as_of_day": RAISED + YEAR,
        "starts_day": RAISED - 2 * YEAR,
        "last_day": RAISED + 2 * YEAR,
        "first_day": RAISED - YEAR,
        "ended_after_days": -1,
        "end_unclear": False,
        "area_id": "A",
        "customer_group": "g",
    }
    parties = pd.DataFrame(
        {
            "kind": "provider",
            "grievance_id": named("G", case),
            "party_id": named("S", party),
            "is_complainant": party == 0,
            "early": early.ravel(),
            "late": late.ravel(),
            "after": after.ravel(),
            "outcomes": 0,
        }
    )
    heads = pd.DataFrame({"kind": "grievance", "grievance_id": named("G", np.arange(PRIMES))})
    return pd.concat([heads, parties], ignore_index=True).assign(**common)


def _units(rng: np.random.Generator, *, left: float, smaller: float = 1.0) -> list[Unit]:
    return judged("grievance-retaliation", grievances(rng, left=left, smaller=smaller))


def called(rng: np.random.Generator, *, smaller: float) -> Counts:
    """A trial is a grievance after which nothing was done to anybody; the event, p below 0.05."""
    return significant(_units(rng, left=1.0, smaller=smaller))


def accused(rng: np.random.Generator, *, left: float) -> Counts:
    """A trial is a grievance; the event, that the whole rule flags it."""
    return flagged(_units(rng, left=left)).astype(float)


def called_before_after(rng: np.random.Generator) -> Counts:
    """The same clean grievances: two Poisson counts of the complainant alone, before and after."""
    rows = grievances(rng, left=1.0)
    own = rows[rows["is_complainant"].eq(True)]
    before, after = (own["early"] + own["late"]).to_numpy(dtype=float), own["after"].to_numpy(dtype=float)
    called: Counts = (stats.binom.cdf(after, np.maximum(1, before + after), 0.5) <= SIZE).astype(float)
    return called


def interval(rng: np.random.Generator, *, left: float) -> Counts:
    """Whether the interval of the change beside the peers holds the true one."""
    return covers(_units(rng, left=left), left)


MEASURES: tuple[Measure, ...] = (
    Measure(
        SECTION,
        "size after grievances that had no consequence",
        each_market(partial(called, smaller=1.0)),
        (0, 0.07),
        2 * BY_PRIME,
        asked="retaliation, clean",
    ),
    Measure(
        SECTION,
        "the same, the complainant a fifth of its peers' size",
        each_market(partial(called, smaller=0.2)),
        (0, 0.07),
        BY_PRIME,
    ),
    Measure(
        SECTION,
        "the same, Poisson before and after",
        each_market(called_before_after),
        None,
        BY_PRIME,
        plain=True,
    ),
    Measure(
        SECTION, "such a grievance flagged", each_market(partial(accused, left=1.0)), ONE_IN_TWENTY, BY_PRIME
    ),
    Measure(
        SECTION,
        "a grievance flagged after which three quarters are gone",
        each_market(partial(accused, left=0.25)),
        (0.8, 1),
        BY_PRIME,
    ),
    *(
        Measure(
            SECTION,
            f"coverage of the interval of the change, {left:g}",
            each_market(partial(interval, left=left)),
            COVERAGE,
            BY_PRIME,
        )
        for left in (1.0, 0.5)
    ),
)
