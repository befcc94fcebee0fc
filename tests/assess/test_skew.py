"""Referral skew: who is flagged, on both sides of every threshold, and who cannot be judged."""

from __future__ import annotations

from typing import Any

import pandas as pd
import pytest

from chaingraph.assess.strata import cmh_z, odds_ratio, upper_p
from tests.assess.skewed import ROUTE, assess, frame, only, strata, table

SKEWED = [(40, 20, 20, 40), (30, 20, 20, 30)]
EVEN = [(30, 30, 30, 30), (25, 25, 25, 25)]


def prime(org: str, tables: list[tuple[int, int, int, int]]) -> list[tuple[Any, ...]]:
    return [row for at, cells in enumerate(tables) for row in table(org, f"s{at}", *cells)]


def test_a_skewed_prime_is_flagged_with_its_figures() -> None:
    unit = only(frame(prime("A", SKEWED)))
    made = strata(*SKEWED)
    z, ratio = cmh_z(made), odds_ratio(made)
    assert z is not None and ratio is not None
    assert unit.outcome == "flagged"
    assert unit.identity == {"org_id": "A"}
    assert unit.values["test"] == "CMH"
    assert unit.values["estimate"] == "Mantel-Haenszel"
    assert (unit.values["observed"], unit.values["expected"]) == (70, 55.0)
    assert (unit.values["customers_passed"], unit.values["customers_kept"]) == (110, 110)
    assert unit.values["strata"] == 2
    assert unit.values["hard_share_passed"] == pytest.approx(70 / 110)
    assert unit.statistics is not None
    assert unit.statistics.p == unit.statistics.q == pytest.approx(upper_p(z))
    assert unit.statistics.effect == pytest.approx(ratio.value)
    assert unit.values["odds_ratio_lower_bound"] == pytest.approx(ratio.lower_bound)
    assert unit.statistics.n == 220


def test_an_even_prime_and_one_that_keeps_the_hard_are_not() -> None:
    other_way = [(b, a, d, c) for a, b, c, d in SKEWED]
    assert [only(frame(prime("A", tables))).outcome for tables in (EVEN, other_way)] == ["passed"] * 2


def test_a_prime_that_keeps_nobody_hard_is_flagged_although_the_ratio_has_no_bound() -> None:
    unit = only(frame(prime("A", [(40, 20, 0, 60), (30, 20, 0, 50)])))
    assert unit.outcome == "flagged"
    assert unit.values["estimate"] == "median-unbiased"
    assert unit.statistics is not None
    assert unit.statistics.high is None
    assert unit.statistics.low is not None and unit.statistics.low > 1.1


def test_the_lower_bound_of_the_ratio_is_a_fence() -> None:
    ratio = odds_ratio(strata(*SKEWED))
    assert ratio is not None
    below, at = ratio.lower_bound * (1 - 1e-9), ratio.lower_bound
    rows = frame(prime("A", SKEWED))
    assert [only(rows, odds_ratio_min=least).outcome for least in (below, at)] == ["flagged", "passed"]


def test_the_false_discovery_rate_is_a_fence_over_all_primes() -> None:
    alone = only(frame(prime("A", SKEWED)))
    assert alone.statistics is not None and alone.statistics.q is not None
    assert only(frame(prime("A", SKEWED)), q_max=alone.statistics.q).outcome == "flagged"
    rows = prime("A", SKEWED) + [row for org in "BCDEFGHIJ" for row in prime(org, EVEN)]
    first, *rest = assess(frame(rows), q_max=alone.statistics.q).units
    assert first.statistics is not None
    assert first.statistics.q == pytest.approx(10 * alone.statistics.q)
    assert [unit.outcome for unit in (first, *rest)] == ["passed"] * 10


def test_primes_that_cannot_be_judged_do_not_weigh_on_the_others() -> None:
    rows = prime("A", SKEWED) + prime("B", [(5, 5, 5, 5)])
    first, second = assess(frame(rows)).units
    assert first.statistics == only(frame(prime("A", SKEWED))).statistics
    assert second.outcome == "not_assessable"


@pytest.mark.parametrize(
    ("tables", "reason"),
    [
        ([(100, 100, 0, 0)], "no customer was kept in-house"),
        ([(0, 0, 100, 100)], "no customer was passed on"),
        ([(100, 100, 0, 0), (0, 0, 100, 100)], "no stratum in which customers were both passed on and kept"),
        ([(60, 40, 39, 60)], "fewer than 200 customers in comparable strata"),
        ([(20, 9, 80, 100)], "fewer than 30 customers in the smaller arm"),
        ([(80, 100, 20, 9)], "fewer than 30 customers in the smaller arm"),
        ([(100, 0, 100, 0)], "customers of every comparable stratum are equally hard to help"),
    ],
)
def test_not_assessable_with_its_reason(tables: list[tuple[int, int, int, int]], reason: str) -> None:
    unit = only(frame(prime("A", tables)))
    assert (unit.outcome, unit.reason, unit.statistics) == ("not_assessable", reason, None)


@pytest.mark.parametrize("tables", [[(60, 40, 40, 60)], [(20, 10, 80, 100)], [(80, 100, 20, 10)]])
def test_at_the_least_sizes_a_prime_is_judged(tables: list[tuple[int, int, int, int]]) -> None:
    assert only(frame(prime("A", tables))).outcome in ("flagged", "passed")


def test_strata_with_one_way_only_say_nothing() -> None:
    rows = prime("A", SKEWED)
    more = rows + table("A", "only passed", 500, 0, 0, 0) + table("A", "only kept", 0, 0, 0, 500)
    unit, plain = only(frame(more)), only(frame(rows))
    assert unit.statistics == plain.statistics
    assert (unit.values["strata"], unit.values["customers_in_all"]) == (2, 1220)


def test_sparse_strata_are_tested_exactly() -> None:
    """Two hundred customers, of whom six are hard."""
    unit = only(frame(prime("A", [(2, 48, 1, 49), (2, 48, 1, 49)])))
    assert unit.values["test"] == "exact mid-p"
    assert unit.outcome == "passed"


def test_customers_of_unknown_difficulty_or_stratum_are_named_and_not_counted() -> None:
    rows = prime("A", SKEWED)
    unknown = [
        ("A", "s0", None, True, None, 7),
        ("A", None, None, True, True, 900),
        ("A", "s0", None, None, True, 3),
    ]
    result = assess(frame(rows + unknown))
    (unit,) = result.units
    assert unit.statistics == only(frame(rows)).statistics
    assert (unit.values["customers_unknown"], unit.values["customers_in_all"]) == (910, 1130)
    assert any("910 customers" in warning for warning in result.warnings)
    nothing = only(frame([("A", "s0", None, True, None, 300)]))
    assert (nothing.outcome, nothing.reason) == (
        "not_assessable",
        "difficulty or stratum unknown of all customers",
    )


@pytest.mark.parametrize(("many", "warned"), [(499, True), (500, False)])
def test_silence_on_a_small_prime_is_not_clearance(many: int, warned: bool) -> None:
    """200 customers in a comparable stratum, the rest in one that says nothing."""
    rows = prime("A", [(50, 50, 50, 50)]) + table("A", "only kept", 0, 0, 0, many - 200)
    warnings = assess(frame(rows)).warnings
    assert [w for w in warnings if "low power: silence is not clearance" in w and "The A" in w] == (
        list(warnings) if warned else []
    )


def test_ratios_that_differ_between_strata_are_told_beside_a_finding() -> None:
    result = assess(frame(prime("A", [(90, 10, 10, 90), (50, 50, 50, 50)])))
    assert result.units[0].values["differs_between_strata"] is True
    assert any("differs between the strata of 1 flagged prime" in warning for warning in result.warnings)
    assert not any("differs" in warning for warning in assess(frame(prime("A", SKEWED))).warnings)


def test_a_market_without_referrals_has_no_units() -> None:
    result = assess(frame([]).astype({"customers": "int64"}))
    assert (list(result.units), list(result.warnings)) == ([], [])


def batched(tables: list[tuple[int, int]], passed: bool, size: int = 10) -> list[tuple[Any, ...]]:
    """(hard customers, stratum's number) a batch of ``size``."""
    return [
        ("A", f"s{stratum}", f"b{passed}{at}", passed, hard, many)
        for at, (easy_hard, stratum) in enumerate(tables)
        for hard, many in ((True, easy_hard), (False, size - easy_hard))
        if many
    ]


def test_batches_are_permuted_whole() -> None:
    """Ten batches a side: what as single customers would be beyond doubt is one chance in some as batches."""
    rows = batched([(8, 0), (8, 0), (2, 0)] * 4, True) + batched([(7, 0), (2, 0), (2, 0)] * 4, False)
    whole = only(frame(rows))
    singly = only(frame((org, s, None, p, h, n) for org, s, _, p, h, n in rows))
    assert whole.values["test"] == "permutation of batches"
    assert whole.statistics is not None and singly.statistics is not None
    assert singly.statistics.p is not None and whole.statistics.p is not None
    assert singly.statistics.p < 0.001 < 0.01 < whole.statistics.p
    assert whole.statistics.effect == singly.statistics.effect
    assert whole.values["odds_ratio_lower_bound"] < singly.values["odds_ratio_lower_bound"]


def test_a_dumping_prime_is_found_through_its_batches() -> None:
    rows = batched([(7, 0), (8, 1), (6, 1)] * 6, True) + batched([(3, 0), (2, 1), (4, 1)] * 6, False)
    assert only(frame(rows)).outcome == "flagged"


def routed(org: str, **changed: Any) -> dict[str, Any]:
    return {
        "org_id": org,
        "org_name": f"The {org}",
        "stratum": "",
        "batch_id": None,
        "is_passed": True,
        "is_hard": True,
        "customers": 50,
        **ROUTE,
        "supplier_id": "S",
        "supplier": "Sub",
        "need_type": "health",
        "is_specialist": True,
        "agreed": True,
        "evidenced": True,
        "paid_for": True,
        **changed,
    }


def with_routes(*routes: dict[str, Any]) -> pd.DataFrame:
    both = pd.concat([frame(prime("A", SKEWED)).astype(object), pd.DataFrame(routes).astype(object)])
    return both.astype({"customers": "int64"}).reset_index(drop=True)


def test_routes_beside_the_cells_describe_and_do_not_count() -> None:
    unit = only(with_routes(routed("A"), routed("A", need_type="debt", evidenced=False)))
    plain = only(frame(prime("A", SKEWED)))
    assert unit.statistics == plain.statistics
    assert {**unit.values, "routes": []} == plain.values
    standings = {route["need_type"]: route["standing"] for route in unit.values["routes"]}
    assert standings == {"health": "specialist", "debt": "specialist route claimed, evidence missing"}


@pytest.mark.parametrize("missing", ["agreed", "evidenced", "paid_for"])
def test_a_specialist_needs_all_three(missing: str) -> None:
    (route,) = only(with_routes(routed("A", **{missing: False}))).values["routes"]
    assert route["standing"] == "specialist route claimed, evidence missing"
    assert route[missing] is False
    (route,) = only(with_routes(routed("A", **{missing: None, "is_specialist": False}))).values["routes"]
    assert route["standing"] == "general"


def test_few_customers_of_a_route_are_not_told() -> None:
    unit = only(with_routes(routed("A", customers=9), routed("A", supplier_id="T", customers=10)))
    assert {route["supplier_id"]: route["customers"] for route in unit.values["routes"]} == {
        "S": None,
        "T": 10,
    }


def test_rows_of_one_route_are_one_route_and_the_weakest_counts() -> None:
    (route,) = only(with_routes(routed("A"), routed("A", agreed=False))).values["routes"]
    assert (route["customers"], route["agreed"], route["evidenced"]) == (100, False, True)


def test_routes_are_read_off_the_cells_where_those_carry_them() -> None:
    rows = frame(prime("A", SKEWED)).astype(object).astype({"customers": "int64"})
    for name, value in routed("A").items():
        if name in ROUTE:
            rows.loc[rows["is_passed"] == True, name] = value  # noqa: E712 - a column of objects
    (route,) = only(rows).values["routes"]
    assert (route["supplier_id"], route["customers"], route["standing"]) == ("S", 70, "specialist")
