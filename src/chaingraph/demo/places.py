"""Where and on whom the market rests: areas too small, too large or forgotten, needs without room, providers that depend on one.

Works on the short tables of a market in good order, when every contract is written.
"""

from __future__ import annotations

from collections import defaultdict
from typing import Any

import numpy as np

from chaingraph.demo.state import AS_OF_DAY, PROGRAMMES, Market
from chaingraph.model import CAPABILITIES

Row = dict[str, Any]
UNHEARD_NEED = "debt"
DEPENDENT_SHARE, DEPENDENT_MARGIN = 0.8, 1e-9
IN_DATE_LEVEL = 2


def make_structure(market: Market) -> None:
    """Plant what is wrong with areas, cells and dependence; and name what follows from how the market was made."""
    rng = market.rng("places")
    _areas(market, rng)
    _cells(market, rng)
    _dependence(market, rng)
    _capability(market)
    _losers(market, rng)


def _areas(market: Market, rng: np.random.Generator) -> None:
    order = [market.areas[int(place)] for place in rng.permutation(len(market.areas))]
    some = max(1, market.size.plants // 2)
    within = market.rows["area_within"]
    districts = {row["area_id"] for row in market.rows["areas"] if row["kind"] == "jcp_district"}
    for area in order[:some]:
        inside = [row for row in within if row["within_id"] == area.area_id and row["area_id"] in districts]
        for row in inside[1:]:
            within.remove(row)
        market.plant("contract-area-too-small", "one district", area_id=area.area_id)
    for number, area in enumerate(order[some : 2 * some], 1):
        region = f"X-REG-S{number}"
        market.add("areas", area_id=region, name=f"Small Region {number}", kind="region")
        market.add("area_within", area_id=region, within_id=area.area_id)
        market.plant("contract-area-too-large", "a whole region lies in it", area_id=area.area_id)
    for number, area in enumerate(order[2 * some : 3 * some], 1):
        far = f"X-JCP-F{number}"
        market.add("areas", area_id=far, name=f"Far District {number}", kind="jcp_district", rural_share=0.9)
        market.add("area_within", area_id=far, within_id=area.area_id)
        for head in market.heads:
            if head.lot.area is area:
                note = "a rural district without any delivery"
                market.plant("rural-coverage-gap", note, contract_id=head.deal.contract_id, area_id=far)


def _cells(market: Market, rng: np.random.Generator) -> None:
    heads = [market.heads[int(place)] for place in rng.permutation(len(market.heads))]
    for head in heads[: market.size.plants]:
        district = head.lot.area.districts[0]
        cell = {"contract_id": head.deal.contract_id, "area_id": district, "need_type": UNHEARD_NEED}
        market.add("requirements", requirement_id=market.id("requirements", "RQ"), **cell)
        market.plant("need-uncovered", "nobody delivers for it", **cell)
    # The busiest chains of the older programme, in the need that most customers have.
    old = [head for head in market.heads if head.lot.programme is PROGRAMMES[0]]
    busiest = sorted(old, key=lambda head: (-head.deal.annual_pence, head.deal.number))[: market.size.plants]
    for head in busiest:
        cell = {
            "contract_id": head.deal.contract_id,
            "area_id": head.lot.area.districts[-1],
            "need_type": "job_search",
        }
        chain = {deal.contract_id for deal in head.chain}
        for row in market.rows["delivery"]:
            if row["contract_id"] in chain and (row["area_id"], row["need_type"]) == (
                cell["area_id"],
                cell["need_type"],
            ):
                row["capacity_per_quarter"] = 1
        market.plant("need-under-capacity", "room for one a quarter at each site", **cell)


def _dependence(market: Market, rng: np.random.Generator) -> None:
    """By who stands behind each prime; most small providers work for one prime alone, so there are many."""
    income: dict[str, dict[str, int]] = defaultdict(lambda: defaultdict(int))
    whole: dict[str, int] = defaultdict(int)
    documented: set[str] = set()
    for head in market.heads:
        whole[head.prime] += head.deal.annual_pence
        for deal in head.chain[1:]:
            income[deal.supplier_id][market.owner[head.prime]] += deal.annual_pence
            whole[deal.supplier_id] += deal.annual_pence
            if not deal.inferred:
                documented.add(deal.supplier_id)
    for org_id, by_owner in sorted(income.items()):
        top = max(by_owner, key=lambda owner: (by_owner[owner], owner))
        dependent = by_owner[top] > DEPENDENT_SHARE * sum(by_owner.values()) + DEPENDENT_MARGIN
        if org_id in documented and dependent and market.owner[org_id] != top:
            market.plant("dependent-on-prime", "more than four fifths from one owner's primes", org_id=org_id)
    rows = {row["org_id"]: row for row in market.rows["organisations"]}
    subs = sorted(documented)
    for place in rng.permutation(len(subs))[: market.size.plants]:
        org_id = subs[int(place)]
        rows[org_id]["turnover_gbp"] = int(whole[org_id] / 0.8) // 100 * 100
        market.plant("dependent-on-department", "four fifths of the turnover", org_id=org_id)


def _capability(market: Market) -> None:
    """What the evidence along each chain adds up to: run out, or one owner's alone."""
    shown_by = {one.code: one.shown_by for one in CAPABILITIES}
    papers: dict[tuple[str, str], list[Row]] = defaultdict(list)
    for row in market.rows["evidence"]:
        if row["level"] >= IN_DATE_LEVEL:
            papers[row["org_id"], row["capability"]].append(row)
    heads = {head.deal.contract_id: head for head in market.heads}
    for row in market.rows["requirements"]:
        code = row.get("capability")
        if code is None:
            continue
        head = heads[row["contract_id"]]
        chain = dict.fromkeys(deal.supplier_id for deal in head.chain)
        orgs = [head.prime] if shown_by[code] == "prime" else list(chain)
        found = [(org, paper) for org in orgs for paper in papers[org, code]]
        current = {market.owner[org] for org, paper in found if _last(code, paper) >= AS_OF_DAY}
        where = {"contract_id": row["contract_id"], "capability": code}
        if not current and found:
            market.plant("capability-lapsed", "its only evidence has run out", **where)
        if len(current) == 1 and shown_by[code] != "prime":
            market.plant("capability-single-source", "one owner alone shows it", **where)


def _last(code: str, paper: Row) -> int:
    """The last day of evidence; without one it is fresh for a year where it is reviewed yearly, else for two."""
    if paper["expires_on"] is not None:
        return int(paper["expires_on"])
    return int(paper["issued_on"]) + (366 if code.startswith("M") else 731)


def _losers(market: Market, rng: np.random.Generator) -> None:
    """Sub-contractors that, as it turns out, had bid against their prime for the very lot."""
    owners: dict[str, set[str]] = defaultdict(set)
    first: dict[str, Row] = {}
    for row in market.rows["bids"]:
        owners[row["lot_id"]].add(market.owner[row["org_id"]])
        first.setdefault(row["lot_id"], row)
    heads = [market.heads[int(place)] for place in rng.permutation(len(market.heads))]
    spent: set[str] = set()
    for head in heads:
        lot_id = head.lot.lot_id
        subs = [
            deal
            for deal in head.chain[1:]
            if deal.tier == 2 and not deal.inferred and market.owner[deal.supplier_id] not in owners[lot_id]
        ]
        if len(spent) == market.size.plants or lot_id in spent or not subs:
            continue
        spent.add(lot_id)
        org_id = subs[0].supplier_id
        market.add(
            "bids",
            bid_id=market.id("bids", "BID"),
            lot_id=lot_id,
            org_id=org_id,
            price_gbp=int(first[lot_id]["price_gbp"] * rng.uniform(1.01, 1.05)),
            shortlisted=False,
            status="losing",
            submitted_on=first[lot_id]["submitted_on"],
            promised_outcome_rate=first[lot_id]["promised_outcome_rate"],
            tupe_statement="applies",
            non_tupe_terms=False,
            tupe_cost_treatment=first[lot_id]["tupe_cost_treatment"],
        )
        note = "lost the lot and works for the winner"
        market.plant("loser-becomes-subcontractor", note, lot_id=lot_id, org_id=org_id)
