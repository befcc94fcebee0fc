"""Random small markets, full of gaps and odd dates, as the rows of market tables: every table of the model has some.

What a rule can say anything about needs shape (a chain, its invoices and their payments, who bids with whom), and a rule
that compares needs somebody who differs; everything else about the rows comes from the model (``filling``).
"""

from __future__ import annotations

import random
from collections import defaultdict
from datetime import date
from typing import TypeVar

from tests.parity.filling import DUTIES, LAST_DAY, NEEDS, Filler, Row, Tables, after

CODES = ("B1", "B5", "B8", "M2", "M6", "S1")
BUSY = 17  # the first of every so many markets is a busy one
T = TypeVar("T")
GROUPS = ("disability", "sex", "age")
# Rows of these refer to the chain and need no further shape.
FILLED = (
    "roles",
    "applications",
    "staff_moves",
    "reporting_requirements",
    "support_actions",
    "issues",
    "grievances",
    "enforcement_actions",
    "ratings",
    "complaints",
    "engagements",
    "attestations",
    "tupe_transfers",
)

# What notices and reports say, beside the chain.
NOTICES = ("awards", "award_suppliers", "tenderers", "payment_reports")


def markets(seed: int, how_many: int) -> Tables:
    """``how_many`` markets side by side that share nothing but the department; the same seed, the same rows."""
    tables: Tables = defaultdict(list)
    tables["organisations"].append({"org_id": "X-D", "name": "Department", "sector": "public"})
    closed = random.Random(f"{seed}").random() < 0.4
    for number in range(how_many):
        _Market(random.Random(f"{seed}/{number}"), f"{number}-", tables, closed, number % BUSY == 0).make()
    return dict(tables)


class _Market(Filler):
    """One market. A ``closed`` one has no newcomers; in an ``uneven`` one whoever is small or hard to help fares badly;
    a ``busy`` one has enough of everything to compare, and fewer gaps.
    """

    def __init__(self, rnd: random.Random, prefix: str, tables: Tables, closed: bool, busy: bool) -> None:
        super().__init__(rnd, prefix, tables)
        self.closed, self.busy, self.uneven = closed, busy, rnd.random() < 0.5
        if busy:
            self.known = 0.98

    def maybe(self, value: T, chance: float = 0.8) -> T | None:
        return super().maybe(value, 0.99 if self.busy and chance >= 0.8 else chance)

    def make(self) -> None:
        rnd, p = self.rnd, self.prefix
        self.primes = [f"X-{p}P{n}" for n in range(3 if self.busy else rnd.choice((1, 1, 2)))]
        self.subs = [f"X-{p}S{n}" for n in range(10 if self.busy else rnd.choice((1, 1, 2, 3)))]
        self.organisations([f"X-{p}O{n}" for n in range(rnd.choice((0, 0, 1, 2)))])
        with self.aside():
            for _ in range(3):
                self.add("processes")
        self.places()
        self.programme = rnd.choice(("Work", "Health"))
        for n in range(9 if self.busy else rnd.randint(1, 2)):
            self.lot(f"{p}L{n}", n)
        self.allocations = rnd.choice((("random", "jcp"), ("random", "choice", "provider", "jcp", None)))
        for n, prime in enumerate(self.primes):
            for m in range(2 if self.busy else rnd.choice((1, 1, 2))):
                self.chain(f"{p}H{n}{m}", prime)
        for name in FILLED:
            for _ in range(rnd.randint(1, 3)):
                self.add(name, **self.shaped(name))
        self.groups()
        if rnd.random() < 0.9:
            self.documents()
        if self.uneven:
            self.unfair_dealings()
        with self.aside():
            for name in NOTICES:
                for _ in range(3):
                    self.add(name)

    def shaped(self, table: str) -> Row:
        """What the rows of a table that is filled from the model have in common beyond it."""
        if table == "enforcement_actions":
            organisation = self.rnd.choice(self.own["organisations"])
            small = organisation.get("size_band") in ("micro", "small")
            row = {"org_id": organisation["org_id"], "clause": "COC-POST-07"}
            return {**row, "action": "penalty", "acted_on": None} if small else {**row, "action": "none"}
        return {}

    def organisations(self, owners: list[str]) -> None:
        rnd, operating = self.rnd, [*self.primes, *self.subs]
        for org in (*operating, *owners):
            more: Row = {"first_dwp_contract_on": self.day(-3000, -1500)} if self.closed else {}
            if self.busy and not self.closed:
                more["first_dwp_contract_on"] = self.day(-3000, -1500) if org in self.primes else None
            if self.busy:
                more["size_band"] = ("micro", "large")[len(self.own["organisations"]) % 2]
            self.add("organisations", org_id=org, name=f"{org} Ltd", **more)
            for _ in range(rnd.randint(0, 2)):
                self.add("policies", org_id=org)
        people = [self.add("people")["person_id"] for _ in range(rnd.randint(1, 3))]
        for owner in (*owners, people[0]):
            for org in rnd.sample(operating, rnd.randint(0, 3) % (len(operating) + 1)):
                self.add("ownership", owner_id=owner, owned_id=org)

    def places(self) -> None:
        """One or two contract areas, and others within them."""
        rnd = self.rnd
        self.areas = [f"{self.prefix}A{n}" for n in range(2 if self.busy else rnd.randint(1, 2))]
        for area in self.areas:
            self.add("areas", area_id=area, kind="contract_area")
        self.inner = [self.add("areas")["area_id"] for _ in range(rnd.randint(1, 3))]
        for area in self.inner:
            self.add("area_within", area_id=area, within_id=rnd.choice(self.areas))

    def place(self) -> str:
        place: str = self.rnd.choice(self.areas if self.rnd.random() < 0.6 else self.inner)
        return place

    def lot(self, lot: str, number: int) -> None:
        rnd, base, begun = self.rnd, self.rnd.choice((50_000, 1_000_000)), self.day(-300, 400)
        if self.busy:
            begun = after(None, 90 * number - 850, 90 * number - 845, rnd)
        self.add(
            "lots",
            lot_id=lot,
            area_id=self.maybe(self.areas[0], 0.9),
            programme=self.maybe(self.programme, 0.9),
            shortlisted_on=self.maybe(begun),
            bids_due_on=self.maybe(after(begun, 10, 120, rnd)),
            awarded_on=self.maybe(after(begun, 120, 200, rnd)),
        )
        bidders = [*self.primes, *rnd.sample(self.subs, min(2, len(self.subs)))]
        since = {row["org_id"]: row.get("first_dwp_contract_on") for row in self.own["organisations"]}
        known = [bidder for bidder in bidders if (since[bidder] or begun) < begun]
        winner = rnd.choice(known or bidders)
        if self.busy and self.uneven:
            winner = self.primes[number % len(self.primes)]
        for bidder in bidders:
            share = rnd.choice((800, 1000, 1000, 1050, 1200))
            if self.prefix == "0-":  # in the first market of all, bidders agree who is to win
                share = 1000 if bidder == winner else rnd.choice((1030, 1031))
            status = rnd.choice(("valid", "losing", "losing", "withdrawn"))
            self.add(
                "bids",
                lot_id=lot,
                org_id=bidder,
                price_gbp=self.maybe(base * share // 1000, 0.95),
                status="winning" if bidder == winner else status,
                submitted_on=self.maybe(after(begun, 0, 100, rnd)),
            )
        for prime in self.primes if number else self.primes[:1]:
            for sub in rnd.sample(
                self.subs, rnd.choice((0, 1, len(self.subs))) if number else len(self.subs)
            ):
                start = after(begun, -60, 90, rnd)
                end = self.maybe(after(start, 0, 60, rnd))
                self.add("negotiations", lot_id=lot, prime_id=prime, sub_id=sub, starts_on=start, ends_on=end)

    def contract(self, name: str, above: Row | None, buyer: str, supplier: str) -> Row:
        rnd, start = self.rnd, self.day(self.rnd.choice((-800, 0, 0)), 500)
        won = [b["lot_id"] for b in self.own["bids"] if (b["org_id"], b["status"]) == (supplier, "winning")]
        if above is None:
            lot, advert = self.maybe(rnd.choice(won)) if won else None, None
        else:
            lot = self.maybe(above["lot_id"], 0.5)
            advert = self.maybe(self.add("opportunities", buyer_id=buyer)["opportunity_id"], 0.7)
        return self.add(
            "contracts",
            contract_id=name,
            tier=1 if above is None else above["tier"] + 1,
            parent_contract_id=above and above["contract_id"],
            lot_id=lot,
            opportunity_id=advert,
            programme=self.maybe(self.programme),
            # Customers of a head contract that names no area count where they live.
            area_id=None if self.busy and above is None else self.maybe(rnd.choice(self.areas)),
            buyer_id=buyer,
            supplier_id=supplier,
            role=self.maybe(rnd.choice(("end_to_end", "specialist"))),
            signed_on=self.maybe(after(start, -30, 30, rnd)),
            starts_on=start,
            ends_on=self.maybe(after(start, 30, rnd.choice((900, 1900, 2600)), rnd), 0.7),
            ended_on=self.maybe(after(start, 0, 300, rnd), 0.1),
            annual_value_gbp=self.maybe(rnd.randint(0, 10**6)),
            fee_share=self.maybe(rnd.choice((0.05, 0.05, 0.06, 0.07, 0.08, 0.08, 0.08, 0.7))),
            payment_term_days=self.maybe(rnd.choice((14, 30, 30, 60))),
            term_starts=self.maybe(rnd.choice(("receipt", "validation", "invoice_date")), 0.5),
            inferred=self.maybe(rnd.random() < 0.1, 0.3),
        )

    def chain(self, name: str, prime: str) -> None:
        rnd = self.rnd
        members = [self.contract(name, None, "X-D", prime)]
        for n in range(10 if self.busy else rnd.choice((0, 1, 1, 2))):
            above = members[n // 8] if self.busy else rnd.choice(members)
            sub = self.subs[n] if self.busy else rnd.choice(self.subs)
            members.append(self.contract(f"{name}/{n}", above, above["supplier_id"], sub))
        for _ in range(rnd.randint(0, 3)):
            self.add(
                "requirements",
                contract_id=name,
                capability=self.maybe(rnd.choice(CODES)),
                need_type=self.maybe(rnd.choice(NEEDS), 0.7),
                area_id=self.maybe(self.place()),
            )
        for row in members:
            self.invoices(row)
            self.referrals(row)
            self.delivery(row)
            if self.busy:
                self.add("reporting_requirements", contract_id=row["contract_id"])

    def invoices(self, contract: Row) -> None:
        rnd = self.rnd
        sizes = {row["org_id"]: row.get("size_band") for row in self.own["organisations"]}
        late = self.uneven and sizes[contract["supplier_id"]] in ("micro", "small")
        for _ in range(10 if self.busy else rnd.randint(0, 5)):
            received = self.maybe(self.day(rnd.choice((-600, 0, 0))), 0.9)
            disputed = self.maybe(after(received, 0, 40, rnd), 0.2)
            pence = rnd.randint(1, 10_000)
            invoice = self.add(
                "invoices",
                contract_id=contract["contract_id"],
                amount_gbp=f"{pence / 100:.2f}",
                invoiced_on=self.maybe(received),
                received_on=received,
                validated_on=self.maybe(after(received, 0, 10, rnd), 0.5) if received else None,
                disputed_on=disputed,
                dispute_resolved_on=self.maybe(after(disputed, 0, 30, rnd), 0.6) if disputed else None,
            )
            parts = rnd.choice((0, 1, 1, 1, 2))
            for _ in range(parts):
                self.add(
                    "payments",
                    invoice_id=invoice["invoice_id"],
                    amount_gbp=f"{(pence if parts == 1 else (pence + 1) // 2) / 100:.2f}",
                    paid_on=after(received, 65, 90, rnd) if late else after(received, 0, 90, rnd),
                )

    def referrals(self, contract: Row) -> None:
        rnd, tier = self.rnd, contract["tier"]
        bands: tuple[int, ...] = (1, 2, 3, 4, 5)
        if self.uneven:
            bands = {1: (1, 2, 2, 3, 3, 5), 2: (1, 2, 2, 4, 5)}.get(tier, (1, 2, 4, 4, 5, 5))
        for _ in range(12 if self.busy else rnd.randint(0, 12)):
            band, referred = rnd.choice(bands), self.day(0, 180 if self.busy else LAST_DAY)
            place = self.place()
            hard = self.uneven and band > 3
            # The first prime of such a market does well everywhere but in one area.
            first = self.uneven and contract["contract_id"].startswith(f"{self.prefix}H0")
            reached = (0, 0, 1, 2) if not first else (0,) if place == self.areas[0] else (1, 2)
            usual = (
                {"customer_group": "PG1", "need_type": "health"} if self.busy and rnd.random() < 0.8 else {}
            )
            row = self.add(
                "referrals",
                **usual,
                contract_id=contract["contract_id"],
                referred_on=referred,
                area_id=place,
                difficulty_band=band,
                needs_recorded=self.maybe(rnd.random() < 0.8),
                decision_recorded=self.maybe(rnd.random() < 0.8),
                allocation=rnd.choice(self.allocations),
                batch_id=self.maybe(f"{self.prefix}B{rnd.randint(0, 5)}", 0.1),
                customer_key=self.maybe(f"{self.prefix}K{rnd.randint(0, 40)}", 0.4 + 0.4 * self.busy),
                first_contact_on=self.maybe(after(referred, 0, 40, rnd)),
                contacts=self.maybe(rnd.randint(0, 2 if hard else 12)),
                customers=self.maybe(rnd.randint(1, 40), 0.5),
            )
            for _ in range(0 if hard else rnd.choice(reached)):
                started = self.maybe(after(referred, 0, 200, rnd))
                claimed = self.maybe(after(started or referred, 0, 250, rnd))
                key = row["referral_id"]
                result = rnd.choice((*("valid",) * 12, "invalid", "pending", None))
                days = {"job_started_on": started, "claimed_on": claimed}
                self.add("outcomes", referral_id=key, **days, result=result)

    def delivery(self, contract: Row) -> None:
        rnd = self.rnd
        if contract["tier"] > 1 and rnd.random() < 0.5:
            start = self.day(0, 400)
            self.add(
                "commitments",
                contract_id=contract["contract_id"],
                by_org_id=contract["buyer_id"],
                to_org_id=contract["supplier_id"],
                kind=rnd.choice(("volume", "volume", "volume_share", "spend")),
                quantity=rnd.choice((0.1, 0.5, 50, 200)),
                starts_on=start,
                ends_on=after(start, 30, 365, rnd),
                guaranteed=self.maybe(rnd.random() < 0.2),
                forecast_market_volume=self.maybe(rnd.randint(1, 1000)),
                actual_market_volume=self.maybe(rnd.randint(0, 1000)),
            )
        for _ in range(rnd.randint(0, 2)):
            self.add("delivery", contract_id=contract["contract_id"], area_id=self.place())
            self.add(
                "evidence",
                org_id=contract["supplier_id"],
                capability=rnd.choice(CODES),
                issued_on=self.maybe(self.day(-200, 300)),
                expires_on=self.maybe(self.day(300, 900)),
            )

    def documents(self) -> None:
        """Nearly all that a duty asks to be shown, each year: each finding costs a question for its evidence, on either engine."""
        heads = [row["contract_id"] for row in self.own["contracts"] if row["tier"] == 1]
        lots = [row["lot_id"] for row in self.own["lots"]]
        providers = [*self.primes, *self.subs]
        about = {"prime": self.primes, "provider": providers, "head-contract": heads, "lot": lots}
        for duty in DUTIES:
            for shown in about.get(duty.about, ()):
                for issued in (80, 410)[: 2 if duty.within_days == 365 else 1]:
                    if self.rnd.random() < 0.95:
                        row = {"clause": duty.clause, "about_id": shown, "expires_on": None}
                        self.add("attestations", **row, issued_on=self.day(issued, issued + 40))

    def groups(self) -> None:
        """Outcomes of all groups under one contract, as a rule compares each with the rest."""
        contract = self.rnd.choice(self.own["contracts"])["contract_id"]
        for group in GROUPS:
            customers = self.rnd.randint(10, 200)
            reached = self.rnd.randint(0, customers)
            row = {
                "contract_id": contract,
                "protected_group": group,
                "customers": customers,
                "outcomes": reached,
            }
            self.add("group_outcomes", **row, period="2023")

    def unfair_dealings(self) -> None:
        """Staff hired away during talks, and a contract ended soon after its supplier complained."""
        rnd = self.rnd
        if self.own["negotiations"]:
            talks = rnd.choice(self.own["negotiations"])
            for person in self.own["people"]:
                who = {
                    "person_id": person["person_id"],
                    "from_org_id": talks["sub_id"],
                    "to_org_id": talks["prime_id"],
                }
                self.add("staff_moves", **who, moved_on=after(talks["starts_on"], 0, 80, rnd), tupe=False)
        for contract in self.own["contracts"]:
            ended: date | None = contract["ended_on"]
            if contract["tier"] > 1 and ended:
                who = {"raised_by_id": contract["supplier_id"], "against_id": contract["buyer_id"]}
                self.add(
                    "grievances",
                    **who,
                    contract_id=contract["contract_id"],
                    raised_on=after(ended, -100, 0, rnd),
                )
