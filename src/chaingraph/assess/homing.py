"""Whom delivery providers talk with about a lot: one bidder alone, or several, as is their habit elsewhere."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pandas as pd

from chaingraph.assess.exact import upper_p
from chaingraph.assess.multiple import q_values
from chaingraph.assess.registry import assessment
from chaingraph.assess.result import Assessment, Statistics, Unit
from chaingraph.assess.shares import wilson

Pair = tuple[str, str]  # lot, delivery provider
Habit = tuple[int, int]  # the other talks: those in lots with one owner alone, all


def loyalty_p(single_here: Collection[bool], habits: Collection[Habit]) -> float:
    """P(as many partners or more talk with one bidder alone), each partner's own talks given.

    Of the T talks of a partner, this one among them, K are alone in their lot; any of the T might as well be
    the one with this bidder here, so it is alone with probability K/T: the hypergeometric distribution of one
    draw. Talks are drawn and not lots, as a bidder is the likelier among those talked with where there are
    several. The partners' distributions are convolved, so that one with many talks says nothing about the
    habit of another. Exact in small samples where lots are alike and bidders are. Fisher (1935), in strata.
    """
    here = np.array([1 if single else 0 for single in single_here], dtype=np.int64)
    single = np.array([one for one, _ in habits], dtype=np.int64)
    talks = np.array([many for _, many in habits], dtype=np.int64)
    return upper_p(here, 1 - here, single, talks - single)


@dataclass
class _Talks:
    """What is known of one prime's talks about one lot."""

    name: str = ""
    rows: int = 0
    listed: bool | None = None
    partners: dict[str, bool] = field(default_factory=dict)  # True: it offered exclusivity of its own accord


@dataclass
class _Lot:
    """One lot: who talks there, whether other bidders are known, whether talks may still begin."""

    owners: set[str] = field(default_factory=set)
    bidders: int = 0
    still_open: bool | None = False


@assessment("single_homing")
def single_homing(rows: pd.DataFrame, parameters: Mapping[str, Any]) -> Assessment:
    """Flag a prime's lot whose partners talk with it alone far more often than they do elsewhere.

    Columns of ``rows``, one a negotiation: ``org_id``, ``org_name`` (the prime), ``owner_id`` (who stood behind
    it then), ``lot_id``, ``sub_id``, ``rivals`` (bidders of other owners, those known not to be on the short
    list aside), ``listed`` (the prime is on the short list; may be missing), ``still_open`` (may be missing),
    ``offered`` (the delivery provider offered exclusivity). Parameters: ``min_partners``, ``p_max``, ``q_max``
    (Benjamini-Hochberg over all lots tested).

    Only lots whose competition is over and had a second bidder show a habit, as elsewhere nobody has a choice.
    Talks with the same prime in other lots belong to the habit: loyalty is no pressure. A prime that presses
    the same partners everywhere is therefore not seen by this test. Partners without talks elsewhere have no
    habit and do not count.
    """
    talks, lots, homes = _read(rows)
    known = {
        (lot_id, sub_id): len(owners)
        for (lot_id, sub_id), owners in homes.items()
        if lots[lot_id].still_open is False and (len(lots[lot_id].owners) > 1 or lots[lot_id].bidders > 0)
    }
    own: defaultdict[str, list[int]] = defaultdict(list)
    for (_, sub_id), owners_there in known.items():
        own[sub_id].append(owners_there)
    made = [
        (org_id, lot_id, _judged(one, lots[lot_id], lot_id, known, own, parameters))
        for (org_id, lot_id), one in sorted(talks.items())
    ]
    qs = q_values([p for _, _, (_, _, p, _) in made])
    units = []
    for (org_id, lot_id, (outcome, reason, p, values)), q in zip(made, qs, strict=True):
        one = talks[org_id, lot_id]
        told = {"org_name": one.name, **values}
        statistics = None
        if p is not None and q is not None:
            low, high = wilson(values["single"], values["partners"])
            share = values["single"] / values["partners"]
            statistics = Statistics(effect=share, low=low, high=high, p=p, q=q, n=float(values["partners"]))
            flagged = p <= parameters["p_max"] and q <= parameters["q_max"]
            outcome = "flagged" if flagged else "passed"
        units.append(
            Unit({"org_id": org_id, "lot_id": lot_id}, outcome, reason, told, statistics, one.rows)  # type: ignore[arg-type]
        )
    return Assessment(units)


def _judged(
    one: _Talks,
    lot: _Lot,
    lot_id: str,
    known: Mapping[Pair, int],
    own: Mapping[str, list[int]],
    parameters: Mapping[str, Any],
) -> tuple[str, str, float | None, dict[str, Any]]:
    """Outcome and reason, or p; and the values told."""
    if one.listed is False:
        return "excluded", "prime not on the short list", None, {}
    if lot.still_open:
        return "excluded", "competition still open", None, {}
    if lot.still_open is None:
        return "not_assessable", "end of the competition unknown", None, {}
    if len(lot.owners) == 1 and not lot.bidders:
        return "excluded", "no rival in the lot", None, {}
    counted = [
        sub_id
        for sub_id, offered in sorted(one.partners.items())
        if not offered and len(own.get(sub_id, ())) > 1 and (lot_id, sub_id) in known
    ]
    here = [known[lot_id, sub_id] == 1 for sub_id in counted]
    habits = [
        (own[sub_id].count(1) - single, sum(own[sub_id]) - 1)
        for sub_id, single in zip(counted, here, strict=True)
    ]
    elsewhere = sum(len(own[sub_id]) - 1 for sub_id in counted)
    values: dict[str, Any] = {
        "partners": len(counted),
        "single": sum(here),
        "partners_in_all": len(one.partners),
        "lots_elsewhere": elsewhere,
        "habit_share": sum(single for single, _ in habits) / elsewhere if elsewhere else None,
    }
    if len(counted) < parameters["min_partners"]:
        return "excluded", "too few partners with talks elsewhere", None, values
    expected = sum((k + s) / (n + 1) for (k, n), s in zip(habits, here, strict=True))
    return "passed", "", loyalty_p(here, habits), values | {"expected": expected}


def _read(
    rows: pd.DataFrame,
) -> tuple[dict[Pair, _Talks], dict[str, _Lot], dict[Pair, set[str]]]:
    """The talks by prime and lot, the lots, and the owners that each delivery provider talked with in each lot."""
    talks: defaultdict[Pair, _Talks] = defaultdict(_Talks)
    lots: defaultdict[str, _Lot] = defaultdict(_Lot)
    homes: defaultdict[Pair, set[str]] = defaultdict(set)
    names = [
        "org_id", "org_name", "owner_id", "lot_id", "sub_id", "rivals", "listed", "still_open", "offered",
    ]  # fmt: skip
    columns = (rows[name].tolist() for name in names)
    for org_id, name, owner_id, lot_id, sub_id, rivals, listed, still_open, offered in zip(
        *columns, strict=True
    ):
        one, lot = talks[org_id, lot_id], lots[lot_id]
        one.name = name
        one.rows += 1
        one.listed = None if pd.isna(listed) else bool(listed)
        one.partners[sub_id] = one.partners.get(sub_id, False) or bool(offered)
        lot.owners.add(owner_id)
        lot.bidders = max(lot.bidders, int(rivals))
        # One row that says open outweighs one that does not know, and that outweighs one that says over.
        if pd.isna(still_open):
            lot.still_open = True if lot.still_open else None
        elif still_open:
            lot.still_open = True
        homes[lot_id, sub_id].add(owner_id)
    return dict(talks), dict(lots), dict(homes)
