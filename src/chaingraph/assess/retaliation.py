"""After a grievance: did the complainant lose referrals that its peers kept, or its contract?

Nothing here names the complainant: what is told is ratios, never counts or contracts from which it could be known.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pandas as pd
from scipy import stats

from chaingraph.assess.multiple import q_values
from chaingraph.assess.registry import assessment
from chaingraph.assess.result import Assessment, Statistics, Unit

# Days after the expected first one within which a series still counts as having begun in time.
GRACE_DAYS = 31


@dataclass(frozen=True)
class Volume:
    """One provider's customers in the time before and the time after."""

    before: float
    after: float


@dataclass(frozen=True)
class Change:
    """The change beside the peers': ``ratio`` (1 = as theirs) with its 95 % interval, and one-sided p for a fall."""

    ratio: float
    low: float
    high: float
    p: float


def log_change(volume: Volume, days_before: float, days_after: float) -> float:
    """The log of rate after over rate before; half a customer is added to each count, so that none is no infinity."""
    return math.log((volume.after + 0.5) / days_after) - math.log((volume.before + 0.5) / days_before)


def placebo(complainant: Volume, peers: Sequence[Volume], days_before: float, days_after: float) -> Change:
    """The complainant's log change against its m peers': t with m − 1 degrees of freedom.

    s√(1+1/m) is the error of predicting one more peer, so that each peer could have been the complainant (placebo in
    space). A complainant smaller than its peers varies more by chance alone: what Poisson's variance of its own change
    has beyond that of theirs is added to s². Raises ValueError under two peers.
    """
    m = len(peers)
    if m < 2:
        raise ValueError("peers to compare with are two at least")
    changes = np.sort([log_change(peer, days_before, days_after) for peer in peers])
    mean, square = float(changes.mean()), float(changes.var(ddof=1))
    growth = math.exp(mean) * days_after / days_before

    def by_chance(one: Volume) -> float:
        return 1 / (one.before + 0.5) + 1 / (one.before * growth + 0.5)

    among = math.fsum(by_chance(peer) for peer in peers) / m
    own = square + max(0.0, by_chance(complainant) - among)
    error = math.sqrt(own + square / m)
    difference = log_change(complainant, days_before, days_after) - mean
    margin = float(stats.t.ppf(0.975, m - 1)) * error
    p = float(stats.t.cdf(difference / error, m - 1)) if error > 0 else 1.0
    return Change(math.exp(difference), math.exp(difference - margin), math.exp(difference + margin), p)


@dataclass
class _Case:
    grievance_id: str
    values: dict[str, Any]
    refused: str = ""
    change: Change | None = None
    peers: int = 0
    told: list[str] = field(default_factory=list)


@dataclass
class _Party:
    """One provider's customers in the complainant's areas and groups, and the days it was there."""

    is_complainant: bool
    early: float = 0.0
    late: float = 0.0
    after: float = 0.0
    outcomes: float = 0.0
    starts_day: float = math.inf
    last_day: float = -math.inf

    @property
    def whole(self) -> Volume:
        """Before the grievance and after it."""
        return Volume(self.early + self.late, self.after)

    @property
    def halves(self) -> Volume:
        """The two halves before it."""
        return Volume(self.early, self.late)


def _parties(own: pd.DataFrame) -> list[_Party]:
    """Everybody of one grievance, by the areas and groups in which the complainant had customers before it."""
    names = [
        "party_id", "is_complainant", "area_id", "customer_group", "early", "late", "after", "outcomes",
        "starts_day", "last_day",
    ]  # fmt: skip
    rows = list(zip(*(own[name].tolist() for name in names), strict=True))
    where = {(area, group) for _, mine, area, group, early, late, *_ in rows if mine and early + late > 0}
    parties: dict[tuple[str, bool], _Party] = {}
    for party_id, mine, area, group, early, late, after, outcomes, starts_day, last_day in rows:
        if (area, group) not in where:
            continue
        one = parties.setdefault((party_id, bool(mine)), _Party(bool(mine)))
        one.early += early
        one.late += late
        one.after += after
        one.outcomes += outcomes
        if not pd.isna(starts_day):
            one.starts_day = min(one.starts_day, starts_day)
        if not pd.isna(last_day):
            one.last_day = max(one.last_day, last_day)
    return [one for _, one in sorted(parties.items(), key=lambda item: item[0])]


@assessment("grievance_retaliation")
def grievance_retaliation(rows: pd.DataFrame, parameters: Mapping[str, Any]) -> Assessment:
    """Flag a grievance after which the complainant's contract was ended by the buyer, or its referrals fell away.

    Columns of ``rows``. One row a grievance with ``kind`` = grievance: ``grievance_id``, ``against_id``, ``against``,
    ``raised_day``, ``as_of_day``, ``starts_day``, ``last_day`` (first and last day of the complainant's contracts with
    them; missing where there is none), ``ended_after_days`` (to the end of a contract that the buyer ended, or -1),
    ``end_unclear`` (bool: a contract ended in that time, by whom is unknown). Rows with ``kind`` = provider, one a
    provider, area and group: ``party_id``, ``is_complainant``, ``area_id``, ``customer_group``, ``starts_day``,
    ``last_day``, ``first_day`` (of its referrals), ``early``, ``late`` (customers in the two halves before the
    grievance), ``after``, ``outcomes`` (of the customers before, with an outcome by then). Parameters: ``before_days``,
    ``after_days`` (least and, doubled, most), ``min_peers``, ``min_before``, ``drop_min_share``, ``q_max``.

    Peers are other providers of the same prime, there all the time, by their customers in the complainant's areas and
    groups. A grievance is not assessable without a year before and half a year after, or with too few peers; a contract
    that the buyer ended is a finding all the same.
    """
    parties = rows[rows["kind"] == "provider"]
    of = dict(iter(parties.groupby("grievance_id", sort=True)))
    cases = [
        _case(row, of.get(row["grievance_id"]), parameters)
        for row in rows[rows["kind"] == "grievance"].sort_values("grievance_id").to_dict("records")
    ]
    qs = q_values([one.change.p if one.change else None for one in cases])
    return Assessment([_judged(one, q, parameters) for one, q in zip(cases, qs, strict=True)])


def _case(row: Mapping[Any, Any], own: pd.DataFrame | None, parameters: Mapping[str, Any]) -> _Case:
    case = _Case(str(row["grievance_id"]), {"against_id": row["against_id"], "against": row["against"]})
    if row["ended_after_days"] >= 0:
        days = int(row["ended_after_days"])
        case.values["contract_ended_after_days"] = days
        case.told.append(f"the complainant's contract was ended by the buyer {days} days after the grievance")
    raised, before = int(row["raised_day"]), int(parameters["before_days"])
    if pd.isna(row["starts_day"]) or own is None:
        case.refused = "no contract or no referral of the complainant is known"
        return case
    last = min(int(row["last_day"]), int(row["as_of_day"]), raised + 2 * int(parameters["after_days"]))
    after = last - raised + 1
    if bool(row["end_unclear"]):
        case.refused = "a contract ended, by whom is unknown"
    elif int(row["starts_day"]) > raised - before or own["first_day"].min() > raised - before + GRACE_DAYS:
        case.refused = f"fewer than {before} days of referrals before the grievance"
    elif after < parameters["after_days"]:
        case.refused = f"fewer than {parameters['after_days']} days of referrals after the grievance"
    else:
        _compare(case, own, raised - before, last, after, parameters)
    return case


def _compare(
    case: _Case, own: pd.DataFrame, first: int, last: int, days_after: int, parameters: Mapping[str, Any]
) -> None:
    """The complainant and its peers in the areas and groups that it had customers of."""
    enough = [one for one in _parties(own) if one.early + one.late >= parameters["min_before"]]
    complainant = next((one for one in enough if one.is_complainant), None)
    peers = [
        one for one in enough if not one.is_complainant and one.starts_day <= first and one.last_day >= last
    ]
    case.peers = len(peers)
    if complainant is None:
        case.refused = f"fewer than {parameters['min_before']} customers before the grievance"
        return
    if len(peers) < parameters["min_peers"]:
        case.refused = f"fewer than {parameters['min_peers']} peers in the same areas and groups"
        return
    days_before = float(parameters["before_days"])
    case.change = placebo(complainant.whole, [one.whole for one in peers], days_before, float(days_after))
    earlier = placebo(complainant.halves, [one.halves for one in peers], days_before / 2, days_before / 2)
    case.values |= {
        "peers": len(peers),
        "trend_before": earlier.ratio,
        "trend_before_p": earlier.p,
        "outcome_rate": complainant.outcomes / complainant.whole.before,
        "peers_outcome_rate": sum(one.outcomes for one in peers) / sum(one.whole.before for one in peers),
        "change": case.change.ratio,
        "days_after": days_after,
    }


def _judged(case: _Case, q: float | None, parameters: Mapping[str, Any]) -> Unit:
    identity = {"grievance_id": case.grievance_id}
    statistics = None
    if case.change is not None:
        change = case.change
        statistics = Statistics(change.ratio, change.low, change.high, change.p, q, float(case.peers))
        if q is not None and q <= parameters["q_max"] and change.ratio <= 1 - parameters["drop_min_share"]:
            fall = f"{100 * (1 - change.ratio):.0f} %"
            case.told.append(
                f"referrals to the complainant fell by {fall} beside those to {case.peers} peers"
            )
    if case.told:
        values = {**case.values, "what_happened": " and ".join(case.told)}
        return Unit(identity, "flagged", "", values, statistics)
    outcome = "not_assessable" if case.refused else "passed"
    return Unit(identity, outcome, case.refused, case.values, statistics)  # type: ignore[arg-type]
