"""Staff who go over to a prime during talks, beside how often it hires from everybody else."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

import pandas as pd
from scipy import stats
from statsmodels.stats.proportion import proportion_confint

from chaingraph.assess.registry import assessment
from chaingraph.assess.result import Assessment, Statistics, Unit

Window = tuple[int, int]  # first and last day, both counted


def more_moves_p(moves: int, days: float, others: int, other_days: float) -> float:
    """P(as many moves or more), two Poisson counts of one rate, given their sum.

    Binomial with the share days/(days + other_days): Przyborowski & Wilenski (1940), Biometrika 31, 313. Exact
    however few there are, and the base rate's own chance is part of it. Exposures in organisation-days,
    above 0.
    """
    share = days / (days + other_days)
    return float(stats.binom.sf(moves - 1, moves + others, share))


def rate_ratio(moves: int, days: float, others: int, other_days: float) -> tuple[float, float, float | None]:
    """How many times the others' rate, with its exact 95 % interval (Clopper-Pearson on the share).

    The upper end is None where no move of the others bounds it. Raises ValueError without any of theirs, as
    there is no rate to compare with.
    """
    if not others:
        raise ValueError("a ratio needs a base rate")
    low, high = proportion_confint(moves, moves + others, alpha=0.05, method="beta")
    scale = other_days / days

    def ratio(share: float) -> float:
        return share / (1 - share) * scale

    return moves / others * scale, ratio(float(low)), ratio(float(high)) if high < 1 else None


def covered(windows: Iterable[Window]) -> int:
    """The days that lie in one window or more."""
    total, reached = 0, None
    for first, last in sorted(windows):
        start = first if reached is None else max(first, reached + 1)
        total += max(0, last - start + 1)
        reached = last if reached is None else max(reached, last)
    return total


@dataclass
class _Prime:
    """All that is known of one prime: its talks by delivery provider, and whom it hired from, when."""

    windows: defaultdict[str, set[Window]] = field(default_factory=lambda: defaultdict(set))
    moves: dict[str, tuple[str, int, bool | None]] = field(default_factory=dict)

    def base(self, organisations: int, period: Window) -> tuple[int, int]:
        """Moves from outside the talks (those that may be TUPE transfers, too) and organisation-days of exposure."""
        outside = sum(
            tupe is not True and not any(a <= day <= b for a, b in self.windows.get(source, ()))
            for source, day, tupe in self.moves.values()
        )
        first, last = period
        inside = sum(covered(windows) for windows in self.windows.values())
        return outside, (organisations - 1) * (last - first + 1) - inside


@assessment("staff_moves")
def staff_moves(rows: pd.DataFrame, parameters: Mapping[str, Any]) -> Assessment:
    """Flag talks during which, or shortly after, staff went over to the prime, unless it hires so from everybody.

    Columns of ``rows``, one a negotiation and known move to its prime (``move_id`` missing where there is none):
    ``negotiation_id``, ``lot_id``, ``prime_id``, ``prime``, ``sub_id``, ``sub``; ``from_day``, ``to_day`` (the
    talks and the days after them, to the day of the sweep at most), ``one_owner`` (bool), ``move_id``,
    ``from_org_id``, ``moved_day``, ``tupe`` (may be missing); ``organisations`` (how many the market has),
    ``first_day``, ``last_day`` (of the record of moves). Days since 1970-01-01. Parameters: ``moves_min``,
    ``p_max``; ``after_days`` is told.

    Flagged: ``moves_min`` moves without TUPE or more, and not explained by the rate at which the prime hires
    from all others, one organisation-day like another, as nobody's headcount is known (``more_moves_p`` at most
    ``p_max``). A prime that hired from nobody else has no rate that could explain anything: p is then told and
    decides nothing. Moves of which TUPE is unknown count for the others and not against the prime.
    """
    primes: defaultdict[str, _Prime] = defaultdict(_Prime)
    talks: dict[str, dict[str, Any]] = {}
    for raw in rows.to_dict("records"):
        row: dict[str, Any] = {str(name): None if pd.isna(value) else value for name, value in raw.items()}
        talks.setdefault(row["negotiation_id"], row)
        prime = primes[row["prime_id"]]
        prime.windows[row["sub_id"]].add((int(row["from_day"]), int(row["to_day"])))
        if row["move_id"] is not None:
            tupe = None if row["tupe"] is None else bool(row["tupe"])
            prime.moves[row["move_id"]] = (row["from_org_id"], int(row["moved_day"]), tupe)
    return Assessment(
        [_judged(talk, primes[talk["prime_id"]], parameters) for _, talk in sorted(talks.items())]
    )


def _judged(talk: Mapping[str, Any], prime: _Prime, parameters: Mapping[str, Any]) -> Unit:
    identity = {"negotiation_id": talk["negotiation_id"]}
    values: dict[str, Any] = {name: talk[name] for name in ("prime_id", "prime", "sub_id", "sub", "lot_id")}
    if talk["one_owner"]:
        return Unit(identity, "excluded", "one owner behind both", values)
    first, last = int(talk["from_day"]), int(talk["to_day"])
    inside = [
        tupe
        for source, day, tupe in prime.moves.values()
        if source == talk["sub_id"] and first <= day <= last
    ]
    moves, unclear = inside.count(False), inside.count(None)
    others, other_days = prime.base(
        int(talk["organisations"]), (int(talk["first_day"]), int(talk["last_day"]))
    )
    days = last - first + 1
    values |= {
        "moves": moves,
        "window_days": days,
        "after_days": parameters["after_days"],
        "other_moves": others,
        "expected_moves": others * days / other_days if other_days > 0 else None,
    }
    enough = moves >= parameters["moves_min"]
    if not enough and moves + unclear >= parameters["moves_min"]:
        return Unit(identity, "not_assessable", "whether staff moved under TUPE unknown", values)
    if not moves or other_days <= 0:
        return Unit(identity, "flagged" if enough else "passed", "", values)
    p = more_moves_p(moves, days, others, other_days)
    effect, low, high = rate_ratio(moves, days, others, other_days) if others else (None, None, None)
    statistics = Statistics(effect=effect, low=low, high=high, p=p, n=float(moves))
    flagged = enough and (others == 0 or p <= parameters["p_max"])
    return Unit(identity, "flagged" if flagged else "passed", "", values, statistics)
