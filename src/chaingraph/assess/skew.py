"""Referral skew: does a prime pass customers who are hard to help down its chain more than it keeps them?

Judged within strata (area, quarter, payment group, need type), because primes differ in whom they are sent:
a pooled test of clean primes accuses most of them.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

import pandas as pd

from chaingraph.assess import batches
from chaingraph.assess import strata as tables
from chaingraph.assess.cells import Counted, count
from chaingraph.assess.multiple import q_values
from chaingraph.assess.registry import assessment
from chaingraph.assess.result import Assessment, Statistics, Unit
from chaingraph.assess.routes import routes
from chaingraph.assess.skew_warnings import skew_warnings
from chaingraph.assess.strata import OddsRatio

# Where a common odds ratio is a poor summary, the reader is told.
HETEROGENEITY_P = 0.05


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

    Columns of ``rows``, one row a cell of referrals: ``org_id``, ``org_name`` (the prime), ``stratum``
    (text), ``batch_id`` (missing where customers were passed on one by one), ``is_passed``, ``is_hard``
    (bool, ``is_hard`` may be missing), ``customers`` (sum); and for the routes of passed cells
    ``supplier_id``, ``supplier``, ``need_type``, ``is_specialist``, ``agreed``, ``evidenced``, ``paid_for``
    (bool; all missing for kept cells). Where the cells are too many to carry those, routes come as rows of
    their own, with an empty stratum: these describe and do not count; the name may stand there alone
    (empty elsewhere). Parameters: ``q_max``,
    ``odds_ratio_min``, ``min_arm_customers``, ``min_customers``, ``permutations``, ``seed``.

    The test is CMH; its exact mid-p where strata are sparse; a permutation of whole batches where customers
    were passed on in batches. A prime is not assessable that passed on nobody or kept nobody, has no
    comparable stratum, too few customers, or only customers alike. ``values["test"]`` is CMH, exact mid-p
    or permutation of batches; ``values["estimate"]`` Mantel-Haenszel or, where that has no bound,
    median-unbiased. Flagged: q ≤ q_max over the primes of the sweep, lower bound of the odds ratio
    (one-sided 95 %) > odds_ratio_min, both arms and the whole large enough; a flagged prime's ``routes``
    are listed. The result does not depend on the order of rows, on the names of strata or on how cohort
    rows are cut.
    """
    is_route = rows["stratum"].eq("").fillna(False).astype(bool)
    usable = ~is_route & rows[["stratum", "is_passed", "is_hard"]].notna().all(axis=1)
    counted = rows[~is_route]
    in_all = counted.groupby("org_id", sort=True)["customers"].sum()
    known = rows[usable].groupby("org_id")["customers"].sum()
    names = rows[rows["org_name"].ne("")].groupby("org_id")["org_name"].first()
    cells = count(rows[usable])
    tested = []
    for org_id, customers in in_all.items():
        values = {
            "org_name": names.get(org_id, str(org_id)),
            "customers_in_all": int(customers),
            "customers_unknown": int(customers) - int(known.get(org_id, 0)),
        }
        tested.append(_test(str(org_id), values, cells.get(str(org_id)), parameters))
    qs = q_values([one.p for one in tested])
    units = []
    for one, q in zip(tested, qs, strict=True):
        unit = _judged(one, q, parameters)
        if unit.outcome == "flagged":
            own = rows["org_id"] == one.org_id
            apart = own & is_route
            taken = routes(rows[apart if apart.any() else own & usable])
            unit = replace(unit, values={**unit.values, "routes": taken})
        units.append(unit)
    return Assessment(units, skew_warnings(units))


def _test(
    org_id: str, values: dict[str, Any], counted: Counted | None, parameters: Mapping[str, Any]
) -> Tested:
    if counted is None:
        return Tested(org_id, values, "difficulty or stratum unknown of all customers")
    strata = counted.strata
    passed, kept = int((strata.a + strata.b).sum()), int((strata.c + strata.d).sum())
    customers = passed + kept
    values |= {"customers_passed": passed, "customers_kept": kept, "strata": len(strata.a)}
    if refused := _refused(counted, passed, kept, parameters):
        return Tested(org_id, values, refused, customers=customers)
    p, test, inflation = _p(counted, parameters)
    ratio = tables.odds_ratio(strata, inflation)
    varied = tables.heterogeneity_p(strata)
    values |= {
        "test": test,
        "observed": int(strata.a.sum()),
        "expected": float(strata.expected().sum()),
        "hard_share_passed": int(strata.a.sum()) / passed,
        "hard_share_kept": int(strata.c.sum()) / kept,
        "odds_ratio": ratio.value if ratio else None,
        "odds_ratio_lower_bound": ratio.lower_bound if ratio else None,
        "estimate": "median-unbiased" if ratio and ratio.exact else "Mantel-Haenszel",
        "differs_between_strata": None if varied is None else varied < HETEROGENEITY_P,
    }
    return Tested(org_id, values, p=p, ratio=ratio, customers=customers)


def _refused(counted: Counted, passed: int, kept: int, parameters: Mapping[str, Any]) -> str:
    """Why a prime cannot be judged; empty where it can."""
    if not counted.passed_in_all:
        return "no customer was passed on"
    if not counted.kept_in_all:
        return "no customer was kept in-house"
    if not len(counted.strata.a):
        return "no stratum in which customers were both passed on and kept"
    if passed + kept < parameters["min_customers"]:
        return f"fewer than {parameters['min_customers']} customers in comparable strata"
    if min(passed, kept) < parameters["min_arm_customers"]:
        return f"fewer than {parameters['min_arm_customers']} customers in the smaller arm"
    if not counted.strata.variance().sum():
        return "customers of every comparable stratum are equally hard to help"
    return ""


def _p(counted: Counted, parameters: Mapping[str, Any]) -> tuple[float, str, float]:
    """(one-sided p, the test used, how much batches widen the variance)."""
    strata = counted.strata
    if counted.clusters:
        widened = float(batches.variance(counted.clusters).sum()) / float(strata.variance().sum())
        p = batches.permutation_p(counted.clusters, parameters["permutations"], parameters["seed"])
        return p, "permutation of batches", max(1.0, widened)
    z = tables.cmh_z(strata)
    if z is None or tables.mantel_fleiss(strata) < tables.SPARSE_BELOW:
        return tables.exact_mid_p(strata), "exact mid-p", 1.0
    return tables.upper_p(z), "CMH", 1.0


def _judged(one: Tested, q: float | None, parameters: Mapping[str, Any]) -> Unit:
    identity = {"org_id": one.org_id}
    if one.refused:
        return Unit(identity, "not_assessable", one.refused, one.values)
    ratio = one.ratio
    statistics = Statistics(
        effect=ratio.value if ratio else None,
        low=ratio.low if ratio else None,
        high=ratio.high if ratio else None,
        p=one.p,
        q=q,
        n=float(one.customers),
    )
    flagged = (
        q is not None
        and q <= parameters["q_max"]
        and ratio is not None
        and ratio.lower_bound > parameters["odds_ratio_min"]
    )
    return Unit(identity, "flagged" if flagged else "passed", "", one.values, statistics)
