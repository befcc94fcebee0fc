"""Terms and conduct under sub-contracts: risk, fees, prices, notice, returns and the like, each broken on a contract of its own.

Works on the short tables of a market in good order, when every contract is written.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

from chaingraph.demo.state import AS_OF_DAY, Deal, Market

Row = dict[str, Any]
# Well inside what the rules allow, so that one broken term does not break another.
MOST_RISK = 0.24


class _Broken:
    """Deals out second-tier contracts with a document, nothing below them and nothing planted on them yet."""

    def __init__(self, market: Market) -> None:
        self.market = market
        self.rng = market.rng("broken terms")
        self.rows = {row["contract_id"]: row for row in market.rows["contracts"]}
        self.orgs = {row["org_id"]: row for row in market.rows["organisations"]}
        spent = {value for one in market.planted for value in one.identity.values()}
        parents = {deal.parent.contract_id for deal in market.deals if deal.parent}
        found = [
            deal
            for deal in market.deals
            if deal.tier == 2
            and not (deal.inferred or deal.late or deal.starved)
            and deal.contract_id not in spent
            and deal.contract_id not in parents
        ]
        self.rng.shuffle(found)
        self._left = found

    def take(self, fits: Callable[[Deal, Row], bool] = lambda deal, row: True) -> Iterator[tuple[Deal, Row]]:
        """As many contracts as breaches of a kind, with their rows; none is dealt out twice."""
        wanted = self.market.size.plants
        chosen = [deal for deal in self._left if fits(deal, self.rows[deal.contract_id])][:wanted]
        self._left = [deal for deal in self._left if deal not in chosen]
        return ((deal, self.rows[deal.contract_id]) for deal in chosen)

    def risk(self, row: Row, outcome_share: float) -> float:
        """A year's outcome pay over the supplier's free reserves."""
        reserves = self.orgs[row["supplier_id"]]["free_reserves_gbp"]
        return float(outcome_share * row["annual_value_gbp"] / reserves)


def make_terms(market: Market) -> None:
    """Plant what is wrong in the terms of sub-contracts and under them."""
    broken = _Broken(market)
    _risk(market, broken)
    _money(market, broken)
    _notice(market, broken)
    _returns(market, broken)
    _terms_above(market)


def _risk(market: Market, broken: _Broken) -> None:
    for deal, row in broken.take(lambda deal, row: broken.risk(row, 0.66) < MOST_RISK):
        row["outcome_share"] = 0.66
        note = "66 % of the price on outcomes, 50 % in the head contract"
        market.plant("risk-passed-down", note, contract_id=deal.contract_id)

    def small(deal: Deal, row: Row) -> bool:
        org = broken.orgs[deal.supplier_id]
        is_small = org["size_band"] in ("micro", "small") or org["sector"] == "voluntary"
        return bool(is_small and broken.risk(row, 0.75) < MOST_RISK)

    for deal, row in broken.take(small):
        row |= {"outcome_share": 0.75, "advance_share": 0.0}
        note = "75 % of the price on outcomes, nothing in advance"
        market.plant("advance-not-considered", note, contract_id=deal.contract_id)
        market.plant("risk-passed-down", note, contract_id=deal.contract_id)

    contracts: dict[str, int] = {}
    for deal in market.deals:
        contracts[deal.supplier_id] = contracts.get(deal.supplier_id, 0) + 1
    for deal, row in broken.take(lambda deal, row: contracts[deal.supplier_id] == 1):
        at_risk = row["outcome_share"] * row["annual_value_gbp"]
        broken.orgs[deal.supplier_id]["free_reserves_gbp"] = max(100, int(at_risk / 0.8) // 100 * 100)
        market.plant(
            "risk-beyond-means", "four fifths of the reserves at stake", contract_id=deal.contract_id
        )


def _money(market: Market, broken: _Broken) -> None:
    for deal, row in broken.take():
        row["unit_price_gbp"] = int(row["unit_cost_gbp"] * broken.rng.uniform(0.7, 0.95))
        market.plant("price-below-cost", "a unit costs more than it brings", contract_id=deal.contract_id)
    for deal, row in broken.take():
        row["fee_share"] = round(float(broken.rng.uniform(0.4, 0.5)), 3)
        market.plant("fee-top-slice", f"a fee of {row['fee_share']:.0%}", contract_id=deal.contract_id)
    for deal, row in broken.take():
        row |= {"public_staff_transfer": True, "cosop_applied": False}
        note = "public staff moved without the Statement of Practice"
        market.plant("public-transfer-without-cosop", note, contract_id=deal.contract_id)


def _notice(market: Market, broken: _Broken) -> None:
    for place, (deal, row) in enumerate(broken.take()):
        row["notice_days_by_buyer"] = 28 if place % 2 else 100
        market.plant(
            "notice-too-short",
            "28 days" if place % 2 else "the buyer gives less than the supplier",
            contract_id=deal.contract_id,
        )
    # They end on the very day of the sweep: until then everything under them goes on as it did.
    for deal, row in broken.take():
        row |= {"ended_on": AS_OF_DAY, "ended_by": "buyer", "notice_given_on": AS_OF_DAY - 30}
        market.plant("ended-without-notice", "ended on 30 days of 120", contract_id=deal.contract_id)
    for _, row in broken.take():
        row |= {"ended_on": AS_OF_DAY, "ended_by": "buyer", "notice_given_on": AS_OF_DAY - 120}


def _returns(market: Market, broken: _Broken) -> None:
    returns = {row["contract_id"]: row for row in market.rows["reporting_requirements"]}
    for deal, _ in broken.take():
        later = deal.starts + int(broken.rng.integers(60, 150))
        requirement_id = market.id("reporting_requirements", "RR")
        market.add(
            "reporting_requirements",
            requirement_id=requirement_id,
            contract_id=deal.contract_id,
            name="extra weekly return",
            returns_per_year=1.0,
            hours_per_return=0.01,
            agreed_on=None,
            introduced_on=min(later, AS_OF_DAY),
            mandated_by_dwp=False,
        )
        market.plant("reporting-added-later", "asked for after the signature", requirement_id=requirement_id)
    for deal, _ in broken.take():
        row = returns[deal.contract_id]
        row |= {"mandated_by_dwp": False, "hours_per_return": 20 * row["hours_per_return"]}
        market.plant("reporting-burden", "twenty times the hours of others", contract_id=deal.contract_id)


def _terms_above(market: Market) -> None:
    """Longer terms than the contract above: they come with what was planted on terms, and with the third tier."""
    for deal in market.deals:
        above = deal.parent
        if above is None or deal.inferred or deal.term_days is None or above.term_days is None:
            continue
        same = (deal.term_starts or "receipt") == (above.term_starts or "receipt")
        if same and deal.term_days > above.term_days:
            note = f"{deal.term_days} days under a contract of {above.term_days}"
            market.plant("payment-term-beyond-head", note, contract_id=deal.contract_id)
