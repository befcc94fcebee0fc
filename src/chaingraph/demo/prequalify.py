"""Before and at the award: adverts, applications, terms and tenders broken, each on a row that nobody else has broken.

Works on the short tables of a market in good order. What rests on a row that it moves is moved along with it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import numpy as np

from chaingraph.demo.state import AS_OF_DAY, Deal, Head, Market

Row = dict[str, Any]
LARGE_PENCE = 1_000_000_000  # ten million pounds a year
LATEST = 600  # days ago: a sub-contract as young as this can be short and still in force


def make_prequalification(market: Market) -> None:
    """Plant what went wrong before contracts were let, and in their terms; called when every contract is written."""
    deals = _whole(market)
    _adverts(market, deals)
    _risk(market, deals)
    _terms(market, deals)
    _tenders(market)


def _whole(market: Market) -> Iterator[tuple[Head, Deal]]:
    """Sub-contracts with a document on which nothing is planted, shuffled; each is dealt out once."""
    broken = {
        value for one in market.planted for name, value in one.identity.items() if name == "contract_id"
    }
    found = [
        (head, deal)
        for head in market.heads
        for deal in head.chain[1:]
        if not (deal.inferred or deal.anchor or deal.late or deal.starved or deal.contract_id in broken)
    ]
    market.rng("prequalify").shuffle(found)
    return iter(found)


def _halves(market: Market) -> Iterator[int]:
    """0 and 1 in turn, as many as plants of a kind."""
    return iter(place % 2 for place in range(market.size.plants))


def _adverts(market: Market, deals: Iterator[tuple[Head, Deal]]) -> None:
    rng = market.rng("broken adverts")
    contracts = {row["contract_id"]: row for row in market.rows["contracts"]}
    adverts = {row["opportunity_id"]: row for row in market.rows["opportunities"]}
    answers: dict[str, list[Row]] = {}
    for row in market.rows["applications"]:
        answers.setdefault(row["opportunity_id"], []).append(row)

    def take(fits: Callable[[list[Row]], bool] = bool) -> tuple[Deal, Row, list[Row]]:
        for _, deal in deals:
            opportunity_id = contracts[deal.contract_id]["opportunity_id"]
            if fits(answers[opportunity_id]):
                return deal, adverts[opportunity_id], answers[opportunity_id]
        raise AssertionError("the market has too few sub-contracts to break")

    for afterwards in _halves(market):
        deal, advert, applied = take()
        if afterwards:
            later = deal.starts + int(rng.integers(5, 30)) - advert["published_on"]
            _move(advert, later, "published_on", "closes_on")
            for row in applied:
                _move(row, later, "decided_on", "feedback_on")
        else:
            contracts[deal.contract_id]["opportunity_id"] = None
            for row in applied:  # the advert that is left came to nothing
                row |= {"decision": "withdrawn", "feedback_on": None}
        how = "advertised after the start" if afterwards else "no opportunity behind it"
        market.plant("opportunity-not-advertised", how, contract_id=deal.contract_id)
    for _ in _halves(market):
        _, advert, _ = take()
        days = int(rng.integers(3, 15))
        advert["closes_on"] = advert["published_on"] + days
        how = f"open for {days} days"
        market.plant("advert-window-short", how, opportunity_id=advert["opportunity_id"])
    for unequal in _halves(market):
        _, advert, applied = take(lambda rows: len(rows) > 1)
        if unequal:
            applied[-1]["questions_asked"] += int(rng.integers(1, 12))
        else:
            advert["min_turnover_gbp"] = int(advert["annual_value_gbp"] * rng.uniform(2.1, 5.0))
        how = (
            "one applicant was asked more than the others" if unequal else "more than twice the yearly value"
        )
        market.plant("application-burden", how, opportunity_id=advert["opportunity_id"])
    for late in _halves(market):
        _, _, applied = take(lambda rows: rows[-1]["decision"] == "rejected")
        told = applied[-1]["decided_on"] + int(rng.integers(29, 46))
        applied[-1]["feedback_on"] = told if late else None
        how = "feedback after more than 28 days" if late else "no feedback"
        market.plant("feedback-missing", how, application_id=applied[-1]["application_id"])


def _move(row: Row, days: int, *columns: str) -> None:
    row |= {name: row[name] + days for name in columns if row[name] is not None}


def _risk(market: Market, deals: Iterator[tuple[Head, Deal]]) -> None:
    rng = market.rng("no risk agreed")
    contracts = {row["contract_id"]: row for row in market.rows["contracts"]}
    for late in _halves(market):
        _, deal = next(deals)
        agreed = min(deal.starts + int(rng.integers(1, 120)), AS_OF_DAY)
        contracts[deal.contract_id]["risk_agreed_on"] = agreed if late else None
        how = "agreed after the start" if late else "no agreement"
        market.plant("risk-not-agreed", how, contract_id=deal.contract_id)


def _terms(market: Market, deals: Iterator[tuple[Head, Deal]]) -> None:
    rng = market.rng("unusual terms")
    contracts = {row["contract_id"]: row for row in market.rows["contracts"]}
    young = [
        (head, deal)
        for head, deal in deals
        if deal.role != "spot"
        and deal.starts > AS_OF_DAY - LATEST
        and not any(other.parent is deal for other in head.chain)
    ]
    for _, deal in young[: market.size.plants]:
        ends = AS_OF_DAY + int(rng.integers(30, 120))
        contracts[deal.contract_id]["ends_on"] = ends
        how = f"{ends - deal.starts + 1} days"
        market.plant("subcontract-too-short", how, contract_id=deal.contract_id)
    short = {deal.number for _, deal in young[: market.size.plants]}
    whole = [head for head in market.heads if not any(deal.number in short for deal in head.chain)]
    order = market.rng("head terms").permutation(len(whole))
    for longer, place in zip(_halves(market), order, strict=False):
        head, years = whole[int(place)], 8 if longer else 4
        for deal in head.chain:  # the chain ends with its head contract
            if not deal.inferred:
                contracts[deal.contract_id]["ends_on"] = head.deal.starts + 365 * years + 1
        market.plant("contract-term-unusual", f"{years} years", contract_id=head.deal.contract_id)


def _tenders(market: Market) -> None:
    rng = market.rng("broken tenders")
    rows = market.rows["lots"]
    order = [rows[int(place)] for place in rng.permutation(len(rows))]
    large = [row for row in order if row["estimated_annual_gbp"] >= LARGE_PENCE]
    hurried = large[: market.size.plants]
    for row in hurried:
        days = int(rng.integers(56, 84))
        _hurry(market, rng, row, row["shortlisted_on"] + days)
        market.plant("tender-window-short", f"{days} days from short list to bids", lot_id=row["lot_id"])
    rest = [row for row in order if row not in hurried]
    for late, row in zip(_halves(market), rest, strict=False):
        row["market_event_on"] = row["commenced_on"] + int(rng.integers(0, 20)) if late else None
        how = "the event came after the procurement had commenced" if late else "no event"
        market.plant("market-event-missing", how, lot_id=row["lot_id"])


def _hurry(market: Market, rng: np.random.Generator, lot: Row, due: int) -> None:
    lot["bids_due_on"] = due
    for bid in market.rows["bids"]:
        if bid["lot_id"] == lot["lot_id"]:
            bid["submitted_on"] = due - int(rng.integers(0, 6))
