"""Whether one provider does much better in some areas than in others: the spread that chance does not explain."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy.optimize import brentq
from scipy.stats import chi2

from chaingraph.assess.multiple import q_values
from chaingraph.assess.registry import assessment
from chaingraph.assess.result import Assessment, Statistics, Unit

Floats = NDArray[np.float64]

FEWEST = 2


@dataclass(frozen=True)
class Between:
    """The variance between areas (``tau2``) with its 95 % interval, p of there being none, and the mean effect."""

    tau2: float
    low: float
    high: float
    p: float
    mean: float


def between_variance(effect: Floats, variance: Floats, alpha: float = 0.05) -> Between:
    """Paule & Mandel's τ² with the Q-profile interval of Viechtbauer; p of Cochran's Q at τ² = 0.

    Q(τ²) = Σ w (y − μ)² with w = 1/(v + τ²) and μ = Σwy/Σw falls as τ² grows. The estimate is where it is k − 1, the
    ends of the interval where it is the 1 − α/2 and α/2 quantile of χ² with k − 1 degrees of freedom; 0 where Q is
    smaller already at 0. Exact for normal effects of known variance, so few customers in an area make it too wide or too
    narrow; of few areas the upper end is far away. Paule & Mandel (1982), J. Res. NBS 87, 377; Viechtbauer (2007),
    Statistics in Medicine 26, 37. Raises ValueError for fewer than two effects or a variance that is not above 0.
    """
    if len(effect) < FEWEST or not (variance > 0).all():
        raise ValueError("the spread between areas needs two of them, each with a variance above 0")
    freedom = len(effect) - 1

    def q(tau2: float) -> float:
        weight = 1 / (variance + tau2)
        return float((weight * (effect - (weight * effect).sum() / weight.sum()) ** 2).sum())

    at_zero = q(0.0)
    # Q lies below the spread of the effects over τ², so that each level is reached before this.
    spread = float(((effect - effect.mean()) ** 2).sum())
    tau2 = _where(q, at_zero, float(freedom), spread)
    weight = 1 / (variance + tau2)
    return Between(
        tau2=tau2,
        low=_where(q, at_zero, float(chi2.isf(alpha / 2, freedom)), spread),
        high=_where(q, at_zero, float(chi2.ppf(alpha / 2, freedom)), spread),
        p=float(chi2.sf(at_zero, freedom)),
        mean=float((weight * effect).sum() / weight.sum()),
    )


def beyond_p(effect: Floats, variance: Floats, tau2: float) -> float:
    """P of Q(τ²) or more: small where the areas differ by more than that variance between them explains."""
    weight = 1 / (variance + tau2)
    mean = (weight * effect).sum() / weight.sum()
    return float(chi2.sf(float((weight * (effect - mean) ** 2).sum()), len(effect) - 1))


def _where(q: Callable[[float], float], at_zero: float, level: float, spread: float) -> float:
    """The τ² at which Q comes down to the level, 0 where it is there at once."""
    if at_zero <= level:
        return 0.0
    return float(
        brentq(lambda tau2: q(tau2) - level, 0.0, spread / level * (1 + 1e-9), xtol=1e-15, rtol=1e-13)
    )


@assessment("uneven_across_areas")
def uneven_across_areas(rows: pd.DataFrame, parameters: Mapping[str, Any]) -> Assessment:
    """Flag a prime whose adjusted outcome rate differs between its areas beyond chance and beyond the usual.

    Columns of ``rows``, one row a cell: ``org_id``, ``org``, ``owner_id``, ``owner``, ``area_id``, ``area`` (text, empty
    where unknown), ``customer_group``, ``band``, ``quarter`` (together the stratum that customers are compared within),
    ``customers``, ``reached`` (counts; rows of a cell add up). In each area the effect is observed over expected: what
    its customers would have reached at the whole market's rates of their strata; its variance is that of the binomial
    counts, Σ n·p·(1−p) / expected². Parameters: ``q_max`` (Benjamini-Hochberg over the primes of one sweep, of
    Cochran's Q), ``min_areas``, ``min_customers`` and ``min_expected`` (of an area), ``min_peers``. Flagged at q ≤
    q_max where the areas differ by more than the median τ² of the others explains, too (Q at that τ², again at q_max over
    the primes): what the labour market does to areas it does to all. An organisation's τ stands beside its owner's, over the
    areas of all its organisations. ``tau`` and the peers' median are standard deviations, relative to what was expected;
    ``beyond_peers_q`` is q of the second test. Figure ``uneven_areas``: one row a flagged
    prime's area.
    """
    rows = rows[rows["area_id"] != ""]
    if rows.empty:
        return Assessment([])
    rows = rows.assign(stratum=rows.groupby(["customer_group", "band", "quarter"], sort=True).ngroup())
    market = rows.groupby("stratum", sort=True)[["customers", "reached"]].sum()
    # An outcome without its referral in the stratum cannot be: rates stay within 0 and 1.
    rate = (market["reached"] / market["customers"].where(market["customers"] > 0)).fillna(0.0).clip(0.0, 1.0)
    rows = rows.assign(rate=rows["stratum"].map(rate).astype(float))
    rows["expected"] = rows["customers"] * rows["rate"]
    rows["variance"] = rows["expected"] * (1 - rows["rate"])
    primes = {str(org): _areas(own, parameters) for org, own in rows.groupby("org_id", sort=True)}
    spread = {org: _spread(areas, parameters) for org, areas in primes.items()}
    by_owner = {
        str(owner): _spread(_areas(own, parameters), parameters)
        for owner, own in rows.groupby("owner_id", sort=True)
    }
    named = rows.drop_duplicates("org_id").set_index("org_id")
    judged = [org for org, found in spread.items() if not isinstance(found, str)]
    qs = dict(zip(judged, q_values([spread[org].p for org in judged]), strict=True))  # type: ignore[union-attr]
    usual = {
        org: float(np.median([spread[other].tau2 for other in judged if other != org]))  # type: ignore[union-attr]
        for org in (judged if len(judged) > max(1, parameters["min_peers"]) else ())
    }
    beyond = dict(
        zip(usual, q_values([beyond_p(*_effects(primes[org]), usual[org]) for org in usual]), strict=True)
    )
    units, figures = [], []
    for org, found in spread.items():
        values: dict[str, Any] = {"org_name": named.at[org, "org"], "owner": named.at[org, "owner"]}
        identity = {"org_id": org}
        if isinstance(found, str) or org not in usual:
            reason = found if isinstance(found, str) else f"fewer than {parameters['min_peers']} peers"
            units.append(Unit(identity, "not_assessable", reason, values))
            continue
        areas, q, q_beyond = primes[org], qs[org], beyond[org]
        owned = by_owner[str(named.at[org, "owner_id"])]
        best, worst = areas.iloc[0], areas.iloc[-1]
        values |= {
            "areas": len(areas),
            "tau": found.tau2**0.5,
            "peers_tau": usual[org] ** 0.5,
            "beyond_peers_q": q_beyond,
            "owner_tau": None if isinstance(owned, str) else owned.tau2**0.5,
            "best_area": best["area"],
            "best_ratio": best["effect"],
            "worst_area": worst["area"],
            "worst_ratio": worst["effect"],
        }
        flagged = all(one is not None and one <= parameters["q_max"] for one in (q, q_beyond))
        statistics = Statistics(
            found.tau2**0.5, found.low**0.5, found.high**0.5, found.p, q, float(areas["customers"].sum())
        )
        units.append(Unit(identity, "flagged" if flagged else "passed", "", values, statistics))
        if flagged:
            figures += [
                {"org": values["org_name"], **area}
                for area in areas[["area", "customers", "reached", "expected", "effect"]].to_dict("records")
            ]
    return Assessment(units, figures={"uneven_areas": figures} if figures else {})


def _areas(own: pd.DataFrame, parameters: Mapping[str, Any]) -> pd.DataFrame:
    """One row an area that is large enough, the best first."""
    # Sums of floats depend on their order, which is that of the rows: sorted by what they hold.
    own = own.sort_values(["area_id", "expected", "variance", "customers", "reached"])
    areas = own.groupby("area_id", sort=True).agg(
        area=("area", "first"),
        customers=("customers", "sum"),
        reached=("reached", "sum"),
        expected=("expected", "sum"),
        variance=("variance", "sum"),
    )
    enough = (areas["customers"] >= parameters["min_customers"]) & (
        areas["expected"] >= parameters["min_expected"]
    )
    areas = areas[enough & (areas["variance"] > 0)].reset_index()
    areas["effect"] = areas["reached"] / areas["expected"]
    return areas.sort_values(["effect", "area_id"], ascending=[False, True]).reset_index(drop=True)


def _spread(areas: pd.DataFrame, parameters: Mapping[str, Any]) -> Between | str:
    if not areas["reached"].sum():
        return "no outcome recorded"
    if len(areas) < max(FEWEST, parameters["min_areas"]):
        return f"fewer than {parameters['min_areas']} areas with enough customers"
    return between_variance(*_effects(areas))


def _effects(areas: pd.DataFrame) -> tuple[Floats, Floats]:
    """Observed over expected in each area, and its variance."""
    effect, expected = areas["effect"].to_numpy(float), areas["expected"].to_numpy(float)
    return effect, areas["variance"].to_numpy(float) / expected**2
