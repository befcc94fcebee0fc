"""Simulated markets for the calibration: honest ones, and ones with a planted pattern of known size.

They are drawn from the model that each method assumes the world to have (confounding between strata, batches, a
market that falls short of its forecast), never through the method's own code.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

Ints = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]

AREAS, QUARTERS, GROUPS, NEEDS = 3, 4, 2, 2
STRATA = AREAS * QUARTERS * GROUPS * NEEDS
# How far areas, seasons, groups and needs differ: the spread of the log odds, between strata of one prime, of being hard
# and of being passed on, and how much the two have in common. It is what makes the plain test call honest primes dishonest.
SPREAD = 1.0
COMMON = 0.5
HARD_AT_REST, PASSED_AT_REST = -0.85, -0.4


@dataclass(frozen=True)
class Referrals:
    """One market's referrals, a row each: whose, in which stratum and batch, hard or not, passed on or kept."""

    prime: Ints
    stratum: Ints
    batch: Ints
    hard: Ints
    passed: Ints


def _odds(log_odds: Floats) -> Floats:
    chance: Floats = 1.0 / (1.0 + np.exp(-log_odds))
    return chance


def referrals(
    rng: np.random.Generator, *, primes: int, each: int, dumping: int = 0, odds_ratio: float = 1.0
) -> Referrals:
    """``primes`` primes with ``each`` referrals; the first ``dumping`` pass hard customers on with ``odds_ratio``.

    Within a stratum an honest prime passes on hard and easy customers alike; between strata both shares differ.
    """
    shared = rng.normal(size=(primes, STRATA))
    hard_at = HARD_AT_REST + SPREAD * shared
    passed_at = PASSED_AT_REST + SPREAD * (
        COMMON * shared + np.sqrt(1 - COMMON**2) * rng.normal(size=(primes, STRATA))
    )
    prime = np.repeat(np.arange(primes), each)
    stratum = rng.integers(0, STRATA, size=prime.size)
    hard = (rng.random(prime.size) < _odds(hard_at[prime, stratum])).astype(np.int64)
    tilt = np.where(prime < dumping, np.log(odds_ratio), 0.0)
    passed = (rng.random(prime.size) < _odds(passed_at[prime, stratum] + tilt * hard)).astype(np.int64)
    return Referrals(prime, stratum, np.arange(prime.size), hard, passed)


def batched_referrals(
    rng: np.random.Generator, *, primes: int, each: int, batch: int = 10, correlation: float = 0.05
) -> Referrals:
    """Honest primes that hand on whole batches: customers of a batch are alike (``correlation``), and go one way."""
    batches = primes * each // batch
    prime_of = np.repeat(np.arange(primes), each // batch)
    stratum_of = rng.integers(0, STRATA, size=batches)
    hard_at = _odds(HARD_AT_REST + SPREAD * rng.normal(size=(primes, STRATA)))[prime_of, stratum_of]
    spread = (1 - correlation) / correlation
    chance = rng.beta(hard_at * spread, (1 - hard_at) * spread)
    passed_of = rng.random(batches) < _odds(PASSED_AT_REST + SPREAD * rng.normal(size=(primes, STRATA)))[
        prime_of, stratum_of
    ]
    of = np.repeat(np.arange(batches), batch)
    hard = (rng.random(of.size) < chance[of]).astype(np.int64)
    return Referrals(prime_of[of], stratum_of[of], of, hard, passed_of[of].astype(np.int64))


@dataclass(frozen=True)
class Promises:
    """Promised volumes of one market and what came of them; ``actual`` and ``forecast`` are the market's own."""

    promised: Ints
    delivered: Ints
    forecast: float
    actual: float


def promises(
    rng: np.random.Generator,
    *,
    primes: int,
    market_share: float,
    dispersion: float = 0.05,
    broken: int = 0,
    kept_share: float = 1.0,
) -> Promises:
    """A market that reaches ``market_share`` of its forecast; honest primes deliver that share of their promise.

    The first ``broken`` deliver only ``kept_share`` of what honesty would. Volumes vary as a negative binomial whose
    variance is mean + ``dispersion`` x mean².
    """
    promised = np.round(rng.lognormal(np.log(300.0), 0.8, size=primes)).astype(np.int64)
    mean = promised * market_share * np.where(np.arange(primes) < broken, kept_share, 1.0)
    rate = rng.gamma(1 / dispersion, mean * dispersion)
    return Promises(promised, rng.poisson(rate).astype(np.int64), 100_000.0, 100_000.0 * market_share)
