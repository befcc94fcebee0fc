"""Rows of any table, drawn from what the model says of its columns: types, codes, references, bounds, order of dates."""

from __future__ import annotations

import random
from collections import defaultdict
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import date, timedelta
from typing import Any, TypeVar

from chaingraph.model import TABLES, Column, Table
from chaingraph.rules.catalogue import load_rules

Row = dict[str, Any]
Tables = dict[str, list[Row]]
T = TypeVar("T")
FIRST = date(2024, 1, 1)
LAST_DAY = 720  # of what has happened, counted from FIRST
NEEDS = ("health", "housing", "skills")
DUTIES = tuple(duty for rule in load_rules() for duty in rule.duties)
# What a column holds about which the model says no more than that it is a text or a key of something outside.
WORDS: dict[str, Sequence[str]] = {
    "need_type": NEEDS,
    "programme": ("Work", "Health"),
    "customer_group": ("PG1", "PG2"),
    "clause": [duty.clause for duty in DUTIES],
    "severity": ("minor", "major"),
    "period": ("2023", "2024", "2024-25", "spring"),
    "protected_group": ("disability", "sex", "all"),
    "role": ("director", "secretary"),
    "policies.kind": ("equality", "safeguarding"),
    "support_actions.kind": ("training", "capacity"),
    "channels": ("Contracts Finder", "website;newsletter"),
}
# Columns that no rule of the chain reads: drawn apart, so that what the rules see stays as it is.
BESIDE: dict[str, tuple[str, ...]] = {
    "organisations": ("register_status", "incorporated_on", "dissolved_on"),
    "bids": ("process_id", "price", "currency", "submitted_at"),
    "support_actions": ("amount_gbp",),
}
# Figures that lie on, and just beside, the limits that rules draw.
POUNDS = (0, 1, 5_000, 5_000, 25_000.5, 250_000, 9_999_999.99, 10_000_000)
DAYS = (0, 14, 30, 30, 89, 90, 182, 365)
SHARES = (0.0, 0.1, 0.25, 0.5, 0.7, 0.8, 1.0)


def after(day: date | None, low: int, high: int, rnd: random.Random) -> date:
    """A day from ``low`` to ``high`` days after another; where that is not known, after the first of all."""
    return (day or FIRST) + timedelta(days=rnd.randint(low, high))


class Filler:
    """Adds rows of one market to ``tables``; what a row refers to is in that market, and there already."""

    def __init__(self, rnd: random.Random, prefix: str, tables: Tables) -> None:
        self.rnd, self.prefix, self.tables = rnd, prefix, tables
        self.other = random.Random(f"beside {prefix}")
        self.own: Tables = defaultdict(list)
        self.keys: set[tuple[Any, ...]] = set()
        # Some markets know nearly everything, some hardly anything.
        self.known = rnd.choice((0.5, 0.8, 0.95))

    @contextmanager
    def aside(self) -> Iterator[None]:
        """What is drawn here changes nothing of what is drawn elsewhere."""
        self.rnd, self.other = self.other, self.rnd
        yield
        self.rnd, self.other = self.other, self.rnd

    def day(self, low: int = 0, high: int = LAST_DAY) -> date:
        return FIRST + timedelta(days=self.rnd.randint(low, high))

    def maybe(self, value: T, chance: float = 0.8) -> T | None:
        return value if self.rnd.random() < chance else None

    def add(self, table: str, **given: Any) -> Row:
        """A row with the given values; the rest is drawn, and what is optional is left out at times."""
        described = TABLES[table]
        row = dict(given)
        for column in described.columns.values():
            if column.name in BESIDE.get(table, ()):
                continue
            if column.name not in row and (column.required or self.rnd.random() < self.known):
                row[column.name] = self.value(described, column, row)
                if column.required and row[column.name] is None:
                    return row  # there is nothing that it could refer to
        with self.aside():
            for name in BESIDE.get(table, ()):
                row[name] = self.maybe(self.value(described, described.columns[name], row))
        for earlier, later in described.in_order:
            low, high = row.get(earlier), row.get(later)
            if low is not None and high is not None and high < low:
                row[later] = after(low, 0, 60, self.rnd)
        key = (table, *(row.get(name) for name in described.key))
        if key in self.keys:
            return row  # there already: once is all that a folder may hold
        self.keys.add(key)
        self.tables[table].append(row)
        self.own[table].append(row)
        return row

    def value(self, table: Table, column: Column, row: Row) -> Any:
        rnd = self.rnd
        if column.references:
            return self.reference(column, row)
        if (column.name,) == table.key:
            return f"{self.prefix}{table.name}/{len(self.own[table.name])}"
        words = WORDS.get(f"{table.name}.{column.name}") or WORDS.get(column.name) or column.codes
        if words:
            return rnd.choice(words)
        match column.type:
            case "date":
                return self.day(-400, 1100 if column.ahead else LAST_DAY)
            case "moment":
                hours = f"{rnd.randint(0, 23):02d}:{rnd.choice((0, 30)):02d}:00Z"
                return f"{self.day(-400, LAST_DAY)}T{hours}"
            case "boolean":
                return rnd.random() < 0.5
            case "money":
                return rnd.choice(POUNDS)
            case "share":
                return rnd.choice(SHARES)
            case "number":
                return rnd.choice((0, 0.5, 2, 12, 200))
            case "integer" if column.unit == "days":
                return rnd.choice(DAYS)
            case "integer":
                low = int(column.minimum or 0)
                return rnd.randint(low, int(low + 20 if column.maximum is None else column.maximum))
            case _:
                return f"{self.prefix}{column.name}{rnd.randint(0, 3)}"

    def reference(self, column: Column, row: Row) -> str | None:
        """A key in this market: of two organisations of one contract or lot more often than of any two."""
        options = [
            value
            for target in column.references
            for value in (r[target.split(".")[1]] for r in self.own[target.split(".")[0]])
        ]
        near = [value for value in self.parties(row) if value in options]
        if near and self.rnd.random() < 0.8:
            options = near
        others = [value for value in options if value not in row.values()]
        if column.literals and self.rnd.random() < 0.1:
            return self.rnd.choice(column.literals)
        return self.rnd.choice(others or options) if options else None

    def parties(self, row: Row) -> list[str]:
        """Who has to do with the contract or the lot that a row is about."""
        of = [c for c in self.own["contracts"] if c["contract_id"] == row.get("contract_id")]
        bidders = [b["org_id"] for b in self.own["bids"] if b["lot_id"] == row.get("lot_id")]
        return [party for c in of for party in (c["supplier_id"], c["buyer_id"])] or bidders
