"""Concentration: figures known from outside, by organisation and by owner, and each measure of size."""

from __future__ import annotations

import random
from typing import Any

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from chaingraph.assess import ASSESSMENTS, Assessment, Unit
from chaingraph.assess.concentration import cr4, equal_share_hhi, gini, hhi

PARAMETERS = {"hhi_min": 2500.0, "share_max": 0.5}
# The Restart Scheme's twelve areas, by who holds them.
RESTART = [2, 2, 2, 2, 1, 1, 1, 1]
# The Work Programme of 2011: the primes of each of its 18 areas.
WORK_PROGRAMME = """Ingeus Seetec | A4e Ingeus | Ingeus Maximus Reed | A4e CDG Seetec | Avanta Ingeus | A4e Ingeus
 | Avanta G4S Seetec | Ingeus WorkingLinks | A4e Maximus | Avanta G4S | Prospects WorkingLinks | JHP RehabJobFit
 | RehabJobFit WorkingLinks | EOS NCG Pertemps | ESG Serco | BEST Ingeus | A4e Serco | G4S NCG"""
BOUGHT = {"EOS": "Staffline", "Avanta": "Staffline", "A4e": "Staffline"}


def contract(org: str, at: int = 1, **changed: Any) -> dict[str, Any]:
    return {
        "programme": "P",
        "area_id": "A1",
        "area": "Area one",
        "buyer_id": "DWP",
        "contract_id": f"{org}-{at}",
        "org_id": org,
        "org": org.upper(),
        "owner_id": org,
        "owner": org.upper(),
        "annual_value_pence": None,
        "paid_pence": None,
        "inferred": False,
        **changed,
    }


def assess(*rows: dict[str, Any], **changed: Any) -> Assessment:
    made = pd.DataFrame(rows)
    return ASSESSMENTS["market_concentration"](made, {**PARAMETERS, **changed})


def only(*rows: dict[str, Any], **changed: Any) -> Unit:
    (unit,) = assess(*rows, **changed).units
    return unit


def work_programme(owners: dict[str, str]) -> list[dict[str, Any]]:
    return [
        contract(org, at, area_id=f"A{at:02d}", owner_id=owners.get(org, org), owner=owners.get(org, org))
        for at, area in enumerate(WORK_PROGRAMME.split("|"), 1)
        for org in area.split()
    ]


def test_the_restart_scheme() -> None:
    assert hhi(RESTART) == pytest.approx(1388.9, abs=0.05)
    assert cr4(RESTART) == pytest.approx(0.667, abs=0.0005)
    assert gini(RESTART) == pytest.approx(0.167, abs=0.0005)
    assert equal_share_hhi(8) == 1250.0


def test_the_work_programme_by_organisation_and_by_owner() -> None:
    row = assess(*work_programme({})).figures["concentration"][0]
    assert (row["area"], row["measure"], row["contracts"], row["organisations"]) == (
        "all areas",
        "contracts",
        40,
        18,
    )
    for kind in ("", "_by_organisation"):
        assert row[f"hhi{kind}"] == pytest.approx(837.5)
        assert row[f"cr4{kind}"] == pytest.approx(0.45)
        assert row[f"gini{kind}"] == pytest.approx(0.347, abs=0.0005)
    bought = assess(*work_programme(BOUGHT))
    row = bought.figures["concentration"][0]
    assert row["hhi"] == pytest.approx(1125.0)
    assert row["hhi"] - row["hhi_by_organisation"] == pytest.approx(287.5)
    assert (row["owners"], row["top_owner"], row["top_share"]) == (16, "Staffline", 9 / 40)
    # No area in which one owner holds all.
    assert len(bought.units) == 18
    assert {unit.outcome for unit in bought.units} == {"passed"}
    assert min(unit.values["owners"] for unit in bought.units) == 2


SIZES = st.lists(st.integers(0, 10**12), min_size=1, max_size=30).filter(any)


@given(SIZES, st.integers(2, 9))
def test_measures_do_not_depend_on_order_or_unit(sizes: list[int], factor: int) -> None:
    shuffled = sorted(sizes, key=lambda size: (size * 7919) % 104729)
    for measure in (hhi, cr4, gini):
        assert measure(sizes) == measure(shuffled)
        assert measure([factor * size for size in sizes]) == pytest.approx(measure(sizes))


@given(SIZES)
def test_measures_stay_within_their_bounds(sizes: list[int]) -> None:
    n = len(sizes)
    assert equal_share_hhi(n) * (1 - 1e-12) <= hhi(sizes) <= 10_000 * (1 + 1e-12)
    assert min(4, n) / n * (1 - 1e-12) <= cr4(sizes) <= 1 + 1e-12
    assert -1e-12 <= gini(sizes) <= 1 - 1 / n + 1e-12


@given(st.lists(st.integers(1, 1000), min_size=2, max_size=20))
def test_gini_is_the_mean_difference_over_twice_the_mean(sizes: list[int]) -> None:
    n, mean = len(sizes), sum(sizes) / len(sizes)
    difference = sum(abs(one - other) for one in sizes for other in sizes) / n**2
    assert gini(sizes) == pytest.approx(difference / (2 * mean), abs=1e-12)


@given(SIZES.filter(lambda sizes: len(sizes) > 1))
def test_a_purchase_never_lowers_the_index(sizes: list[int]) -> None:
    assert hhi([sizes[0] + sizes[1], *sizes[2:]]) >= hhi(sizes) * (1 - 1e-12)


@pytest.mark.parametrize("sizes", [[], [0, 0], [3, -1]])
def test_shares_of_nothing(sizes: list[float]) -> None:
    with pytest.raises(ValueError, match="sizes"):
        hhi(sizes)


@pytest.mark.parametrize(
    ("values", "outcome"),
    [
        ([51, 49], "flagged"),
        ([50, 50], "passed"),  # an index of 5,000, and nobody above half
        ([51, 5, 5, 5, 5, 5, 5, 5, 5, 5, 4], "flagged"),
        ([50, 5, 5, 5, 5, 5, 5, 5, 5, 5, 5], "passed"),
    ],
)
def test_flagged_by_index_and_share_together(values: list[int], outcome: str) -> None:
    rows = [contract(f"o{at}", annual_value_pence=value) for at, value in enumerate(values)]
    assert only(*rows).outcome == outcome


def test_the_index_must_be_reached() -> None:
    rows = [contract("a", annual_value_pence=60), contract("b", annual_value_pence=40)]
    assert only(*rows, hhi_min=5200.0).outcome == "flagged"
    assert only(*rows, hhi_min=5200.1).outcome == "passed"


def test_one_owner_behind_two_names() -> None:
    unit = only(contract("a", owner_id="x", owner="X"), contract("b", owner_id="x", owner="X"))
    assert unit.outcome == "flagged"
    assert (unit.values["hhi"], unit.values["hhi_by_organisation"]) == (10_000.0, 5_000.0)
    assert (unit.values["top_owner"], unit.values["owners"], unit.values["organisations"]) == ("X", 1, 2)
    assert unit.values["buyer_id"] == "DWP"


def test_measured_by_value_where_all_have_one_else_by_contracts() -> None:
    valued = only(contract("a", annual_value_pence=900), contract("b", annual_value_pence=100))
    assert (valued.values["measure"], valued.values["top_share"]) == ("annual value", 0.9)
    unvalued = only(contract("a"), contract("b"))
    assert (unvalued.values["measure"], unvalued.values["top_share"]) == ("contracts", 0.5)
    partly = only(contract("a", annual_value_pence=900), contract("b"))
    assert (partly.outcome, partly.reason) == ("not_assessable", "value of a contract unknown")


def test_streams_of_payments_are_measured_by_what_was_paid() -> None:
    paid = [contract(org, inferred=True, paid_pence=pence) for org, pence in (("a", 700), ("b", 300))]
    assert (only(*paid).values["measure"], only(*paid).values["top_share"]) == ("pounds paid", 0.7)
    mixed = only(paid[0], contract("b"))
    assert mixed.values["measure"] == "contracts"


def test_money_that_came_back_is_no_share() -> None:
    rows = [contract(org, inferred=True, paid_pence=pence) for org, pence in (("a", 700), ("b", -300))]
    assert only(*rows).values["top_share"] == 1.0
    nothing = only(contract("a", inferred=True, paid_pence=-5))
    assert (nothing.outcome, nothing.reason) == ("not_assessable", "nothing of any size")


@pytest.mark.parametrize(
    ("changed", "reason"),
    [({"programme": ""}, "no programme named"), ({"area_id": "", "area": ""}, "no area named")],
)
def test_a_cell_without_a_name_is_not_assessable(changed: dict[str, Any], reason: str) -> None:
    unit = only(contract("a", **changed), contract("b", **changed))
    assert (unit.outcome, unit.reason, unit.records) == ("not_assessable", reason, 2)


def test_contracts_without_an_area_still_count_in_the_programme() -> None:
    result = assess(contract("a"), contract("b", area_id="", area=""))
    assert [(row["area"], row["contracts"]) for row in result.figures["concentration"]] == [
        ("all areas", 2),
        ("Area one", 1),
    ]


def test_order_leaves_no_trace() -> None:
    rows = work_programme(BOUGHT)
    for at, row in enumerate(rows):
        row["annual_value_pence"] = 10**9 + 7919 * at
    mixed = list(rows)
    random.Random(1).shuffle(mixed)
    assert repr(assess(*mixed)) == repr(assess(*rows))
