"""What the calibration measures: each a simulation, what counts as an event in it, and the target for its
rate.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cache, partial
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd
from scipy import stats

from benchmarks import simulated
from chaingraph.assess import ASSESSMENTS, Unit
from chaingraph.assess.promises import shortfall_p
from chaingraph.assess.strata import Strata, cmh_z, upper_p
from chaingraph.rules.catalogue import choose, load_rules
from chaingraph.rules.parameters import resolve
from chaingraph.rules.rule import Rule

# One number a trial: 1 where the event came about and 0 where not, or a share.
Counts = npt.NDArray[np.float64]

PRIMES, REFERRALS = 40, 1000
SIZE = 0.05


@dataclass(frozen=True)
class Measure:
    """One line of the table. ``target`` is the least and the most that its rate may be; None for a plain
    test.
    """

    name: str
    run: Callable[[np.random.Generator, int], Counts]
    target: tuple[float, float] | None = None
    # A measure that makes a trial of each prime needs fewer markets than one that makes one of a whole
    # market.
    share_of_markets: float = 1.0

    @property
    def wording(self) -> str:
        """The target for a reader."""
        if self.target is None:
            return "(the plain test)"
        least, most = self.target
        if least > 0 and most < 1:
            return f"{least:g} to {most:g}"
        return f"≥ {least:g}" if least > 0 else f"≤ {most:g}"


@cache
def _shipped(name: str) -> tuple[Rule, Mapping[str, Any]]:
    (rule,) = choose(load_rules(), [name])
    return rule, resolve([rule], {})[name]


def judged(name: str, rows: pd.DataFrame) -> list[Unit]:
    """What a rule's own assessment, with the rule's own defaults, says of simulated rows."""
    rule, parameters = _shipped(name)
    return list(ASSESSMENTS[str(rule.header.assess)](rows, parameters).units)


def _skew(
    rng: np.random.Generator, *, each: int = REFERRALS, dumping: int = 0, odds_ratio: float = 1.0
) -> list[Unit]:
    made = simulated.referrals(rng, primes=PRIMES, each=each, dumping=dumping, odds_ratio=odds_ratio)
    return judged("referral-skew", simulated.cells(made, batches=False))


def _flags(units: list[Unit]) -> npt.NDArray[np.bool_]:
    return np.array([unit.outcome == "flagged" for unit in units])


def _covers(units: list[Unit], truth: npt.ArrayLike) -> Counts:
    """Whether each printed interval holds the truth, for units that have one."""
    bounds = [
        (s.low, s.high) if (s := unit.statistics) and s.low is not None else (np.nan, np.nan)
        for unit in units
    ]
    low, high = np.array(bounds, dtype=float).T
    inside = (low <= np.asarray(truth)) & (np.asarray(truth) <= high)
    held: Counts = inside[~np.isnan(low)].astype(np.float64)
    return held


def any_clean_flagged(rng: np.random.Generator, markets: int) -> Counts:
    """A trial is a market of honest primes; the event, that one of them is accused."""
    return np.array([_flags(_skew(rng)).any() for _ in range(markets)], dtype=float)


def false_discoveries(rng: np.random.Generator, markets: int) -> Counts:
    """A trial is a market in which 4 of 40 dump (odds ratio 2); the share of the flagged that are honest."""
    shares = []
    for _ in range(markets):
        flagged = _flags(_skew(rng, dumping=4, odds_ratio=2.0))
        shares.append(flagged[4:].sum() / max(1, flagged.sum()))
    return np.array(shares)


def power(rng: np.random.Generator, markets: int, *, odds_ratio: float) -> Counts:
    """A trial is a prime that dumps; the event, p below 0.05, before any correction and any other fence."""
    made = [_skew(rng, dumping=PRIMES, odds_ratio=odds_ratio) for _ in range(markets)]
    return _significant([unit for units in made for unit in units])


def _significant(units: list[Unit]) -> Counts:
    tested = [unit.statistics.p for unit in units if unit.statistics and unit.statistics.p is not None]
    return (np.array(tested) <= SIZE).astype(float)


def clean_flagged(rng: np.random.Generator, markets: int, *, each: int) -> Counts:
    """A trial is an honest prime; the event, that it is accused."""
    return np.concatenate([_flags(_skew(rng, each=each)) for _ in range(markets)]).astype(float)


def clean_called_by_pooling(rng: np.random.Generator, markets: int, *, each: int) -> Counts:
    """The same primes under the plain test: chi-square on one table, all strata thrown together."""
    called = []
    for _ in range(markets):
        made = simulated.referrals(rng, primes=PRIMES, each=each)
        tables = np.bincount(4 * made.prime + 2 * made.hard + made.passed, minlength=4 * PRIMES).reshape(
            -1, 2, 2
        )
        called += [stats.chi2_contingency(one, correction=False).pvalue <= SIZE for one in tables]
    return np.array(called, dtype=float)


def batches_called(rng: np.random.Generator, markets: int) -> Counts:
    """A trial is an honest prime that passes on whole batches of 10; the event, p below 0.05."""
    made = [simulated.batched_referrals(rng, primes=PRIMES, each=REFERRALS) for _ in range(markets)]
    return _significant(
        [u for one in made for u in judged("referral-skew", simulated.cells(one, batches=True))]
    )


def batches_called_one_by_one(rng: np.random.Generator, markets: int) -> Counts:
    """The same primes under a test that takes customers of one batch for independent of one another."""
    called = []
    for _ in range(markets):
        made = simulated.batched_referrals(rng, primes=PRIMES, each=REFERRALS)
        shape = (PRIMES, simulated.STRATA, 2, 2)
        cell = np.ravel_multi_index((made.prime, made.stratum, 1 - made.passed, 1 - made.hard), shape)
        for one in np.bincount(cell, minlength=int(np.prod(shape))).reshape(shape):
            z = cmh_z(Strata(one[:, 0, 0], one[:, 0, 1], one[:, 1, 0], one[:, 1, 1]).comparable())
            called.append(z is not None and upper_p(z) <= SIZE)
    return np.array(called, dtype=float)


SHORT_MARKET, DISPERSION = 0.6, 0.05


def _promises(rng: np.random.Generator) -> pd.DataFrame:
    return simulated.promises(rng, primes=PRIMES, market_share=SHORT_MARKET, dispersion=DISPERSION)


def promise_flagged(rng: np.random.Generator, markets: int) -> Counts:
    """A trial is an honest promise in a market that reaches 60 % of its forecast; the event, that it is
    flagged.
    """
    found = [_flags(judged("promised-volume-unmet", _promises(rng))) for _ in range(markets)]
    return np.concatenate(found).astype(float)


def promise_called_unscaled(rng: np.random.Generator, markets: int) -> Counts:
    """The same promises held against their wording, as if the market had come as forecast."""
    made = pd.concat([_promises(rng) for _ in range(markets)])
    return np.array(
        [
            shortfall_p(delivered, promised, 1.0, DISPERSION) <= SIZE
            for delivered, promised in zip(made["delivered"], made["promised"], strict=True)
        ],
        dtype=float,
    )


def promise_interval(rng: np.random.Generator, markets: int) -> Counts:
    """Whether the interval of the delivered share of an honest promise holds 1."""
    return np.concatenate(
        [_covers(judged("promised-volume-unmet", _promises(rng)), 1.0) for _ in range(markets)]
    )


def _payers(rng: np.random.Generator, late_share: npt.NDArray[np.float64]) -> list[Unit]:
    """Payers with a true share of late invoices each, and between 20 and 5,000 invoices."""
    invoices = np.exp(rng.uniform(np.log(20), np.log(5000), late_share.size)).astype(np.int64)
    late = rng.binomial(invoices, late_share)
    ids = np.char.add("P", np.char.zfill(np.arange(late_share.size).astype(str), 3))
    rows = pd.concat(
        [
            pd.DataFrame({"org_id": ids, "org_name": ids, "state": "hit", "reason": None, "records": late}),
            pd.DataFrame(
                {"org_id": ids, "org_name": ids, "state": "miss", "reason": None, "records": invoices - late}
            ),
        ]
    )
    # Nothing is said of days: what stands beside the share is not measured here.
    unsaid = dict.fromkeys(("contract_id", "head_contract_id", "role"))
    rows = rows.assign(days=np.nan, beyond_days=np.nan, is_settled=False, **unsaid)
    return judged("payment-lateness", rows[rows["records"] > 0])


def payer_at_the_limit(rng: np.random.Generator, markets: int) -> Counts:
    """A trial is a payer whose true share is exactly the limit; the event, that it is flagged."""
    limit = _shipped("payment-lateness")[1]["share_max"]
    return np.concatenate([_flags(_payers(rng, np.full(PRIMES, limit))) for _ in range(markets)]).astype(
        float
    )


def late_interval(rng: np.random.Generator, markets: int) -> Counts:
    """Whether the interval of a payer's late share holds the true one, which lies anywhere between 1 % and 60
    %.
    """
    found = []
    for _ in range(markets):
        truth = rng.uniform(0.01, 0.6, PRIMES)
        found.append(_covers(_payers(rng, truth), truth))
    return np.concatenate(found)


def odds_interval(rng: np.random.Generator, markets: int, *, odds_ratio: float) -> Counts:
    """Whether the interval of a prime's odds ratio holds the true one."""
    made = [_covers(_skew(rng, dumping=PRIMES, odds_ratio=odds_ratio), odds_ratio) for _ in range(markets)]
    return np.concatenate(made)


COVERAGE = (0.93, 0.97)
BY_PRIME = 0.1  # forty trials a market: a tenth of the markets gives four times the trials

MEASURES: tuple[Measure, ...] = (
    Measure("skew: any of 40 honest primes flagged, 1,000 referrals each", any_clean_flagged, (0, 0.08)),
    Measure("skew: share of honest among the flagged, 4 of 40 dumping", false_discoveries, (0, 0.07)),
    *(
        Measure(
            f"skew: power a prime, 1,000 referrals, odds ratio {ratio:g}",
            partial(power, odds_ratio=ratio),
            (least, 1),
            BY_PRIME,
        )
        for ratio, least in ((1.5, 0.80), (2.0, 0.97))
    ),
    *(
        measure
        for each in (200, 1000, 5000)
        for measure in (
            Measure(
                f"skew: an honest prime flagged, {each:,} referrals",
                partial(clean_flagged, each=each),
                (0, 0.05),
                BY_PRIME,
            ),
            Measure(
                f"    the same by pooled chi-square, {each:,} referrals",
                partial(clean_called_by_pooling, each=each),
                share_of_markets=BY_PRIME,
            ),
        )
    ),
    Measure("skew: size on honest batches of 10", batches_called, (0.03, 0.07), BY_PRIME),
    Measure("    the same, customers taken one by one", batches_called_one_by_one, share_of_markets=BY_PRIME),
    *(
        Measure(
            f"skew: coverage of the odds ratio's interval, odds ratio {ratio:g}",
            partial(odds_interval, odds_ratio=ratio),
            COVERAGE,
            BY_PRIME,
        )
        for ratio in (1.0, 2.0)
    ),
    Measure("promises: an honest one flagged, market at 60 %", promise_flagged, (0, 0.05), BY_PRIME),
    Measure("    the same against the promise's wording", promise_called_unscaled, share_of_markets=BY_PRIME),
    Measure("promises: coverage of the delivered share's interval", promise_interval, COVERAGE, BY_PRIME),
    Measure("late payment: a payer exactly at the limit flagged", payer_at_the_limit, (0, 0.05), BY_PRIME),
    Measure("late payment: coverage of the late share's interval", late_interval, COVERAGE, BY_PRIME),
)
