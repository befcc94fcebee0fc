"""Who is treated worse than others like them: small payees, protected groups, entrants, those who complain."""

from __future__ import annotations

from typing import Any

from chaingraph.demo.state import AS_OF_DAY, PROGRAMMES, Deal, Market

Row = dict[str, Any]
# The part of their invoices that are late where only the small wait.
SMALL_LATE_SHARE = 0.35
# One who is told to go: the grievance, the notice some days after it, and the contract's end on the market's last day.
ENDED_AFTER_DAYS, NOTICE_AFTER_DAYS = 140, 8
GAP_RATE = 0.14


def let_the_small_wait(market: Market) -> None:
    """Turn one of the late payers into one that pays its large sub-contractors in time."""
    payer = min(market.late_payers)
    bands = {row["org_id"]: row for row in market.rows["organisations"]}
    paid = [
        d
        for head in market.heads
        if head.prime == payer
        for d in head.chain[1:]
        if d.tier == 2 and not d.inferred
    ]
    for place, deal in enumerate(paid):
        large = place % 3 == 0
        bands[deal.supplier_id]["size_band"] = "large" if large else ("micro", "small")[place % 2]
    for deal in paid:
        waits = bands[deal.supplier_id]["size_band"] != "large"
        deal.late, deal.late_share = ("both", SMALL_LATE_SHARE) if waits else ("", 0.0)
    how = "only micro and small sub-contractors are paid late"
    market.plant("unequal-treatment", how, org_id=payer)


def make_unfair(market: Market) -> None:
    """Write and plant what the short tables show of it; called when contracts, bids and group outcomes are written."""
    some = max(1, market.size.plants // 2)
    _complain(market, some)
    _lose_groups(market, some)
    _shut_out_entrants(market)
    _enforce(market)


def _grieve(market: Market, deal: Deal, raised: int) -> str:
    grievance_id = market.id("grievances", "GR")
    market.add(
        "grievances",
        grievance_id=grievance_id,
        raised_by_id=deal.supplier_id,
        against_id=deal.buyer_id,
        contract_id=deal.contract_id,
        raised_on=raised,
        acknowledged_on=raised + 2,
        decided_on=raised + 40,
        stage="dwp",
        outcome="not_upheld",
        obstructed=False,
    )
    return grievance_id


def _complain(market: Market, some: int) -> None:
    for number, raised in sorted(market.shunned.items()):
        how = "nine in ten referrals are gone"
        market.plant("grievance-retaliation", how, grievance_id=_grieve(market, market.deals[number], raised))
    rng = market.rng("told to go")
    broken = {value for one in market.planted for value in one.identity.values()}
    contracts = {row["contract_id"]: row for row in market.rows["contracts"]}
    fit = [
        deal
        for head in market.heads
        for deal in head.chain[1:]
        if deal.role == "spot" and deal.tier == 2 and not deal.inferred and not deal.late
        and not {deal.contract_id, deal.supplier_id} & broken
        and contracts[deal.contract_id]["ends_on"] > AS_OF_DAY
        and deal.starts < AS_OF_DAY - 400
    ]  # fmt: skip
    for place in rng.permutation(len(fit))[:some]:
        deal, raised = fit[place], AS_OF_DAY - ENDED_AFTER_DAYS
        # With the notice that was agreed, so that nothing is wrong with the end but its occasion.
        contracts[deal.contract_id] |= {
            "ended_on": AS_OF_DAY,
            "ended_by": "buyer",
            "notice_given_on": raised + NOTICE_AFTER_DAYS,
        }
        how = f"the contract ends {ENDED_AFTER_DAYS} days after the grievance"
        market.plant("grievance-retaliation", how, grievance_id=_grieve(market, deal, raised))


def _lose_groups(market: Market, some: int) -> None:
    prime = {head.deal.contract_id: head.prime for head in market.heads}
    rows = market.rows["group_outcomes"]
    primes = sorted({prime[row["contract_id"]] for row in rows})
    for place in market.rng("groups").permutation(len(primes))[:some]:
        for row in rows:
            if prime[row["contract_id"]] == primes[place] and row["protected_group"] == "disabled":
                row["outcomes"] = round(row["customers"] * GAP_RATE)
        how = "an outcome for 14 % of the disabled, for 24 % of the others"
        market.plant("outcome-gap", how, org_id=primes[place], protected_group="disabled")


def _shut_out_entrants(market: Market) -> None:
    """Let those who work nowhere bid for the newer programme, and win nothing."""
    working = {deal.supplier_id for deal in market.deals} | {
        other for lot in market.lots for other in lot.others
    }
    idle = [sub for sub in market.subs if sub not in working and market.owner[sub] == sub]
    rng = market.rng("entrants")
    newer = [lot for lot in market.lots if lot.programme is not PROGRAMMES[0]]
    lots = {row["lot_id"]: row for row in market.rows["lots"]}
    for lot in newer:
        row = lots[lot.lot_id]
        for place in rng.permutation(len(idle))[:3]:
            market.add(
                "bids",
                bid_id=market.id("bids", "BID"),
                lot_id=lot.lot_id,
                org_id=idle[place],
                price_gbp=int(row["estimated_annual_gbp"] * rng.uniform(0.86, 1.09)) * lot.programme.years,
                shortlisted=False,
                status="disqualified",
                submitted_on=row["bids_due_on"] - int(rng.integers(0, 6)),
                promised_outcome_rate=round(float(rng.uniform(0.2, 0.3)), 3),
                tupe_statement="applies",
                non_tupe_terms=False,
                tupe_cost_treatment="counted",
            )
    if idle and newer:
        how = "no bid of an entrant won, in any lot"
        market.plant("entrant-disadvantage", how, programme=newer[0].programme.name)


def _enforce(market: Market) -> None:
    """Two breaches of the Code that the department acts on: one alike for all, one for small providers only."""
    rng = market.rng("enforcement")
    heads = {head.prime for head in market.heads}
    chain = {deal.supplier_id for deal in market.subcontracts()} - heads
    bands: dict[bool, list[str]] = {True: [], False: []}
    for row in market.rows["organisations"]:
        if row["org_id"] in chain:
            bands[row["size_band"] == "large"].append(row["org_id"])
    for clause, chances in (("COC-PRE-06", (0.5, 0.5)), ("COC-POST-07", (0.1, 0.9))):
        for large, chance in zip((True, False), chances, strict=True):
            for place in range(20):
                found = AS_OF_DAY - int(rng.integers(60, 600))
                acted = place < round(20 * chance)
                market.add(
                    "enforcement_actions",
                    action_id=market.id("enforcement_actions", "EA"),
                    org_id=bands[large][int(rng.integers(len(bands[large])))],
                    clause=clause,
                    severity="indicator",
                    found_on=found,
                    acted_on=found + int(rng.integers(5, 30)) if acted else None,
                    action="notice" if acted else "none",
                )
    how = "acted on 18 of 20 times where the provider is small, twice where it is large"
    market.plant("enforcement-uneven", how, clause="COC-POST-07", severity="indicator")
