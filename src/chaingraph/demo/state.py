"""The market while it is being made: who is who, which contracts hang under which, what was planted."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from chaingraph.demo.chance import Floats, Ints, day, rng
from chaingraph.demo.size import Size
from chaingraph.demo.truth import Planted

AS_OF = "2026-03-31"
AS_OF_DAY = day(AS_OF)
WINDOW_DAY = day("2024-04-01")  # the extract holds two financial years of referrals and invoices
DEPARTMENT = "X-DEPT"

NEEDS = ("job_search", "skills", "caring", "health", "housing", "justice")
SPECIALIST_NEEDS = NEEDS[2:]
GROUPS = ("PG1", "PG2", "PG3", "PG4")


@dataclass(frozen=True)
class Area:
    """A contract area and its Jobcentre districts; ``hardness`` shifts the log odds of a hard customer."""

    number: int
    area_id: str
    districts: tuple[str, ...]
    hardness: float


@dataclass(frozen=True)
class Programme:
    """One programme: the law it was bought under and the steps of its procurement, in days since 1970."""

    name: str
    prefix: str
    regime: str
    market_event: int
    commenced: int
    shortlisted: int
    bids_due: int
    awarded: int
    starts: int
    years: int
    share: float


def _programme(name: str, prefix: str, regime: str, steps: str, *, years: int, share: float) -> Programme:
    event, commenced, shortlisted, due, awarded, starts = (day(step) for step in steps.split())
    return Programme(
        name, prefix, regime, event, commenced, shortlisted, due, awarded, starts, years=years, share=share
    )


PROGRAMMES = (
    _programme(
        "Steady Work",
        "SW",
        "pcr2015",
        "2021-09-15 2021-11-01 2022-02-01 2022-05-09 2022-07-18 2022-10-03",
        years=6,
        share=0.8,
    ),
    # The Procurement Act 2023 governs what commenced from 24 February 2025 on.
    _programme(
        "Fresh Start",
        "FS",
        "pa2023",
        "2025-01-20 2025-02-26 2025-03-24 2025-06-18 2025-07-21 2025-09-01",
        years=5,
        share=0.2,
    ),
)


@dataclass(eq=False)
class Lot:
    """One competition: a programme in an area. ``kind`` says what was planted in its structure."""

    lot_id: str
    area: Area
    programme: Programme
    kind: str
    starts: int
    primes: list[str] = field(default_factory=list)
    shortlisted: list[str] = field(default_factory=list)
    others: list[str] = field(default_factory=list)


@dataclass(eq=False)
class Deal:
    """One contract at any tier: days since 1970, money in pence. ``late`` is how invoices are paid late."""

    number: int
    contract_id: str
    tier: int
    parent: Deal | None
    buyer_id: str
    supplier_id: str
    role: str
    starts: int
    ends: int
    regime: str | None
    annual_pence: int = 0
    signed: int | None = None
    term_days: int | None = 30
    term_starts: str | None = "receipt"
    needs: tuple[str, ...] = ()
    inferred: bool = False
    anchor: bool = False
    late: str = ""
    late_share: float = 0.0
    starved: bool = False


@dataclass(eq=False)
class Head:
    """A head contract with its whole chain; ``chain`` begins with the head contract itself."""

    lot: Lot
    deal: Deal
    chain: list[Deal] = field(default_factory=list)
    # (district, need) -> the contracts under which that is delivered
    cells: dict[tuple[str, str], list[Deal]] = field(default_factory=dict)

    @property
    def prime(self) -> str:
        """The prime's id."""
        return self.deal.supplier_id


@dataclass(eq=False)
class Market:
    """Everything made so far. ``rows`` are the short tables; ``owner`` maps to the ultimate owner."""

    size: Size
    rows: dict[str, list[dict[str, Any]]] = field(default_factory=lambda: defaultdict(list))
    planted: list[Planted] = field(default_factory=list)
    owner: dict[str, str] = field(default_factory=dict)
    areas: list[Area] = field(default_factory=list)
    primes: list[str] = field(default_factory=list)
    pairs: list[tuple[str, str]] = field(default_factory=list)
    subs: list[str] = field(default_factory=list)
    sharers: list[tuple[str, ...]] = field(default_factory=list)
    lots: list[Lot] = field(default_factory=list)
    heads: list[Head] = field(default_factory=list)
    deals: list[Deal] = field(default_factory=list)
    skewed: set[str] = field(default_factory=set)
    careless: set[str] = field(default_factory=set)
    late_payers: set[str] = field(default_factory=set)
    batching: set[str] = field(default_factory=set)
    choiceless: set[str] = field(default_factory=set)
    bouncing: set[str] = field(default_factory=set)
    unchosen: set[str] = field(default_factory=set)
    deepening: set[str] = field(default_factory=set)
    parking: set[str] = field(default_factory=set)
    # Contracts whose holders complained, by number, with the day from which they got hardly any referrals.
    shunned: dict[int, int] = field(default_factory=dict)
    # Good sub-contractors' contracts, by number, whose customers the prime takes to itself in the last year.
    dropped: set[int] = field(default_factory=set)
    # Contracts that the European Social Fund pays, with the part of their customers who are in both provisions.
    esf: dict[str, float] = field(default_factory=dict)

    # By a contract's number: what is amiss with outcomes claimed under it (see ``outcomes.AMISS``), 0 for nothing.
    amiss: Ints = field(default_factory=lambda: np.zeros(0, dtype=np.int64))

    # By a contract's number: what is added to its customers' chances of a job (row 0) and of keeping it (row 1).
    better: Floats = field(default_factory=lambda: np.zeros((2, 0)))

    def rng(self, *path: str | int) -> np.random.Generator:
        """The generator of one part of this market."""
        return rng(self.size.seed, *path)

    def plant(self, rule: str, note: str, **identity: str) -> None:
        """Write down a breach that a sweep must find."""
        self.planted.append(Planted(rule, identity, note))

    def add(self, table: str, **row: Any) -> None:
        """Add a row to a short table."""
        self.rows[table].append(row)

    def id(self, table: str, prefix: str) -> str:
        """The next id of a short table."""
        return f"{prefix}{len(self.rows[table]) + 1:06d}"

    def subcontracts(self) -> list[Deal]:
        """Every contract below tier 1."""
        return [deal for deal in self.deals if deal.tier > 1]
