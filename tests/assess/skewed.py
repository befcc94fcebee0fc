"""Cells of referrals for tests of skew, and the thresholds that the methods name."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import numpy as np
import pandas as pd

from chaingraph.assess import ASSESSMENTS, Assessment, Unit
from chaingraph.assess.strata import Strata

PARAMETERS: dict[str, Any] = {
    "q_max": 0.05,
    "odds_ratio_min": 1.10,
    "min_arm_customers": 30,
    "min_customers": 200,
    "permutations": 199,
    "seed": 20080228,
}
COLUMNS = ["org_id", "stratum", "batch_id", "is_passed", "is_hard", "customers"]
ROUTE = {
    "supplier_id": None,
    "supplier": None,
    "need_type": None,
    "is_specialist": None,
    "agreed": None,
    "evidenced": None,
    "paid_for": None,
}


def frame(rows: Iterable[tuple[Any, ...]]) -> pd.DataFrame:
    """Rows of ``COLUMNS`` as the rule's query returns them: what is unknown is None."""
    made = pd.DataFrame(list(rows), columns=COLUMNS).assign(**ROUTE)
    made = made.assign(org_name="The " + made["org_id"].astype(str))
    return made.astype({"is_passed": object, "is_hard": object})


def table(org: str, stratum: str, a: int, b: int, c: int, d: int) -> list[tuple[Any, ...]]:
    """One stratum's four cells; those without customers do not come."""
    cells = ((True, True, a), (True, False, b), (False, True, c), (False, False, d))
    return [(org, stratum, None, passed, hard, many) for passed, hard, many in cells if many]


def assess(rows: pd.DataFrame, **changed: Any) -> Assessment:
    return ASSESSMENTS["referral_skew"](rows, {**PARAMETERS, **changed})


def only(rows: pd.DataFrame, **changed: Any) -> Unit:
    (unit,) = assess(rows, **changed).units
    return unit


def strata(*tables: tuple[int, int, int, int]) -> Strata:
    """Strata of (a, b, c, d)."""
    return Strata(*np.array(tables, dtype=np.int64).T)


# Admissions to Berkeley by department (Bickel, Hammel & O'Connell 1975): men admitted and refused, then women.
BERKELEY = strata(
    (512, 313, 89, 19),
    (353, 207, 17, 8),
    (120, 205, 202, 391),
    (138, 279, 131, 244),
    (53, 138, 94, 299),
    (22, 351, 24, 317),
)
# Rabbits by dose of penicillin (Mantel 1963; Agresti 1990, page 231): cured and died; given at once, then late.
RABBITS = strata((0, 6, 0, 5), (3, 3, 0, 6), (6, 0, 2, 4), (5, 1, 6, 0), (2, 0, 5, 0))
