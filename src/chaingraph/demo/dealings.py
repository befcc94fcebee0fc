"""How parties deal with one another: issues, grievances, complaints, support, transfers and bids, some of them amiss.

Works on the short tables of a market in good order, when every contract is written.
"""

from __future__ import annotations

from itertools import combinations
from typing import Any

import numpy as np

from chaingraph.demo.state import AS_OF_DAY, PROGRAMMES, Market

Row = dict[str, Any]
SMALL = ("micro", "small")
STANDING = ("valid", "winning", "losing")
# Whoever began less than so many days ago is new, and is to be helped within so many days of the beginning.
NEW_DAYS, FIRST_DAYS = 731, 180


def make_dealings(market: Market) -> None:
    """Plant slow answers, hindered grievances, help that never came, late information and odd bids."""
    rng = market.rng("dealings")
    _answers(market, rng)
    _grievances(market, rng)
    _support(market, rng)
    _transfers(market, rng)
    _statements(market, rng)
    _rivals(market, rng)
    _promises(market, rng)


def _some(market: Market, rng: np.random.Generator, rows: list[Row]) -> list[Row]:
    return [rows[int(place)] for place in rng.permutation(len(rows))[: market.size.plants]]


def _answers(market: Market, rng: np.random.Generator) -> None:
    for place, row in enumerate(_some(market, rng, market.rows["issues"])):
        if place % 2:
            row["acknowledged_on"] = row["raised_on"] + 8 + int(rng.integers(0, 10))
            row["resolved_on"] = max(row["resolved_on"], row["acknowledged_on"])
            note = "acknowledged after more than a week"
        else:
            row["resolved_on"] = None
            note = "never resolved"
        market.plant("issue-unresolved", note, issue_id=row["issue_id"])
    closed = [row for row in market.rows["complaints"] if row["closed_on"] < AS_OF_DAY - 60]
    for place, row in enumerate(_some(market, rng, closed)):
        row["outcome_told_on"] = row["closed_on"] + 20 if place % 2 else None
        note = "told after twenty days" if place % 2 else "never told"
        market.plant("complaint-outcome-untold", note, complaint_id=row["complaint_id"])


def _grievances(market: Market, rng: np.random.Generator) -> None:
    """New ones, by sub-contractors that have raised none, so that no other one is touched."""
    have = {row["raised_by_id"] for row in market.rows["grievances"]}
    free = [
        deal
        for head in market.heads
        for deal in head.chain[1:]
        if deal.tier == 2
        and not deal.inferred
        and deal.supplier_id not in have
        and deal.starts < AS_OF_DAY - 300
    ]
    order = [free[int(place)] for place in rng.permutation(len(free))]
    taken: set[str] = set()
    for slow in (False, True):
        left = [deal for deal in order if deal.supplier_id not in taken][: market.size.plants]
        for deal in left:
            taken.add(deal.supplier_id)
            grievance_id = market.id("grievances", "GR")
            raised = AS_OF_DAY - int(rng.integers(190, 280))
            decided = raised + (int(rng.integers(75, 120)) if slow else int(rng.integers(20, 55)))
            market.add(
                "grievances",
                grievance_id=grievance_id,
                raised_by_id=deal.supplier_id,
                against_id=deal.buyer_id,
                contract_id=deal.contract_id,
                raised_on=raised,
                acknowledged_on=raised + int(rng.integers(0, 6)),
                decided_on=decided,
                stage="dwp",
                outcome="not_upheld",
                obstructed=not slow,
            )
            rule, note = (
                ("grievance-slow", "decided after more than sixty days")
                if slow
                else ("grievance-obstructed", "obstructed")
            )
            market.plant(rule, note, grievance_id=grievance_id)


def _support(market: Market, rng: np.random.Generator) -> None:
    """Every prime helped one of its small providers within the year, but for those planted; and entrants left alone."""
    size = {row["org_id"]: row.get("size_band") for row in market.rows["organisations"]}
    small: dict[str, list[str]] = {}
    for head in market.heads:
        for deal in head.chain[1:]:
            if size[deal.supplier_id] in SMALL and not deal.inferred and deal.starts < AS_OF_DAY - 400:
                small.setdefault(head.prime, []).append(deal.supplier_id)
    primes = sorted(small)
    idle = {primes[int(place)] for place in rng.permutation(len(primes))[: market.size.prime_plants // 2]}
    names = {prime for prime in {head.prime for head in market.heads} if prime not in idle}
    for prime in sorted(names & small.keys()):
        _help(market, prime, small[prime][0], AS_OF_DAY - int(rng.integers(10, 300)))
    for prime in sorted(idle):
        market.rows["support_actions"] = [
            row
            for row in market.rows["support_actions"]
            if not (row["by_org_id"] == prime and row["happened_on"] > AS_OF_DAY - 365)
        ]
        market.plant("small-provider-unsupported", "no help in the last year", org_id=prime)
    first: dict[str, int] = {}
    for deal in market.deals:
        first[deal.supplier_id] = min(first.get(deal.supplier_id, deal.starts), deal.starts)
    firsts = [
        (head, deal)
        for head in market.heads
        for deal in head.chain[1:]
        if deal.starts == first[deal.supplier_id]
        and AS_OF_DAY - NEW_DAYS < deal.starts < AS_OF_DAY - FIRST_DAYS
        and not deal.inferred
    ]
    entrants = sorted({deal.supplier_id for head, deal in firsts if head.prime not in idle})
    gone = {entrants[int(place)] for place in rng.permutation(len(entrants))[: market.size.plants]}
    market.rows["support_actions"] = [
        row for row in market.rows["support_actions"] if row["to_org_id"] not in gone
    ]
    helped: dict[tuple[str, str], int] = {}
    for row in market.rows["support_actions"]:
        pair = row["by_org_id"], row["to_org_id"]
        helped[pair] = min(helped.get(pair, row["happened_on"]), row["happened_on"])
    for head, deal in firsts:
        helpers = (head.prime, deal.buyer_id)
        # Those of a prime that helps nobody are left alone, too.
        if all(helped.get((by, deal.supplier_id), AS_OF_DAY) > deal.starts + FIRST_DAYS for by in helpers):
            note = "a new entrant that nobody helped"
            market.plant("new-entrant-unsupported", note, contract_id=deal.contract_id)


def _help(market: Market, by: str, to: str, when: int) -> None:
    market.add(
        "support_actions",
        action_id=market.id("support_actions", "SB"),
        by_org_id=by,
        to_org_id=to,
        kind="training",
        happened_on=when,
    )


def _transfers(market: Market, rng: np.random.Generator) -> None:
    for row in _some(market, rng, market.rows["tupe_transfers"]):
        row["supplied_on"] = row["transfers_on"] - int(rng.integers(3, 28))
        note = f"{row['transfers_on'] - row['supplied_on']} days ahead"
        market.plant("tupe-information-late", note, transfer_id=row["transfer_id"])


def _statements(market: Market, rng: np.random.Generator) -> None:
    bids = [row for row in market.rows["bids"] if row["status"] in STANDING]
    for row in _some(market, rng, bids):
        row["tupe_statement"] = None
        market.plant("tupe-statement-missing", "no statement", bid_id=row["bid_id"])
    for place, row in enumerate(_some(market, rng, [row for row in bids if row["status"] == "winning"])):
        row["non_tupe_terms"] = True
        row["tupe_risk_recorded"] = False if place % 2 else None
        note = "won on non-TUPE terms without a record of the risk"
        market.plant("non-tupe-risk-unrecorded", note, bid_id=row["bid_id"])
    by_lot: dict[str, list[Row]] = {}
    for row in bids:
        by_lot.setdefault(row["lot_id"], []).append(row)
    several = [rows for _, rows in sorted(by_lot.items()) if len(rows) > 1]
    for place in rng.permutation(len(several))[: market.size.plants]:
        rows = several[int(place)]
        rows[-1]["tupe_cost_treatment"] = "disregarded"
        market.plant("tupe-cost-uneven", "counted for all but one", lot_id=rows[0]["lot_id"])


def _rivals(market: Market, rng: np.random.Generator) -> None:
    """Bids that tell of one another: one owner behind two, two at one price."""
    by_lot: dict[str, list[Row]] = {}
    for row in market.rows["bids"]:
        if row["status"] in STANDING:
            by_lot.setdefault(row["lot_id"], []).append(row)
    apart: list[tuple[Row, Row]] = []
    for lot_id, rows in sorted(by_lot.items()):
        for one, other in combinations(sorted(rows, key=lambda row: str(row["org_id"])), 2):
            if market.owner[one["org_id"]] == market.owner[other["org_id"]]:
                note = "one owner behind both"
                market.plant("linked-bidders", note, lot_id=lot_id, a=one["org_id"], b=other["org_id"])
            elif len(rows) > 2:
                apart.append((one, other))
    spent: set[str] = set()
    for place in rng.permutation(len(apart)):
        one, other = apart[int(place)]
        if len(spent) < market.size.plants and one["lot_id"] not in spent:
            spent.add(one["lot_id"])
            other["price_gbp"] = one["price_gbp"]
            market.plant("identical-bids", "two bids at one price", lot_id=one["lot_id"])


def _promises(market: Market, rng: np.random.Generator) -> None:
    """Rates that nobody reaches: in winning bids whose customers have had their time, and beside what was reached before."""
    old = [head for head in market.heads if head.lot.programme is PROGRAMMES[0]]
    busiest = sorted(old, key=lambda head: (-head.deal.annual_pence, head.deal.number))
    for head in busiest[: market.size.plants]:
        for row in market.rows["bids"]:
            if (row["lot_id"], row["org_id"]) == (head.lot.lot_id, head.prime) and row["status"] == "winning":
                row["promised_outcome_rate"] = 0.4
                note = "40 % promised, about an eighth reached"
                market.plant("performance-below-promise", note, contract_id=head.deal.contract_id)
    new = {lot.lot_id for lot in market.lots if lot.programme is not PROGRAMMES[0]}
    bids = [row for row in market.rows["bids"] if row["lot_id"] in new and row["status"] in STANDING]
    for row in _some(market, rng, bids):
        row["promised_outcome_rate"] = 0.5
        market.plant("implausible-bid", "half promised, about an eighth reached before", bid_id=row["bid_id"])
