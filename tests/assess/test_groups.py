"""Enforcement, entrants and protected groups: which groups are compared with which, and how often one looks."""

from __future__ import annotations

import math
from typing import Any

import pandas as pd
import pytest

from chaingraph.assess import ASSESSMENTS, Unit
from chaingraph.assess.compare import Contrast, contrast
from chaingraph.assess.groups import splits
from tests.assess.skewed import strata

UNEVEN = {"odds_ratio_min": 1.5, "q_max": 0.05, "min_arm_findings": 5}
ENTRANTS = {"odds_ratio_max": 0.67, "q_max": 0.05, "min_arm_bids": 5}
GAP = {"risk_ratio_max": 0.8, "q_max": 0.05, "min_customers": 10}


def enforcement(*rows: tuple[str | None, str | None, str, int]) -> Unit:
    made = pd.DataFrame(rows, columns=["size_band", "sector", "state", "records"])
    made = made.assign(clause="C", severity="breach", reason=None, department_id="X-DEPT")
    (unit,) = ASSESSMENTS["enforcement_uneven"](made, UNEVEN).units
    return unit


def p_of(found: Contrast | str) -> float:
    assert isinstance(found, Contrast)
    return found.p


def test_two_looks_cost_a_factor_of_two() -> None:
    """By size 9 of 10 against 2 of 10, by sector 6 of 10 against 5 of 10: the sharper one, doubled."""
    unit = enforcement(
        ("large", "private", "miss", 5),
        ("large", "voluntary", "miss", 4),
        ("large", "voluntary", "hit", 1),
        ("small", "private", "hit", 5),
        ("small", "voluntary", "hit", 3),
        ("small", "voluntary", "miss", 2),
    )
    alone = p_of(contrast(strata((1, 9, 8, 2)), "either"))
    assert unit.statistics is not None
    assert (unit.outcome, unit.values["group"]) == ("flagged", "large providers")
    assert unit.statistics.p == pytest.approx(2 * alone)
    plain = contrast(strata((1, 9, 8, 2)), "either")
    assert (
        isinstance(plain, Contrast) and unit.statistics.low is not None and unit.statistics.effect is not None
    )
    # Each interval at 97.5 %: 2.2414 deviations for 1.9600.
    wider = math.log(unit.statistics.effect / unit.statistics.low) / math.log(
        plain.ratio.value / plain.ratio.low
    )
    assert wider == pytest.approx(2.2414 / 1.95996, rel=1e-4)


def test_one_look_costs_nothing() -> None:
    rows = [
        ("large", None, "miss", 9),
        ("large", None, "hit", 1),
        ("small", None, "hit", 8),
        ("micro", None, "miss", 2),
    ]
    unit = enforcement(*rows)
    assert unit.statistics is not None
    assert unit.statistics.p == pytest.approx(p_of(contrast(strata((1, 9, 8, 2)), "either")))


def test_harder_on_the_large_is_uneven_too() -> None:
    unit = enforcement(
        ("large", None, "hit", 9),
        ("large", None, "miss", 1),
        ("medium", None, "miss", 9),
        ("medium", None, "hit", 1),
    )
    assert unit.outcome == "flagged" and unit.statistics is not None and unit.statistics.effect is not None
    assert unit.statistics.effect == pytest.approx(81)


def entrants(*rows: tuple[str, bool, bool, int]) -> Unit:
    made = pd.DataFrame(rows, columns=["lot_id", "is_entrant", "is_won", "records"])
    (unit,) = ASSESSMENTS["entrant_disadvantage"](
        made.assign(programme="P", department_id="X-DEPT"), ENTRANTS
    ).units
    return unit


def lot(
    name: str, lost: int, won: int, incumbents_lost: int, incumbents_won: int
) -> list[tuple[str, bool, bool, int]]:
    counts = (
        (True, False, lost),
        (True, True, won),
        (False, False, incumbents_lost),
        (False, True, incumbents_won),
    )
    return [(name, entrant, won_it, many) for entrant, won_it, many in counts if many]


def test_within_lots_and_not_across_them() -> None:
    """Lots that everybody wins hold incumbents, lots that hardly anybody wins hold entrants: no lot is unfair."""
    rows = [*lot("rich", 1, 9, 4, 36), *lot("poor", 36, 4, 9, 1)]
    unit = entrants(*rows)
    assert unit.statistics is not None and unit.statistics.effect == pytest.approx(1.0)
    assert unit.outcome == "passed"
    pooled = p_of(contrast(strata((13, 37, 37, 13)), "less"))
    assert pooled < 1e-5


def test_the_conditional_probability_by_hand() -> None:
    """Four lots of two entrants and two incumbents, who win both: (1/6)⁴, half of it counted."""
    unit = entrants(*[row for i in range(4) for row in lot(f"L{i}", 2, 0, 0, 2)])
    assert unit.outcome == "flagged" and unit.statistics is not None
    assert (unit.statistics.p, unit.statistics.low) == pytest.approx((6**-4 / 2, 0.0))


def gap(*rows: tuple[str, str, str, int, int]) -> dict[str, Unit]:
    made = pd.DataFrame(rows, columns=["contract_id", "period", "protected_group", "customers", "outcomes"])
    units = ASSESSMENTS["outcome_gap"](made.assign(org_id="A", org_name="The A"), GAP).units
    return {str(unit.identity["protected_group"]): unit for unit in units}


def test_strata_are_contract_and_period() -> None:
    """Pooled 13 % against 37 %: all of it between contracts."""
    found = gap(
        ("K", "1", "disabled", 900, 90),
        ("K", "1", "not disabled", 100, 10),
        ("L", "1", "disabled", 100, 40),
        ("L", "1", "not disabled", 900, 360),
    )
    assert {name: unit.outcome for name, unit in found.items()} == {
        "disabled": "passed",
        "not disabled": "passed",
    }
    statistics = found["disabled"].statistics
    assert statistics is not None and statistics.effect == pytest.approx(1.0)


def test_splits_of_the_customers() -> None:
    assert splits(["disabled", "not disabled", "carers", "Sex: women", "sex: men", "lone parents"]) == {
        "disabled": ("not disabled",),
        "not disabled": ("disabled",),
        "carers": ("lone parents",),
        "lone parents": ("carers",),
        "Sex: women": ("sex: men",),
        "sex: men": ("Sex: women",),
    }


def test_counts_of_customers_bear_names_that_pages_suppress() -> None:
    values: dict[str, Any] = dict(gap(("K", "1", "a", 100, 5), ("K", "1", "b", 100, 20))["a"].values)
    assert (values["customers_in_group"], values["group_rate"], values["rest_rate"]) == (100, 0.05, 0.2)
    assert not {"in_group", "in_rest", "group_share", "rest_share"} & values.keys()
