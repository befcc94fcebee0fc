"""Lots whose bids look arranged beside those of other lots, wherever the same two bidders met."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pandas as pd

from chaingraph.assess.meetings import Pair, co_bidding, meetings
from chaingraph.assess.multiple import q_values
from chaingraph.assess.ranksum import Ranks, agreement_p, rank_sum_p
from chaingraph.assess.registry import assessment
from chaingraph.assess.result import Assessment, Outcome, Statistics, Unit
from chaingraph.assess.screens import DIRECTION, SCREENS, finite, screens

# Screens that see the same thing do not agree: they repeat one another. Three things can agree.
FAMILIES = {
    "spread": ("cv", "spd"),
    "gap": ("rd", "rdnor", "altrd", "skewness"),
    "shape": ("kurtosis", "ks"),
}
# Screens of few bids scatter more, and some have bounds that depend on how many there are.
BIDS_CLASSES = (3, 4, 5, 7, 10)


@dataclass
class _Lot:
    """One lot: its bids as they stood."""

    lot_id: str
    programme: str
    still_open: bool | None = None
    prices: list[float] = field(default_factory=list)
    bidders: dict[str, str] = field(default_factory=dict)
    unpriced: int = 0

    @property
    def bids(self) -> int:
        """Bids that stood, priced or not."""
        return len(self.prices) + self.unpriced

    def left_out(self, min_bids: int) -> tuple[Outcome, str] | None:
        """Outcome and reason where the lot cannot be read, else None."""
        if self.still_open:
            return "excluded", "competition still open"
        if self.still_open is None:
            return "not_assessable", "end of the competition unknown"
        if self.bids < min_bids:
            return "excluded", f"fewer than {min_bids} bids"
        if self.unpriced:
            return "not_assessable", "price of a bid unknown"
        if max(self.prices) == min(self.prices) or not max(self.prices):
            return "excluded", "one price for all"
        return None


@dataclass(frozen=True)
class _Stratum:
    """Lots of one programme with about as many bids: per family how suspicious each is beside the others (0..1)."""

    lots: tuple[str, ...]
    scores: Mapping[str, np.ndarray[Any, np.dtype[np.float64]]]
    ranks: Mapping[str, Ranks]


@dataclass(frozen=True)
class _Test:
    """What two bidders' lots look like beside the others: p, the families' own p, lots that show it, the benchmark."""

    pair: Pair
    lots: tuple[str, ...]
    benchmark: tuple[str, ...]
    p: float
    family_p: Mapping[str, float]
    agreeing: Mapping[str, tuple[str, ...]]
    wider: float

    def shows(self, wanted: int) -> list[str]:
        """The lots in which ``wanted`` families or more are beyond the benchmark's outer part."""
        return [lot for lot in self.lots if len(self.agreeing[lot]) >= wanted]


@assessment("bid_screens")
def bid_screens(rows: pd.DataFrame, parameters: Mapping[str, Any]) -> Assessment:
    """Flag lots of two bidders whose common lots differ from the market's others in two families of screens.

    Columns of ``rows``, one a bid that stood: ``lot_id``, ``programme`` (empty where unknown:
    such lots are beside each other), ``bidder_id``, ``bidder`` (who stood behind it on the day),
    ``price_pence``, ``still_open`` (the competition; may be missing).
    Parameters: ``min_bids``, ``min_lots``, ``min_screens``, ``min_benchmark_lots``, ``tail_share``, ``q_max``.

    Every lot's screens (``screens``) become ranks among the lots of its programme with about as many bids, turned
    so that high is suspicious; a family's score is the mean rank of its screens. Two bidders who met in
    ``min_lots`` lots are tested: are their lots higher than those in which they did not meet? Exact rank-sum test
    a family, and "at least ``min_screens`` families" as one p (``agreement_p``), Benjamini-Hochberg over the pairs.
    A flagged pair's lots are flagged where that many families stand within the outer ``tail_share`` of its
    benchmark, if ``min_lots`` of them do. What the whole market does is its benchmark: a cartel of everybody is
    not seen. Figures: ``co_bidding``; in each finding ``screens`` and ``bids``.
    """
    lots = _read(rows)
    refused = {one.lot_id: one.left_out(parameters["min_bids"]) for one in lots.values()}
    usable = {lot_id: lot for lot_id, lot in lots.items() if refused[lot_id] is None}
    found = {lot_id: screens(lot.prices) for lot_id, lot in usable.items()}
    names = {bidder: name for lot in lots.values() for bidder, name in sorted(lot.bidders.items())}
    tests: list[_Test] = []
    untested: dict[str, str] = {}
    for programme in sorted({lot.programme for lot in usable.values()}):
        own = {lot_id: lot for lot_id, lot in usable.items() if lot.programme == programme}
        made, left = _tests(own, found, parameters)
        tests += made
        untested |= left
    qs = q_values([test.p for test in tests])
    best: dict[str, list[tuple[bool, float, float, _Test]]] = defaultdict(list)
    for test, q in zip(tests, qs, strict=True):
        shows = test.shows(parameters["min_screens"])
        guilty = q is not None and q <= parameters["q_max"] and len(shows) >= parameters["min_lots"]
        for lot_id in test.lots:
            best[lot_id].append((not (guilty and lot_id in shows), q or 0.0, test.p, test))
    units = []
    for lot_id, lot in lots.items():
        why = refused[lot_id]
        if why is None and lot_id not in best:
            why = "excluded", untested[lot_id]
        if why is not None:
            units.append(Unit({"lot_id": lot_id}, *why, records=lot.bids))
            continue
        clean, q, _, test = min(best[lot_id], key=lambda one: (one[:3], one[3].pair))
        pairs = sum(not one[0] for one in best[lot_id])
        units.append(_unit(lot, test, q, clean, pairs, lots, found, names, parameters))
    figure = {lot_id: (lot.programme, lot.bidders) for lot_id, lot in lots.items() if len(lot.bidders) > 1}
    met = co_bidding(figure, names, parameters["min_lots"])
    return Assessment(units, figures={"co_bidding": met} if met else {})


def _read(rows: pd.DataFrame) -> dict[str, _Lot]:
    """The lots in order, whatever the order of the rows."""
    lots: dict[str, _Lot] = {}
    columns = ("lot_id", "programme", "bidder_id", "bidder", "price_pence", "still_open")
    for lot_id, programme, bidder_id, bidder, price, still_open in zip(
        *(rows[name].tolist() for name in columns), strict=True
    ):
        lot = lots.setdefault(lot_id, _Lot(lot_id, programme))
        lot.bidders[bidder_id] = bidder
        if pd.isna(price):
            lot.unpriced += 1
        else:
            lot.prices.append(float(price))
        if not pd.isna(still_open):
            lot.still_open = bool(lot.still_open or still_open)
    for lot in lots.values():
        lot.prices.sort()
    return dict(sorted(lots.items()))


def _tests(
    lots: Mapping[str, _Lot],
    found: Mapping[str, Mapping[str, float | None]],
    parameters: Mapping[str, Any],
) -> tuple[list[_Test], dict[str, str]]:
    """The tests of a programme's pairs, and of each lot in none of them why that is so."""
    strata = _strata(lots, found)
    place = {lot_id: (at, i) for at, one in enumerate(strata) for i, lot_id in enumerate(one.lots)}
    untested = dict.fromkeys(lots, f"no two of its bidders met in {parameters['min_lots']} lots")
    tests = []
    met = meetings({lot_id: lot.bidders for lot_id, lot in lots.items()}, parameters["min_lots"])
    for pair, together in met.items():
        chosen: dict[int, list[int]] = defaultdict(list)
        for lot_id in together:
            chosen[place[lot_id][0]].append(place[lot_id][1])
        rest = [
            lot_id
            for at, own in sorted(chosen.items())
            for i, lot_id in enumerate(strata[at].lots)
            if i not in own
        ]
        compared = [at for at, own in chosen.items() if len(own) < len(strata[at].lots)]
        counted = sum(len(chosen[at]) for at in compared)
        if len(rest) < parameters["min_benchmark_lots"] or counted < parameters["min_lots"]:
            untested |= dict.fromkeys(together, "too few other lots to compare with")
            continue
        tests.append(_test(pair, together, rest, strata, chosen, place, found, parameters))
    return tests, untested


def _strata(lots: Mapping[str, _Lot], found: Mapping[str, Mapping[str, float | None]]) -> list[_Stratum]:
    classes: dict[int, list[str]] = defaultdict(list)
    for lot_id, lot in sorted(lots.items()):
        classes[max([1, *(least for least in BIDS_CLASSES if least <= lot.bids)])].append(lot_id)
    strata = []
    for _, members in sorted(classes.items()):
        ranked = pd.DataFrame([found[lot_id] for lot_id in members], columns=list(SCREENS), dtype=float)
        ranked = (ranked * pd.Series(DIRECTION)).rank() / (ranked.notna().sum() + 1)
        # A lot without any screen of a family stands in its middle.
        scores = {
            family: ranked[list(names)].mean(axis=1).fillna(0.5).to_numpy()
            for family, names in FAMILIES.items()
        }
        # Means of the same ranks in another order differ in their last bits.
        scores = {family: np.round(one, 9) for family, one in scores.items()}
        strata.append(
            _Stratum(tuple(members), scores, {family: Ranks(list(one)) for family, one in scores.items()})
        )
    return strata


def _test(
    pair: Pair,
    together: Sequence[str],
    rest: Sequence[str],
    strata: Sequence[_Stratum],
    chosen: Mapping[int, Sequence[int]],
    place: Mapping[str, tuple[int, int]],
    found: Mapping[str, Mapping[str, float | None]],
    parameters: Mapping[str, Any],
) -> _Test:
    family_p = {
        family: rank_sum_p([(strata[at].ranks[family], own) for at, own in sorted(chosen.items())])
        for family in FAMILIES
    }
    agreeing: dict[str, tuple[str, ...]] = {}
    wider: list[float] = []
    for lot_id in together:
        at, i = place[lot_id]
        others = [j for j in range(len(strata[at].lots)) if j not in chosen[at]]
        agreeing[lot_id] = tuple(
            family
            for family in FAMILIES
            if others and _is_outer(strata[at].scores[family], i, others, parameters["tail_share"])
        )
        own = found[lot_id]["cv"] or 0.0
        cvs = [found[strata[at].lots[j]]["cv"] or 0.0 for j in others]
        wider += [1.0 if cv > own else 0.5 if cv == own else 0.0 for cv in cvs]
    return _Test(
        pair,
        tuple(together),
        tuple(rest),
        agreement_p(list(family_p.values()), parameters["min_screens"]),
        family_p,
        agreeing,
        sum(sorted(wider)) / len(wider),
    )


def _is_outer(
    scores: np.ndarray[Any, np.dtype[np.float64]], at: int, others: Sequence[int], tail_share: float
) -> bool:
    """Whether at most that share of the other lots is as suspicious."""
    return bool((scores[list(others)] >= scores[at]).mean() <= tail_share)


def _unit(
    lot: _Lot,
    test: _Test,
    q: float,
    clean: bool,
    pairs: int,
    lots: Mapping[str, _Lot],
    found: Mapping[str, Mapping[str, float | None]],
    names: Mapping[str, str],
    parameters: Mapping[str, Any],
) -> Unit:
    medians = {
        of: pd.DataFrame([found[lot_id] for lot_id in members], columns=list(SCREENS), dtype=float).median()
        for of, members in (("their_lots", test.lots), ("other_lots", test.benchmark))
    }
    family = {screen: name for name, members in FAMILIES.items() for screen in members}
    values = {
        "programme": lot.programme or None,
        "bids": lot.bids,
        "bidders": sorted(lot.bidders.values()),
        "pair": sorted(names[bidder] for bidder in test.pair),
        "pairs": pairs,
        "lots_together": len(test.lots),
        "lots_alike": test.shows(parameters["min_screens"]),
        "benchmark_lots": len(test.benchmark),
        "agreeing": list(test.agreeing[lot.lot_id]),
        "spread_share": found[lot.lot_id]["spd"],
        "benchmark_spread_share": finite(medians["other_lots"]["spd"]),
        "wider_share": test.wider,
        "screens": [
            {
                "screen": screen,
                "family": family.get(screen, "shown, not judged"),
                "lot": finite(found[lot.lot_id][screen]),
                **{of: finite(median[screen]) for of, median in medians.items()},
                "p": test.family_p.get(family.get(screen, "")),
            }
            for screen in SCREENS
        ],
    }
    statistics = Statistics(effect=test.wider, p=test.p, q=q, n=float(len(test.lots)))
    outcome: Outcome = "passed" if clean else "flagged"
    return Unit({"lot_id": lot.lot_id}, outcome, "", values, statistics, lot.bids)
