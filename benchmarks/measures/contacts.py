"""Parking: contacts that are no Poisson counts, in groups and quarters that differ; beside it all in one pot."""

from __future__ import annotations

import math
from functools import partial

import numpy as np
import pandas as pd
from scipy import stats

from benchmarks.measure import (
    BY_PRIME,
    COVERAGE,
    FALSE,
    ONE_IN_TWENTY,
    POWER,
    PRIMES,
    SIZE,
    Counts,
    Measure,
    Point,
    covers,
    each_market,
    flagged,
    judged,
    named,
    significant,
)
from chaingraph.assess import Unit

SECTION = "Parking (`parking-gradient`)"
SIZES = (200, 1000)
# Variance of contacts: mean + mean²/2.
SHAPE = 2.0


def customers(rng: np.random.Generator, *, each: int, ratio: float) -> pd.DataFrame:
    """Customers of ``PRIMES`` providers: harder groups are seen more, later quarters less so far, contacts scatter.

    Within group and quarter the hardest (band 5) have ``ratio`` times the contacts of the others.
    """
    org = np.repeat(np.arange(PRIMES), each)
    group, area, quarter = (rng.integers(0, many, org.size) for many in (4, 2, 4))
    # Half are neither easy nor hard, so that the outer thirds are the outer bands in every group.
    draw, easy = rng.random(org.size), 0.35 - 0.07 * group
    band = np.where(draw < easy, 1, np.where(draw < easy + 0.5, 3, 5))
    mean = 4.0 * np.exp(0.4 * group) * (4 - quarter) / 4 * np.where(band == 5, ratio, 1.0)
    contacts = rng.negative_binomial(SHAPE, SHAPE / (SHAPE + mean))
    return pd.DataFrame(
        {
            "org_id": org,
            "customer_group": group,
            "area_id": area,
            "quarter": quarter,
            "band": band,
            "contacts": contacts,
            "contacts_squared": contacts**2,
        }
    )


def _units(rng: np.random.Generator, *, each: int, ratio: float) -> list[Unit]:
    rows = customers(rng, each=each, ratio=ratio)
    keys = ["org_id", "customer_group", "area_id", "quarter", "band"]
    cells = rows.groupby(keys)[["contacts", "contacts_squared"]].sum().reset_index()
    cells["n"] = rows.groupby(keys).size().to_numpy()
    cells = cells.assign(
        org_name=named("Provider ", cells["org_id"]),
        org_id=named("P", cells["org_id"]),
        customers=1,
        unknown=False,
    )
    return judged("parking-gradient", cells)


def parked(rng: np.random.Generator, *, each: int, ratio: float) -> Counts:
    """A trial is a provider; the event, that it is flagged."""
    return flagged(_units(rng, each=each, ratio=ratio)).astype(float)


def called(rng: np.random.Generator, *, each: int) -> Counts:
    """A trial is a provider that sees all alike; the event, p below 0.05."""
    return significant(_units(rng, each=each, ratio=1.0))


def called_plainly(rng: np.random.Generator, *, each: int) -> Counts:
    """The same providers: everybody of the easy and hard bands in one pot, contacts taken for Poisson counts."""
    found = []
    for _, own in customers(rng, each=each, ratio=1.0).groupby("org_id"):
        hard, easy = own.loc[own["band"] == 5, "contacts"], own.loc[own["band"] == 1, "contacts"]
        if hard.empty or easy.empty:
            continue
        rate = (hard.sum() + easy.sum()) / (len(hard) + len(easy))
        error = math.sqrt(rate * len(hard) * len(easy) / (len(hard) + len(easy)))
        found.append(2 * stats.norm.sf(abs(hard.sum() - rate * len(hard)) / error) <= SIZE)
    return np.array(found, dtype=float)


def interval(rng: np.random.Generator, *, each: int, ratio: float) -> Counts:
    """Whether the interval of the rate ratio holds the true one."""
    return covers(_units(rng, each=each, ratio=ratio), ratio)


MEASURES: tuple[Measure, ...] = (
    *(
        measure
        for each in SIZES
        for measure in (
            Measure(
                SECTION,
                f"a provider that sees all alike flagged, {each:,} customers",
                each_market(partial(parked, each=each, ratio=1.0)),
                ONE_IN_TWENTY,
                BY_PRIME,
                point=Point(FALSE, "parking-gradient", each),
            ),
            Measure(
                SECTION,
                f"the same by one pot and Poisson, {each:,} customers",
                each_market(partial(called_plainly, each=each)),
                None,
                BY_PRIME,
                plain=True,
                point=Point(FALSE, "one pot and Poisson", each),
            ),
        )
    ),
    Measure(
        SECTION, "size, 1,000 customers", each_market(partial(called, each=1000)), (0.03, 0.07), BY_PRIME
    ),
    *(
        Measure(
            SECTION,
            f"a provider that parks flagged, ratio 0.6, {each:,} customers",
            each_market(partial(parked, each=each, ratio=0.6)),
            (0.8, 1) if each == SIZES[-1] else None,
            BY_PRIME / 2,
            point=Point(POWER, "parking-gradient, ratio 0.6", each),
        )
        for each in SIZES
    ),
    *(
        Measure(
            SECTION,
            f"coverage of the rate ratio, {ratio:g}, 1,000 customers",
            each_market(partial(interval, each=1000, ratio=ratio)),
            COVERAGE,
            BY_PRIME,
        )
        for ratio in (1.0, 0.6)
    ),
)
