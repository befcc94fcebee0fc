"""Invoices and payments: in time by every clock, but under the contracts that were planted."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pyarrow as pa

from chaingraph.demo.chance import Bools, Floats, Ints, rank_within
from chaingraph.demo.spending import YEAR, bill_sizes, plant_spending, write_earlier
from chaingraph.demo.state import AS_OF_DAY, WINDOW_DAY, Deal, Market
from chaingraph.demo.tables import Form, TableWriter, dates, numbered, pounds, words
from chaingraph.model.days import PA2023_DAYS_AFTER, PCR2015_DAYS_AFTER
from chaingraph.store.protocol import Progress

INVOICE_COLUMNS = [
    "invoice_id",
    "contract_id",
    "kind",
    "amount_gbp",
    "invoiced_on",
    "received_on",
    "validated_on",
    "disputed_on",
    "dispute_resolved_on",
]
PAYMENT_COLUMNS = ("payment_id", "invoice_id", "amount_gbp", "paid_on")
AT_ONCE = 250_000
NEVER = 10_000_000  # a day further off than any: no term, no law, or not paid yet
LATE_MODES = ("", "agreed", "both", "statutory")
# A prime with one contract paid late stays well under the rate at which it would be called a late payer.
MOST_LATE_SHARE = 0.02


def make_invoices(market: Market, folder: Path, form: Form, progress: Progress) -> dict[str, int]:
    """Write ``invoices`` and ``payments`` some contracts at a time. Returns the rows written."""
    counts = _counts(market)
    wanted = _late_wanted(market, counts)
    late_agreed = np.zeros(len(market.deals), dtype=np.int64)
    late_by_law = np.zeros(len(market.deals), dtype=np.int64)
    paid = np.zeros((len(market.deals), 2), dtype=np.int64)
    sizes, total = bill_sizes(market), int(counts.sum())
    with (
        TableWriter(folder, "invoices", form, INVOICE_COLUMNS) as invoices,
        TableWriter(folder, "payments", form, PAYMENT_COLUMNS) as payments,
    ):
        for place, (first, last) in enumerate(_pieces(counts)):
            progress("invoices", invoices.rows, total)
            rng = market.rng("invoices", place)
            these = slice(first, last)
            piece = _Piece(market.deals[these], counts[these], wanted[these], sizes[these], rng)
            ids = numbered("I", invoices.rows + 1, piece.size)
            piece.write_invoices(invoices, ids, market.deals[first:last])
            piece.write_payments(payments, ids)
            late_agreed[first:last] += np.bincount(piece.at[piece.is_late_agreed], minlength=last - first)
            late_by_law[first:last] += np.bincount(piece.at[piece.is_late_by_law], minlength=last - first)
            paid[first:last] += piece.paid_by_year(last - first)
        write_earlier(market, invoices, payments)
        progress("invoices", total, total)
        rows = {"invoices": invoices.rows, "payments": payments.rows}
    _plant(market, late_agreed, late_by_law)
    plant_spending(market, paid)
    return rows


def _counts(market: Market) -> Ints:
    rng = market.rng("invoice-counts")
    months = np.array([(AS_OF_DAY - max(d.starts, WINDOW_DAY)) / 30.0 for d in market.deals])
    # Head contracts are invoiced more often, streams without a contract seldom.
    kind = np.array([0.3 if d.inferred else 1.6 if d.tier == 1 else 1.0 for d in market.deals])
    weight = months * kind * rng.uniform(0.6, 1.4, len(months))
    return np.asarray(np.maximum(24, np.rint(market.size.invoices * weight / weight.sum())), dtype=np.int64)


def _late_wanted(market: Market, counts: Ints) -> Ints:
    """How many invoices of each contract are to be late."""
    wanted = np.array([d.late_share for d in market.deals]) * counts
    by_prime: dict[str, list[Deal]] = defaultdict(list)
    total: dict[str, int] = defaultdict(int)
    for deal in market.deals:
        if deal.tier == 2:
            total[deal.buyer_id] += int(counts[deal.number])
            if deal.late:
                by_prime[deal.buyer_id].append(deal)
    for prime, deals in by_prime.items():
        if prime not in market.late_payers:
            for deal in deals:
                most = MOST_LATE_SHARE * total[prime] / len(deals)
                wanted[deal.number] = min(wanted[deal.number], most)
    late = np.array([bool(d.late) for d in market.deals])
    return np.where(late, np.maximum(2, np.rint(wanted)), 0).astype(np.int64)


def _pieces(counts: Ints) -> Iterator[tuple[int, int]]:
    first, so_far = 0, 0
    for place, count in enumerate(counts):
        so_far += int(count)
        if so_far >= AT_ONCE or place == len(counts) - 1:
            yield first, place + 1
            first, so_far = place + 1, 0


class _Piece:
    """The invoices of some contracts; ``at`` is a contract's place among them, the rest days and pence."""

    def __init__(
        self, deals: list[Deal], counts: Ints, wanted: Ints, sizes: Floats, rng: np.random.Generator
    ) -> None:
        self.rng, self.size = rng, int(counts.sum())
        n = self.size
        self.at = np.repeat(np.arange(len(deals)), counts)
        begin = np.array([max(d.starts, WINDOW_DAY) + 3 for d in deals])[self.at]
        span = AS_OF_DAY - 6 - begin
        raw = begin + (rng.random(n) * span).astype(np.int64)
        order = np.lexsort((raw, self.at))
        self.invoiced = raw[order]
        self.received = self.invoiced + rng.integers(0, 6, n)
        self.unreceived = rng.random(n) < 0.004
        self.validated = np.minimum(self.received + rng.integers(0, 4, n), AS_OF_DAY)
        self.unvalidated = self.unreceived | (rng.random(n) < 0.2)
        usual = np.exp(rng.normal(11.6, 0.9, n))
        self.amount = np.maximum(500, np.rint(usual * sizes[self.at])).astype(np.int64)
        term = np.array([NEVER if d.term_days is None else d.term_days for d in deals])[self.at]
        self._due(deals, term)
        self._late(deals, wanted)
        self._dispute()
        self._pay()

    def _due(self, deals: list[Deal], term: Ints) -> None:
        """The last day in time by agreement and by law, before any dispute (see ``model.days``)."""
        starts = np.array([d.term_starts or "receipt" for d in deals])[self.at]
        regime = np.array([d.regime or "" for d in deals])[self.at]
        valid = np.where(self.unvalidated, self.received, self.validated)
        # Nobody can say when these arrived, so they are paid in time even if it was at once.
        self.arrived = np.where(self.unreceived, self.invoiced, self.received)
        base = np.select(
            [starts == "validation", starts == "invoice_date"], [valid, self.invoiced], self.arrived
        )
        base = np.where(self.unreceived, self.invoiced, base)
        self.agreed = np.where(term == NEVER, NEVER, base + term)
        by_law = np.select(
            [regime == "pa2023", regime == "pcr2015"],
            [
                self.arrived + PA2023_DAYS_AFTER,
                np.where(self.unreceived, self.invoiced, valid) + PCR2015_DAYS_AFTER,
            ],
            NEVER,
        )
        self.by_law = by_law.astype(np.int64)

    def _late(self, deals: list[Deal], wanted: Ints) -> None:
        """Choose the invoices that are paid late: old enough, and received on a known day."""
        self.mode = np.array([LATE_MODES.index(d.late) for d in deals])[self.at]
        fit = (self.mode > 0) & ~self.unreceived & (self.received <= AS_OF_DAY - 75)
        chance = np.where(fit, self.rng.random(self.size), 2.0)
        self.late = fit & (rank_within(self.at, chance) < wanted[self.at])

    def _dispute(self) -> None:
        """Some invoices are disputed for a while; the clock stands still until the dispute is resolved."""
        rng, n = self.rng, self.size
        self.disputed = self.received + rng.integers(2, 8, n)
        self.resolved = self.disputed + rng.integers(5, 40, n)
        chosen = (rng.random(n) < 0.015) & ~self.late & ~self.unreceived & (self.disputed <= AS_OF_DAY)
        self.undisputed = ~chosen
        # A few old disputes are still open, and so is what was to be resolved after the day of the extract.
        self.unresolved = chosen & ((self.resolved > AS_OF_DAY) | (rng.random(n) < 0.1))
        self.stopped = np.where(chosen & ~self.unresolved, self.resolved - self.disputed, 0)

    def _pay(self) -> None:
        """The day on which each invoice is settled; after ``AS_OF_DAY`` or NEVER, it is not settled yet."""
        rng, n = self.rng, self.size
        last = np.minimum(np.minimum(self.agreed, self.by_law), self.arrived + 45) + self.stopped
        first = np.where(self.stopped > 0, self.resolved, self.arrived)
        part = rng.beta(2.2, 1.6, n)
        # Some wait for the very last day, as they may.
        part = np.where(rng.random(n) < 0.02, 1.0, part)
        paid = first + np.rint(part * (last - first)).astype(np.int64)
        paid = np.where(self.unresolved, NEVER, paid)
        low = np.select(
            [self.mode == 1, self.mode == 3], [self.agreed, self.by_law], np.maximum(self.agreed, self.by_law)
        )
        high = np.select([self.mode == 1, self.mode == 3], [self.by_law, self.agreed], low + 35)
        overdue = low + 1 + (rng.random(n) * (high - low)).astype(np.int64)
        # Of those late by every clock some have not been settled at all.
        overdue = np.where((self.mode == 2) & (rng.random(n) < 0.15), NEVER, overdue)
        self.paid = np.where(self.late, overdue, paid)
        self.is_late_agreed = self.late & (self.mode != 3)
        self.is_late_by_law = self.late & (self.mode != 1)

    def paid_by_year(self, contracts: int) -> Ints:
        """Pence settled in the last year and in the one before, contracts × 2."""
        found = np.zeros((contracts, 2), dtype=np.int64)
        for year in (0, 1):
            last = AS_OF_DAY - YEAR * year
            settled = (self.paid <= last) & (self.paid > last - YEAR)
            np.add.at(found[:, year], self.at[settled], self.amount[settled])
        return found

    def write_invoices(self, out: TableWriter, ids: pa.Array, deals: list[Deal]) -> None:
        """Write the invoices."""
        out.write(
            {
                "invoice_id": ids,
                "contract_id": words([d.contract_id for d in deals], self.at),
                "kind": words(("service", "outcome"), (self.rng.random(self.size) < 0.3).astype(np.int64)),
                "amount_gbp": pounds(self.amount),
                "invoiced_on": dates(self.invoiced),
                "received_on": dates(self.received, self.unreceived),
                "validated_on": dates(self.validated, self.unvalidated),
                "disputed_on": dates(self.disputed, self.undisputed),
                "dispute_resolved_on": dates(self.resolved, self.undisputed | self.unresolved),
            }
        )

    def write_payments(self, out: TableWriter, ids: pa.Array) -> None:
        """Write the payments up to the extract's day, some in two parts of which the second settles."""
        rng = self.rng
        settled: Bools = self.paid <= AS_OF_DAY
        # A first part was paid in time under some that were settled late, and under some that never were.
        chance: Floats = np.where(self.late, 0.4, 0.05)
        split = (
            (rng.random(self.size) < chance) & (self.received < self.paid) & (self.received < AS_OF_DAY - 3)
        )
        split &= settled | self.late
        parts = np.where(split, np.where(settled, 2, 1), np.where(settled, 1, 0))
        at = np.repeat(np.arange(self.size), parts)
        second = np.r_[False, at[1:] == at[:-1]] if len(at) else np.empty(0, dtype=bool)
        early = np.rint(self.amount * rng.uniform(0.2, 0.8, self.size)).astype(np.int64)
        before = np.minimum(
            self.received + 2 + rng.integers(0, 9, self.size), np.minimum(self.paid, AS_OF_DAY)
        )
        is_early = split[at] & ~second
        amount = np.where(is_early, early[at], np.where(second, (self.amount - early)[at], self.amount[at]))
        out.write(
            {
                "payment_id": numbered("Y", out.rows + 1, len(at)),
                "invoice_id": ids.take(pa.array(at)),
                "amount_gbp": pounds(amount),
                "paid_on": dates(np.where(is_early, before[at], self.paid[at])),
            }
        )


def _plant(market: Market, late_agreed: Ints, late_by_law: Ints) -> None:
    for deal in market.deals:
        agreed, by_law = int(late_agreed[deal.number]), int(late_by_law[deal.number])
        if agreed:
            rule = "department-pays-late" if deal.tier == 1 else "payment-late"
            market.plant(rule, f"{agreed} invoices after the agreed day", contract_id=deal.contract_id)
        if by_law and deal.tier > 1:
            how = f"{by_law} invoices after the statutory day"
            market.plant("payment-late-statutory", how, contract_id=deal.contract_id)
    for prime in sorted(market.late_payers):
        market.plant("payment-lateness", "a fifth of all invoices from sub-contractors", org_id=prime)
