"""Promises: volumes in a market that falls short of its forecast, and outcome rates of the winning bids."""

from __future__ import annotations

import datetime
from functools import partial

import numpy as np
import pandas as pd

from benchmarks import simulated
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
    shipped,
)
from chaingraph.assess import Unit
from chaingraph.assess.promises import shortfall_p

VOLUMES, RATES = (
    "Promised volumes (`promised-volume-unmet`)",
    "Promised outcome rates (`performance-below-promise`)",
)
SHORT_MARKET = 0.6


def _dispersion() -> float:
    return float(shipped("promised-volume-unmet")[1]["dispersion"])


def _promises(rng: np.random.Generator, kept: float = 1.0) -> pd.DataFrame:
    made = simulated.promises(rng, primes=PRIMES, market_share=SHORT_MARKET * kept, dispersion=_dispersion())
    return made.assign(actual_market_volume=SHORT_MARKET * made["forecast_market_volume"])


def promise_flagged(rng: np.random.Generator, *, kept: float) -> Counts:
    """A trial is a promise of which ``kept`` is kept, in a market at 60 % of its forecast; is it flagged?"""
    return flagged(judged("promised-volume-unmet", _promises(rng, kept))).astype(float)


def promise_called_unscaled(rng: np.random.Generator) -> Counts:
    """The same honest promises held against their wording, as if the market had come as forecast."""
    made = _promises(rng)
    p = [
        shortfall_p(delivered, promised, 1.0, _dispersion())
        for delivered, promised in zip(made["delivered"], made["promised"], strict=True)
    ]
    return (np.array(p) <= SIZE).astype(float)


def promise_interval(rng: np.random.Generator) -> Counts:
    """Whether the interval of the delivered share of an honest promise holds 1."""
    return covers(judged("promised-volume-unmet", _promises(rng)), 1.0)


PROMISED, QUARTERS, CUSTOMERS = 0.3, ("2023Q1", "2023Q2", "2023Q3", "2023Q4"), 150


def _contracts(rng: np.random.Generator, achieved: float) -> pd.DataFrame:
    """Contracts whose quarters lie about a rate as far as the rule itself takes quarters to lie apart."""
    size = 1 / float(shipped("performance-below-promise")[1]["dispersion"]) - 1
    shape = (PRIMES, len(QUARTERS))
    rate = rng.beta(achieved * size, (1 - achieved) * size, size=shape)
    reached = rng.binomial(CUSTOMERS, rate)
    at = np.repeat(np.arange(PRIMES), len(QUARTERS))
    return pd.DataFrame(
        {
            "contract_id": named("C", at),
            "prime_id": named("P", at),
            "prime": named("Prime ", at),
            "inferred": False,
            "promised_rate": PROMISED,
            "quarter": np.tile(QUARTERS, PRIMES),
            "customers": CUSTOMERS,
            "achieved": reached.ravel(),
            "achieved_at_most": reached.ravel(),
            "recorded": reached.ravel(),
        }
    )


def _rates(rng: np.random.Generator, achieved: float) -> list[Unit]:
    return judged("performance-below-promise", _contracts(rng, achieved), as_of=datetime.date(2026, 3, 31))


def rate_flagged(rng: np.random.Generator, *, achieved: float) -> Counts:
    """A trial is a contract; the event, that it is flagged as below its promise of 30 %."""
    return flagged(_rates(rng, achieved)).astype(float)


def rate_called_by_eye(rng: np.random.Generator) -> Counts:
    """The same honest contracts, called where two quarters running lie below the promise at all."""
    below = (_contracts(rng, PROMISED)["achieved"].to_numpy() < PROMISED * CUSTOMERS).reshape(PRIMES, -1)
    called: Counts = (below[:, 1:] & below[:, :-1]).any(axis=1).astype(float)
    return called


def rate_interval(rng: np.random.Generator) -> Counts:
    """Whether the interval of an honest contract's achieved over promised rate holds 1."""
    return covers(_rates(rng, PROMISED), 1.0)


MEASURES: tuple[Measure, ...] = (
    Measure(
        VOLUMES,
        "an honest promise flagged, market at 60 %",
        each_market(partial(promise_flagged, kept=1.0)),
        ONE_IN_TWENTY,
        BY_PRIME,
        asked="promised volume, honest prime, market at 60 %",
    ),
    Measure(
        VOLUMES,
        "the same against the promise's wording",
        each_market(promise_called_unscaled),
        None,
        BY_PRIME,
        plain=True,
    ),
    Measure(
        VOLUMES,
        "a promise of which a third is kept, flagged",
        each_market(partial(promise_flagged, kept=1 / 3)),
        (0.8, 1),
        BY_PRIME,
    ),
    Measure(
        VOLUMES,
        "coverage of the delivered share's interval",
        each_market(promise_interval),
        COVERAGE,
        BY_PRIME,
    ),
    Measure(
        RATES,
        "a contract that keeps its promise flagged",
        each_market(partial(rate_flagged, achieved=PROMISED)),
        ONE_IN_TWENTY,
        BY_PRIME,
    ),
    Measure(
        RATES,
        "the same, two quarters below at all",
        each_market(rate_called_by_eye),
        None,
        BY_PRIME,
        plain=True,
    ),
    Measure(
        RATES,
        "a contract at half its promise flagged",
        each_market(partial(rate_flagged, achieved=PROMISED / 2)),
        (0.8, 1),
        BY_PRIME,
    ),
    Measure(
        RATES, "coverage of the achieved rate's interval", each_market(rate_interval), COVERAGE, BY_PRIME
    ),
)
