"""Shares before and now: a sub-contractor that loses its customers to a newcomer, and one that loses them to the prime."""

from __future__ import annotations

from functools import partial

import numpy as np
import pandas as pd

from benchmarks.measure import (
    BY_PRIME,
    COVERAGE,
    ONE_IN_TWENTY,
    PRIMES,
    Counts,
    Measure,
    each_market,
    flagged,
    judged,
    named,
)
from chaingraph.assess.compare import Contrast
from chaingraph.assess.dropped import two_proportions

DROPPED = "Shares before and now (`good-subcontractor-dropped`)"
SUBS, KEPT = 5, 0.5


def shares_interval(rng: np.random.Generator) -> Counts:
    """Whether the interval of a share now over the share before holds the true ratio, 0.7."""
    held = []
    for before in rng.uniform(0.05, 0.3, PRIMES):
        n = int(rng.integers(300, 2000))
        was, now = int(rng.binomial(n, before)), int(rng.binomial(n, 0.7 * before))
        found = two_proportions(now, n, was, n, "less")
        if isinstance(found, Contrast):
            held.append(found.ratio.low <= 0.7 <= (found.ratio.high or np.inf))
    return np.array(held, dtype=float)


def chains(rng: np.random.Generator, *, lost: float, to_prime: bool) -> pd.DataFrame:
    """Forty primes that keep half of 500 to 2,000 customers a year; the best of five loses the share ``lost`` of its own.

    They go to the prime, or to a newcomer that works beside the rest. Chains differ from year to year by chance alone.
    """
    rows = []
    for prime in named("P", np.arange(PRIMES)).tolist():
        before, now = rng.integers(500, 2000, 2)
        shares = np.array([KEPT, *np.full(SUBS, (1 - KEPT) / SUBS), 0.0])
        later = shares.copy()
        later[1] -= lost * shares[1]
        later[0 if to_prime else -1] += lost * shares[1]
        reached = np.array([0.2, 0.5, *np.full(SUBS - 1, 0.2), 0.2])
        counts = rng.multinomial(before, shares), rng.multinomial(now, later)
        for place in range(SUBS + 2):
            org = prime if place == 0 else f"{prime}-S{place}"
            rows.append(
                {
                    "contract_id": f"{prime}-C{place}",
                    "head_contract_id": f"{prime}-C0",
                    "tier": 1 if place == 0 else 2,
                    "inferred": False,
                    "programme": "made up",
                    "prime_id": prime,
                    "prime": prime,
                    "org_id": org,
                    "org_name": org,
                    "ended_day": None,
                    "ended_by": None,
                    "customers_before": counts[0][place],
                    "customers_now": counts[1][place],
                    "achieved_before": rng.binomial(counts[0][place], reached[place]),
                }
            )
    return pd.DataFrame(rows)


def dropped(rng: np.random.Generator, *, lost: float, to_prime: bool) -> Counts:
    """A trial is a prime's best sub-contractor; the event, that it is flagged."""
    units = judged("good-subcontractor-dropped", chains(rng, lost=lost, to_prime=to_prime))
    best = [unit for unit in units if unit.identity["org_id"].endswith("-S1")]
    return flagged(best).astype(float)


MEASURES: tuple[Measure, ...] = (
    Measure(DROPPED, "coverage of the ratio's interval", each_market(shares_interval), COVERAGE, BY_PRIME),
    Measure(
        DROPPED,
        "flagged where a newcomer took half of its customers",
        each_market(partial(dropped, lost=0.5, to_prime=False)),
        ONE_IN_TWENTY,
        BY_PRIME,
    ),
    Measure(
        DROPPED,
        "flagged where the prime took all of them",
        each_market(partial(dropped, lost=1.0, to_prime=True)),
        (0.8, 1),
        BY_PRIME,
    ),
)
