"""The best sub-contractors: do their customers go to the prime a year later?"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Literal

import numpy as np
import pandas as pd

from chaingraph.assess.compare import Contrast, contrast
from chaingraph.assess.multiple import q_values
from chaingraph.assess.registry import assessment
from chaingraph.assess.result import Assessment, Statistics, Unit
from chaingraph.assess.strata import Strata

SUMS = ["customers_before", "customers_now", "achieved_before"]
Side = Literal["more", "less"]


def two_proportions(now: int, all_now: int, before: int, all_before: int, side: Side) -> Contrast | str:
    """A share now beside the same share before, with one-sided p and the ratio of the two with its 95 % interval.

    One stratum of ``compare.contrast``: z of two proportions with the hypergeometric variance (n − 1 for n), exact mid-p
    where the table is small; text where nothing can be said.
    """
    cells = ([now], [all_now - now], [before], [all_before - before])
    return contrast(Strata(*(np.array(cell, dtype=np.int64) for cell in cells)), side, "risk ratio")


def best_quarter(rates: Sequence[float]) -> float:
    """The third quartile (linear interpolation, Hyndman & Fan's type 7): whoever reaches it is of the best quarter."""
    return float(np.quantile(np.asarray(rates, dtype=float), 0.75))


@dataclass
class _Sub:
    """One sub-contractor under one head contract, before the verdict."""

    identity: dict[str, Any]
    values: dict[str, Any]
    programme: str
    rate: float | None
    refused: tuple[Literal["excluded", "not_assessable"], str] | None = None
    found: Contrast | None = None


@assessment("good_subcontractor_dropped")
def good_subcontractor_dropped(rows: pd.DataFrame, parameters: Mapping[str, Any]) -> Assessment:
    """Flag a sub-contractor of the best quarter that lost its customers, or its contract, while the prime kept more itself.

    Columns of ``rows``, one a contract of the first or second tier, with all below the second: ``contract_id``,
    ``head_contract_id``, ``tier`` (1 or 2), ``inferred`` (bool: it or the one above it), ``programme``, ``prime_id``,
    ``prime``, ``org_id``, ``org_name`` (its supplier), ``ended_day``, ``ended_by`` (missing while it runs),
    ``customers_before``, ``customers_now`` (of two windows as long as each other), ``achieved_before`` (of the earlier
    ones). Parameters: ``fall_share``, ``q_max``, ``min_customers``, ``min_peers``.

    The best quarter is that of the programme by share of earlier customers with an outcome. Lost: the share of the head
    contract's customers fell by more than ``fall_share`` (tested: that it fell), or every contract of it there has ended,
    the last by the buyer (tested: that the prime's own share grew). A prime that delivers to itself is in-house.
    """
    if rows.empty:
        return Assessment([])
    subs = [
        one for _, head in rows.groupby("head_contract_id", sort=True) for one in _of_head(head, parameters)
    ]
    _rank(subs, parameters)
    qs = q_values([one.found.p if one.found and one.refused is None else None for one in subs])
    return Assessment([_judged(one, q, parameters) for one, q in zip(subs, qs, strict=True)])


def _of_head(head: pd.DataFrame, parameters: Mapping[str, Any]) -> list[_Sub]:
    in_house = (head["tier"] == 1) | (head["org_id"] == head["prime_id"])
    whole, kept = head[SUMS].sum().astype(int), head.loc[in_house, SUMS].sum().astype(int)
    return [
        _sub(str(org_id), own, whole, kept, parameters)
        for org_id, own in head[~in_house].groupby("org_id", sort=True)
    ]


def _sub(
    org_id: str, own: pd.DataFrame, whole: pd.Series, kept: pd.Series, parameters: Mapping[str, Any]
) -> _Sub:
    first, mine = own.iloc[0], own[SUMS].sum().astype(int)
    n_before, n_now = int(whole["customers_before"]), int(whole["customers_now"])
    before, now = int(mine["customers_before"]), int(mine["customers_now"])
    rate = int(mine["achieved_before"]) / before if before >= parameters["min_customers"] else None
    ended_by = _ended_by(own)
    values = {
        "prime_id": first["prime_id"],
        "prime": first["prime"],
        "org_name": first["org_name"],
        "customers_before": before,
        "customers_now": now,
        "outcome_share": rate,
        "share_before": before / n_before if n_before else None,
        "share_now": now / n_now if n_now else None,
        "kept_before": int(kept["customers_before"]) / n_before if n_before else None,
        "kept_now": int(kept["customers_now"]) / n_now if n_now else None,
        "how": "its contract ended by the buyer"
        if ended_by == "buyer"
        else "fewer of the customers referred to it",
    }
    sub = _Sub(
        {"head_contract_id": first["head_contract_id"], "org_id": org_id},
        values,
        str(first["programme"]),
        rate,
    )
    if own["inferred"].all():
        sub.refused = ("excluded", "inferred contract")
    elif rate is None:
        sub.refused = (
            "not_assessable",
            f"fewer than {parameters['min_customers']} customers in the year before",
        )
    elif ended_by in ("supplier", "mutual"):
        sub.refused = (
            "excluded",
            "ended by the sub-contractor" if ended_by == "supplier" else "ended by both",
        )
    elif ended_by == "unknown":
        sub.refused = ("not_assessable", "who ended the contract unknown")
    elif not n_now:
        sub.refused = ("not_assessable", "no customer referred in the last year")
    else:
        sub.found = _tested(before, now, kept, n_before, n_now, ended_by == "buyer")
    return sub


def _tested(
    before: int, now: int, kept: pd.Series, n_before: int, n_now: int, by_buyer: bool
) -> Contrast | None:
    """The fall of its share; where the buyer ended it, with the p of the growth of what the prime keeps."""
    fall = two_proportions(now, n_now, before, n_before, "less")
    growth = two_proportions(
        int(kept["customers_now"]), n_now, int(kept["customers_before"]), n_before, "more"
    )
    # Where the prime kept nobody in either year, or nobody else had a customer, nothing went to it.
    if isinstance(fall, str) or isinstance(growth, str):
        return None
    return replace(fall, p=growth.p) if by_buyer else fall


def _ended_by(own: pd.DataFrame) -> str:
    """Who ended the last of its contracts, where all have ended; empty while one runs."""
    if own["ended_day"].isna().any():
        return ""
    last = own[own["ended_day"] == own["ended_day"].max()].sort_values("contract_id").iloc[-1]["ended_by"]
    return "unknown" if pd.isna(last) else str(last)


def _rank(subs: Sequence[_Sub], parameters: Mapping[str, Any]) -> None:
    """Whoever is not of the best quarter of its programme is not asked about; a programme with few peers has none."""
    rates: dict[str, list[float]] = {}
    for one in subs:
        if one.rate is not None and one.refused != ("excluded", "inferred contract"):
            rates.setdefault(one.programme, []).append(one.rate)
    for one in subs:
        peers = rates.get(one.programme, [])
        one.values["peers"] = len(peers)
        if one.refused is not None or one.rate is None:
            continue
        if len(peers) < parameters["min_peers"]:
            one.refused = ("not_assessable", f"fewer than {parameters['min_peers']} peers")
        elif one.rate < best_quarter(peers) or one.rate <= float(np.median(peers)):
            # Where all are alike nobody is good.
            one.refused = ("excluded", "not of the best quarter")


def _prime_gained(values: Mapping[str, Any]) -> bool:
    """Whether the prime's share grew of all customers and of those that the sub-contractor did not have.

    Where customers of the sub-contractor merely stay away everybody's share of all grows, the prime's too.
    """
    beside_now = values["kept_now"] / (1 - values["share_now"]) if values["share_now"] < 1 else 0.0
    beside_before = (
        values["kept_before"] / (1 - values["share_before"]) if values["share_before"] < 1 else 0.0
    )
    return bool(values["kept_now"] > values["kept_before"] and beside_now > beside_before + 1e-12)


def _judged(one: _Sub, q: float | None, parameters: Mapping[str, Any]) -> Unit:
    if one.refused is not None:
        return Unit(one.identity, one.refused[0], one.refused[1], one.values)
    if one.found is None or q is None:
        return Unit(one.identity, "passed", "", one.values)
    values, found = one.values, one.found
    by_buyer = values["how"].startswith("its contract")
    # Shares that are put together from other counts differ in the last bits.
    fell = values["share_now"] < (1 - parameters["fall_share"]) * values["share_before"] - 1e-12
    flagged = (by_buyer or fell) and _prime_gained(values) and q <= parameters["q_max"]
    ratio = found.ratio
    statistics = Statistics(ratio.value, ratio.low, ratio.high, found.p, q, float(found.n))
    outcome: Literal["flagged", "passed"] = "flagged" if flagged else "passed"
    return Unit(one.identity, outcome, "", values, statistics)
