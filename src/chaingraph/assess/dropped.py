"""The best sub-contractors: do their customers go to the prime a year later?"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Literal, NamedTuple

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


class _Counts(NamedTuple):
    """Customers of the earlier window, of the later one, and of the earlier ones those with an outcome."""

    before: int = 0
    now: int = 0
    achieved: int = 0

    def __add__(self, other: tuple[Any, ...]) -> _Counts:  # instead of one tuple after the other
        return _Counts(*(one + more for one, more in zip(self, other, strict=True)))


@dataclass(frozen=True)
class _Contract:
    """A row that tells of a contract, and the sums of all its rows."""

    row: Any
    counts: _Counts


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

    Columns of ``rows``, one a contract of the first or second tier, and more without ``prime_id`` whose numbers (of all
    below the second tier, too) add to it: ``contract_id``,
    ``head_contract_id``, ``tier`` (1 or 2), ``inferred`` (bool: it or the one above it), ``programme``, ``prime_id``,
    ``prime``, ``org_id``, ``org_name`` (its supplier), ``ended_day``, ``ended_by`` (missing while it runs),
    ``customers_before``, ``customers_now`` (of two windows as long as each other), ``achieved_before`` (of the earlier
    ones). Parameters: ``fall_share``, ``q_max``, ``min_customers``, ``min_peers``.

    The best quarter is that of the programme by share of earlier customers with an outcome. Lost: the share of the head
    contract's customers fell by more than ``fall_share`` (tested: that it fell and the prime's own grew), or every contract of
    it there has ended, the last by the buyer (tested: that the prime's own share grew). A prime that delivers to itself is in-house.
    """
    if rows.empty:
        return Assessment([])
    subs = [one for head in _added_up(rows).values() for one in _of_head(head, parameters)]
    _rank(subs, parameters)
    qs = q_values([one.found.p if one.found and one.refused is None else None for one in subs])
    return Assessment([_judged(one, q, parameters) for one, q in zip(subs, qs, strict=True)])


def _added_up(rows: pd.DataFrame) -> dict[str, list[_Contract]]:
    """The contracts of each head contract in order, with the sums of all their rows."""
    sums: defaultdict[str, _Counts] = defaultdict(_Counts)
    for contract_id, *numbers in zip(*(rows[name].tolist() for name in ("contract_id", *SUMS)), strict=True):
        sums[contract_id] += _Counts(*map(int, numbers))
    heads: defaultdict[str, list[_Contract]] = defaultdict(list)
    told = rows[rows["prime_id"] != ""].sort_values("contract_id")
    for row in told.drop(columns=SUMS).itertuples(index=False):
        heads[str(row.head_contract_id)].append(_Contract(row, sums[str(row.contract_id)]))
    return dict(sorted(heads.items()))


def _of_head(head: Sequence[_Contract], parameters: Mapping[str, Any]) -> list[_Sub]:
    subs: defaultdict[str, list[_Contract]] = defaultdict(list)
    whole = kept = _Counts()
    for one in head:
        whole += one.counts
        if one.row.tier == 1 or one.row.org_id == one.row.prime_id:
            kept += one.counts
        else:
            subs[str(one.row.org_id)].append(one)
    return [_sub(org_id, own, whole, kept, parameters) for org_id, own in sorted(subs.items())]


def _sub(
    org_id: str, own: Sequence[_Contract], whole: _Counts, kept: _Counts, parameters: Mapping[str, Any]
) -> _Sub:
    first, mine = own[0].row, sum((one.counts for one in own), _Counts())
    before, now = mine.before, mine.now
    rate = mine.achieved / before if before >= parameters["min_customers"] else None
    ended_by = _ended_by([one.row for one in own])
    values = {
        "prime_id": first.prime_id,
        "prime": first.prime,
        "org_name": first.org_name,
        "customers_before": before,
        "customers_now": now,
        "outcome_share": rate,
        "before_share": before / whole.before if whole.before else None,
        "now_share": now / whole.now if whole.now else None,
        "kept_before_share": kept.before / whole.before if whole.before else None,
        "kept_now_share": kept.now / whole.now if whole.now else None,
        "how": "its contract ended by the buyer"
        if ended_by == "buyer"
        else "fewer of the customers referred to it",
    }
    sub = _Sub(
        {"head_contract_id": first.head_contract_id, "org_id": org_id},
        values,
        str(first.programme),
        rate,
    )
    if all(one.row.inferred for one in own):
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
    elif not whole.now:
        sub.refused = ("not_assessable", "no customer referred in the last year")
    else:
        sub.found = _tested(mine, whole, kept, ended_by == "buyer")
    return sub


def _tested(mine: _Counts, whole: _Counts, kept: _Counts, by_buyer: bool) -> Contrast | None:
    """The fall of its share, and the p of what has to be shown: that it fell and that what the prime keeps grew.

    Both have to hold, so the larger p stands for both (an intersection-union test: Berger 1982, Technometrics 24,
    295). Where the buyer ended the contract only the growth is in question.
    """
    fall = two_proportions(mine.now, whole.now, mine.before, whole.before, "less")
    growth = two_proportions(kept.now, whole.now, kept.before, whole.before, "more")
    # Where the prime kept nobody in either year, or nobody else had a customer, nothing went to it.
    if isinstance(fall, str) or isinstance(growth, str):
        return None
    return replace(fall, p=growth.p if by_buyer else max(fall.p, growth.p))


def _ended_by(own: Sequence[Any]) -> str:
    """Who ended the last of its contracts, where all have ended; empty while one runs."""
    if any(pd.isna(row.ended_day) for row in own):
        return ""
    last = max(own, key=lambda row: (row.ended_day, row.contract_id)).ended_by
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
    beside_now = values["kept_now_share"] / (1 - values["now_share"]) if values["now_share"] < 1 else 0.0
    beside_before = (
        values["kept_before_share"] / (1 - values["before_share"]) if values["before_share"] < 1 else 0.0
    )
    return bool(values["kept_now_share"] > values["kept_before_share"] and beside_now > beside_before + 1e-12)


def _judged(one: _Sub, q: float | None, parameters: Mapping[str, Any]) -> Unit:
    if one.refused is not None:
        return Unit(one.identity, one.refused[0], one.refused[1], one.values)
    if one.found is None or q is None:
        return Unit(one.identity, "passed", "", one.values)
    values, found = one.values, one.found
    by_buyer = values["how"].startswith("its contract")
    # Shares that are put together from other counts differ in the last bits.
    fell = values["now_share"] < (1 - parameters["fall_share"]) * values["before_share"] - 1e-12
    flagged = (by_buyer or fell) and _prime_gained(values) and q <= parameters["q_max"]
    ratio = found.ratio
    statistics = Statistics(ratio.value, ratio.low, ratio.high, found.p, q, float(found.n))
    outcome: Literal["flagged", "passed"] = "flagged" if flagged else "passed"
    return Unit(one.identity, outcome, "", values, statistics)
