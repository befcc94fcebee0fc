"""Late payment: shares with Wilson's interval beside Wald's, and small payees beside large ones."""

from __future__ import annotations

from functools import partial

import numpy as np
import numpy.typing as npt
import pandas as pd
from statsmodels.stats.proportion import proportion_confint

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
    significant,
)
from chaingraph.assess import Unit
from chaingraph.assess.compare import Contrast, contrast
from chaingraph.assess.shares import wilson
from chaingraph.assess.strata import Strata

SHARES, SMALL = "Late payment (`payment-lateness`)", "Small payees (`unequal-treatment`)"
Ints = npt.NDArray[np.int64]


def _payers(rng: np.random.Generator, late_share: npt.NDArray[np.float64]) -> list[Unit]:
    """Payers with a true share of late invoices each, and between 20 and 5,000 invoices."""
    invoices = np.exp(rng.uniform(np.log(20), np.log(5000), late_share.size)).astype(np.int64)
    late = rng.binomial(invoices, late_share)
    ids = named("P", np.arange(late_share.size))
    nothing: dict[str, object] = dict.fromkeys(
        ("reason", "contract_id", "head_contract_id", "role", "days", "beyond_days", "is_settled")
    )
    rows = pd.concat(
        [
            pd.DataFrame({"org_id": ids, "org_name": ids, "state": state, "records": records, **nothing})
            for state, records in (("hit", late), ("miss", invoices - late))
        ]
    )
    rows = rows.assign(late_pence_days=0, compensation_pence=0)
    return judged("payment-lateness", rows[rows["records"] > 0])


def payer_at_the_limit(rng: np.random.Generator) -> Counts:
    """A trial is a payer whose true share is exactly the limit; the event, that it is flagged."""
    limit = shipped("payment-lateness")[1]["share_max"]
    return flagged(_payers(rng, np.full(PRIMES, limit))).astype(float)


def late_interval(rng: np.random.Generator) -> Counts:
    """Whether the interval of a payer's late share holds the true one, which lies anywhere between 1 % and 60 %."""
    truth = rng.uniform(0.01, 0.6, PRIMES)
    return covers(_payers(rng, truth), truth)


def few_covered(rng: np.random.Generator, *, method: str) -> Counts:
    """The same of 10 invoices, of which 2 % are late in truth."""
    late = rng.binomial(10, 0.02, PRIMES)
    if method == "wilson":
        bounds = np.array([wilson(int(one), 10) for one in late])
    else:
        bounds = np.stack(proportion_confint(late, 10, method="normal"), axis=1)
    held: Counts = ((bounds[:, 0] <= 0.02) & (bounds[:, 1] >= 0.02)).astype(float)
    return held


PAYERS, HEADS, QUARTERS, INVOICES = 20, 3, 8, 4
SMALL_PAYEES, LARGE_PAYEES = 4, 3


def invoices(
    rng: np.random.Generator, *, odds_ratio: float, alike: float, heads: int = HEADS
) -> pd.DataFrame:
    """Payers with ``heads`` chains of four small and three large payees; late by payer, quarter and payee.

    ``alike`` is how far payees of one chain differ from one another, in log odds: what their invoices have in common.
    Bad quarters come when the small send most: that is what strata are for. Small payees wait at ``odds_ratio``.
    """
    payees = SMALL_PAYEES + LARGE_PAYEES
    shape = (PAYERS, heads, payees, QUARTERS)
    small = np.arange(payees) < SMALL_PAYEES
    quarter = rng.normal(0, 0.7, size=(PAYERS, heads, 1, QUARTERS))
    mean = INVOICES * np.exp(np.where(small, 0.5, -0.5)[None, None, :, None] * np.sign(quarter))
    sent = rng.poisson(mean, size=shape)
    logit = -1.2 + rng.normal(0, alike, size=(PAYERS, heads, payees, 1)) + quarter
    logit = logit + np.log(odds_ratio) * small[None, None, :, None]
    late = rng.binomial(sent, 1 / (1 + np.exp(-logit)))
    payer, head, payee, at = (index.ravel() for index in np.indices(shape))
    parts = []
    for state, records in (("hit", late), ("miss", sent - late)):
        parts.append(
            pd.DataFrame(
                {
                    "org_id": named("P", payer),
                    "org_name": named("Payer ", payer),
                    "head_contract_id": named("H", payer * heads + head),
                    "payee_id": named("S", (payer * heads + head) * payees + payee),
                    "size": np.where(small[payee], "small", "large"),
                    "quarter": at.astype(float),
                    "was_disputed": False,
                    "state": state,
                    "reason": None,
                    "records": records.ravel(),
                }
            )
        )
    made = pd.concat(parts, ignore_index=True)
    return made[made["records"] > 0]


def treatment(rng: np.random.Generator, *, odds_ratio: float, alike: float, heads: int = HEADS) -> list[Unit]:
    """What the rule says of such payers."""
    return judged("unequal-treatment", invoices(rng, odds_ratio=odds_ratio, alike=alike, heads=heads))


def called(rng: np.random.Generator, *, alike: float, heads: int = HEADS) -> Counts:
    """A trial is a payer that treats all alike; the event, p below 0.05."""
    return significant(treatment(rng, odds_ratio=1.0, alike=alike, heads=heads))


def treated(rng: np.random.Generator, *, odds_ratio: float) -> Counts:
    """A trial is a payer; the event, that the whole rule flags it."""
    return flagged(treatment(rng, odds_ratio=odds_ratio, alike=0.5)).astype(float)


def called_by(rng: np.random.Generator, *, pooled: bool) -> Counts:
    """The same even-handed payers, by their invoices: all in one table, or CMH as if invoices were independent."""
    rows = invoices(rng, odds_ratio=1.0, alike=0.5)
    found = []
    for _, own in rows.groupby("org_id"):
        strata = np.zeros(len(own), dtype=np.int64)
        if not pooled:
            strata = pd.factorize(pd.MultiIndex.from_frame(own[["head_contract_id", "quarter"]]))[0]
        tables = np.zeros((int(strata.max()) + 1, 4), dtype=np.int64)
        cell = 2 * (own["size"] == "large") + (own["state"] == "miss")
        np.add.at(tables, (strata, cell.to_numpy()), own["records"].to_numpy())
        one = contrast(Strata(*tables.T), "more")
        found.append(isinstance(one, Contrast) and one.p <= SIZE)
    return np.array(found, dtype=float)


def treatment_interval(rng: np.random.Generator, *, odds_ratio: float) -> Counts:
    """Whether the interval of the odds ratio holds the true one, payees differing as they do."""
    return covers(treatment(rng, odds_ratio=odds_ratio, alike=0.5), odds_ratio)


MEASURES: tuple[Measure, ...] = (
    Measure(
        SHARES,
        "a payer exactly at the limit flagged",
        each_market(payer_at_the_limit),
        ONE_IN_TWENTY,
        BY_PRIME,
    ),
    Measure(
        SHARES,
        "coverage of the late share's interval (Wilson)",
        each_market(late_interval),
        COVERAGE,
        BY_PRIME,
    ),
    Measure(
        SHARES,
        "coverage of Wilson's interval, 10 invoices, 2 % late",
        each_market(partial(few_covered, method="wilson")),
        (0.93, 1),
        BY_PRIME,
    ),
    Measure(
        SHARES,
        "the same of Wald's",
        each_market(partial(few_covered, method="wald")),
        None,
        BY_PRIME,
        plain=True,
    ),
    Measure(
        SMALL,
        "an even-handed payer flagged, payees unlike one another",
        each_market(partial(treated, odds_ratio=1.0)),
        ONE_IN_TWENTY,
        BY_PRIME,
    ),
    Measure(
        SMALL,
        "size on such payers (permutation of payees)",
        each_market(partial(called, alike=0.5)),
        (0.03, 0.07),
        BY_PRIME,
    ),
    Measure(
        SMALL,
        "size on payers with one chain of seven payees (any payee left out)",
        each_market(partial(called, alike=0.5, heads=1)),
        ONE_IN_TWENTY,
        BY_PRIME,
    ),
    Measure(
        SMALL,
        "the same even-handed payers by one table of invoices",
        each_market(partial(called_by, pooled=True)),
        None,
        BY_PRIME,
        plain=True,
    ),
    Measure(
        SMALL,
        "the same by CMH, invoices taken one by one",
        each_market(partial(called_by, pooled=False)),
        None,
        BY_PRIME,
        plain=True,
    ),
    Measure(
        SMALL,
        "a payer flagged that lets the small wait, odds ratio 3",
        each_market(partial(treated, odds_ratio=3.0)),
        (0.8, 1),
        BY_PRIME,
    ),
    Measure(
        SMALL,
        "coverage of the odds ratio's interval, odds ratio 1",
        each_market(partial(treatment_interval, odds_ratio=1.0)),
        COVERAGE,
        BY_PRIME,
    ),
)
