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


def thirds(bands: Mapping[int, int]) -> tuple[frozenset[int], frozenset[int]]:
    """The (easiest, hardest) bands that make about a third of the customers each; none where all are in one band.

    Whole bands from either end for as long as one more comes nearer to a third; at least the outermost.
    """
    present = sorted(band for band, customers in bands.items() if customers > 0)
    if len(present) < 2:
        return frozenset(), frozenset()
    whole = sum(bands[band] for band in present)
    return _end(present, bands, whole), _end(present[::-1], bands, whole)


def _end(ordered: list[int], bands: Mapping[int, int], whole: int) -> frozenset[int]:
    taken, so_far = [ordered[0]], bands[ordered[0]]
    for band in ordered[1:]:
        # Nearer to a third with the band than without: its middle lies before the third. Whole numbers decide.
        if 6 * so_far + 3 * bands[band] >= 2 * whole:
            break
        taken.append(band)
        so_far += bands[band]
    return frozenset(taken)


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
    providers = []
    for org_id, own in rows.groupby("org_id", sort=True):
        missing = own[unknown[own.index]]
        values = {
            "org_name": names[org_id],
            "customers_unknown": int((missing["customers"] * missing["n"]).sum()),
        }
        providers.append(_test(str(org_id), values, own[~unknown[own.index]], parameters))
    qs = q_values([one.ratio.p if one.ratio else None for one in providers])
    return Assessment([_judged(one, q, parameters) for one, q in zip(providers, qs, strict=True)])


def _test(org_id: str, values: dict[str, Any], own: pd.DataFrame, parameters: Mapping[str, Any]) -> _Provider:
    if own.empty:
        return _Provider(org_id, values, "contacts unknown of all customers")
    hardest, easiest = _arms(own)
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


def _arms(own: pd.DataFrame) -> tuple[Arm, Arm]:
    """The hardest and the easiest third in the strata that hold both, ordered by what these hold."""
    m, many = own["customers"].to_numpy(dtype=float), own["n"].to_numpy(dtype=float)
    contacts, squared = own["contacts"].to_numpy(dtype=float), own["contacts_squared"].to_numpy(dtype=float)
    cell, cells = pd.factorize(pd.MultiIndex.from_frame(own[["customer_group", "area_id"]]))
    quarter, quarters = pd.factorize(own["quarter"])
    band = own["band"].to_numpy(dtype=np.int64)
    arm = _assigned(cell, band, (m * many).astype(np.int64), len(cells))
    stratum, at = np.unique(cell * len(quarters) + quarter, return_inverse=True)
    sums = np.zeros((2, len(SUMS), len(stratum)))
    parts = np.stack([many, m * many, contacts, squared, contacts * m, m * m * many])
    for side in (0, 1):
        mine = arm == side
        for place, values in enumerate(parts):
            sums[side, place] = np.bincount(at[mine], values[mine], len(stratum))
    both = sums[:, :, (sums[:, 0] > 0).all(axis=0)]
    both = both[:, :, np.lexsort(both.reshape(2 * len(SUMS), -1))]
    return Arm(*both[1]), Arm(*both[0])


def _assigned(cell: Ints, band: Ints, customers: Ints, cells: int) -> Ints:
    """For each row 1 where its band is of the cell's hardest third, 0 of its easiest, -1 of neither."""
    bands, place = np.unique(band, return_inverse=True)
    counts = np.zeros((cells, len(bands)), dtype=np.int64)
    np.add.at(counts, (cell, place), customers)
    of_cell = np.full(counts.shape, -1, dtype=np.int64)
    for at, row in enumerate(counts):
        easiest, hardest = thirds(dict(zip(bands.tolist(), row.tolist(), strict=True)))
        of_cell[at] = [0 if one in easiest else 1 if one in hardest else -1 for one in bands.tolist()]
    assigned: Ints = of_cell[cell, place]
    return assigned


def _judged(one: _Provider, q: float | None, parameters: Mapping[str, Any]) -> Unit:
    identity = {"org_id": one.org_id}
    ratio = one.ratio
    if ratio is None:
        return Unit(identity, "not_assessable", one.refused, one.values)
    statistics = Statistics(ratio.value, ratio.low, ratio.high, ratio.p, q, float(one.customers))
    flagged = q is not None and q <= parameters["q_max"] and ratio.value < parameters["rate_ratio_max"]
    outcome: Literal["flagged", "passed"] = "flagged" if flagged else "passed"
    return Unit(identity, outcome, "", one.values, statistics)
