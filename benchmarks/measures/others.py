"""Other intervals and tests: claims that failed, staff who went over, areas that differ."""

from __future__ import annotations

from functools import partial

import numpy as np
import pandas as pd

from benchmarks.measure import (
    BY_PRIME,
    COVERAGE,
    EXACT,
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
)
from chaingraph.assess import Unit
from chaingraph.assess.between import between_variance
from chaingraph.assess.claims import Stratum, clopper_pearson, extrapolate
from chaingraph.assess.moves import more_moves_p, rate_ratio

CLAIMS, STAFF = "Failed claims (`outcome-invalid`)", "Staff who go over (`staff-poaching`)"
AREAS = "Areas of one prime (`uneven-across-areas`)"


def error_interval(rng: np.random.Generator) -> Counts:
    """Whether Clopper and Pearson's interval holds the true share of failed claims, of 50 to 1,000 checked."""
    truth, checked = rng.uniform(0.02, 0.3, PRIMES), rng.integers(50, 1000, PRIMES)
    failed = rng.binomial(checked, truth)
    bounds = [clopper_pearson(int(k), int(n)) for k, n in zip(failed, checked, strict=True)]
    return np.array([low <= p <= high for (low, high), p in zip(bounds, truth, strict=True)], dtype=float)


def recoverable(rng: np.random.Generator) -> Counts:
    """Whether what is recovered of 2,000 claims, 300 of them checked, is at most what was wrongly claimed."""
    held = []
    for _ in range(5):
        pence = rng.choice([40_000, 90_000, 160_000], 2000)
        wrong = rng.random(2000) < rng.uniform(0.05, 0.3)
        checked = rng.permutation(2000) < 300
        failed = pence[checked & wrong]
        one = Stratum(
            claims=2000,
            pence=int(pence.sum()),
            checked=300,
            checked_pence=int(pence[checked].sum()),
            checked_squared=int((pence[checked] ** 2).sum()),
            failed_pence=int(failed.sum()),
            failed_squared=int((failed**2).sum()),
        )
        held.append(extrapolate([one]).low <= pence[wrong].sum())
    return np.array(held, dtype=float)


WINDOW, ELSEWHERE = 150.0, 150_000.0


def moves_called(rng: np.random.Generator) -> Counts:
    """A trial is talks with no more moves than elsewhere; the event, p below 0.05."""
    rate = rng.uniform(0.5, 5, PRIMES) / WINDOW
    inside, outside = rng.poisson(rate * WINDOW), rng.poisson(rate * ELSEWHERE / 100)
    p = [more_moves_p(int(k), WINDOW, int(m), ELSEWHERE / 100) for k, m in zip(inside, outside, strict=True)]
    return (np.array(p) <= SIZE).astype(float)


def moves_interval(rng: np.random.Generator) -> Counts:
    """Whether the exact interval of the rate ratio holds the true one, 3."""
    rate = rng.uniform(2, 10, PRIMES) / WINDOW
    inside, outside = rng.poisson(3 * rate * WINDOW), rng.poisson(rate * ELSEWHERE / 100)
    held = []
    for k, m in zip(inside.tolist(), outside.tolist(), strict=True):
        if k and m:
            _, low, high = rate_ratio(k, WINDOW, m, ELSEWHERE / 100)
            held.append(low <= 3 and (high is None or high >= 3))
    return np.array(held, dtype=float)


def tau_interval(rng: np.random.Generator, *, tau: float) -> Counts:
    """Whether the Q-profile interval of the spread between eight areas holds the true one."""
    held = []
    for _ in range(PRIMES):
        expected = rng.uniform(40, 200, 8)
        effect = rng.normal(1, tau, 8).clip(0.05)
        seen = rng.binomial(np.rint(expected / 0.3).astype(np.int64), np.minimum(0.3 * effect, 1.0))
        found = between_variance(seen / expected, 0.7 * expected / expected**2)
        held.append(found.low <= tau**2 <= found.high)
    return np.array(held, dtype=float)


def primes(rng: np.random.Generator, *, tau: float) -> pd.DataFrame:
    """Twelve primes with eight areas each; areas differ by 10 % everywhere, and by ``tau`` at the first prime."""
    many = 12
    org, area = (index.ravel() for index in np.indices((many, 8)))
    spread = np.where(org == 0, max(tau, 0.1), 0.1)
    rate = (0.3 * rng.normal(1, spread)).clip(0.02, 0.9)
    customers = rng.integers(150, 500, org.size)
    return pd.DataFrame(
        {
            "org_id": named("P", org),
            "org": named("Prime ", org),
            "owner_id": named("P", org),
            "owner": named("Prime ", org),
            "area_id": named("A", area),
            "area": named("Area ", area),
            "customer_group": "g",
            "band": 3,
            "quarter": "2025Q1",
            "customers": customers,
            "reached": rng.binomial(customers, rate),
        }
    )


def spread(rng: np.random.Generator, *, tau: float) -> list[Unit]:
    """What the rule says of the first prime, or (all alike) of every one."""
    units = judged("uneven-across-areas", primes(rng, tau=tau))
    return units if tau <= 0.1 else units[:1]


def spread_flagged(rng: np.random.Generator, *, tau: float) -> Counts:
    """A trial is a prime; the event, that it is flagged."""
    return flagged(spread(rng, tau=tau)).astype(float)


def spread_interval(rng: np.random.Generator) -> Counts:
    """Whether the interval of τ holds 0.1."""
    return covers(spread(rng, tau=0.1), 0.1)


MEASURES: tuple[Measure, ...] = (
    Measure(
        CLAIMS,
        "coverage of the failed share's interval (exact)",
        each_market(error_interval),
        EXACT,
        BY_PRIME,
    ),
    Measure(
        CLAIMS,
        "money recovered at the lower bound is owed (one-sided 95 %)",
        each_market(recoverable),
        EXACT,
        0.4,
    ),
    Measure(
        STAFF,
        "size where a prime hires as from everybody else",
        each_market(moves_called),
        ONE_IN_TWENTY,
        BY_PRIME,
    ),
    Measure(
        STAFF, "coverage of the rate ratio's interval (exact)", each_market(moves_interval), EXACT, BY_PRIME
    ),
    *(
        Measure(
            AREAS,
            f"coverage of the interval of τ between eight areas, τ {tau:g}",
            each_market(partial(tau_interval, tau=tau)),
            COVERAGE,
            BY_PRIME,
        )
        for tau in (0.15, 0.3)
    ),
    Measure(
        AREAS,
        "a prime flagged whose areas differ as everybody's do",
        each_market(partial(spread_flagged, tau=0.1)),
        ONE_IN_TWENTY,
        BY_PRIME,
    ),
    Measure(
        AREAS,
        "a prime flagged whose areas differ by 40 %",
        each_market(partial(spread_flagged, tau=0.4)),
        (0.8, 1),
        4 * BY_PRIME,
    ),
    Measure(
        AREAS,
        "coverage of the interval that the rule prints",
        each_market(spread_interval),
        COVERAGE,
        BY_PRIME,
    ),
)
