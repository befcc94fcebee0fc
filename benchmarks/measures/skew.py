"""Referral skew: honest primes, primes that dump, customers in batches; beside it the pooled chi-square."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial

import numpy as np
from scipy import stats

from benchmarks import simulated
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
    shipped,
    significant,
)
from chaingraph.assess import Unit
from chaingraph.assess.strata import Strata, cmh_z, upper_p

SECTION = "Referral skew (`referral-skew`)"
REFERRALS = 1000
SIZES = (200, 1000, 5000)
# In the table of sizes but in no plot.
BOUND = "lower bound"


def _skew(
    rng: np.random.Generator, *, each: int = REFERRALS, dumping: int = 0, odds_ratio: float = 1.0
) -> list[Unit]:
    made = simulated.referrals(rng, primes=PRIMES, each=each, dumping=dumping, odds_ratio=odds_ratio)
    return judged("referral-skew", simulated.cells(made, batches=False))


def any_clean_flagged(rng: np.random.Generator) -> bool:
    """A trial is a market of honest primes; the event, that one of them is accused."""
    return bool(flagged(_skew(rng)).any())


def any_clean_pooled(rng: np.random.Generator) -> bool:
    """The same under the plain test, corrected for the number of primes (Bonferroni)."""
    return bool((_pooled(rng, each=REFERRALS) <= SIZE / PRIMES).any())


def false_discoveries(rng: np.random.Generator) -> float:
    """A trial is a market in which 4 of 40 dump (odds ratio 2); the share of the flagged that are honest."""
    found = flagged(_skew(rng, dumping=4, odds_ratio=2.0))
    return float(found[4:].sum() / max(1, found.sum()))


def false_discoveries_pooled(rng: np.random.Generator) -> float:
    """The same under the plain test with Benjamini and Hochberg's correction."""
    p = _pooled(rng, each=REFERRALS, dumping=4, odds_ratio=2.0)
    found = stats.false_discovery_control(p) <= SIZE
    return float(found[4:].sum() / max(1, found.sum()))


def power(rng: np.random.Generator, *, odds_ratio: float, each: int = REFERRALS) -> Counts:
    """A trial is a prime that dumps; the event, p below 0.05, before any correction and any other fence."""
    return significant(_skew(rng, each=each, dumping=PRIMES, odds_ratio=odds_ratio))


def found(rng: np.random.Generator, *, odds_ratio: float, each: int) -> Counts:
    """A trial is a prime, in a market where all have that odds ratio; the event, that the whole rule flags it."""
    return flagged(_skew(rng, each=each, dumping=PRIMES, odds_ratio=odds_ratio)).astype(float)


def bound_above(rng: np.random.Generator, *, odds_ratio: float, each: int) -> Counts:
    """The same by the lower bound of the odds ratio alone; nobody is left out for having few customers."""
    made = simulated.referrals(rng, primes=PRIMES, each=each, dumping=PRIMES, odds_ratio=odds_ratio)
    rows = simulated.cells(made, batches=False)
    units = judged("referral-skew", rows, min_customers=1, min_arm_customers=1)
    bounds = [unit.values.get("odds_ratio_lower_bound") for unit in units]
    least = float(shipped("referral-skew")[1]["odds_ratio_min"])
    return np.array([bound is not None and bound > least for bound in bounds], dtype=float)


def clean_called_by_pooling(rng: np.random.Generator, *, each: int) -> Counts:
    """The same primes under the plain test: chi-square on one table, all strata thrown together."""
    return (_pooled(rng, each=each) <= SIZE).astype(float)


def _pooled(rng: np.random.Generator, *, each: int, dumping: int = 0, odds_ratio: float = 1.0) -> Counts:
    """P of the plain test, a prime each."""
    made = simulated.referrals(rng, primes=PRIMES, each=each, dumping=dumping, odds_ratio=odds_ratio)
    cell = 4 * made.prime + 2 * made.hard + made.passed
    tables = np.bincount(cell, minlength=4 * PRIMES).reshape(-1, 2, 2)
    return np.array([stats.chi2_contingency(one, correction=False).pvalue for one in tables])


def _in_batches(rng: np.random.Generator) -> list[Unit]:
    """Honest primes that pass on whole batches of 10."""
    made = simulated.batched_referrals(rng, primes=PRIMES, each=REFERRALS)
    return judged("referral-skew", simulated.cells(made, batches=True))


def batches_called(rng: np.random.Generator) -> Counts:
    """A trial is an honest prime that passes on whole batches of 10; the event, p below 0.05."""
    return significant(_in_batches(rng))


def batches_interval(rng: np.random.Generator) -> Counts:
    """Whether the interval of such a prime's odds ratio holds 1."""
    return covers(_in_batches(rng), 1.0)


def batches_called_one_by_one(rng: np.random.Generator) -> Counts:
    """The same primes under a test that takes customers of one batch for independent of one another."""
    made = simulated.batched_referrals(rng, primes=PRIMES, each=REFERRALS)
    shape = (PRIMES, simulated.STRATA, 2, 2)
    cell = np.ravel_multi_index((made.prime, made.stratum, 1 - made.passed, 1 - made.hard), shape)
    called = []
    for one in np.bincount(cell, minlength=int(np.prod(shape))).reshape(shape):
        z = cmh_z(Strata(one[:, 0, 0], one[:, 0, 1], one[:, 1, 0], one[:, 1, 1]).comparable())
        called.append(z is not None and upper_p(z) <= SIZE)
    return np.array(called, dtype=float)


def odds_interval(rng: np.random.Generator, *, odds_ratio: float, each: int) -> Counts:
    """Whether the interval of a prime's odds ratio holds the true one."""
    return covers(_skew(rng, each=each, dumping=PRIMES, odds_ratio=odds_ratio), odds_ratio)


def _by_size() -> Iterator[Measure]:
    for each in SIZES:
        yield Measure(
            SECTION,
            f"an honest prime flagged, {each:,} referrals",
            each_market(partial(found, odds_ratio=1.0, each=each)),
            ONE_IN_TWENTY,
            BY_PRIME,
            point=Point(FALSE, "referral-skew", each),
        )
        yield Measure(
            SECTION,
            f"the same by pooled chi-square, {each:,} referrals",
            each_market(partial(clean_called_by_pooling, each=each)),
            None,
            BY_PRIME,
            plain=True,
            point=Point(FALSE, "pooled chi-square", each),
        )
    for ratio in (1.5, 2.0):
        for each in SIZES:
            yield Measure(
                SECTION,
                f"a prime that dumps flagged, odds ratio {ratio:g}, {each:,} referrals",
                each_market(partial(found, odds_ratio=ratio, each=each)),
                None,
                BY_PRIME / 2,
                point=Point(POWER, f"referral-skew, odds ratio {ratio:g}", each),
            )
    for ratio in (1.0, 1.5, 2.0):
        for each in SIZES:
            yield Measure(
                SECTION,
                f"lower bound above 1.10, odds ratio {ratio:g}, {each:,} referrals",
                each_market(partial(bound_above, odds_ratio=ratio, each=each)),
                None,
                BY_PRIME / 2,
                point=Point(BOUND, f"bound alone, odds ratio {ratio:g}", each),
            )


def _coverage() -> Iterator[Measure]:
    for ratio, each in ((1.0, 1000), (2.0, 1000), (1.5, 400)):
        yield Measure(
            SECTION,
            f"coverage of the odds ratio, {ratio:g}, {each:,} referrals",
            each_market(partial(odds_interval, odds_ratio=ratio, each=each)),
            COVERAGE,
            BY_PRIME,
        )
    yield Measure(
        SECTION,
        "coverage of the odds ratio, honest batches of 10",
        each_market(batches_interval),
        COVERAGE,
        BY_PRIME,
    )


MEASURES: tuple[Measure, ...] = (
    Measure(
        SECTION,
        "any of 40 honest primes flagged, 1,000 referrals each",
        each_market(any_clean_flagged),
        (0, 0.08),
        asked="clean 40-prime market: chance of any skew flag",
    ),
    Measure(
        SECTION,
        "any of them by pooled chi-square, p ≤ 0.05/40",
        each_market(any_clean_pooled),
        None,
        BY_PRIME,
        plain=True,
    ),
    Measure(
        SECTION,
        "share of honest among the flagged, 4 of 40 dumping, odds ratio 2",
        each_market(false_discoveries),
        (0, 0.07),
        asked="false discovery rate, 4 of 40 dumping",
    ),
    Measure(
        SECTION,
        "that share by pooled chi-square, q ≤ 0.05",
        each_market(false_discoveries_pooled),
        None,
        BY_PRIME,
        plain=True,
    ),
    *(
        Measure(
            SECTION,
            f"p ≤ 0.05 for a prime that dumps, 1,000 referrals, odds ratio {ratio:g}",
            each_market(partial(power, odds_ratio=ratio)),
            (least, 1),
            BY_PRIME,
            asked=f"power a prime, n = 1,000: odds ratio {ratio:g}",
        )
        for ratio, least in ((1.5, 0.80), (2.0, 0.97))
    ),
    *_by_size(),
    Measure(
        SECTION,
        "size on honest batches of 10",
        each_market(batches_called),
        (0.03, 0.07),
        2 * BY_PRIME,
        asked="batch-clustered clean market, permutation",
    ),
    Measure(
        SECTION,
        "the same batches, customers taken one by one",
        each_market(batches_called_one_by_one),
        None,
        BY_PRIME,
        plain=True,
    ),
    *_coverage(),
)
