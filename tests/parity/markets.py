"""Random small markets, full of gaps and odd dates, as the rows of market tables."""

from __future__ import annotations

import random
from collections import defaultdict
from datetime import date, timedelta
from typing import Any

Row = dict[str, Any]
Tables = dict[str, list[Row]]
FIRST = date(2024, 1, 1)
NEEDS = ("health", "housing", "skills")
CODES = ("B1", "B5", "B8", "M2", "M6", "S1")


def markets(seed: int, how_many: int) -> Tables:
    """``how_many`` markets side by side that share nothing but the department; the same seed, the same rows."""
    tables: Tables = defaultdict(list)
    tables["organisations"].append({"org_id": "X-D", "name": "Department", "sector": "public"})
    for number in range(how_many):
        _Market(random.Random(f"{seed}/{number}"), f"{number}-", tables).make()
    return dict(tables)


class _Market:
    def __init__(self, rnd: random.Random, prefix: str, tables: Tables) -> None:
        self.rnd, self.prefix, self.tables = rnd, prefix, tables
        self.contracts: list[Row] = []

    def day(self, low: int = 0, high: int = 700) -> date:
        return FIRST + timedelta(days=self.rnd.randint(low, high))

    def maybe(self, value: Any, chance: float = 0.8) -> Any:
        return value if self.rnd.random() < chance else None

    def add(self, table: str, **row: Any) -> Row:
        self.tables[table].append(row)
        return row

    def make(self) -> None:
        rnd, p = self.rnd, self.prefix
        self.primes = [f"X-{p}P{n}" for n in range(rnd.randint(1, 3))]
        self.subs = [f"X-{p}S{n}" for n in range(rnd.randint(1, 4))]
        owners = [f"X-{p}O{n}" for n in range(rnd.randint(0, 2))]
        for org in (*self.primes, *self.subs, *owners):
            self.add(
                "organisations",
                org_id=org,
                name=f"{org} Ltd",
                size_band=self.maybe(rnd.choice(["micro", "large"])),
            )
            for _ in range(rnd.randint(0, 2)):
                self.add(
                    "policies",
                    policy_id=f"{org}/{len(self.tables['policies'])}",
                    org_id=org,
                    kind=rnd.choice(["equality", "safeguarding"]),
                    approved_on=self.maybe(self.day(-900, 600)),
                )
        for owner in owners:
            for org in rnd.sample(
                self.primes + self.subs, rnd.randint(0, 3) % (len(self.primes + self.subs) + 1)
            ):
                start = self.maybe(self.day())
                self.add(
                    "ownership",
                    owner_id=owner,
                    owned_id=org,
                    share_min=self.maybe(rnd.choice([0.25, 0.5, 0.75, 1.0])),
                    share_max=self.maybe(1.0, 0.3),
                    valid_from=start,
                    valid_to=self.maybe((start or FIRST) + timedelta(days=rnd.randint(0, 500)), 0.3),
                )
        self.areas = [f"{p}A{n}" for n in range(rnd.randint(1, 2))]
        for area in self.areas:
            self.add("areas", area_id=area, name=f"Area {area}", kind="contract_area")
        for n, prime in enumerate(self.primes):
            for m in range(rnd.randint(1, 2)):
                self.chain(f"{p}H{n}{m}", prime)
        self.lot()

    def contract(self, name: str, tier: int, parent: str | None, buyer: str, supplier: str) -> Row:
        rnd = self.rnd
        start = self.day(0, 500)
        row = self.add(
            "contracts",
            contract_id=name,
            tier=tier,
            parent_contract_id=parent,
            programme=self.maybe(rnd.choice(["Work", "Health"])),
            area_id=self.maybe(rnd.choice(self.areas)),
            buyer_id=buyer,
            supplier_id=supplier,
            role=self.maybe(rnd.choice(["end_to_end", "specialist"])),
            signed_on=self.maybe(start + timedelta(days=rnd.randint(-30, 30))),
            starts_on=start,
            ends_on=self.maybe(start + timedelta(days=rnd.randint(30, 900)), 0.6),
            ended_on=self.maybe(start + timedelta(days=rnd.randint(0, 300)), 0.1),
            annual_value_gbp=self.maybe(rnd.randint(0, 10**6)),
            payment_term_days=self.maybe(rnd.choice([14, 30, 30, 60])),
            term_starts=self.maybe(rnd.choice(["receipt", "validation", "invoice_date"]), 0.5),
            regime=self.maybe(rnd.choice(["pcr2015", "pa2023", "pre2013"])),
            inferred=self.maybe(rnd.random() < 0.1, 0.3),
        )
        self.contracts.append(row)
        return row

    def chain(self, name: str, prime: str) -> None:
        rnd = self.rnd
        head = self.contract(name, 1, None, "X-D", prime)
        members = [head]
        for n in range(rnd.randint(0, 3)):
            above = rnd.choice(members)
            members.append(
                self.contract(
                    f"{name}/{n}",
                    above["tier"] + 1,
                    above["contract_id"],
                    above["supplier_id"],
                    rnd.choice(self.subs),
                )
            )
        for n in range(rnd.randint(0, 3)):
            self.add(
                "requirements",
                requirement_id=f"{name}/R{n}",
                contract_id=name,
                capability=self.maybe(rnd.choice(CODES)),
                need_type=self.maybe(rnd.choice(NEEDS), 0.7),
                area_id=self.maybe(rnd.choice(self.areas)),
            )
        for row in members:
            self.operations(row)

    def operations(self, contract: Row) -> None:
        rnd, name, tables = self.rnd, contract["contract_id"], self.tables
        for n in range(rnd.randint(0, 5)):
            received = self.maybe(self.day(0, 720), 0.9)
            disputed = self.maybe((received or FIRST) + timedelta(days=rnd.randint(0, 40)), 0.2)
            invoice = f"{name}/I{n}"
            pence = rnd.randint(1, 10_000)
            self.add(
                "invoices",
                invoice_id=invoice,
                contract_id=name,
                amount_gbp=f"{pence / 100:.2f}",
                invoiced_on=self.maybe(received),
                received_on=received,
                validated_on=self.maybe(received + timedelta(days=rnd.randint(0, 10)), 0.5)
                if received
                else None,
                disputed_on=disputed,
                dispute_resolved_on=self.maybe(disputed + timedelta(days=rnd.randint(0, 30)), 0.6)
                if disputed
                else None,
            )
            parts = rnd.choice([0, 1, 1, 1, 2])
            for part in range(parts):
                self.add(
                    "payments",
                    payment_id=f"{invoice}/{part}",
                    invoice_id=invoice,
                    amount_gbp=f"{(pence if parts == 1 else (pence + 1) // 2) / 100:.2f}",
                    paid_on=(received or FIRST) + timedelta(days=rnd.randint(0, 90)),
                )
        for _ in range(rnd.randint(0, 12)):
            self.add(
                "referrals",
                referral_id=f"{self.prefix}F{len(tables['referrals'])}",
                contract_id=name,
                referred_on=self.day(0, 720),
                area_id=rnd.choice(self.areas),
                customer_group=rnd.choice(["PG1", "PG2"]),
                need_type=self.maybe(rnd.choice(NEEDS)),
                difficulty_band=rnd.randint(1, 5),
                needs_recorded=self.maybe(rnd.random() < 0.8),
                decision_recorded=self.maybe(rnd.random() < 0.8),
                batch_id=self.maybe(f"{self.prefix}B{rnd.randint(0, 5)}", 0.1),
                customers=self.maybe(rnd.randint(1, 40), 0.5),
            )
        if contract["tier"] > 1 and rnd.random() < 0.5:
            start = self.day(0, 400)
            self.add(
                "commitments",
                commitment_id=f"{name}/C",
                contract_id=name,
                by_org_id=contract["buyer_id"],
                to_org_id=contract["supplier_id"],
                kind=rnd.choice(["volume", "volume", "volume_share", "spend"]),
                quantity=rnd.choice([0.1, 0.5, 50, 200]),
                starts_on=start,
                ends_on=start + timedelta(days=rnd.randint(30, 365)),
                guaranteed=self.maybe(rnd.random() < 0.2),
                forecast_market_volume=self.maybe(rnd.randint(1, 1000)),
                actual_market_volume=self.maybe(rnd.randint(0, 1000)),
            )
        for n in range(rnd.randint(0, 2)):
            self.add(
                "delivery",
                delivery_id=f"{name}/D{n}",
                contract_id=name,
                area_id=rnd.choice(self.areas),
                need_type=rnd.choice(NEEDS),
                agreed_specialism=self.maybe(rnd.random() < 0.5),
                agreed_on=self.maybe(self.day()),
                price_uplift_share=self.maybe(0.1, 0.3),
            )
            self.add(
                "evidence",
                evidence_id=f"{name}/E{n}",
                org_id=contract["supplier_id"],
                capability=rnd.choice(CODES),
                need_type=self.maybe(rnd.choice(NEEDS), 0.6),
                level=rnd.randint(0, 3),
                issued_on=self.maybe(self.day(-200, 300)),
                expires_on=self.maybe(self.day(300, 900)),
            )

    def lot(self) -> None:
        rnd, p = self.rnd, self.prefix
        lot = f"{p}L"
        self.add(
            "lots", lot_id=lot, area_id=self.maybe(self.areas[0]), shortlisted_on=self.maybe(self.day(0, 300))
        )
        for n, prime in enumerate(self.primes):
            self.add(
                "bids",
                bid_id=f"{lot}/B{n}",
                lot_id=lot,
                org_id=prime,
                shortlisted=self.maybe(rnd.random() < 0.8),
                status=rnd.choice(["valid", "winning", "losing", "withdrawn"]),
            )
            start = self.day(0, 600)
            self.add(
                "negotiations",
                negotiation_id=f"{lot}/N{n}",
                lot_id=lot,
                prime_id=prime,
                sub_id=rnd.choice(self.subs),
                starts_on=start,
                ends_on=self.maybe(start + timedelta(days=rnd.randint(0, 60))),
                exclusivity=self.maybe(rnd.random() < 0.6),
                exclusivity_proposed_by=self.maybe(rnd.choice(["prime", "sub", "unknown"])),
            )
