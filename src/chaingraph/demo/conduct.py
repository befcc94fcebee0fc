"""How parties behave from day to day: policies, support, visits, issues, grievances, ratings, transfers."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from chaingraph.demo.chance import day
from chaingraph.demo.state import AS_OF_DAY, DEPARTMENT, Market
from chaingraph.rules.clause_texts import load_clauses

YEAR = 365
PERIODS = ("2024-25", "2025-26")


def make_policies(market: Market) -> None:
    """An equality policy in date for everybody in a chain, but for those planted."""
    rng = market.rng("policies")
    chain = list(dict.fromkeys(deal.supplier_id for deal in market.deals))
    bad = {chain[int(i)] for i in rng.permutation(len(chain))[: market.size.plants]}
    for org_id in chain:
        _policy(market, org_id, "safeguarding", AS_OF_DAY - int(rng.integers(30, 800)), YEAR * 3)
        if org_id in bad:
            how = ("there is none", "its review is overdue", "it is older than three years")[
                int(rng.integers(3))
            ]
            if how == "its review is overdue":
                _policy(market, org_id, "equality", AS_OF_DAY - int(rng.integers(800, 1_000)), 2 * YEAR)
            elif how == "it is older than three years":
                _policy(market, org_id, "equality", AS_OF_DAY - int(rng.integers(1_150, 1_600)), None)
            market.plant("equality-policy-missing", how, org_id=org_id)
        elif rng.random() < 0.2:
            _policy(market, org_id, "equality", AS_OF_DAY - int(rng.integers(60, 1_000)), None)
        else:
            _policy(market, org_id, "equality", AS_OF_DAY - int(rng.integers(30, 650)), 2 * YEAR)
            if rng.random() < 0.3:  # the one before it, which no longer counts
                _policy(market, org_id, "equality", AS_OF_DAY - int(rng.integers(1_300, 1_800)), 2 * YEAR)


def _policy(market: Market, org_id: str, kind: str, approved: int, review_days: int | None) -> None:
    market.add(
        "policies",
        policy_id=market.id("policies", "PO"),
        org_id=org_id,
        kind=kind,
        approved_on=approved,
        review_due_on=None if review_days is None else approved + review_days,
    )


def make_conduct(market: Market) -> None:
    """The tables that later rules read, written as a market in good order would have them."""
    rng = market.rng("conduct")
    for deal in market.subcontracts():
        if not deal.inferred:
            market.add(
                "support_actions",
                action_id=market.id("support_actions", "SA"),
                by_org_id=deal.buyer_id,
                to_org_id=deal.supplier_id,
                kind="induction",
                happened_on=min(deal.starts + int(rng.integers(5, 90)), AS_OF_DAY),
            )
            market.add(
                "reporting_requirements",
                requirement_id=market.id("reporting_requirements", "RR"),
                contract_id=deal.contract_id,
                name="monthly performance return",
                returns_per_year=12.0,
                # About as much for the money everywhere: 6 to 12 hours a year for each £10,000.
                hours_per_return=round(deal.annual_pence / 1_000_000 * float(rng.uniform(0.5, 1.0)), 4),
                agreed_on=deal.starts - 20,
                introduced_on=deal.starts,
                mandated_by_dwp=bool(rng.random() < 0.5),
            )
    for head in market.heads:
        contract_id, prime, starts = head.deal.contract_id, head.prime, head.deal.starts
        _engage(market, prime, "steward_visit", starts + int(rng.integers(30, 150)))
        subs = [deal for deal in head.chain if deal.tier == 2]
        _engage(market, subs[0].supplier_id, "forum", AS_OF_DAY - int(rng.integers(10, 300)))
        # Not the one that did the work of late joiners until they came: its referrals fell for that reason.
        sub = min(subs, key=lambda deal: (deal.anchor, deal.inferred, deal.starts, deal.number)).supplier_id
        raised = AS_OF_DAY - int(rng.integers(60, 700))
        if raised > starts:
            _dispute(market, rng, contract_id, prime, sub, raised)
        for period in PERIODS:
            if starts < day("2025-04-01"):
                _rate(market, rng, contract_id, prime, period)
        market.add(
            "tupe_transfers",
            transfer_id=market.id("tupe_transfers", "TT"),
            lot_id=head.lot.lot_id,
            from_org_id=head.lot.others[0],
            to_org_id=prime,
            requested_on=starts - 70,
            supplied_on=starts - int(rng.integers(35, 60)),
            transfers_on=starts,
        )
    for org_id in dict.fromkeys(deal.supplier_id for deal in market.deals):
        _engage(market, org_id, "code_acknowledged", AS_OF_DAY - int(rng.integers(20, 900)))
    _documents(market)


def _engage(market: Market, org_id: str, kind: str, when: int) -> None:
    engagement_id = market.id("engagements", "EN")
    market.add(
        "engagements", engagement_id=engagement_id, org_id=org_id, kind=kind, happened_on=min(when, AS_OF_DAY)
    )


def _dispute(
    market: Market, rng: np.random.Generator, contract_id: str, prime: str, sub: str, raised: int
) -> None:
    market.add(
        "issues",
        issue_id=market.id("issues", "IS"),
        raised_by_id=sub,
        raised_with_id=prime,
        contract_id=contract_id,
        raised_on=raised,
        acknowledged_on=raised + int(rng.integers(0, 7)),
        resolved_on=raised + int(rng.integers(7, 28)),
    )
    closed = raised + int(rng.integers(3, 28))
    market.add(
        "complaints",
        complaint_id=market.id("complaints", "CM"),
        org_id=sub,
        contract_id=contract_id,
        raised_on=raised,
        closed_on=closed,
        outcome_told_on=closed + int(rng.integers(0, 10)),
    )
    if rng.random() < 0.3:
        market.add(
            "grievances",
            grievance_id=market.id("grievances", "GR"),
            raised_by_id=sub,
            against_id=prime,
            contract_id=contract_id,
            raised_on=raised,
            acknowledged_on=raised + int(rng.integers(0, 6)),
            decided_on=raised + int(rng.integers(20, 55)),
            stage="dwp",
            outcome="not_upheld" if rng.random() < 0.7 else "upheld",
            obstructed=False,
        )


def _rate(market: Market, rng: np.random.Generator, contract_id: str, prime: str, period: str) -> None:
    scores = {
        name: int(rng.integers(2, 5))
        for name in ("outcomes", "value_for_money", "quality", "customer_experience")
    }
    rating_id = market.id("ratings", "RA")
    market.add("ratings", rating_id=rating_id, org_id=prime, contract_id=contract_id, period=period, **scores)
    for group in ("disabled", "not disabled"):
        customers = int(rng.integers(200, 900))
        market.add(
            "group_outcomes",
            contract_id=contract_id,
            period=period,
            protected_group=group,
            customers=customers,
            outcomes=round(customers * 0.24),
        )


def _documents(market: Market) -> None:
    attest(
        market,
        "attestations",
        {
            "prime": sorted({head.prime for head in market.heads}),
            "provider": sorted({deal.supplier_id for deal in market.deals}),
            "head-contract": [head.deal.contract_id for head in market.heads],
            "lot": [lot.lot_id for lot in market.lots],
            "market": ["market"],
        },
    )


def attest(market: Market, stream: str, about: Mapping[str, list[str]]) -> None:
    """A fresh document for every duty of which the clause files say that a document must show it.

    ``about``: what each kind of duty is about, by id; ``stream`` names the random numbers to draw from.
    """
    rng = market.rng(stream)
    for clause in load_clauses().values():
        if clause.attest is None:
            continue
        within = clause.attest.within_days or YEAR
        for about_id in about.get(clause.attest.about, []):
            market.add(
                "attestations",
                attestation_id=market.id("attestations", "AT"),
                clause=clause.id,
                about_id=about_id,
                kind="document",
                issued_on=AS_OF_DAY - int(rng.integers(1, within)),
            )


def set_accounts(market: Market) -> None:
    """Turnover and reserves that bear what each organisation has taken on, and when it first did."""
    rng = market.rng("accounts")
    income: dict[str, int] = {}
    first: dict[str, int] = {}
    for deal in market.deals:
        income[deal.supplier_id] = income.get(deal.supplier_id, 0) + deal.annual_pence
        first[deal.supplier_id] = min(first.get(deal.supplier_id, AS_OF_DAY), deal.starts)
    for row in market.rows["organisations"]:
        if row["org_id"] == DEPARTMENT:
            continue
        taken = income.get(row["org_id"], int(rng.integers(1, 50)) * 10_000_000)
        row["turnover_gbp"] = int(taken * rng.uniform(2.3, 6.0)) // 100_000 * 100_000
        row["free_reserves_gbp"] = int(taken * rng.uniform(2.2, 3.5)) // 100_000 * 100_000
        row["first_dwp_contract_on"] = first.get(row["org_id"])
