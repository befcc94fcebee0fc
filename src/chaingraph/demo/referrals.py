"""Referrals: seasonal, with difficulty that goes with place, season, group and need, kept or passed on.

How hard a customer is depends on the stratum (district, quarter, group, need), and so does the chance of
being passed on: pooled over strata, honest primes look as if they passed on the hard ones. Within a
stratum they do not look at difficulty at all; the planted ones do.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pyarrow as pa

from chaingraph.demo import choice, performance, routing
from chaingraph.demo.chance import Bools, Floats, Ints, day, even, pick, rank_within, sigmoid
from chaingraph.demo.outcomes import AMISS, Outcomes
from chaingraph.demo.state import AS_OF_DAY, GROUPS, NEEDS, PROGRAMMES, WINDOW_DAY, Head, Market
from chaingraph.demo.tables import Form, TableWriter, dates, hashes, hide, numbered, words
from chaingraph.store.protocol import Progress

COLUMNS = [
    "referral_id",
    "contract_id",
    "referred_on",
    "area_id",
    "customer_group",
    "need_type",
    "difficulty_band",
    "needs_recorded",
    "decision_recorded",
    "options_offered",
    "allocation",
    "batch_id",
    "customer_key",
    "first_contact_on",
    "contacts",
    "ended_on",
    "customers",
]

# Log odds of being hard to help (bands 4 and 5), and how much of it goes into the chance of being passed on.
BASE_HARD, BASE_PASS = -0.9, -0.5
GROUP_SHARE = np.array((0.35, 0.30, 0.20, 0.15))
GROUP_HARD = np.array((-0.6, -0.1, 0.4, 0.9))
NEED_SHARE = np.array((0.46, 0.20, 0.12, 0.10, 0.07, 0.05))
NEED_HARD = np.array((-0.4, -0.1, 0.2, 0.6, 0.7, 0.9))
NEED_PASS = np.array((0.0, 0.0, 0.3, 1.0, 1.0, 1.0))
SKEW_ODDS = 3.0
# January and September are busy, August and December are not.
MONTHS = np.array((1.35, 1.05, 1.0, 0.95, 0.9, 0.95, 1.0, 0.75, 1.3, 1.1, 1.0, 0.65))
BATCH = 6
# One row in so many lacks a record at an honest prime; counted, not drawn, so that few rows stay few.
UNRECORDED_EVERY = 194
YEARS = (day("2024-04-01"), day("2025-04-01"), AS_OF_DAY + 1)
# Scrambled with the row's number into the customer's key, so that markets of other seeds share none.
KEY_STEP = 1_000_003


@dataclass
class Counts:
    """Customers referred, by contract and financial year, and by lot and financial year."""

    by_deal: Floats
    by_lot: Floats


def make_referrals(
    market: Market, folder: Path, form: Form, progress: Progress
) -> tuple[Counts, dict[str, int]]:
    """Write ``referrals`` and ``outcomes``, a head contract at a time. Returns counts and rows written."""
    counts = Counts(np.zeros((len(market.deals), 2)), np.zeros((len(market.lots), 2)))
    sizes = _sizes(market)
    passed_before: dict[str, int] = {}
    customers = choice.Customers(market)
    total = int(sizes.sum())
    with (
        TableWriter(folder, "referrals", form, COLUMNS) as out,
        Outcomes(folder, form, market.amiss, market.better) as outcomes,
    ):
        for head, size in zip(market.heads, sizes, strict=True):
            progress("referrals", out.rows, total)
            made = _Draw(market, head, int(size), out.rows)
            made.write(out, outcomes, passed_before, customers)
            made.count(counts, market)
        progress("referrals", total, total)
        for number, kind in sorted(outcomes.seen.items()):
            contract_id = market.deals[number].contract_id
            market.plant(AMISS[kind], "all outcomes of the contract that could be", contract_id=contract_id)
        return counts, {"referrals": out.rows, "outcomes": outcomes.rows}


def _sizes(market: Market) -> Ints:
    rng = market.rng("volumes")
    share = np.array([h.lot.programme.share for h in market.heads])
    for programme in PROGRAMMES:
        own = np.array([h.lot.programme is programme for h in market.heads])
        share[own] /= own.sum()
    share *= rng.uniform(0.7, 1.3, len(share))
    share *= np.array([1.4 if h.prime in market.skewed | market.careless else 1.0 for h in market.heads])
    return np.asarray(np.maximum(20, np.rint(market.size.referrals * share / share.sum())), dtype=np.int64)


class _Draw:
    """The referrals of one head contract, in order of their days."""

    def __init__(self, market: Market, head: Head, size: int, first: int) -> None:
        self.market, self.head, self.size, self.first = market, head, size, first
        self.rng = rng = market.rng("referrals", head.deal.contract_id)
        self.day = _days(rng, size, max(WINDOW_DAY, head.deal.starts))
        self.quarter = self.day.astype("datetime64[D]").astype("datetime64[M]").astype(np.int64) // 3
        districts = len(head.lot.area.districts)
        self.district = pick(np.linspace(1.0, 0.6, districts), rng.random(size))
        self.group = pick(GROUP_SHARE, rng.random(size))
        self.need = pick(NEED_SHARE, rng.random(size))
        self.cell = self.district * len(NEEDS) + self.need
        self.batch = self._batches() if head.prime in market.batching else np.arange(size)
        self.band = self._difficulty()
        self.customers = np.where(rng.random(size) < 0.003, rng.integers(3, 9, size), 1)
        self.deal, self.passed = self._route()

    def _batches(self) -> Ints:
        """Referrals of one stratum that are decided on together, a handful at a time."""
        stratum = ((self.quarter * 8 + self.district) * len(GROUPS) + self.group) * len(NEEDS) + self.need
        nth = rank_within(stratum, np.arange(self.size, dtype=np.float64))
        return np.asarray(
            np.unique(stratum * self.size + nth // BATCH, return_inverse=True)[1], dtype=np.int64
        )

    def _difficulty(self) -> Ints:
        odds = BASE_HARD + self.head.lot.area.hardness + GROUP_HARD[self.group] + NEED_HARD[self.need]
        season = self.market.rng("season").normal(0.0, 0.25, 64)
        odds = odds + season[self.quarter % 64]
        if self.head.prime in self.market.batching:
            # What comes together is alike: the reason why batches are judged whole.
            odds = odds + self.rng.normal(0.0, 0.5, self.size)[self.batch]
        hard = self.rng.random(self.size) < sigmoid(odds)
        easy_band = pick(np.array((0.25, 0.4, 0.35)), self.rng.random(self.size)) + 1
        return np.where(hard, 4 + (self.rng.random(self.size) < 0.38), easy_band).astype(np.int64)

    def _route(self) -> tuple[Ints, Bools]:
        """The contract that each referral ends under: the head contract where it is kept."""
        rng, head, market = self.rng, self.head, self.market
        numbers, edges = _providers(market, head)
        open_ = numbers[self.cell, 0] >= 0
        odds = BASE_PASS + float(market.rng("habit", head.prime).normal(0.0, 0.2)) + head.lot.area.hardness
        chance = odds + 0.9 * GROUP_HARD[self.group] + NEED_PASS[self.need]
        if head.prime in market.skewed:
            chance = chance + np.log(SKEW_ODDS) * (self.band >= 4)
        # Even luck, so that nobody passes on far more or fewer in one year than in the other by chance alone.
        alike = head.prime not in market.batching
        luck = (
            even(rng, (self.day >= YEARS[1]).astype(np.int64)) if alike else rng.random(self.size)[self.batch]
        )
        passed = open_ & (luck < sigmoid(chance))
        nth = (rng.random(self.size)[:, None] > edges[self.cell]).sum(axis=1)
        deal = np.where(passed, numbers[self.cell, np.minimum(nth, numbers.shape[1] - 1)], head.deal.number)
        # Before a late joiner starts, those that were there from the first day take its part.
        starts = np.array([d.starts for d in market.deals])
        anchor = next((d.number for d in head.chain if d.anchor), head.deal.number)
        deal = np.where(starts[deal] > self.day, anchor, deal).astype(np.int64)
        unfair = market.rng("unfair routes", head.deal.contract_id)
        deal = routing.rerouted(market, head, self.day, deal, passed, self.band, unfair)
        return performance.favoured(market, head, self.day, self.cell, deal, passed)

    def write(
        self, out: TableWriter, outcomes: Outcomes, passed_before: dict[str, int], customers: choice.Customers
    ) -> None:
        """Write the rows; ``passed_before`` counts what each prime has passed on so far."""
        rng, n, market = self.rng, self.size, self.market
        cohort = self.customers > 1
        needs, decision = self._recorded(passed_before)
        ways = choice.journeys(market, self.head, self.day, self.deal, ~cohort, rng)
        key = self.first + ways.same_as
        key_number = (key + (market.size.seed % 1_000_000 + 1) * KEY_STEP * 97).astype(np.int64)
        both = customers.share(
            self.head, key_number, self.day, ~cohort, market.rng("both", self.head.deal.contract_id)
        )
        contact = self.day + rng.integers(1, 19, n)
        ended = self.day + rng.integers(120, 540, n)
        ended[list(ways.ended)] = list(ways.ended.values())
        ids = numbered("R", self.first + 1, n)
        batches = numbered(f"B{self.head.deal.number:04d}-", 0, int(self.batch.max(initial=0)) + 1, 6)
        allocations = choice.allocations(market, self.head)
        known = np.isin(np.arange(n), list(ways.ended))
        in_batches = self.head.prime in market.batching
        seen = routing.contacts(market, self.head, self.deal, self.band, rng)
        out.write(
            {
                "referral_id": ids,
                "contract_id": words([d.contract_id for d in market.deals], self.deal),
                "referred_on": dates(self.day),
                "area_id": words(self.head.lot.area.districts, self.district),
                "customer_group": words(GROUPS, self.group),
                "need_type": hide(words(NEEDS, self.need), rng.random(n) < 0.003),
                "difficulty_band": pa.array(self.band),
                "needs_recorded": needs,
                "decision_recorded": decision,
                "options_offered": pa.array(pick(choice.options(market, self.head.prime), rng.random(n)) + 1),
                "allocation": words(allocations, rng.integers(0, len(allocations), n)),
                "batch_id": batches.take(pa.array(self.batch)) if in_batches else pa.nulls(n, pa.string()),
                "customer_key": hide(hashes(key_number), cohort),
                "first_contact_on": dates(contact, contact > AS_OF_DAY),
                "contacts": pa.array(np.where(contact > AS_OF_DAY, 0, seen)),
                "ended_on": dates(ended, (ended > AS_OF_DAY) | ((rng.random(n) < 0.4) & ~known)),
                "customers": pa.array(self.customers, mask=~cohort),
            }
        )
        # A customer who comes back could be claimed for twice; those and cohorts have no outcomes here.
        outcomes.add(ids, self.deal, self.day, self.band, ~(ways.repeated | both | cohort), rng)

    def _recorded(self, passed_before: dict[str, int]) -> tuple[pa.Array, pa.Array]:
        rng, n, prime = self.rng, self.size, self.head.prime
        before = passed_before.get(prime, 0)
        nth = before + np.cumsum(self.passed)
        passed_before[prime] = before + int(self.passed.sum())
        if prime in self.market.careless:
            no_needs, no_decision = rng.random(n) < 0.2, rng.random(n) < 0.12
        else:
            no_needs, no_decision = nth % UNRECORDED_EVERY == 60, nth % UNRECORDED_EVERY == 150
        unknown = np.where(self.passed, nth % 199 == 99, rng.random(n) < 0.1)
        return (
            pa.array(~(no_needs & self.passed), mask=unknown),
            pa.array(~(no_decision & self.passed), mask=~self.passed & (rng.random(n) < 0.3)),
        )

    def count(self, counts: Counts, market: Market) -> None:
        """Add the customers to the counts that promises are made from."""
        year = (self.day >= YEARS[1]).astype(np.int64)
        lot = market.lots.index(self.head.lot)
        np.add.at(counts.by_deal, (self.deal, year), self.customers)
        np.add.at(counts.by_lot, (np.full(self.size, lot), year), self.customers)


def _days(rng: np.random.Generator, size: int, first: int) -> Ints:
    days = np.arange(first, AS_OF_DAY + 1)
    month = days.astype("datetime64[D]").astype("datetime64[M]").astype(np.int64) % 12
    workday = np.where((days + 3) % 7 < 5, 1.0, 0.0)  # day 0, 1970-01-01, was a Thursday
    return np.sort(days[pick(MONTHS[month] * workday, rng.random(size))])


def _providers(market: Market, head: Head) -> tuple[Ints, Floats]:
    """For each cell (district by need): the sub-contracts that take referrals there, and their shares.

    Returns two arrays of cells × providers: contract numbers (-1 where there is none) and upper edges of
    uniform numbers.
    """
    rng = market.rng("routes", head.deal.contract_id)
    cells = []
    for deals in head.cells.values():
        takers = [d for d in deals if d.tier > 1 and not (d.starved and d.number % 2)]
        cells.append(
            [(d.number, (0.05 if d.starved else 1.0) * float(rng.uniform(0.5, 1.5))) for d in takers]
        )
    width = max(1, *(len(cell) for cell in cells))
    numbers = np.full((len(cells), width), -1, dtype=np.int64)
    edges = np.full((len(cells), width), 2.0)
    for place, cell in enumerate(cells):
        if cell:
            numbers[place, : len(cell)] = [number for number, _ in cell]
            weights = np.array([weight for _, weight in cell])
            edges[place, : len(cell)] = np.cumsum(weights) / weights.sum()
            edges[place, len(cell) - 1] = 2.0
    return numbers, edges
