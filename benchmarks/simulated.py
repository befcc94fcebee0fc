"""Simulated markets for the calibration: honest ones, and ones with a planted pattern of known size.

They are drawn from the model that each method assumes the world to have (confounding between strata, batches,
a market that falls short of its forecast), never through the method's own code.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd

from benchmarks.measure import counted

Ints = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]

AREAS, QUARTERS, GROUPS, NEEDS = 3, 4, 2, 2
STRATA = AREAS * QUARTERS * GROUPS * NEEDS
# How far areas, seasons, groups and needs differ: the spread, between the strata of one prime, of the log
# odds of being hard and of being passed on, and how much the two have in common. This is what makes the plain
# test accuse honest primes.
SPREAD = 1.0
COMMON = 0.5
HARD_AT_REST, PASSED_AT_REST = -0.85, -0.4


@dataclass(frozen=True)
class Referrals:
    """One market's referrals: whose, in which stratum and batch, hard or not, passed on or kept."""

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
    """``primes`` primes with ``each`` referrals; the first ``dumping`` pass hard customers on with
    ``odds_ratio``.

    Within a stratum an honest prime passes on hard and easy customers alike; between strata both shares
    differ.
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


def cells(made: Referrals, *, batches: bool) -> pd.DataFrame:
    """The referrals counted into the cells that the rule's query returns; ``batches``: by batch too."""
    keys = {
        "prime": made.prime,
        "stratum": made.stratum,
        "batch": made.batch if batches else np.zeros_like(made.batch),
        "passed": made.passed,
        "hard": made.hard,
    }
    found = counted(keys, "customers")
    prime, stratum, batch, passed, hard, customers = (found[name].to_numpy() for name in found)
    need = stratum % NEEDS
    passed_on = passed == 1
    nobody = np.full(prime.size, None, dtype=object)

    def of_passed(value: object) -> npt.NDArray[np.object_]:
        """What only a sub-contractor has; None for the cells that the prime kept."""
        return np.array([value if there else None for there in passed_on], dtype=object)

    return pd.DataFrame(
        {
            "org_id": np.char.add("P", np.char.zfill(prime.astype(str), 3)),
            "org_name": np.char.add("Prime ", prime.astype(str)),
            "stratum": np.char.add("S", np.char.zfill(stratum.astype(str), 2)),
            "batch_id": np.char.add("B", batch.astype(str)) if batches else nobody,
            "is_passed": passed_on,
            "is_hard": hard == 1,
            "customers": customers,
            "supplier_id": of_passed("S1"),
            "supplier": of_passed("A sub-contractor"),
            "need_type": np.char.add("need ", need.astype(str)),
            **{name: of_passed(False) for name in ("is_specialist", "agreed", "evidenced", "paid_for")},
        }
    )


def batched_referrals(
    rng: np.random.Generator, *, primes: int, each: int, batch: int = 10, correlation: float = 0.05
) -> Referrals:
    """Honest primes that hand on whole batches: customers of a batch are alike (``correlation``), and go one
    way.
    """
    batches = primes * each // batch
    prime_of = np.repeat(np.arange(primes), each // batch)
    stratum_of = rng.integers(0, STRATA, size=batches)
    hard_at = _odds(HARD_AT_REST + SPREAD * rng.normal(size=(primes, STRATA)))[prime_of, stratum_of]
    spread = (1 - correlation) / correlation
    chance = rng.beta(hard_at * spread, (1 - hard_at) * spread)
    passed_of = (
        rng.random(batches)
        < _odds(PASSED_AT_REST + SPREAD * rng.normal(size=(primes, STRATA)))[prime_of, stratum_of]
    )
    of = np.repeat(np.arange(batches), batch)
    hard = (rng.random(of.size) < chance[of]).astype(np.int64)
    return Referrals(prime_of[of], stratum_of[of], of, hard, passed_of[of].astype(np.int64))


def promises(
    rng: np.random.Generator, *, primes: int, market_share: float, dispersion: float
) -> pd.DataFrame:
    """Honest promises in a market that reaches ``market_share`` of its forecast, as the rule's query returns
    them.

    Delivered volumes vary as a negative binomial around promise x market_share: variance mean + dispersion x
    mean².
    """
    promised = np.round(rng.lognormal(np.log(300.0), 0.8, size=primes)).astype(np.int64)
    rate = rng.gamma(1 / dispersion, promised * market_share * dispersion)
    name = np.arange(primes).astype(str)
    return pd.DataFrame(
        {
            "commitment_id": np.char.add("C", np.char.zfill(name, 3)),
            "contract_id": np.char.add("K", name),
            "by_org_id": np.char.add("P", name),
            "by_org": np.char.add("Prime ", name),
            "to_org_id": np.char.add("S", name),
            "to_org": np.char.add("Sub-contractor ", name),
            "kind": "volume",
            "promised": promised.astype(np.float64),
            "forecast_market_volume": 100_000.0,
            "actual_market_volume": 100_000.0 * market_share,
            "delivered": rng.poisson(rate),
            "excluded_reason": np.full(primes, None, dtype=object),
            "days": 365,
            "is_running": False,
            "elapsed_days": 365,
            "nobody_yet": False,
        }
    )
