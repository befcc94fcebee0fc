"""Parking: are those who are hardest to help seen less often than the easiest of the same group and area?"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy import stats

from chaingraph.assess.multiple import q_values
from chaingraph.assess.registry import assessment
from chaingraph.assess.result import Assessment, Statistics, Unit
from chaingraph.assess.strata import TWO_SIDED

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
# What is added up of each arm of a stratum: rows, customers m, contacts c, and the products that variances are made of.
SUMS = ("rows", "customers", "contacts", "cc", "cm", "mm")


@dataclass(frozen=True)
class Arm:
    """One third of each stratum's customers: the sums of ``SUMS``, one element a stratum."""

    rows: Floats
    customers: Floats
    contacts: Floats
    cc: Floats
    cm: Floats
    mm: Floats

    def squares(self, rate: Floats) -> Floats:
        """Σ(c − m·rate)² in each stratum: how far contacts lie from what the rate would give."""
        squares: Floats = np.maximum(0.0, self.cc - 2 * rate * self.cm + rate**2 * self.mm)
        return squares


@dataclass(frozen=True)
class RateRatio:
    """Contacts a customer, hardest against easiest, with its 95 % interval (``high`` None: open), and one-sided p for less."""

    value: float
    low: float
    high: float | None
    p: float


def rate_ratio(hardest: Arm, easiest: Arm) -> RateRatio | None:
    """Mantel-Haenszel's ratio of rates over strata; None where nobody of one arm was ever contacted.

    A = Σ c₁·m₀/m, B = Σ c₀·m₁/m, ratio θ = A/B (Greenland & Robins 1985). Its interval does not take contacts for Poisson:
    the variance of A − θB is Σ K/(K−1)·[(m₀/m)²·Σe₁² + θ²(m₁/m)²·Σe₀²], e being what rows lie off the stratum's fitted rates
    θr and r, r = c/(m₀+θm₁). The p is of the score Σ(c₁ − m₁·c/m) under permutation of rows within strata, with a
    normal tail and the variance k₁k₀/[K(K−1)]·Σd², which keeps cohort rows whole.
    """
    m1, m0 = hardest.customers, easiest.customers
    m, c = m1 + m0, hardest.contacts + easiest.contacts
    rows = hardest.rows + easiest.rows
    small = np.divide(rows, rows - 1, out=np.zeros_like(m), where=rows > 1)
    a, b = float((hardest.contacts * m0 / m).sum()), float((easiest.contacts * m1 / m).sum())
    off = hardest.squares(c / m) + easiest.squares(c / m)
    variance = float((hardest.rows * easiest.rows / rows**2 * small * off).sum())
    if b <= 0 or variance <= 0:
        return None
    score = float((hardest.contacts - m1 * c / m).sum())
    p = float(stats.norm.cdf(score / math.sqrt(variance)))
    if a <= 0:
        return RateRatio(0.0, 0.0, None, p)
    ratio = a / b
    rate = c / (m0 + ratio * m1)
    around = small * (
        (m0 / m) ** 2 * hardest.squares(ratio * rate) + (ratio * m1 / m) ** 2 * easiest.squares(rate)
    )
    error = TWO_SIDED * math.sqrt(float(around.sum())) / a
    return RateRatio(ratio, ratio * math.exp(-error), ratio * math.exp(error), p)


def thirds(customers: Ints) -> Ints:
    """Which bands make about a third of the customers: 0 the easiest, 1 the hardest, -1 neither; a row a group and area.

    Columns are difficulty bands from easy to hard. Whole bands from either end for as long as one more comes nearer to a
    third; at least the outermost, where there are two bands or more.
    """
    sides = np.full(customers.shape, -1, dtype=np.int64)
    several = (customers > 0).sum(axis=1) > 1
    for side, ordered in ((0, customers), (1, customers[:, ::-1])):
        before = ordered.cumsum(axis=1) - ordered
        # Nearer with the band than without it: its middle lies before the third. Whole numbers decide.
        near = 6 * before + 3 * ordered < 2 * ordered.sum(axis=1, keepdims=True)
        taken = (ordered > 0) & ((before == 0) | near) & several[:, None]
        sides[taken if side == 0 else taken[:, ::-1]] = side
    return sides


@dataclass
class _Provider:
    org_id: str
    values: dict[str, Any]
    refused: str = ""
    ratio: RateRatio | None = None
    customers: int = field(default=0)


@assessment("parking_gradient")
def parking_gradient(rows: pd.DataFrame, parameters: Mapping[str, Any]) -> Assessment:
    """Flag a provider that contacts the hardest third of its customers significantly less than the easiest third.

    Columns of ``rows``: ``org_id``, ``org_name`` (who has the customers), ``customer_group``, ``area_id``, ``quarter`` (of
    the referral), ``band`` (difficulty), ``customers`` (of one referral row; 1 but for cohorts), ``n`` (such rows),
    ``unknown`` (bool: their contacts are), ``contacts`` and ``contacts_squared`` (sums over them). Parameters: ``rate_ratio_max``,
    ``q_max``, ``min_arm_customers``.

    Thirds are taken within group and area, customers compared within group, area and quarter, because contacts add up
    with time. Flagged: q ≤ q_max and ratio < rate_ratio_max.
    """
    names = rows.groupby("org_id", sort=True)["org_name"].first()
    unknown = rows["unknown"].astype(bool)
    missing = (rows["customers"] * rows["n"]).where(unknown, 0).groupby(rows["org_id"]).sum()
    arms = _arms(rows[~unknown])
    providers = [
        _test(
            str(org_id),
            {"org_name": name, "customers_unknown": int(missing[org_id])},
            arms.get(str(org_id)),
            parameters,
        )
        for org_id, name in names.items()
    ]
    qs = q_values([one.ratio.p if one.ratio else None for one in providers])
    return Assessment([_judged(one, q, parameters) for one, q in zip(providers, qs, strict=True)])


def _test(
    org_id: str, values: dict[str, Any], arms: tuple[Arm, Arm] | None, parameters: Mapping[str, Any]
) -> _Provider:
    if arms is None:
        return _Provider(org_id, values, "contacts unknown of all customers")
    hardest, easiest = arms
    hard, easy = int(hardest.customers.sum()), int(easiest.customers.sum())
    if not len(hardest.rows):
        return _Provider(org_id, values, "nobody both hard and easy to help in one group, area and quarter")
    values |= {"customers_hardest": hard, "customers_easiest": easy, "strata": len(hardest.rows)}
    if min(hard, easy) < parameters["min_arm_customers"]:
        return _Provider(org_id, values, f"fewer than {parameters['min_arm_customers']} customers in a third")
    ratio = rate_ratio(hardest, easiest)
    if ratio is None:
        return _Provider(org_id, values, "all customers contacted alike")
    values |= {
        "contacts_a_hard_customer": float(hardest.contacts.sum()) / hard,
        "contacts_an_easy_customer": float(easiest.contacts.sum()) / easy,
        "rate_ratio": ratio.value,
    }
    return _Provider(org_id, values, ratio=ratio, customers=hard + easy)


def _arms(known: pd.DataFrame) -> dict[str, tuple[Arm, Arm]]:
    """By provider, the (hardest, easiest) third in the strata that hold both, ordered by what these hold."""
    org, orgs = pd.factorize(known["org_id"], sort=True)
    m, n = known["customers"].to_numpy(dtype=float), known["n"].to_numpy(dtype=float)
    contacts, squared = (
        known["contacts"].to_numpy(dtype=float),
        known["contacts_squared"].to_numpy(dtype=float),
    )
    cell = pd.factorize(pd.MultiIndex.from_arrays([org, known["customer_group"], known["area_id"]]))[0]
    bands, band = np.unique(known["band"].to_numpy(dtype=np.int64), return_inverse=True)
    customers = np.zeros((int(cell.max(initial=-1)) + 1, len(bands)), dtype=np.int64)
    np.add.at(customers, (cell, band), (m * n).astype(np.int64))
    side = thirds(customers)[cell, band]
    quarter, quarters = pd.factorize(known["quarter"])
    stratum, first, at = np.unique(cell * len(quarters) + quarter, return_index=True, return_inverse=True)
    sums = np.zeros((2, len(SUMS), len(stratum)))
    for place, values in enumerate((n, m * n, contacts, squared, contacts * m, m * m * n)):
        for arm in (0, 1):
            sums[arm, place] = np.bincount(at[side == arm], values[side == arm], len(stratum))
    owner = org[first]
    order = np.argsort(owner, kind="stable")
    ends = np.searchsorted(owner[order], np.arange(len(orgs) + 1))
    found = {}
    for number, org_id in enumerate(orgs):
        own = sums[:, :, order[ends[number] : ends[number + 1]]]
        own = own[:, :, (own[:, 0] > 0).all(axis=0)]
        own = own[:, :, np.lexsort(own.reshape(2 * len(SUMS), -1))]
        found[str(org_id)] = (Arm(*own[1]), Arm(*own[0]))
    return found


def _judged(one: _Provider, q: float | None, parameters: Mapping[str, Any]) -> Unit:
    identity = {"org_id": one.org_id}
    ratio = one.ratio
    if ratio is None:
        return Unit(identity, "not_assessable", one.refused, one.values)
    statistics = Statistics(ratio.value, ratio.low, ratio.high, ratio.p, q, float(one.customers))
    flagged = q is not None and q <= parameters["q_max"] and ratio.value < parameters["rate_ratio_max"]
    outcome: Literal["flagged", "passed"] = "flagged" if flagged else "passed"
    return Unit(identity, outcome, "", one.values, statistics)
