"""The plain test must fail where the method holds: markets in which nobody dumps, but primes differ in whom they get."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt
import pytest
from scipy import stats

from tests.assess.skewed import assess, frame

PRIMES, AREAS, CUSTOMERS = 40, 12, 1200
Cells = npt.NDArray[np.int64]


def market(rng: np.random.Generator, odds_ratio: float = 1.0) -> Cells:
    """Customers by prime, area, passed (yes, no) and hard (yes, no): areas with harder customers have more partners.

    Within an area hard customers are passed on at ``odds_ratio`` times the odds of others.
    """
    difficulty = rng.normal(size=(PRIMES, AREAS))
    hard = 1 / (1 + np.exp(1 - difficulty))
    odds = np.exp(-0.4 + 0.5 * difficulty + 0.8 * rng.normal(size=(PRIMES, AREAS)))
    each = rng.multinomial(CUSTOMERS, np.full(AREAS, 1 / AREAS), size=PRIMES)
    many_hard = rng.binomial(each, hard)
    a = rng.binomial(many_hard, odds * odds_ratio / (1 + odds * odds_ratio))
    b = rng.binomial(each - many_hard, odds / (1 + odds))
    return np.stack([np.stack([a, b], -1), np.stack([many_hard - a, each - many_hard - b], -1)], -2)


def rows(cells: Cells) -> list[tuple[Any, ...]]:
    return [
        (f"P{prime:02d}", f"area {area}", None, passed == 0, hard == 0, int(cells[prime, area, passed, hard]))
        for prime, area, passed, hard in np.argwhere(cells > 0).tolist()
    ]


@pytest.fixture(scope="module")
def clean() -> list[Cells]:
    return [market(np.random.default_rng([20080228, at])) for at in range(8)]


def test_the_pooled_test_accuses_the_innocent(clean: list[Cells]) -> None:
    pooled = [one.sum(axis=0) for cells in clean for one in cells]
    accused = np.mean([stats.chi2_contingency(one, correction=False).pvalue <= 0.05 for one in pooled])
    assert accused > 0.5


def test_the_method_holds_its_size_on_the_same_markets(clean: list[Cells]) -> None:
    units = [unit for cells in clean for unit in assess(frame(rows(cells))).units]
    p = np.array([unit.statistics.p for unit in units if unit.statistics])
    assert len(p) == 8 * PRIMES
    # 320 trials at 0.05: under 0.09 in all but one seed of a thousand.
    assert 0.02 <= (p <= 0.05).mean() <= 0.09
    assert sum(unit.outcome == "flagged" for unit in units) <= 1


def test_the_method_finds_those_who_dump() -> None:
    units = assess(frame(rows(market(np.random.default_rng(20080228), odds_ratio=2.0)))).units
    assert np.mean([unit.outcome == "flagged" for unit in units]) > 0.9
    ratios = [unit.statistics.effect for unit in units if unit.statistics and unit.statistics.effect]
    assert np.exp(np.mean(np.log(ratios))) == pytest.approx(2.0, rel=0.05)


def batches(rng: np.random.Generator, primes: int) -> list[tuple[Any, ...]]:
    """Honest primes that hand on batches of ten, alike inside (an intraclass correlation of 0.05)."""
    made = []
    for prime in range(primes):
        for at in range(100):
            area, spread = at % 5, 0.95 / 0.05
            chance = 0.25 + 0.1 * area
            hard = rng.binomial(10, rng.beta(chance * spread, (1 - chance) * spread))
            passed = bool(rng.random() < 0.3 + 0.1 * area)
            cells = ((True, int(hard)), (False, 10 - int(hard)))
            made += [
                (f"P{prime:03d}", f"{area}", f"b{at}", passed, kind, many) for kind, many in cells if many
            ]
    return made


def test_batches_taken_one_by_one_accuse_more_than_whole_ones() -> None:
    made = batches(np.random.default_rng(1), 150)
    singly = [(org, stratum, None, *rest) for org, stratum, _, *rest in made]
    shares = [
        np.mean([(unit.statistics.p or 0.0) <= 0.05 for unit in assess(frame(each)).units if unit.statistics])
        for each in (made, singly)
    ]
    whole, one_by_one = shares
    assert 0.02 <= whole <= 0.09
    assert one_by_one > whole + 0.02
