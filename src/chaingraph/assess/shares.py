"""A share of records beside a limit: late invoices of a payer, referrals without a recorded need or a choice."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

import pandas as pd
from statsmodels.stats.proportion import proportion_confint

from chaingraph.assess.registry import assessment
from chaingraph.assess.result import Assessment, Statistics, Unit
from chaingraph.errors import ContentError

STATES = frozenset({"hit", "miss", "excluded", "not_assessable"})


def wilson(hits: int, total: int, confidence: float = 0.95) -> tuple[float, float]:
    """Wilson's interval for a share. Wilson (1927), doi 10.1080/01621459.1927.10502953.

    Raises ValueError where nothing was counted. Unlike Wald's it keeps its coverage in small samples.
    """
    if total <= 0:
        raise ValueError("a share of nothing has no interval")
    low, high = proportion_confint(hits, total, alpha=1 - confidence, method="wilson")
    return float(low), float(high)


def wilson_of_share(share: float, total: float, confidence: float = 0.95) -> tuple[float, float]:
    """The same of a share (0..1) and of how many independent records it is worth, which need be no whole number.

    Where records come in groups that are alike, n of them are worth n/(1 + (n − 1)ρ) (Kish 1965, Survey Sampling, 8.2).
    """
    low, high = proportion_confint(share * total, total, alpha=1 - confidence, method="wilson")
    return float(low), float(high)


@assessment("share_above")
def share_above(rows: pd.DataFrame, parameters: Mapping[str, Any]) -> Assessment:
    """Flag an organisation where the lower Wilson bound of its share of hits is above ``share_max``.

    Columns of ``rows``: ``org_id``, ``org_name`` (text); ``state``: hit, miss, excluded or not_assessable;
    ``reason`` (text, for the last two); ``records`` (how many). Parameters: ``share_max`` (0..1),
    ``confidence`` (0..1); where given, ``min_records`` (with fewer hits and misses nothing is judged) and
    ``beside_peers`` (true: the bound has to be above the share of all others together, too). An organisation
    without hit or miss is not assessable, or excluded where all its records are.
    """
    found = _by_organisation(rows)
    everybody = sum((own.counted for own in found.values()), Counter[str]())

    def decide(own: _Own, low: float, high: float) -> tuple[bool, dict[str, Any]]:
        if "beside_peers" not in parameters:
            return low > parameters["share_max"], {}
        others = everybody.total() - own.counted.total()
        peers = (everybody["hit"] - own.counted["hit"]) / others if others else None
        limit = (
            max(parameters["share_max"], peers or 0.0)
            if parameters["beside_peers"]
            else parameters["share_max"]
        )
        return low > limit, {"peers_share": peers}

    return _judged(found, parameters, decide)


@assessment("share_below")
def share_below(rows: pd.DataFrame, parameters: Mapping[str, Any]) -> Assessment:
    """Flag an organisation where the upper Wilson bound of its share of hits is below ``share_min`` (0..1).

    Columns of ``rows`` and the other parameters as for ``share_above``.
    """

    def decide(own: _Own, low: float, high: float) -> tuple[bool, dict[str, Any]]:
        return high < parameters["share_min"], {}

    return _judged(_by_organisation(rows), parameters, decide)


@dataclass
class _Own:
    """One organisation's records by state, and those of them that are not counted by reason."""

    name: str
    records: Counter[str] = field(default_factory=Counter)
    reasons: Counter[str] = field(default_factory=Counter)

    @property
    def counted(self) -> Counter[str]:
        """Its hits and misses."""
        return Counter({state: self.records[state] for state in ("hit", "miss")})


# Whether an organisation is flagged, by the bounds of its share, and what to tell beside.
_Decide = Callable[[_Own, float, float], tuple[bool, dict[str, Any]]]


def _judged(found: Mapping[str, _Own], parameters: Mapping[str, Any], decide: _Decide) -> Assessment:
    units = []
    for org_id, own in found.items():
        hits, total, reasons = own.records["hit"], own.counted.total(), dict(sorted(own.reasons.items()))
        values: dict[str, Any] = {
            "org_name": own.name,
            "hits": hits,
            "total": total,
            "not_counted": reasons,
        }
        identity = {"org_id": org_id}
        if total == 0:
            outcome = "not_assessable" if "not_assessable" in own.records else "excluded"
            reason = max(reasons, key=lambda name: (reasons[name], name)) if reasons else "no record"
            units.append(Unit(identity, outcome, reason, values))  # type: ignore[arg-type]
            continue
        if total < parameters.get("min_records", 0):
            reason = f"fewer than {parameters['min_records']}"
            units.append(Unit(identity, "not_assessable", reason, values))
            continue
        low, high = wilson(hits, total, parameters["confidence"])
        share = hits / total
        statistics = Statistics(effect=share, low=low, high=high, n=total)
        flagged, more = decide(own, low, high)
        values |= {"share": share, **more}
        units.append(Unit(identity, "flagged" if flagged else "passed", "", values, statistics))
    return Assessment(units)


def _by_organisation(rows: pd.DataFrame) -> dict[str, _Own]:
    if strange := sorted(set(rows["state"].astype(str)) - STATES):
        raise ContentError(
            f"The query gives the state {', '.join(strange)}, which is none that shares are made of.",
            remedy=f"Use one of {', '.join(sorted(STATES))}.",
        )
    found: dict[str, _Own] = {}
    ordered = rows.sort_values(["org_id", "state", "reason"], na_position="first")
    # A few rows an organisation: a loop over them is far quicker than a group of a data frame for each.
    columns = (ordered[name].tolist() for name in ("org_id", "org_name", "state", "reason", "records"))
    for org_id, name, state, reason, records in zip(*columns, strict=True):
        own = found.setdefault(org_id, _Own(name))
        own.records[state] += int(records)
        if state in ("excluded", "not_assessable") and not pd.isna(reason):
            own.reasons[str(reason)] += int(records)
    return found
