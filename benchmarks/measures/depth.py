"""The trend down the chain: honest chains of three tiers, chains that send the hard ever deeper, batches."""

from __future__ import annotations

from functools import partial

import numpy as np
import numpy.typing as npt
import pandas as pd

from benchmarks.measure import (
    BY_PRIME,
    COVERAGE,
    ONE_IN_TWENTY,
    PRIMES,
    SIZE,
    Counts,
    Measure,
    counted,
    covers,
    each_market,
    flagged,
    judged,
    named,
    significant,
)
from benchmarks.simulated import COMMON, HARD_AT_REST, PASSED_AT_REST, SPREAD, STRATA
from chaingraph.assess import Unit
from chaingraph.assess.strata import upper_p
from chaingraph.assess.trend import trend_z

SECTION = "Depth of the chain (`referral-depth-gradient`)"
REFERRALS, BATCH, CORRELATION = 1000, 10, 0.05
TIERS = np.array([1.0, 2.0, 3.0])
Floats = npt.NDArray[np.float64]


def chains(rng: np.random.Generator, *, odds_ratio: float = 1.0, batch: int = 1) -> pd.DataFrame:
    """Cells of ``PRIMES`` primes whose customers go to one of three tiers.

    Where customers are harder more are passed on, and more of those further: that is what strata are for. Within a
    stratum the odds of tier t are multiplied by ``odds_ratio`` to the power t for a hard customer. ``batch``: customers
    who come and go together, and are alike.
    """
    many = PRIMES * REFERRALS // batch
    prime, stratum = np.repeat(np.arange(PRIMES), REFERRALS // batch), rng.integers(0, STRATA, many)
    shared = rng.normal(size=(PRIMES, STRATA))

    def confounded() -> Floats:
        own = COMMON * shared + np.sqrt(1 - COMMON**2) * rng.normal(size=(PRIMES, STRATA))
        return np.asarray(SPREAD * own)

    hard_at = 1 / (1 + np.exp(-(HARD_AT_REST + SPREAD * shared)))
    passed, deeper = np.exp(PASSED_AT_REST + confounded()), np.exp(-0.7 + confounded())
    chance = hard_at[prime, stratum]
    if batch > 1:
        size = (1 - CORRELATION) / CORRELATION
        chance = rng.beta(chance * size, (1 - chance) * size)
    prime, stratum = np.repeat(prime, batch), np.repeat(stratum, batch)
    hard = rng.random(prime.size) < np.repeat(chance, batch)
    weights = np.stack(
        [np.ones_like(passed), passed / (1 + deeper), passed * deeper / (1 + deeper)], axis=-1
    )[prime, stratum]
    weights = weights * odds_ratio ** ((TIERS - 1) * hard[:, None])
    edges = np.cumsum(weights, axis=1) / weights.sum(axis=1, keepdims=True)
    draw = np.repeat(rng.random(many), batch)
    tier = 1 + (draw[:, None] > edges).sum(axis=1).clip(max=2)
    columns = {
        "prime": prime,
        "stratum": stratum,
        "batch": np.arange(prime.size) // batch,
        "tier": tier,
        "hard": hard,
    }
    if batch == 1:
        columns["batch"] = np.zeros(prime.size, dtype=np.int64)
    made = counted(columns, "customers")
    return made.assign(
        org_id=named("P", made["prime"]),
        org_name=named("Prime ", made["prime"]),
        stratum=named("S", made["stratum"]),
        batch_id=named("B", made["batch"]) if batch > 1 else None,
        is_hard=made["hard"] == 1,
    )


def _units(rng: np.random.Generator, *, odds_ratio: float = 1.0, batch: int = 1) -> list[Unit]:
    return judged("referral-depth-gradient", chains(rng, odds_ratio=odds_ratio, batch=batch))


def called(rng: np.random.Generator, *, batch: int) -> Counts:
    """A trial is an honest prime; the event, p below 0.05."""
    return significant(_units(rng, batch=batch))


def accused(rng: np.random.Generator, *, odds_ratio: float) -> Counts:
    """A trial is a prime; the event, that the whole rule flags it."""
    return flagged(_units(rng, odds_ratio=odds_ratio)).astype(float)


def called_plainly(rng: np.random.Generator, *, batch: int) -> Counts:
    """The same honest primes under Mantel's trend of one table a prime, or (batches) customers taken one by one."""
    cells = chains(rng, batch=batch)
    found = []
    for _, own in cells.groupby("org_id"):
        names = own["stratum"] if batch > 1 else own["org_id"]
        shape = (names.nunique(), len(TIERS))
        hits, alls = np.zeros(shape, dtype=np.int64), np.zeros(shape, dtype=np.int64)
        at = (pd.factorize(names)[0], own["tier"].to_numpy() - 1)
        np.add.at(alls, at, own["customers"].to_numpy())
        np.add.at(hits, at, (own["customers"] * own["is_hard"]).to_numpy())
        found.append(upper_p(trend_z(hits, alls, TIERS) or 0.0) <= SIZE)
    return np.array(found, dtype=float)


def interval(rng: np.random.Generator, *, odds_ratio: float, batch: int = 1) -> Counts:
    """Whether the interval of the odds ratio a tier holds the true one."""
    return covers(_units(rng, odds_ratio=odds_ratio, batch=batch), odds_ratio)


MEASURES: tuple[Measure, ...] = (
    Measure(
        SECTION,
        "an honest prime flagged, 1,000 referrals",
        each_market(partial(accused, odds_ratio=1.0)),
        ONE_IN_TWENTY,
        BY_PRIME,
    ),
    Measure(
        SECTION,
        "an honest prime called by one table a prime",
        each_market(partial(called_plainly, batch=1)),
        None,
        BY_PRIME,
        plain=True,
    ),
    *(
        Measure(
            SECTION,
            f"a prime flagged, odds ratio {ratio:g} a tier",
            each_market(partial(accused, odds_ratio=ratio)),
            (least, 1) if least else None,
            BY_PRIME,
        )
        for ratio, least in ((1.3, 0.0), (1.5, 0.80))
    ),
    Measure(
        SECTION,
        "size on honest batches of 10",
        each_market(partial(called, batch=BATCH)),
        (0.03, 0.07),
        BY_PRIME / 2,
    ),
    Measure(
        SECTION,
        "the same, customers taken one by one",
        each_market(partial(called_plainly, batch=BATCH)),
        None,
        BY_PRIME / 2,
        plain=True,
    ),
    *(
        Measure(
            SECTION,
            f"coverage of the interval of the odds ratio a tier, {ratio:g}",
            each_market(partial(interval, odds_ratio=ratio)),
            COVERAGE,
            BY_PRIME,
        )
        for ratio in (1.0, 1.5)
    ),
    Measure(
        SECTION,
        "coverage of that interval on honest batches of 10",
        each_market(partial(interval, odds_ratio=1.0, batch=BATCH)),
        COVERAGE,
        BY_PRIME / 2,
    ),
)
