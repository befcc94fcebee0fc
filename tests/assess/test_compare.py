"""Two groups in strata: published and hand-worked figures, statsmodels, and what must not change the answer."""

from __future__ import annotations

import math

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats
from statsmodels.stats.contingency_tables import StratifiedTable

from chaingraph.assess.compare import (
    Compared,
    Contrast,
    Side,
    by_unit,
    contrast,
    risk_ratio,
    verdicts,
)
from chaingraph.assess.strata import Strata, cmh_z, odds_ratio, upper_p
from tests.assess.skewed import BERKELEY, strata

TABLES = st.lists(st.tuples(*[st.integers(0, 30)] * 4), min_size=1, max_size=6)


def made(found: Contrast | str) -> Contrast:
    assert isinstance(found, Contrast), found
    return found


def test_berkeley_as_published() -> None:
    """Admissions by department: CMH 1.5246, odds ratio 0.9047; pooled, chi-square is 92 (Bickel and others 1975)."""
    found = made(contrast(BERKELEY, "less"))
    assert (found.test, found.n) == ("CMH", 4526)
    assert found.p == pytest.approx(stats.chi2.sf(1.5246, 1) / 2, abs=1e-5)
    assert (found.ratio.value, found.ratio.low, found.ratio.high) == pytest.approx(
        (0.9046968, 0.7719074, 1.0603298), rel=1e-6
    )


def test_the_pooled_chi_square_accuses_where_like_are_treated_alike() -> None:
    """What must not be done: all departments thrown together, men seem preferred beyond any doubt."""
    pooled = [[int(BERKELEY.a.sum()), int(BERKELEY.b.sum())], [int(BERKELEY.c.sum()), int(BERKELEY.d.sum())]]
    naive = stats.chi2_contingency(pooled, correction=False)
    assert naive.statistic == pytest.approx(92.2, abs=0.1)
    assert naive.pvalue < 1e-20
    units = verdicts(
        [Compared({"org_id": "X"}, contrast(BERKELEY, "either"))], side="either", limit=1.05, q_max=0.05
    )
    assert [unit.outcome for unit in units] == ["passed"]


def test_each_side_and_both() -> None:
    more, less = made(contrast(BERKELEY, "more")), made(contrast(BERKELEY, "less"))
    both = made(contrast(BERKELEY, "either"))
    assert more.p + less.p == pytest.approx(1.0)
    assert both.p == pytest.approx(2 * less.p)


def test_small_tables_are_exact() -> None:
    """Fisher's tea: 3 of 4 cups right. P(4) = 1/70, P(3) = 16/70; mid-p 1/70 + 8/70."""
    found = made(contrast(strata((3, 1, 1, 3)), "more"))
    assert found.test == "exact mid-p"
    assert found.ratio.value == pytest.approx(9.0)
    assert found.p == pytest.approx(9 / 70)


def test_ten_in_each_arm_and_room_to_move_are_enough_for_the_normal_tail() -> None:
    """Of 5 and 5 the sum may move five either way; of nine in an arm, or with four hits in all, it is counted out."""
    assert made(contrast(strata((5, 5, 500, 500)), "more")).test == "CMH"
    assert made(contrast(strata((5, 4, 500, 500)), "more")).test == "exact mid-p"
    assert made(contrast(strata((2, 18, 2, 18)), "more")).test == "exact mid-p"


def test_a_risk_ratio_by_hand() -> None:
    """20 of 200 against 40 of 200: 0.5; its logarithm's variance is 1/20 + 1/40 - 1/200 - 1/200 (Katz 1978)."""
    ratio = risk_ratio(strata((20, 180, 40, 160)))
    assert ratio is not None and ratio.high is not None
    error = 1.959963984540054 * math.sqrt(1 / 20 + 1 / 40 - 2 / 200)
    assert (ratio.value, ratio.low, ratio.high) == pytest.approx(
        (0.5, 0.5 * math.exp(-error), 0.5 * math.exp(error))
    )


@given(TABLES)
def test_the_pooled_risk_ratio_is_that_of_statsmodels(tables: list[tuple[int, int, int, int]]) -> None:
    kept = strata(*tables).comparable()
    ratio = risk_ratio(kept) if len(kept.a) else None
    if ratio is None or not 0 < ratio.value < math.inf:
        return
    # statsmodels' riskratio_pooled takes the first column's share, as here.
    table = StratifiedTable(np.array([[kept.a, kept.b], [kept.c, kept.d]], dtype=float))
    assert ratio.value == pytest.approx(table.riskratio_pooled)


def test_ratios_without_a_bound() -> None:
    none, all_ = risk_ratio(strata((0, 10, 5, 5))), risk_ratio(strata((5, 5, 0, 10)))
    assert none is not None and (none.value, none.low, none.high) == (0.0, 0.0, None)
    assert all_ is not None and (all_.value, all_.high) == (math.inf, None)
    assert risk_ratio(strata((0, 10, 0, 10))) is None


def test_an_endless_ratio_is_told_as_unknown() -> None:
    found = contrast(strata((5, 5, 0, 10)), "less", "risk ratio")
    (unit,) = verdicts([Compared({"x": 1}, found)], side="less", limit=0.8, q_max=0.05)
    assert unit.outcome == "passed" and unit.statistics is not None
    assert (unit.statistics.effect, unit.values["ratio"]) == (None, None)


@pytest.mark.parametrize(
    ("tables", "reason"),
    [
        ([(5, 5, 0, 0)], "no stratum holds both groups"),
        ([(5, 0, 5, 0), (0, 3, 0, 3)], "all alike wherever both groups are"),
    ],
)
def test_what_cannot_be_said(tables: list[tuple[int, int, int, int]], reason: str) -> None:
    assert contrast(strata(*tables), "more") == reason


@pytest.mark.parametrize(
    ("side", "table", "limit", "outcome"),
    [
        ("more", (30, 20, 20, 30), 1.5, "flagged"),  # 2.25
        ("more", (30, 20, 20, 30), 2.3, "passed"),
        ("less", (20, 30, 30, 20), 0.67, "flagged"),  # 0.44
        ("less", (20, 30, 30, 20), 0.44, "passed"),
        ("either", (20, 30, 30, 20), 1.5, "flagged"),
        ("either", (30, 20, 20, 30), 2.3, "passed"),
    ],
)
def test_the_limit_lies_on_the_side_that_was_asked(
    side: Side, table: tuple[int, int, int, int], limit: float, outcome: str
) -> None:
    found = contrast(strata(table), side)
    (unit,) = verdicts([Compared({"x": 1}, found)], side=side, limit=limit, q_max=0.05)
    assert unit.outcome == outcome


def test_false_discovery_rate_and_size_of_arms() -> None:
    """Of p = 0.0228 three times over and one unit too small, q stays 0.0228; with clean ones beside it, it grows."""
    guilty, clean = contrast(strata((30, 20, 20, 30)), "more"), contrast(strata((20, 20, 20, 20)), "more")
    small = contrast(strata((9, 0, 0, 9)), "more")
    units = verdicts(
        [Compared({"x": i}, one) for i, one in enumerate((guilty, clean, clean, small))],
        side="more",
        limit=1.5,
        q_max=0.05,
        min_arm=10,
    )
    assert [unit.outcome for unit in units] == ["passed", "passed", "passed", "not_assessable"]
    statistics = units[0].statistics
    assert statistics is not None and statistics.q == pytest.approx(3 * made(guilty).p)
    assert "fewer than 10" in units[3].reason


CELLS = st.lists(
    st.tuples(st.sampled_from("AB"), st.sampled_from("stu"), st.booleans(), st.booleans(), st.integers(1, 9)),
    min_size=1,
    max_size=30,
)
COLUMNS = ["unit", "stratum", "in_group", "is_hit", "records"]


def answers(rows: pd.DataFrame) -> dict[str, Contrast | str]:
    return {unit: contrast(one, "either") for unit, one in by_unit(rows).items()}


@given(CELLS, st.randoms(use_true_random=False))
def test_order_names_and_splitting_leave_no_trace(
    cells: list[tuple[str, str, bool, bool, int]],
    random: np.random.Generator,
) -> None:
    rows = pd.DataFrame(cells, columns=COLUMNS)
    split = pd.DataFrame([(*one[:4], 1) for one in cells for _ in range(one[4])], columns=COLUMNS)
    shuffled = list(cells)
    random.shuffle(shuffled)
    renamed = pd.DataFrame(shuffled, columns=COLUMNS).replace({"stratum": {"s": "z", "u": "a"}})
    assert answers(rows) == answers(split) == answers(renamed)


def test_nothing_is_counted_twice() -> None:
    assert by_unit(pd.DataFrame(columns=COLUMNS)) == {}
    (one,) = by_unit(
        pd.DataFrame([("A", "s", True, True, 2), ("A", "s", False, False, 3)], columns=COLUMNS)
    ).values()
    assert (one.a.tolist(), one.b.tolist(), one.c.tolist(), one.d.tolist()) == ([2], [0], [0], [3])


def test_it_stands_on_the_same_test_and_ratio_as_skew() -> None:
    found = made(contrast(BERKELEY, "more", inflation=4.0))
    z, ratio = cmh_z(Strata(BERKELEY.a, BERKELEY.b, BERKELEY.c, BERKELEY.d)), odds_ratio(BERKELEY, 4.0)
    assert z is not None and ratio is not None
    assert (found.p, found.ratio.low, found.ratio.high) == (upper_p(z), ratio.low, ratio.high)
