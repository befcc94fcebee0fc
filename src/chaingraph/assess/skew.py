"""Referral skew: does a prime pass customers who are hard to help down its chain more than it keeps them?

Judged within strata (area, quarter, payment group, need type), because primes differ in whom they are sent: a pooled
test of clean primes accuses most of them.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from chaingraph.assess import strata as tables
from chaingraph.assess.multiple import q_values
from chaingraph.assess.registry import assessment
from chaingraph.assess.result import Assessment, Statistics, Unit
from chaingraph.assess.routes import routes
from chaingraph.assess.strata import Counts, OddsRatio, Strata

# Permutations take time that grows with the batches; beyond this the exact variance with a normal tail serves.
MOST_PERMUTED = 2_000
LOW_POWER_BELOW = 500


@dataclass(frozen=True)
class Tested:
    """One prime's comparable strata and what the test made of them."""

    org_id: str
    values: dict[str, Any]
    refused: str = ""
    p: float | None = None
    ratio: OddsRatio | None = None
    customers: int = 0


@assessment("referral_skew")
def referral_skew(rows: pd.DataFrame, parameters: Mapping[str, Any]) -> Assessment:
    """Flag a prime that passed on hard-to-help customers significantly more than like customers that it kept.

    Columns of ``rows``, one row a cell of referrals: ``org_id``, ``org_name`` (the prime), ``stratum`` (text), ``batch_id``
    (missing where customers were passed on one by one), ``is_passed``, ``is_hard`` (bool, ``is_hard`` may be missing),
    ``customers`` (sum); and for the routes of passed cells ``supplier_id``, ``supplier``, ``need_type``, ``is_specialist``,
    ``agreed``, ``evidenced``, ``paid_for`` (bool; all missing for kept cells). Where the cells are too many to carry
    those, routes come as rows of their own, with an empty stratum: these describe and do not count.
    Parameters: ``q_max``, ``odds_ratio_min``, ``min_arm_customers``, ``min_customers``, ``permutations``, ``seed``.

    The test is CMH; its exact mid-p where strata are sparse; a permutation of whole batches where customers were
    passed on in batches. Flagged: q ≤ q_max over the primes of the sweep, lower bound of the odds ratio (one-sided 95 %)
    > odds_ratio_min, both arms and the whole large enough. The result does not depend on the order of rows, on the
    names of strata or on how cohort rows are cut.
    """
    tested = [_test(str(org), own, parameters) for org, own in rows.groupby("org_id", sort=True)]
    qs = q_values([one.p for one in tested])
    units = [_judged(one, q, parameters) for one, q in zip(tested, qs, strict=True)]
    weak = [
        str(unit.values["org_name"])
        for unit in units
        if unit.outcome != "flagged" and unit.values["customers_in_all"] < LOW_POWER_BELOW
    ]
    warnings = []
    if weak:
        warnings.append(
            f"low power: silence is not clearance for {len(weak)} primes with under {LOW_POWER_BELOW} referrals "
            f"({', '.join(weak[:5])}{', …' if len(weak) > 5 else ''})"
        )
    return Assessment(units, warnings)


def _test(org_id: str, own: pd.DataFrame, parameters: Mapping[str, Any]) -> Tested:
    beside = own["stratum"].eq("")
    taken, own = own[beside], own[~beside]
    known = own[own["is_hard"].notna() & own["stratum"].notna()]
    values: dict[str, Any] = {
        "org_name": own["org_name"].iloc[0],
        "customers_in_all": int(own["customers"].sum()),
        "customers_unknown": int(own["customers"].sum() - known["customers"].sum()),
    }
    cells = _cells(known)
    strata = Strata(*(cells[name].to_numpy(np.int64) for name in "abcd")).comparable()
    passed, kept = int((strata.a + strata.b).sum()), int((strata.c + strata.d).sum())
    customers = passed + kept
    values |= {"customers_passed": passed, "customers_kept": kept, "strata": len(strata.a)}
    refused = ""
    if not len(strata.a):
        refused = "no stratum in which customers were both passed on and kept"
    elif customers < parameters["min_customers"]:
        refused = f"fewer than {parameters['min_customers']} customers in comparable strata"
    elif min(passed, kept) < parameters["min_arm_customers"]:
        refused = f"fewer than {parameters['min_arm_customers']} customers in the smaller arm"
    if refused:
        return Tested(org_id, values, refused, customers=customers)
    p, test, inflation = _p(known, cells, strata, parameters)
    ratio = tables.odds_ratio(strata, inflation)
    varied = tables.heterogeneity_p(strata)
    values |= {
        "test": test,
        "observed": int(strata.a.sum()),
        "expected": float(strata.expected().sum()),
        "hard_share_passed": float(strata.a.sum() / passed),
        "hard_share_kept": float(strata.c.sum() / kept),
        "odds_ratio": ratio.value if ratio else None,
        "odds_ratio_lower_bound": ratio.lower_bound if ratio else None,
        "differs_between_strata": None if varied is None else varied < 0.05,
        "routes": routes(known if taken.empty else taken),
    }
    return Tested(org_id, values, "" if p is not None else "nothing varies", p, ratio, customers)


def _cells(known: pd.DataFrame) -> pd.DataFrame:
    """Customers by stratum in the columns a, b, c, d; sorted, so that sums of floats are the same everywhere."""
    passed, hard = known["is_passed"].astype(bool), known["is_hard"].astype(bool)
    cell = np.select([passed & hard, passed & ~hard, ~passed & hard], ["a", "b", "c"], "d")
    counted = known.assign(cell=cell).pivot_table(
        index="stratum", columns="cell", values="customers", aggfunc="sum", fill_value=0
    )
    # Ordered by what the strata hold: their names are anybody's choice.
    counted = counted.reindex(columns=list("abcd"), fill_value=0).astype("int64")
    return counted.sort_values(list("abcd"), kind="stable")


def _p(
    known: pd.DataFrame, cells: pd.DataFrame, strata: Strata, parameters: Mapping[str, Any]
) -> tuple[float | None, str, float]:
    """(one-sided p, the test used, how much batches widen the variance)."""
    usual = float(strata.variance().sum())
    if known["batch_id"].notna().any():
        clusters = _clusters(known, cells)
        batched = tables.batch_variance(clusters)
        inflation = max(1.0, float(batched.sum()) / usual) if usual > 0 else 1.0
        size = sum(int(many.sum()) for _, _, many, _ in clusters)
        if size <= MOST_PERMUTED:
            p = tables.permutation_p(clusters, parameters["permutations"], parameters["seed"])
            return p, "permutation of batches", inflation
        z = tables.cmh_z(strata, batched)
        return None if z is None else tables.upper_p(z), "variance of permuted batches", inflation
    if tables.mantel_fleiss(strata) < tables.SPARSE_BELOW:
        return tables.exact_mid_p(strata), "exact mid-p", 1.0
    z = tables.cmh_z(strata)
    return None if z is None else tables.upper_p(z), "CMH", 1.0


def _clusters(known: pd.DataFrame, cells: pd.DataFrame) -> list[tuple[Counts, Counts, Counts, Counts]]:
    """Per comparable stratum, in the order of ``cells``: sizes, hard customers, how many such clusters, passed or not."""
    comparable = cells[(cells["a"] + cells["b"] > 0) & (cells["c"] + cells["d"] > 0)]
    hard = known["customers"].where(known["is_hard"].astype(bool), 0)
    rows = known.assign(hard=hard, passed=known["is_passed"].astype("int64"))
    alone = rows[rows["batch_id"].isna()]
    single = alone.groupby(["stratum", "passed", alone["is_hard"].astype("int64").rename("hard")])[
        "customers"
    ].sum()
    ones = single.rename("many").reset_index().assign(size=1)
    together = (
        rows[rows["batch_id"].notna()].groupby(["stratum", "passed", "batch_id"])[["customers", "hard"]].sum()
    )
    batches = together.rename(columns={"customers": "size"}).reset_index(drop=False).assign(many=1)
    names = ["stratum", "passed", "size", "hard", "many"]
    both = (
        pd.concat([ones[names], batches[names]])
        .groupby(["stratum", "passed", "size", "hard"])["many"]
        .sum()
        .reset_index()
    )
    both = both.sort_values(["stratum", "passed", "size", "hard"])
    grouped = dict(tuple(both.groupby("stratum")))
    return [
        (
            grouped[name]["size"].to_numpy(np.int64),
            grouped[name]["hard"].to_numpy(np.int64),
            grouped[name]["many"].to_numpy(np.int64),
            grouped[name]["passed"].to_numpy(np.int64),
        )
        for name in comparable.index
    ]


def _judged(one: Tested, q: float | None, parameters: Mapping[str, Any]) -> Unit:
    identity = {"org_id": one.org_id}
    if one.refused:
        return Unit(identity, "not_assessable", one.refused, one.values)
    statistics = Statistics(
        effect=one.ratio.value if one.ratio else None,
        low=one.ratio.low if one.ratio else None,
        high=one.ratio.high if one.ratio else None,
        p=one.p,
        q=q,
        n=float(one.customers),
    )
    flagged = (
        q is not None
        and q <= parameters["q_max"]
        and one.ratio is not None
        and one.ratio.lower_bound > parameters["odds_ratio_min"]
    )
    return Unit(identity, "flagged" if flagged else "passed", "", one.values, statistics)
