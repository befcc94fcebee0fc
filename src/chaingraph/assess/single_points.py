"""Owners on whom alone a required place and need hangs, and what the failure of two or more would empty."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from typing import Any

import pandas as pd

from chaingraph.assess.failures import Cover, emptied_by_one, emptied_by_two, least_owners, worst
from chaingraph.assess.registry import assessment
from chaingraph.assess.result import Assessment, Statistics, Unit

# How many failures at a time are told, and how many pairs are listed.
FAILURES = (1, 2, 3, 4)
PAIRS_TOLD = 20


@assessment("single_point_of_failure")
def single_point_of_failure(rows: pd.DataFrame, parameters: Mapping[str, Any]) -> Assessment:
    """Flag an owner whose failure alone leaves more than ``max_emptied`` required cells to nobody.

    Columns of ``rows``, one row an organisation that delivers in a cell: ``contract_id`` (head contract), ``place_id``,
    ``place``, ``need_type`` (together the cell); ``supplier_id``, ``supplier``, ``owner_id``, ``owner`` (text);
    ``covers`` (bool: with evidence in date), ``perhaps`` (bool: with evidence of which nobody can say). Parameter:
    ``max_emptied``. One failure is judged exactly. An owner is not assessable whose cells somebody else may cover or who
    may itself cover them; one whose deliveries are all without evidence is excluded: those cells are already empty.

    Figures: ``failures`` (1 to 4 at a time, the worst by owner and by organisation; ``found`` says exact or at least),
    ``failure_pairs`` (two owners who together empty what neither empties alone) and ``cell_cuts`` (cells by the number of
    owners that have to fail). The result does not depend on the order of rows.
    """
    rows = rows.sort_values(["contract_id", "place_id", "need_type", "supplier_id"])
    by_owner, by_organisation, maybe = _cover(rows, "owner_id"), _cover(rows, "supplier_id"), _maybe(rows)
    if rows.empty:
        return Assessment([])
    alone = emptied_by_one(by_owner)
    covered = Counter(owner for owners in by_owner.values() for owner in owners)
    names = rows.groupby("owner_id", sort=True)["owner"].first()
    labels = _labels(rows)
    units = []
    for owner_id, owner in names.items():
        cells = alone.get(owner_id, [])
        sure = [cell for cell in cells if not maybe[cell] - {owner_id}]
        values = {
            "owner": owner,
            "cells_covered": covered[owner_id],
            "cells_emptied": len(sure),
            "cells": [labels[cell] for cell in sure],
            "organisations": int(rows[rows["owner_id"] == owner_id]["supplier_id"].nunique()),
        }
        identity = {"org_id": owner_id}
        doubtful = any(owner_id in owners for owners in maybe.values())
        if len(sure) > parameters["max_emptied"]:
            units.append(Unit(identity, "flagged", "", values, Statistics(effect=float(len(sure)))))
        elif len(cells) > parameters["max_emptied"] or (doubtful and not covered[owner_id]):
            units.append(Unit(identity, "not_assessable", "evidence that may be out of date", values))
        elif not covered[owner_id]:
            units.append(Unit(identity, "excluded", "covers no required cell", values))
        else:
            units.append(Unit(identity, "passed", "", values, Statistics(effect=float(len(sure)))))
    return Assessment(units, figures=_figures(rows, by_owner, by_organisation))


def _cells(rows: pd.DataFrame) -> list[tuple[str, str, str]]:
    return list(zip(rows["contract_id"], rows["place_id"], rows["need_type"], strict=True))


def _cover(rows: pd.DataFrame, who: str) -> dict[tuple[str, str, str], set[str]]:
    found: dict[tuple[str, str, str], set[str]] = {}
    for cell, one, covers in zip(_cells(rows), rows[who], rows["covers"], strict=True):
        if covers:
            found.setdefault(cell, set()).add(str(one))
    return found


def _maybe(rows: pd.DataFrame) -> dict[tuple[str, str, str], set[str]]:
    found: dict[tuple[str, str, str], set[str]] = {cell: set() for cell in _cells(rows)}
    for cell, owner, covers, perhaps in zip(
        _cells(rows), rows["owner_id"], rows["covers"], rows["perhaps"], strict=True
    ):
        if perhaps and not covers:
            found[cell].add(str(owner))
    return found


def _labels(rows: pd.DataFrame) -> dict[tuple[str, str, str], str]:
    texts = [f"{need} in {place}" for need, place in zip(rows["need_type"], rows["place"], strict=True)]
    return dict(zip(_cells(rows), texts, strict=True))


def _figures(rows: pd.DataFrame, by_owner: Cover, by_organisation: Cover) -> dict[str, list[dict[str, Any]]]:
    if not by_owner:
        return {}
    names = {
        **dict(zip(rows["supplier_id"], rows["supplier"], strict=True)),
        **dict(zip(rows["owner_id"], rows["owner"], strict=True)),
    }
    failures = []
    for k in FAILURES:
        owners, organisations = worst(by_owner, k), worst(by_organisation, k)
        failures.append(
            {
                "failing": k,
                "cells": owners.cells,
                "cells_by_organisation": organisations.cells,
                "who": "; ".join(names[one] for one in owners.failed),
                "found": "exact" if owners.exact and organisations.exact else "at least",
            }
        )
    pairs = [
        {
            "first": names[pair.first],
            "second": names[pair.second],
            "further": pair.further,
            "cells": pair.cells,
        }
        for pair in emptied_by_two(by_owner)[:PAIRS_TOLD]
    ]
    owners_cut, organisations_cut = (Counter(least_owners(c).values()) for c in (by_owner, by_organisation))
    cuts = [
        {"least": n, "cells": owners_cut[n], "cells_by_organisation": organisations_cut[n]}
        for n in sorted({*owners_cut, *organisations_cut})
    ]
    told: dict[str, list[dict[str, Any]]] = {"failures": failures, "cell_cuts": cuts}
    if pairs:
        told["failure_pairs"] = pairs
    return told
