"""What the department and providers have to show for themselves: taken away, or made stale, where it is planted.

Works on the short tables of a market in good order and puts the breaches into them; whatever else rests on the rows
that it takes away is made good elsewhere, or written down as planted, too.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable
from itertools import zip_longest
from typing import Any

import numpy as np

from chaingraph.demo.chance import day
from chaingraph.demo.state import AS_OF_DAY, DEPARTMENT, Head, Market
from chaingraph.rules.clause_texts import Attest, load_clauses

Row = dict[str, Any]
# The year that ended a year before the market's day, so that its scores are due.
RATED_YEAR, RATED_FROM, RATED_TO = "2023-24", day("2023-04-01"), day("2024-03-31")
SCORES = ("outcomes", "value_for_money", "quality", "customer_experience")
FIRST_DAYS = 180
YEAR = 365


def make_stewardship(market: Market) -> None:
    """Plant what stewards did not do and what nobody can show; called when engagements and documents are written."""
    rng = market.rng("stewardship")
    some = max(1, market.size.plants // 2)
    _no_steward(market, rng, some)
    _no_acknowledgement(market, rng)
    _no_voice(market, rng, some)
    _no_scores(market, rng)
    _no_document(market, rng)


def act_on_gaps(market: Market) -> None:
    """Let the department act on half of the primes whose chains have gaps; called once every gap is planted."""
    rng = market.rng("actions")
    prime = {head.deal.contract_id: head.prime for head in market.heads}
    rules = ("capability-gap", "capability-lapsed", "need-uncovered")
    gaps = sorted({one.identity["contract_id"] for one in market.planted if one.rule in rules})
    primes = sorted({prime[contract_id] for contract_id in gaps})
    rng.shuffle(primes)
    addressed = set(primes[: len(primes) // 2])
    # Where there are too few for that, somebody else: without any action on record nobody could miss one.
    others = sorted(set(prime.values()) - set(primes))[:1]
    for org_id in sorted(addressed) or others:
        found = AS_OF_DAY - int(rng.integers(40, 80))
        market.add(
            "enforcement_actions",
            action_id=market.id("enforcement_actions", "EA"),
            org_id=org_id,
            clause="STR-DEV-08",
            severity="indicator",
            found_on=found,
            acted_on=found + int(rng.integers(5, 30)),
            action="notice",
        )
    for contract_id in gaps:
        if prime[contract_id] not in addressed:
            how = "a gap known for long, and no action of the department"
            market.plant("capability-gap-unaddressed", how, contract_id=contract_id)


def _take(market: Market, table: str, gone: Callable[[Row], bool]) -> None:
    market.rows[table] = [row for row in market.rows[table] if not gone(row)]


def _engage(market: Market, org_id: str, kind: str, when: int) -> None:
    number = max((int(row["engagement_id"][2:]) for row in market.rows["engagements"]), default=0) + 1
    market.add("engagements", engagement_id=f"EN{number:06d}", org_id=org_id, kind=kind, happened_on=when)


def _no_steward(market: Market, rng: np.random.Generator, some: int) -> None:
    primes = sorted({head.prime for head in market.heads})
    left = {primes[int(place)] for place in rng.permutation(len(primes))[:some]}
    _take(market, "engagements", lambda row: row["kind"] == "steward_visit" and row["org_id"] in left)
    awarded = {row["lot_id"]: row["awarded_on"] for row in market.rows["lots"]}
    visits = defaultdict(list)
    for row in market.rows["engagements"]:
        if row["kind"] == "steward_visit":
            visits[row["org_id"]].append(row["happened_on"])
    for head in market.heads:
        first, last = awarded[head.lot.lot_id], head.deal.starts + FIRST_DAYS
        came = any(first <= when <= last for deal in head.chain for when in visits[deal.supplier_id])
        if not came and last < AS_OF_DAY:
            how = "no visit between the award and 180 days after the start"
            market.plant("no-steward-contact", how, contract_id=head.deal.contract_id)


def _no_acknowledgement(market: Market, rng: np.random.Generator) -> None:
    broken = {value for one in market.planted for value in one.identity.values()}
    chain = sorted({deal.supplier_id for deal in market.deals if not deal.inferred} - broken)
    chosen = {chain[int(place)] for place in rng.permutation(len(chain))[: market.size.plants]}
    _take(market, "engagements", lambda row: row["kind"] == "code_acknowledged" and row["org_id"] in chosen)
    for place, org_id in enumerate(sorted(chosen)):
        if place % 2:  # told of the Code, which is not to acknowledge it
            _engage(market, org_id, "code_briefing", AS_OF_DAY - int(rng.integers(20, 300)))
        how = "briefed, not acknowledged" if place % 2 else "nothing on record"
        market.plant("code-not-acknowledged", how, org_id=org_id)


def _no_voice(market: Market, rng: np.random.Generator, some: int) -> None:
    providers: dict[str, set[str]] = defaultdict(set)
    for head in market.heads:
        providers[head.lot.area.area_id] |= {d.supplier_id for d in head.chain[1:] if not d.inferred}
    areas = sorted(area for area in providers if providers[area])
    silent = [areas[int(place)] for place in rng.permutation(len(areas))[:some]]
    mute = {org_id for area in silent for org_id in providers[area]}
    _take(market, "engagements", lambda row: row["kind"] == "forum" and row["org_id"] in mute)
    # A forum of longer ago does not help them, and the primes' own voice is not theirs.
    for area in silent:
        _engage(market, min(providers[area]), "forum", AS_OF_DAY - int(rng.integers(380, 600)))
    for head in market.heads[:: max(1, len(market.heads) // 5)]:
        _engage(market, head.prime, "forum", AS_OF_DAY - int(rng.integers(10, 300)))
    heard = {
        row["org_id"]
        for row in market.rows["engagements"]
        if row["kind"] == "forum" and row["happened_on"] >= AS_OF_DAY - YEAR
    }
    for area in areas:
        speakers = sorted(providers[area] - mute)
        if not providers[area] & heard and area not in silent and speakers:
            _engage(market, speakers[0], "forum", AS_OF_DAY - int(rng.integers(10, 300)))
        elif not providers[area] & heard:
            market.plant("no-direct-voice", "no provider at a forum for a year", area_id=area)


def _no_scores(market: Market, rng: np.random.Generator) -> None:
    """Scores for the year before those that are written already: complete, but for those planted."""
    rated = [head for head in market.heads if head.deal.starts <= RATED_FROM and head.deal.ends >= RATED_TO]
    bad = {int(place) for place in rng.permutation(len(rated))[: market.size.plants]}
    for place, head in enumerate(rated):
        row: Row = {name: int(rng.integers(2, 5)) for name in SCORES}
        if place in bad:
            how = ("no score for customer experience", "no rating", "two scores of four")[
                int(rng.integers(3))
            ]
            identity = {"contract_id": head.deal.contract_id, "period": RATED_YEAR}
            market.plant("rating-incomplete", how, **identity)
            if how == "no rating":
                continue
            row["customer_experience"] = None
            row["quality"] = None if how == "two scores of four" else row["quality"]
        market.add(
            "ratings",
            rating_id=market.id("ratings", "RA"),
            org_id=head.prime,
            contract_id=head.deal.contract_id,
            period=RATED_YEAR,
            **row,
        )


def _no_document(market: Market, rng: np.random.Generator) -> None:
    """Take a document away, or make it too old, where it is due; one of each kind of duty first."""
    wanted = {name: clause.attest for name, clause in load_clauses().items() if clause.attest}
    since = _since(market)
    due: dict[str, list[int]] = defaultdict(list)
    rows = market.rows["attestations"]
    for place in rng.permutation(len(rows)):
        asked = wanted[rows[place]["clause"]]
        if AS_OF_DAY - since.get(rows[place]["about_id"], AS_OF_DAY) >= (asked.within_days or 0):
            due[asked.about].append(int(place))
    rounds = zip_longest(*(due[about] for about in sorted(due)))
    turns = [place for turn in rounds for place in turn if place is not None]
    gone = set()
    for turn, place in enumerate(turns[: 2 * market.size.plants]):
        row = rows[place]
        how = _spoil(row, wanted[row["clause"]], turn, rng)
        if not how:
            gone.add(row["attestation_id"])
        market.plant(
            "attestation-missing", how or "no document", clause=row["clause"], about_id=row["about_id"]
        )
    _take(market, "attestations", lambda row: row["attestation_id"] in gone)


def _spoil(row: Row, asked: Attest, turn: int, rng: np.random.Generator) -> str:
    """Make a document stale in one of two ways, or not at all."""
    if turn % 3 == 1 and asked.within_days:
        row["issued_on"] = AS_OF_DAY - asked.within_days - int(rng.integers(1, 200))
        return "a document that is too old"
    if turn % 3 == 2:
        row["issued_on"] = AS_OF_DAY - int(rng.integers(60, 300))
        row["expires_on"] = row["issued_on"] + int(rng.integers(5, 50))
        return "a document past its own last day"
    return ""


def _since(market: Market) -> dict[str, int]:
    """The first day of whatever brings a duty, by whoever has it: the latest where there is a choice."""
    first: dict[str, int] = {}
    heads: dict[str, Head] = {head.deal.contract_id: head for head in market.heads}
    for deal in market.deals:
        first[deal.supplier_id] = min(first.get(deal.supplier_id, deal.starts), deal.starts)
    first |= {contract_id: head.deal.starts for contract_id, head in heads.items()}
    first |= {row["lot_id"]: row["awarded_on"] for row in market.rows["lots"]}
    first.pop(DEPARTMENT, None)
    return first
