"""Contacts of the hardest beside the easiest: thirds by whole bands, ratios by hand, and counts that are not Poisson."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from chaingraph.assess import ASSESSMENTS, Unit
from chaingraph.assess.parking import Arm, rate_ratio, thirds

PARAMETERS = {"rate_ratio_max": 0.8, "q_max": 0.05, "min_arm_customers": 30}
COLUMNS = ["customer_group", "area_id", "quarter", "band", "customers", "contacts"]


def assess(*rows: tuple[Any, ...], **changed: Any) -> Unit:
    """Rows of single referrals, counted as the rule's query does."""
    made = pd.DataFrame(rows, columns=COLUMNS)
    made = made.assign(unknown=made["contacts"].isna(), contacts=made["contacts"].fillna(0))
    made["contacts_squared"] = made["contacts"] ** 2
    keys = [*COLUMNS[:5], "unknown"]
    cells = made.groupby(keys).agg(
        n=("contacts", "size"), contacts=("contacts", "sum"), contacts_squared=("contacts_squared", "sum")
    )
    cells = cells.reset_index().assign(org_id="A", org_name="The A")
    (unit,) = ASSESSMENTS["parking_gradient"](cells, {**PARAMETERS, **changed}).units
    return unit


E, N, H = 0, -1, 1


@pytest.mark.parametrize(
    ("customers", "sides"),
    [
        ([20, 20, 20, 20, 20], [E, E, N, H, H]),
        ([10, 10, 10], [E, N, H]),
        ([70, 0, 0, 0, 30], [E, N, N, N, H]),
        ([1, 98, 1], [E, N, H]),
        ([10, 20, 30, 40], [E, E, N, H]),
        ([0, 0, 100], [N, N, N]),
        ([0, 0, 0], [N, N, N]),
    ],
)
def test_thirds(customers: list[int], sides: list[int]) -> None:
    assert thirds(np.array([customers])).tolist() == [sides]


@given(st.lists(st.integers(0, 50), min_size=1, max_size=6))
def test_thirds_hold_the_ends_and_mirror_each_other(customers: list[int]) -> None:
    (sides,) = thirds(np.array([customers])).tolist()
    present = [at for at, many in enumerate(customers) if many]
    if len(present) > 1:
        assert (sides[present[0]], sides[present[-1]]) == (E, H)
    (mirrored,) = thirds(np.array([customers[::-1]])).tolist()
    assert [{E: H, H: E, N: N}[side] for side in mirrored[::-1]] == sides


def arm(*contacts: int, customers: int = 1) -> Arm:
    """One stratum."""
    c, m = np.array(contacts, dtype=float), np.full(len(contacts), float(customers))
    return Arm(
        *(
            np.array([value])
            for value in (len(c), m.sum(), c.sum(), (c * c).sum(), (c * m).sum(), (m * m).sum())
        )
    )


def test_a_ratio_by_hand() -> None:
    """12 contacts of six against 36 of six: 1/3. The score 12 - 6·4 = -12 has variance 36/132·52.

    Around the fitted rates 2 and 6 squares are 2 and 2: 12/11·(2 + 2/9)/4 for A - B/3, A = 6.
    """
    ratio = rate_ratio(arm(2, 2, 2, 2, 3, 1), arm(6, 5, 7, 6, 6, 6))
    assert ratio is not None and ratio.high is not None
    assert ratio.p == pytest.approx(stats.norm.cdf(-12 / math.sqrt(36 / 132 * 52)))
    error = 1.959963984540054 * math.sqrt(12 / 11 * (2 + 2 / 9) / 4) / 6
    assert (ratio.value, ratio.low, ratio.high) == pytest.approx(
        (1 / 3, math.exp(-error) / 3, math.exp(error) / 3)
    )


def test_a_cohort_is_one_row_by_chance() -> None:
    singly = rate_ratio(arm(2, 2, 2, 2, 3, 1), arm(6, 5, 7, 6, 6, 6))
    cohorts = rate_ratio(arm(20, 20, 20, 20, 30, 10, customers=10), arm(60, 50, 70, 60, 60, 60, customers=10))
    assert singly and cohorts
    assert (cohorts.value, cohorts.p, cohorts.low) == pytest.approx((singly.value, singly.p, singly.low))


def test_ratios_without_a_bound() -> None:
    nobody, all_alike = rate_ratio(arm(0, 0, 0), arm(1, 2, 3)), rate_ratio(arm(4, 4), arm(4, 4))
    assert nobody is not None and (nobody.value, nobody.low, nobody.high) == (0.0, 0.0, None)
    assert all_alike is None
    assert rate_ratio(arm(1, 2), arm(0, 0)) is None


def simulate(rng: np.random.Generator, *, ratio: float) -> list[tuple[Any, ...]]:
    """Harder groups live where all are seen more, and come of late; contacts are far from Poisson."""
    group, quarter = rng.integers(0, 4, 600), rng.integers(0, 4, 600)
    hard = rng.binomial(4, 0.15 + 0.15 * group) + 1
    mean = 4.0 * np.exp(0.4 * group) * (quarter + 1) / 4 * np.where(hard >= 4, ratio, 1.0)
    contacts = rng.negative_binomial(2, 2 / (2 + mean))
    return [
        (str(g), "A", str(q), int(b), 1, int(c))
        for g, q, b, c in zip(group, quarter, hard, contacts, strict=True)
    ]


def test_poisson_accuses_the_innocent_and_the_method_does_not() -> None:
    """What must not be done: the hardest third against the easiest, all together, contacts taken for Poisson."""
    naive, ours, held = [], [], []
    for at in range(150):
        rows = simulate(np.random.default_rng([1, at]), ratio=1.0)
        hard = [row[5] for row in rows if row[3] >= 4]
        easy = [row[5] for row in rows if row[3] <= 2]
        rate = (sum(hard) + sum(easy)) / (len(hard) + len(easy))
        z = (sum(hard) - rate * len(hard)) / math.sqrt(rate * len(hard) * len(easy) / (len(hard) + len(easy)))
        naive.append(abs(z) > 1.96)
        statistics = assess(*rows).statistics
        assert (
            statistics
            and statistics.p is not None
            and statistics.low is not None
            and statistics.high is not None
        )
        ours.append(statistics.p <= 0.05)
        held.append(statistics.low <= 1 <= statistics.high)
    assert np.mean(naive) > 0.5
    assert np.mean(ours) <= 0.11
    assert np.mean(held) >= 0.88


def test_parking_is_found() -> None:
    found = [assess(*simulate(np.random.default_rng([2, at]), ratio=0.5)) for at in range(20)]
    assert np.mean([unit.outcome == "flagged" for unit in found]) > 0.9


ROWS = st.lists(
    st.tuples(
        st.sampled_from("gh"),
        st.sampled_from("A"),
        st.sampled_from("qr"),
        st.integers(1, 5),
        st.integers(1, 2),
        st.integers(0, 9),
    ),
    min_size=2,
    max_size=30,
)


@settings(max_examples=50)
@given(ROWS, st.randoms(use_true_random=False))
def test_order_and_names_leave_no_trace(rows: list[tuple[Any, ...]], random: Any) -> None:
    shuffled = [
        ({"g": "z"}.get(row[0], row[0]), "B", {"r": "a"}.get(row[2], row[2]), *row[3:]) for row in rows
    ]
    random.shuffle(shuffled)
    one, other = assess(*rows, min_arm_customers=1), assess(*shuffled, min_arm_customers=1)
    assert (one.outcome, one.reason) == (other.outcome, other.reason)
    if one.statistics and other.statistics:
        assert (one.statistics.effect, one.statistics.p) == pytest.approx(
            (other.statistics.effect, other.statistics.p)
        )


def test_unknown_contacts_are_told() -> None:
    unit = assess(
        *[("g", "A", "q", band, 1, 3 + at % 3) for at in range(31) for band in (1, 5)],
        ("g", "A", "q", 5, 7, None),
    )
    assert (unit.outcome, unit.values["customers_unknown"]) == ("passed", 7)
