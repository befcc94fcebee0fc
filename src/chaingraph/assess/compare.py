"""Two groups compared within strata: one test and one effect for every rule that asks whether like are treated alike.

In each stratum a = of the group and hit, b = of the group and not, c = of the rest and hit, d = of the rest
and not. What a hit is (an invoice paid late, an action taken, a bid that won, an outcome) the rule says.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, Literal

import pandas as pd

from chaingraph.assess import strata as tables
from chaingraph.assess.cells import count
from chaingraph.assess.multiple import q_values
from chaingraph.assess.result import Statistics, Unit
from chaingraph.assess.strata import TWO_SIDED, Strata

# Below this many in an arm the exact test decides, whatever the margins allow.
SMALL_ARM = 10
APART, ALIKE = "no stratum holds both groups", "all alike wherever both groups are"
Side = Literal["more", "less", "either"]
Measure = Literal["odds ratio", "risk ratio"]


@dataclass(frozen=True)
class Ratio:
    """An odds or risk ratio of the group against the rest with its 95 % interval (``high`` None: open)."""

    value: float
    low: float
    high: float | None


@dataclass(frozen=True)
class Contrast:
    """What the comparison says: p on the asked side, the test that gave it, the pooled ratio and the arms."""

    p: float
    test: str
    ratio: Ratio
    group: int
    rest: int
    group_share: float
    rest_share: float

    @property
    def n(self) -> int:
        """Everything that was compared."""
        return self.group + self.rest


def risk_ratio(strata: Strata) -> Ratio | None:
    """Mantel-Haenszel's pooled risk ratio with the interval of Greenland & Robins (1985).

    R = Σ a(c+d)/n, S = Σ c(a+b)/n, RR = R/S; the variance of its logarithm is
    Σ[(a+b)(c+d)(a+c) − a·c·n]/n² / (R·S). Where nobody of one arm was hit there is a bound on one side only.
    None where nobody was hit at all. Greenland & Robins, Biometrics 41, 55.
    """
    a, b, c, d = (side.astype(float) for side in (strata.a, strata.b, strata.c, strata.d))
    n = a + b + c + d
    r, s = float((a * (c + d) / n).sum()), float((c * (a + b) / n).sum())
    if r == 0 and s == 0:
        return None
    if s == 0:
        return None if r == 0 else Ratio(math.inf, 0.0, None)
    if r == 0:
        return Ratio(0.0, 0.0, None)
    spread = float((((a + b) * (c + d) * (a + c) - a * c * n) / n**2).sum()) / (r * s)
    error = TWO_SIDED * math.sqrt(max(0.0, spread))
    return Ratio(r / s, r / s * math.exp(-error), r / s * math.exp(error))


def contrast(
    strata: Strata, side: Side, measure: Measure = "odds ratio", inflation: float = 1.0
) -> Contrast | str:
    """The group against the rest, or the reason why nothing can be said.

    Cochran-Mantel-Haenszel without continuity correction; exact mid-p where the tables are sparse
    (Mantel-Fleiss under 5) or an arm holds under ten. ``side``: whether the group is asked to be hit more, less,
    or either (then twice the smaller p). ``inflation``: by how much clusters widen the variance of the odds ratio.
    """
    kept = strata.comparable()
    if not len(kept.a):
        return APART
    if not kept.variance().sum():
        return ALIKE
    group, rest = int((kept.a + kept.b).sum()), int((kept.c + kept.d).sum())
    p, test = _p(kept, side, min(group, rest))
    ratio = risk_ratio(kept) if measure == "risk ratio" else _odds(kept, inflation)
    if ratio is None:
        return ALIKE
    return Contrast(p, test, ratio, group, rest, int(kept.a.sum()) / group, int(kept.c.sum()) / rest)


def _p(strata: Strata, side: Side, smaller: int) -> tuple[float, str]:
    sparse = smaller < SMALL_ARM or tables.mantel_fleiss(strata) < tables.SPARSE_BELOW

    def one_sided(these: Strata) -> float:
        z = None if sparse else tables.cmh_z(these)
        return tables.exact_mid_p(these) if z is None else tables.upper_p(z)

    found = []
    if side in ("more", "either"):
        found.append(one_sided(strata))
    if side in ("less", "either"):
        found.append(one_sided(Strata(strata.b, strata.a, strata.d, strata.c)))
    return min(1.0, len(found) * min(found)), "exact mid-p" if sparse else "CMH"


def _odds(strata: Strata, inflation: float) -> Ratio | None:
    found = tables.odds_ratio(strata, inflation)
    return None if found is None else Ratio(found.value, found.low, found.high)


@dataclass(frozen=True)
class Compared:
    """One unit before the verdict: whom it is about, what is told of it, and the contrast (or why there is none)."""

    identity: Mapping[str, Any]
    found: Contrast | str
    values: Mapping[str, Any] = field(default_factory=dict)
    records: int = 1


def verdicts(
    compared: Sequence[Compared], *, side: Side, limit: float, q_max: float, min_arm: int = 0
) -> list[Unit]:
    """Units out of comparisons: flagged at q ≤ ``q_max`` over all of them with a ratio of ``limit`` or beyond.

    Beyond is up for more, down for less, and either (``limit`` above 1, or its reciprocal) for either. A unit
    with under ``min_arm`` in an arm is not assessable. ``values`` gain test, ratio, and each arm's size and share of hits.
    """
    named = [_refused_for_size(one, min_arm) for one in compared]
    qs = q_values([None if isinstance(one.found, str) else one.found.p for one in named])
    units = []
    for one, q in zip(named, qs, strict=True):
        found = one.found
        if isinstance(found, str) or q is None:
            units.append(Unit(one.identity, "not_assessable", str(found), one.values, records=one.records))
            continue
        ratio = found.ratio
        values = {
            **one.values,
            "test": found.test,
            "ratio": _finite(ratio.value),
            "in_group": found.group,
            "in_rest": found.rest,
            "group_share": found.group_share,
            "rest_share": found.rest_share,
        }
        statistics = Statistics(_finite(ratio.value), ratio.low, ratio.high, found.p, q, float(found.n))
        flagged = q <= q_max and _beyond(ratio.value, limit, side)
        outcome: Literal["flagged", "passed"] = "flagged" if flagged else "passed"
        units.append(Unit(one.identity, outcome, "", values, statistics, one.records))
    return units


def _finite(value: float) -> float | None:
    return value if math.isfinite(value) else None


def _refused_for_size(one: Compared, min_arm: int) -> Compared:
    if isinstance(one.found, str) or min(one.found.group, one.found.rest) >= min_arm:
        return one
    return replace(one, found=f"fewer than {min_arm} in the smaller group")


def _beyond(ratio: float, limit: float, side: Side) -> bool:
    if side == "either":
        return ratio >= limit or ratio <= 1 / limit
    return ratio >= limit if side == "more" else ratio < limit


def by_unit(rows: pd.DataFrame) -> dict[str, Strata]:
    """Per ``unit`` (text), sorted: its comparable strata of ``records``, by ``stratum``, ``in_group`` and ``is_hit``.

    Nothing may be missing. The result depends neither on the order of rows nor on the names of strata.
    """
    if rows.empty:
        return {}
    renamed = rows[["unit", "stratum", "in_group", "is_hit", "records"]].rename(
        columns={"unit": "org_id", "in_group": "is_passed", "is_hit": "is_hard", "records": "customers"}
    )
    return {unit: counted.strata for unit, counted in count(renamed.assign(batch_id=None)).items()}
