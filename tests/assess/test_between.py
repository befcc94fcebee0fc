"""The spread between areas: published figures, what may not matter, and how often honest primes are accused."""

from __future__ import annotations

import random
from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from statsmodels.stats.meta_analysis import combine_effects

from chaingraph.assess import ASSESSMENTS, Assessment
from chaingraph.assess.between import between_variance, beyond_p

PARAMETERS = {"q_max": 0.05, "min_areas": 3, "min_customers": 30, "min_expected": 5.0, "min_peers": 4}
# Thirteen trials of BCG vaccine (Colditz et al. 1994): cases and others, vaccinated and not.
BCG = """4 119 11 128|6 300 29 274|3 228 11 209|62 13536 248 12619|33 5036 47 5761|180 1361 372 1079|8 2537 10 619
|505 87886 499 87892|29 7470 45 7232|17 1699 65 1600|186 50448 141 27197|5 2493 3 2338|27 16886 29 17825"""


def test_the_interval_of_the_bcg_trials() -> None:
    a, b, c, d = np.array([[int(n) for n in row.split()] for row in BCG.split("|")], dtype=float).T
    effect = np.log(a / (a + b)) - np.log(c / (c + d))
    variance = 1 / a - 1 / (a + b) + 1 / c - 1 / (c + d)
    found = between_variance(effect, variance)
    # As R's metafor gives them: confint(rma(yi, vi, data = dat.bcg)), and method = "PM".
    assert (round(found.low, 4), round(found.high, 4)) == (0.1197, 1.1115)
    assert found.tau2 == pytest.approx(0.3181, abs=5e-4)
    assert found.tau2 == pytest.approx(combine_effects(effect, variance, method_re="iterated").tau2, rel=1e-3)


EFFECTS = st.lists(st.tuples(st.floats(-3, 3), st.floats(0.01, 2)), min_size=2, max_size=8)


@given(EFFECTS, st.floats(-5, 5), st.floats(0.1, 10))
def test_order_level_and_unit(pairs: list[tuple[float, float]], level: float, unit: float) -> None:
    effect, variance = (np.array(side) for side in zip(*pairs, strict=True))
    found = between_variance(effect, variance)
    assert 0 <= found.low <= found.tau2 + 1e-9 <= found.high + 2e-9 or found.high == 0
    turned = between_variance(effect[::-1] * unit + level, variance[::-1] * unit**2)
    for name in ("tau2", "low", "high"):
        assert getattr(turned, name) == pytest.approx(getattr(found, name) * unit**2, rel=1e-6, abs=1e-9)
    assert turned.p == pytest.approx(found.p, abs=1e-9)


def test_alike_areas_have_no_spread() -> None:
    found = between_variance(np.array([1.0, 1.0, 1.0]), np.array([0.1, 0.2, 0.3]))
    assert (found.tau2, found.low, found.high, found.p) == (0.0, 0.0, 0.0, 1.0)


@pytest.mark.parametrize(("effect", "variance"), [([1.0], [0.1]), ([1.0, 2.0], [0.1, 0.0])])
def test_too_little_to_tell(effect: list[float], variance: list[float]) -> None:
    with pytest.raises(ValueError, match="two of them"):
        between_variance(np.array(effect), np.array(variance))


def test_the_interval_covers_what_is_true() -> None:
    rng = np.random.default_rng(20080228)
    covered = 0
    for _ in range(1_000):
        variance = rng.uniform(0.01, 0.05, 6)
        effect = rng.normal(1.0, np.sqrt(0.04 + variance))
        found = between_variance(effect, variance)
        covered += found.low <= 0.04 <= found.high
    assert 0.935 <= covered / 1_000 <= 0.965


def cell(org: str, area: str, customers: int, reached: int, **changed: Any) -> dict[str, Any]:
    return {
        "org_id": org,
        "org": org.upper(),
        "owner_id": org,
        "owner": org.upper(),
        "area_id": area,
        "area": f"Area {area}",
        "customer_group": "PG1",
        "band": 2,
        "quarter": "2025Q1",
        "customers": customers,
        "reached": reached,
        **changed,
    }


def assess(rows: list[dict[str, Any]], **changed: Any) -> Assessment:
    return ASSESSMENTS["uneven_across_areas"](pd.DataFrame(rows), {**PARAMETERS, **changed})


def market(*uneven: int) -> list[dict[str, Any]]:
    """Six primes, each in the areas 1 to 3 with 200 customers; the last one's outcomes as given, the others' 50."""
    rows = [cell(f"p{at}", str(area), 200, 50) for at in range(5) for area in (1, 2, 3)]
    return rows + [cell("q", str(area), 200, reached) for area, reached in enumerate(uneven, 1)]


def test_a_prime_that_does_well_here_and_badly_there() -> None:
    result = assess(market(20, 50, 80))
    (found,) = [unit for unit in result.units if unit.outcome == "flagged"]
    assert found.identity == {"org_id": "q"}
    assert (found.values["best_area"], found.values["worst_area"]) == ("Area 3", "Area 1")
    # All together reach 50 of 200, so its areas reach 0.4, 1 and 1.6 of what is to be expected.
    assert found.values["best_ratio"] == pytest.approx(1.6)
    assert found.values["worst_ratio"] == pytest.approx(0.4)
    assert found.values["peers_tau"] == 0.0
    # v = n p (1 − p) / E² = 37.5 / 2500, the same in each area: τ² is the sample variance less that.
    assert found.statistics is not None
    assert found.statistics.effect == pytest.approx((0.36 - 0.015) ** 0.5)
    assert len(result.figures["uneven_areas"]) == 3
    assert {unit.outcome for unit in result.units} == {"flagged", "passed"}


def test_beyond_a_variance_by_hand() -> None:
    """Effects 0, 1, 2 of variance ½ each: Q(½) = 2, and P(χ² with two degrees of freedom > 2) = 1/e."""
    effect, variance = np.array([0.0, 1.0, 2.0]), np.full(3, 0.5)
    assert beyond_p(effect, variance, 0.5) == pytest.approx(np.exp(-1))
    variance = np.full(3, 0.1)
    found = between_variance(effect, variance)
    assert beyond_p(effect, variance, 0.0) == pytest.approx(found.p)
    assert beyond_p(effect, variance, found.low) == pytest.approx(0.025)


def test_many_primes_whose_areas_differ_alike_are_not_the_worse_for_being_many() -> None:
    rng = np.random.default_rng(20080228)
    flagged = 0
    for _ in range(25):
        chance = (0.3 * rng.normal(1, 0.2, size=(12, 8))).clip(0.02, 0.9)
        rows = [
            cell(f"p{at}", str(area), 300, int(rng.binomial(300, chance[at, area])))
            for at in range(12)
            for area in range(8)
        ]
        flagged += sum(unit.outcome == "flagged" for unit in assess(rows).units)
    assert flagged / 300 <= 0.04


def test_chance_is_no_spread() -> None:
    assert {unit.outcome for unit in assess(market(45, 50, 55)).units} == {"passed"}


def test_what_all_primes_share_is_no_primes_fault() -> None:
    rows = [cell(f"p{at}", str(area), 200, 20 + 30 * area) for at in range(6) for area in (0, 1, 2)]
    found = assess(rows)
    assert {unit.outcome for unit in found.units} == {"passed"}
    assert all(unit.statistics is not None and unit.statistics.q < 0.05 for unit in found.units)  # type: ignore[operator]


def test_harder_customers_are_reckoned_in() -> None:
    rows = []
    for at in range(6):
        for area in (1, 2, 3):
            hard = 200 if (at, area) == (0, 1) else 50
            rows += [cell(f"p{at}", str(area), 200, 80), cell(f"p{at}", str(area), hard, hard // 10, band=5)]
    assert {unit.outcome for unit in assess(rows).units} == {"passed"}


@pytest.mark.parametrize(
    ("rows", "reason"),
    [
        (market(0, 0, 0), "no outcome recorded"),
        (market(20, 80), "fewer than 3 areas with enough customers"),
        ([*market(20, 80), cell("q", "3", 29, 20)], "fewer than 3 areas with enough customers"),
        ([*market(20, 80), cell("q", "", 200, 50)], "fewer than 3 areas with enough customers"),
    ],
)
def test_too_little_of_one_prime(rows: list[dict[str, Any]], reason: str) -> None:
    (unit,) = [unit for unit in assess(rows).units if unit.identity == {"org_id": "q"}]
    assert (unit.outcome, unit.reason) == ("not_assessable", reason)


def test_thirty_customers_and_five_expected_outcomes_are_enough() -> None:
    rows = [*market(20, 80), cell("q", "3", 30, 7)]
    unit = next(unit for unit in assess(rows).units if unit.identity == {"org_id": "q"})
    assert unit.values["areas"] == 3


def test_too_few_peers() -> None:
    rows = market(20, 50, 80)
    assert {unit.reason for unit in assess(rows, min_peers=6).units} == {"fewer than 6 peers"}
    assert "flagged" in {unit.outcome for unit in assess(rows, min_peers=5).units}


def test_the_owner_stands_beside_the_organisation() -> None:
    rows = [
        {**row, "owner_id": "x", "owner": "X"} if row["org_id"] in ("q", "p0") else row
        for row in market(20, 50, 80)
    ]
    unit = next(unit for unit in assess(rows).units if unit.identity == {"org_id": "q"})
    assert unit.values["owner"] == "X"
    # Its sister is in the same areas and does alike everywhere: together they spread half as far.
    assert unit.values["owner_tau"] == pytest.approx((0.09 - 0.0075) ** 0.5)


def test_order_and_splitting_leave_no_trace() -> None:
    rows = market(20, 50, 80)
    split = [
        {**row, "customers": part, "reached": some}
        for row in rows
        for part, some in ((row["customers"], 0), (0, row["reached"]))
    ]
    random.Random(1).shuffle(split)
    whole, parts = assess(rows), assess(split)
    for one, other in zip(whole.units, parts.units, strict=True):
        assert (one.identity, one.outcome) == (other.identity, other.outcome)
        assert one.statistics is not None
        assert other.statistics is not None
        assert one.statistics.effect == pytest.approx(other.statistics.effect)


def test_honest_primes_are_rarely_accused() -> None:
    """Of 60 markets of ten honest primes with areas of their own luck, few accuse anybody."""
    rng = np.random.default_rng(20080228)
    accused = 0
    for _ in range(60):
        rows = [
            cell(f"p{at}", str(area), 150, int(rng.binomial(150, 0.25)))
            for at in range(10)
            for area in range(4)
        ]
        accused += any(unit.outcome == "flagged" for unit in assess(rows).units)
    assert accused / 60 <= 0.1
