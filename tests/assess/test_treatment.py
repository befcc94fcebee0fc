"""Small payees beside large ones: what invoices of one payee have in common must not accuse a payer."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from chaingraph.assess import ASSESSMENTS, Assessment, Unit
from chaingraph.assess.compare import Contrast, contrast
from chaingraph.assess.strata import Strata
from chaingraph.assess.treatment import Alike, Payees, permutation_p, widening

PARAMETERS: dict[str, Any] = {
    "odds_ratio_min": 1.5,
    "q_max": 0.05,
    "min_arm_invoices": 30,
    "min_arrangements": 200,
    "permutations": 1999,
    "seed": 20080228,
}
COLUMNS = ["org_id", "head_contract_id", "payee_id", "size", "quarter", "was_disputed", "state", "records"]


def frame(*rows: tuple[Any, ...]) -> pd.DataFrame:
    made = pd.DataFrame(rows, columns=COLUMNS)
    return made.assign(org_name="The " + made["org_id"], reason=None)


def payee(
    name: str, size: str | None, late: int, in_time: int, head: str = "H", quarter: float = 1.0
) -> list[Any]:
    return [
        ("A", head, name, size, quarter, False, state, many)
        for state, many in (("hit", late), ("miss", in_time))
        if many
    ]


def assess(*rows: tuple[Any, ...], **changed: Any) -> Assessment:
    return ASSESSMENTS["unequal_treatment"](frame(*rows), {**PARAMETERS, **changed})


def only(*rows: tuple[Any, ...], **changed: Any) -> Unit:
    (unit,) = assess(*rows, **changed).units
    return unit


def test_one_payee_each_is_plain_cmh_with_a_warning() -> None:
    result = assess(*payee("s", "small", 30, 30), *payee("l", "large", 10, 50))
    (unit,) = result.units
    plain = contrast(Strata(*np.array([[30], [30], [10], [50]])), "more")
    assert isinstance(plain, Contrast) and unit.statistics is not None
    assert (unit.outcome, unit.statistics.p, unit.statistics.low) == ("flagged", plain.p, plain.ratio.low)
    assert (unit.values["group_share"], unit.values["rest_share"]) == (0.5, 10 / 60)
    assert "too few payees" in result.warnings[0]


def test_many_payees_alike_are_found_by_permutation() -> None:
    rows = [
        row for i in range(5) for row in (*payee(f"s{i}", "small", 10, 10), *payee(f"l{i}", "large", 4, 16))
    ]
    result = assess(*rows)
    (unit,) = result.units
    assert (unit.outcome, unit.values["test"], list(result.warnings)) == (
        "flagged",
        "permutation of payees",
        [],
    )
    # Of C(10, 5) = 252 arrangements only the observed one is as uneven.
    assert unit.statistics is not None and unit.statistics.p == pytest.approx(1 / 252, abs=0.003)


def test_one_bad_payee_among_many_accuses_nobody_and_would_have_by_invoices() -> None:
    rows = [
        row for i in range(5) for row in (*payee(f"s{i}", "small", 0, 20), *payee(f"l{i}", "large", 0, 20))
    ]
    rows += payee("s9", "small", 20, 0) + payee("l9", "large", 0, 20)
    whole, left_out = only(*rows), only(*rows, min_arrangements=10**9)
    by_invoices = contrast(Strata(*np.array([[20], [100], [0], [120]])), "more")
    assert (whole.outcome, left_out.outcome) == ("passed", "passed")
    assert whole.statistics is not None and left_out.statistics is not None
    assert (whole.statistics.p, left_out.statistics.p) == pytest.approx((0.5, 1.0), abs=0.05)
    assert isinstance(by_invoices, Contrast) and by_invoices.p < 1e-5


def test_the_permutation_by_hand() -> None:
    """Excess 3, -1, -2 with one small payee, it having 3: 1 of 3."""
    one = Payees(np.array([3.0]), np.array([-1.0, -2.0]))
    assert one.arrangements == 3
    assert permutation_p([one], 20_000, 1) == pytest.approx(1 / 3, abs=0.01)


def test_the_widening_by_hand() -> None:
    """Parts 2, 0, 4 and 1, 3: 3/2·8 + 2·2 = 16, by chance 4 + 4; freedom 16²/(12²/2 + 4²/1) = 2.909."""
    small = Alike(np.array([2.0, 0.0, 4.0]), np.array([1.0, 1.0, 2.0]))
    large = Alike(np.array([1.0, 3.0]), np.array([2.0, 2.0]))
    by_t = (stats.t.ppf(0.975, 256 / 88) / stats.norm.ppf(0.975)) ** 2
    assert widening([small, large]) == pytest.approx(2 * by_t)
    # Who stands alone shows no spread: neither its part nor its chance counts.
    assert widening([small, large, Alike(np.array([9.0]), np.array([1.0]))]) == pytest.approx(2 * by_t)


@pytest.mark.parametrize("parts", [[1.0], [0.0, 0.0], [0.01, -0.01]])
def test_an_interval_is_never_narrower_than_by_chance(parts: list[float]) -> None:
    assert widening([Alike(np.array(parts), np.ones(len(parts)))]) == 1.0


def test_payees_unlike_one_another_widen_the_interval_and_payees_alike_do_not() -> None:
    def width(*late: int) -> float:
        rows = [
            row
            for i, many in enumerate(late)
            for row in (*payee(f"s{i}", "small", many, 20 - many), *payee(f"l{i}", "large", 5, 15))
        ]
        statistics = only(*rows).statistics
        assert statistics and statistics.low and statistics.high
        return statistics.high / statistics.low

    alike, unlike = width(10, 10, 10, 10, 10), width(0, 20, 10, 2, 18)
    strata = Strata(*np.array([[50], [50], [25], [75]]))
    plain = contrast(strata, "more")
    assert isinstance(plain, Contrast) and plain.ratio.high
    assert alike == pytest.approx(plain.ratio.high / plain.ratio.low)
    assert unlike > 2 * alike


ROWS = st.lists(
    st.tuples(
        st.just("A"),
        st.sampled_from("HJ"),
        st.sampled_from("pqrs"),
        st.just(""),
        st.sampled_from([1.0, 2.0]),
        st.booleans(),
        st.sampled_from(["hit", "miss"]),
        st.integers(1, 6),
    ),
    min_size=2,
    max_size=25,
).map(
    lambda rows: [
        (*row[:3], {"p": "small", "q": "small", "r": "large", "s": "medium"}[row[2]], *row[4:])
        for row in rows
    ]
)


@settings(max_examples=50)
@given(ROWS, st.randoms(use_true_random=False))
def test_order_names_and_splitting_leave_no_trace(rows: list[tuple[Any, ...]], random: Any) -> None:
    few = {"min_arm_invoices": 1, "min_arrangements": 1, "permutations": 199}
    split = [(*row[:7], 1) for row in rows for _ in range(row[7])]
    names, heads = {"p": "z", "r": "a"}, {"H": "z"}
    shuffled = [(row[0], heads.get(row[1], row[1]), names.get(row[2], row[2]), *row[3:]) for row in rows]
    random.shuffle(shuffled)
    found = [only(*one, **few) for one in (rows, split, shuffled)]
    for other in found[1:]:
        assert (other.outcome, other.reason) == (found[0].outcome, found[0].reason)
        if found[0].statistics and other.statistics:
            assert other.statistics.p == pytest.approx(found[0].statistics.p)
            assert other.statistics.effect == pytest.approx(found[0].statistics.effect)


def test_medium_and_unknown_payees_are_told() -> None:
    unit = only(
        *payee("s", "small", 30, 30),
        *payee("l", "large", 10, 50),
        *payee("m", "medium", 5, 0),
        *payee("u", None, 1, 2),
    )
    assert unit.values["not_counted"] == {"medium-sized payee": 5, "size of the payee unknown": 3}
    assert (unit.values["payees_small"], unit.values["payees_large"]) == (1, 1)
