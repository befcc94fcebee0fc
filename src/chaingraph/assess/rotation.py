"""Do the winners take turns? The order of awards of a programme in an area, against all orders that could have been."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from math import factorial, prod
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from chaingraph.assess.multiple import q_values
from chaingraph.assess.registry import assessment
from chaingraph.assess.result import Assessment, Outcome, Statistics, Unit

Ints = NDArray[np.int64]
# So many orders are all looked at; of more, a sample.
ENUMERATED = 20_000
SAMPLE = 4_999
SEED = 20080228


def unevenness(winners: Sequence[str]) -> int:
    """Σ of squared gaps between a winner's awards, round the circle: least where everybody wins at even intervals.

    Awards 1..N; of a winner at places i₁ < … < i_k the gaps are i₂−i₁, …, i₁+N−i_k, which add up to N. A winner's
    own least is N²/k; one who wins several times running drives the sum up.
    """
    places: defaultdict[str, list[int]] = defaultdict(list)
    for place, winner in enumerate(winners):
        places[winner].append(place)
    return sum(
        (later - earlier) ** 2
        for at in places.values()
        for earlier, later in zip(at, [*at[1:], at[0] + len(winners)], strict=True)
    )


def rotation_p(winners: Sequence[str], bidders: Sequence[Collection[str]]) -> tuple[float, float]:
    """P(awards as evenly spread or more) and the mean unevenness, over orders that could have been.

    ``winners`` in the order of their awards, ``bidders`` who bid each time. Everybody keeps the number of awards
    won, at times at which it bid: a winner with its hands full that sits the next one out does not make a
    rotation. Exact by listing all orders up to ``ENUMERATED``; else the parallel method of Besag & Clifford
    (1989), Biometrika 76, 633: as many walks of random swaps from one common start, valid however slowly they mix.
    With few awards p has a floor: ABABAB is one of two such orders of 20.
    """
    counts = Counter(winners)
    observed = unevenness(winners)
    if factorial(len(winners)) // prod(factorial(many) for many in counts.values()) <= ENUMERATED:
        found = np.fromiter(_orders(counts, bidders), dtype=np.int64)
        return float((found <= observed).mean()), float(found.mean())
    sampled = _walks(winners, bidders)
    return float((1 + (sampled <= observed).sum()) / (1 + len(sampled))), float(sampled.mean())


def _orders(counts: Mapping[str, int], bidders: Sequence[Collection[str]]) -> Iterator[int]:
    """The unevenness of every order in which each winner bid where it wins."""
    left, order = dict(sorted(counts.items())), [""] * len(bidders)

    def place(at: int) -> Iterator[int]:
        if at == len(bidders):
            yield unevenness(order)
            return
        for winner, many in left.items():
            if many and winner in bidders[at]:
                left[winner], order[at] = many - 1, winner
                yield from place(at + 1)
                left[winner] = many

    return place(0)


def _walks(winners: Sequence[str], bidders: Sequence[Collection[str]]) -> Ints:
    generator = np.random.Generator(np.random.PCG64(SEED))
    names = sorted(set(winners))
    may = np.array([[name in present for present in bidders] for name in names])
    start = np.array([[names.index(winner) for winner in winners]])
    steps = 20 * len(winners)
    start = _swap(start, may, steps, generator)
    states = _swap(np.repeat(start, SAMPLE, axis=0), may, steps, generator)
    total = np.zeros(SAMPLE, dtype=np.int64)
    for name in range(len(names)):
        at = np.nonzero(states == name)[1].reshape(SAMPLE, -1)
        gaps = np.diff(np.column_stack([at, at[:, 0] + len(winners)]), axis=1)
        total += (gaps**2).sum(axis=1)
    return total


def _swap(states: Ints, may: NDArray[np.bool_], steps: int, generator: np.random.Generator) -> Ints:
    """Random swaps of two awards in every row, where both winners bid at the other's."""
    rows = np.arange(len(states))
    for _ in range(steps):
        i, j = generator.integers(states.shape[1], size=(2, len(states)))
        at_i, at_j = states[rows, i], states[rows, j]
        allowed = may[at_i, j] & may[at_j, i]
        states[rows[allowed], i[allowed]] = at_j[allowed]
        states[rows[allowed], j[allowed]] = at_i[allowed]
    return states


@dataclass
class _Cell:
    """One programme in one area: its lots by the day of the award, who bid, who won."""

    area: str = ""
    lots: set[str] = field(default_factory=set)
    days: defaultdict[int, set[str]] = field(default_factory=lambda: defaultdict(set))
    undated: bool = False
    bidders: defaultdict[str, set[str]] = field(default_factory=lambda: defaultdict(set))
    winners: defaultdict[str, set[str]] = field(default_factory=lambda: defaultdict(set))

    def awards(self) -> list[tuple[str, set[str]]]:
        """Winner and bidders of every day on which one alone won, in order."""
        made: list[tuple[str, set[str]]] = []
        for _, lots in sorted(self.days.items()):
            won = {winner for lot in lots for winner in self.winners[lot]}
            if len(won) == 1:
                made.append((won.pop(), {bidder for lot in lots for bidder in self.bidders[lot]}))
        return made


@assessment("bid_rotation")
def bid_rotation(rows: pd.DataFrame, parameters: Mapping[str, Any]) -> Assessment:
    """Flag a programme and area whose awards went round more evenly than an order by chance would.

    Columns of ``rows``, one a bid that stood (or a lot without one): ``programme``, ``area_id``, ``area`` (text,
    empty where unknown), ``lot_id``, ``awarded_day`` (may be missing), ``bidder_id``, ``bidder`` (who stood behind
    it on the day; missing where no bid is known), ``is_won``. Parameters: ``min_awards``, ``q_max``
    (Benjamini-Hochberg over the programmes and areas of the sweep).

    Lots awarded on one day are one award. Awards to several winners have no place in an order and are left out.
    """
    cells, names = _read(rows)
    made: list[tuple[dict[str, str], _Cell, list[tuple[str, set[str]]], tuple[Outcome, str] | None]] = []
    ps: list[float | None] = []
    means: list[float] = []
    for (programme, area_id), cell in sorted(cells.items()):
        awards = cell.awards()
        why = _left_out(programme, area_id, cell, awards, parameters["min_awards"])
        p, mean = (
            (None, 0.0) if why else rotation_p([one for one, _ in awards], [there for _, there in awards])
        )
        ps.append(p)
        means.append(mean)
        made.append(({"programme": programme, "area_id": area_id}, cell, awards, why))
    units = []
    for (identity, cell, awards, why), p, q, mean in zip(made, ps, q_values(ps), means, strict=True):
        if why or q is None:
            units.append(Unit(identity, *(why or ("excluded", "")), records=len(cell.lots)))
            continue
        order = [winner for winner, _ in awards]
        flagged = q <= parameters["q_max"] and len(set(order)) > 1
        values = {
            "area": cell.area,
            "awards": len(order),
            "lots": len(cell.lots),
            "winners": sorted({names[winner] for winner in order}),
            "in_order": [names[winner] for winner in order],
            "twice_running": sum(a == b for a, b in pairwise(order)),
        }
        statistics = Statistics(effect=unevenness(order) / mean, p=p, q=q, n=float(len(order)))
        outcome: Outcome = "flagged" if flagged else "passed"
        units.append(Unit(identity, outcome, "", values, statistics, len(cell.lots)))
    return Assessment(units)


def _left_out(
    programme: str, area_id: str, cell: _Cell, awards: Sequence[object], min_awards: int
) -> tuple[Outcome, str] | None:
    if not programme or not area_id:
        return "not_assessable", "no programme named" if not programme else "no area named"
    if cell.undated:
        return "not_assessable", "day of an award unknown"
    if any(not cell.winners[lot] for lots in cell.days.values() for lot in lots):
        return "not_assessable", "winner of a lot unknown"
    if len(awards) < min_awards:
        return "excluded", f"fewer than {min_awards} awards to one winner"
    return None


def _read(rows: pd.DataFrame) -> tuple[dict[tuple[str, str], _Cell], dict[str, str]]:
    cells: defaultdict[tuple[str, str], _Cell] = defaultdict(_Cell)
    names: dict[str, str] = {}
    columns = ("programme", "area_id", "area", "lot_id", "awarded_day", "bidder_id", "bidder", "is_won")
    for programme, area_id, area, lot_id, day, bidder_id, bidder, is_won in zip(
        *(rows[name].tolist() for name in columns), strict=True
    ):
        cell = cells[programme, area_id]
        cell.area = area or area_id
        cell.lots.add(lot_id)
        if pd.isna(day):
            cell.undated = True
        else:
            cell.days[int(day)].add(lot_id)
        if not pd.isna(bidder_id):
            names[bidder_id] = bidder
            cell.bidders[lot_id].add(bidder_id)
            if is_won:
                cell.winners[lot_id].add(bidder_id)
    return dict(cells), names
