"""Whether like are treated alike: enforcement by size and sector, awards to entrants, outcomes of protected groups."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import replace
from typing import Any

import numpy as np
import pandas as pd
from scipy import stats

from chaingraph.assess.compare import Compared, Contrast, by_unit, contrast, verdicts
from chaingraph.assess.registry import assessment
from chaingraph.assess.result import Assessment
from chaingraph.assess.strata import TWO_SIDED, Strata

# The two ways in which providers are told apart: column, the values that make the group, its name, that of the rest.
SPLITS = (
    ("size_band", ("large",), "large providers", "smaller providers"),
    ("sector", ("private",), "private providers", "other providers"),
)
# Of two comparisons the sharper is told: at 97.5 % each, both intervals hold the truth in 95 of 100, so does the one told.
TWO_LOOKS = (float(stats.norm.ppf(0.9875)) / TWO_SIDED) ** 2
NOBODY = Strata(*np.zeros((4, 0), dtype=np.int64))


@assessment("enforcement_uneven")
def enforcement_uneven(rows: pd.DataFrame, parameters: Mapping[str, Any]) -> Assessment:
    """Flag a clause and severity of which findings are acted on otherwise for large providers, or for private ones.

    Columns of ``rows``: ``clause``, ``severity``, ``size_band``, ``sector`` (text, the last two may be missing), ``state``
    (hit: acted on, miss: not, excluded), ``reason``, ``records`` (findings), ``department_id``. Parameters:
    ``odds_ratio_min``, ``q_max``, ``min_arm_findings``.

    Two comparisons, each two-sided: large against smaller providers, private against others; the one with the smaller
    p counts; where both could be made it is doubled and the interval widened (Bonferroni). Exact mid-p with under ten in an arm.
    """
    compared = []
    for (clause, severity), own in rows.groupby(["clause", "severity"], sort=True):
        counted = own[own["state"].isin(("hit", "miss"))]
        values = {
            "department_id": own["department_id"].iloc[0],
            "findings": int(counted["records"].sum()),
            "not_counted": _reasons(own[~own.index.isin(counted.index)]),
        }
        found, names = _sharper(counted, parameters["min_arm_findings"])
        identity = {"clause": clause, "severity": severity}
        compared.append(Compared(identity, found, {**values, **names}, int(own["records"].sum())))
    return Assessment(
        verdicts(compared, side="either", limit=parameters["odds_ratio_min"], q_max=parameters["q_max"])
    )


def _sharper(counted: pd.DataFrame, min_arm: int) -> tuple[Contrast | str, dict[str, str]]:
    """Of the comparisons that can be made the one with the smaller p, and the names of its arms."""
    made: list[tuple[Contrast, Strata, dict[str, str]]] = []
    refused = (
        "no finding old enough to judge" if counted.empty else "size and sector of the providers unknown"
    )
    for column, members, group, rest in SPLITS:
        known = counted[counted[column].notna()]
        inside, hit = known[column].isin(members).to_numpy(), known["state"].eq("hit").to_numpy()
        records = known["records"].to_numpy(dtype=np.int64)
        cells = (inside & hit, inside & ~hit, ~inside & hit, ~inside & ~hit)
        strata = Strata(*(records[cell].sum(keepdims=True) for cell in cells)).comparable()
        found = contrast(strata, "either")
        if isinstance(found, str):
            refused = found if len(known) else refused
        elif min(found.group, found.rest) < min_arm:
            refused = f"fewer than {min_arm} findings in the smaller group"
        else:
            made.append((found, strata, {"group": group, "rest": rest}))
    if not made:
        return refused, {}
    best, strata, names = min(made, key=lambda one: one[0].p)
    if len(made) == 1:
        return best, names
    wider = contrast(strata, "either", inflation=TWO_LOOKS)
    assert isinstance(wider, Contrast)
    return replace(wider, p=min(1.0, 2 * best.p)), names


@assessment("entrant_disadvantage")
def entrant_disadvantage(rows: pd.DataFrame, parameters: Mapping[str, Any]) -> Assessment:
    """Flag a programme in whose lots entrants win at significantly lower odds than incumbents.

    Columns of ``rows``: ``programme``, ``lot_id``, ``is_entrant``, ``is_won`` (bool), ``records`` (bids), ``department_id``.
    Parameters: ``odds_ratio_max``, ``q_max``, ``min_arm_bids``. Strata are lots: who bids where is given, so are the
    prizes. Few bids a lot make the tables sparse, so the exact test decides as a rule.
    """
    strata = by_unit(
        rows.rename(
            columns={"programme": "unit", "lot_id": "stratum", "is_entrant": "in_group", "is_won": "is_hit"}
        )
    )
    compared = [
        Compared(
            {"programme": programme},
            contrast(strata.get(str(programme), NOBODY), "less"),
            {"department_id": own["department_id"].iloc[0], "lots": int(own["lot_id"].nunique())},
        )
        for programme, own in rows.groupby("programme", sort=True)
    ]
    return Assessment(
        verdicts(
            compared,
            side="less",
            limit=parameters["odds_ratio_max"],
            q_max=parameters["q_max"],
            min_arm=parameters["min_arm_bids"],
        )
    )


@assessment("outcome_gap")
def outcome_gap(rows: pd.DataFrame, parameters: Mapping[str, Any]) -> Assessment:
    """Flag a provider and protected group whose outcome rate is below four fifths of that of the rest.

    Columns of ``rows``: ``org_id``, ``org_name`` (the provider), ``contract_id``, ``period``, ``protected_group`` (text),
    ``customers``, ``outcomes`` (integers). Parameters: ``risk_ratio_max``, ``q_max``, ``min_customers``.

    Strata are contract and period. The rest are the other groups of the same split: ``sex: women`` is compared with
    what else begins with ``sex:``, ``disabled`` with ``not disabled`` where that is there, and otherwise with all groups
    that name no split. Mantel-Haenszel risk ratio; cells under ``min_customers`` are left out.
    """
    usable = rows[
        (rows["customers"] >= parameters["min_customers"]) & (rows["outcomes"] <= rows["customers"])
    ]
    names = rows.groupby("org_id", sort=True)["org_name"].first()
    left_out = rows[~rows.index.isin(usable.index)].groupby(["org_id", "protected_group"]).size()
    of_split = splits(rows["protected_group"].unique().tolist())
    of_org = dict(iter(usable.groupby("org_id")))
    compared = []
    for (org_id, group), _ in rows.groupby(["org_id", "protected_group"], sort=True):
        others = of_split[group]
        found = contrast(_tables(of_org.get(org_id, usable[:0]), group, others), "less", "risk ratio")
        identity = {"org_id": org_id, "protected_group": group}
        values = {
            "org_name": names[org_id],
            "compared_with": list(others),
            "cells_left_out": int(left_out.get((org_id, group), 0)),
        }
        compared.append(Compared(identity, found, values))
    units = verdicts(
        compared,
        side="less",
        limit=parameters["risk_ratio_max"],
        q_max=parameters["q_max"],
        min_arm=parameters["min_customers"],
    )
    return Assessment([replace(unit, values=_as_customers(unit.values)) for unit in units])


def splits(groups: Iterable[str]) -> dict[str, tuple[str, ...]]:
    """For each protected group the others that it is to be compared with (see ``outcome_gap``)."""
    named = sorted(groups)
    opposite = {group: f"not {group}" for group in named if f"not {group}" in named}
    pairs = {**opposite, **{against: group for group, against in opposite.items()}}

    def split(group: str) -> str:
        return group.partition(":")[0].strip().casefold() if ":" in group else ""

    return {
        group: (pairs[group],)
        if group in pairs
        else tuple(
            other for other in named if other != group and other not in pairs and split(other) == split(group)
        )
        for group in named
    }


def _tables(own: pd.DataFrame, group: str, others: Collection[str]) -> Strata:
    """One provider's comparable strata, ordered by what they hold: the group's outcomes beside those of the others."""
    names = ("contract_id", "period", "protected_group", "customers", "outcomes")
    cells: defaultdict[tuple[str, str], list[int]] = defaultdict(lambda: [0, 0, 0, 0])
    for contract_id, period, name, customers, outcomes in zip(
        *(own[column].tolist() for column in names), strict=True
    ):
        if name == group or name in others:
            cell, place = cells[str(contract_id), str(period)], 0 if name == group else 2
            cell[place] += int(outcomes)
            cell[place + 1] += int(customers) - int(outcomes)
    return Strata(*np.array(sorted(cells.values()), dtype=np.int64).reshape(-1, 4).T).comparable()


def _as_customers(values: Mapping[str, Any]) -> dict[str, Any]:
    """The same under names that say that customers are counted: pages suppress those where they are few."""
    renamed = {
        "in_group": "customers_in_group",
        "in_rest": "customers_in_rest",
        "group_share": "group_rate",
        "rest_share": "rest_rate",
    }
    return {renamed.get(name, name): value for name, value in values.items()}


def _reasons(left: pd.DataFrame) -> dict[str, int]:
    counted = left.groupby("reason", sort=True)["records"].sum()
    return {str(reason): int(number) for reason, number in counted.items()}
