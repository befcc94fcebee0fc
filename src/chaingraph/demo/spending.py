"""What the department paid before the extract, and what that says of the whole market: its core, and those new to it."""

from __future__ import annotations

import numpy as np
import pyarrow as pa

from chaingraph.demo.chance import Floats, Ints
from chaingraph.demo.state import AS_OF_DAY, DEPARTMENT, PROGRAMMES, WINDOW_DAY, Market
from chaingraph.demo.tables import TableWriter, dates, numbered, pounds, words

YEAR = 365
# Sums of so many days each, invoiced when they are over, and paid so many days later: in time by every clock.
QUARTER_DAYS, PAID_AFTER = 91, (8, 24)
# The part of a year's money that the core is to have at most, and those who are new at least; new is who came in two years.
CORE_MOST, NEW_LEAST, NEW_DAYS = 0.9, 0.05, 730
# What a bill of theirs is worth beside one of the others.
SMALL_BILL = 0.25


def _came_on(market: Market) -> list[int]:
    """For each contract by number the day of its supplier's first one."""
    first = {row["org_id"]: row.get("first_dwp_contract_on") for row in market.rows["organisations"]}
    return [first[deal.supplier_id] or deal.starts for deal in market.deals]


def bill_sizes(market: Market) -> Floats:
    """By contract, how large its bills are beside the usual: small for those who are new, who get little of the money."""
    new = np.array(_came_on(market)) >= AS_OF_DAY - NEW_DAYS
    return np.where(new, SMALL_BILL, 1.0)


def write_earlier(market: Market, invoices: TableWriter, payments: TableWriter) -> None:
    """Write one sum a quarter for every head contract up to the extract's first day, each paid in time and in one."""
    rng = market.rng("earlier")
    at, day = [], []
    for head in market.heads:
        for end in range(head.deal.starts + QUARTER_DAYS, WINDOW_DAY - max(PAID_AFTER), QUARTER_DAYS):
            at.append(head.deal.number)
            day.append(end)
    n, invoiced = len(at), np.array(day, dtype=np.int64)
    amount = np.rint(np.exp(rng.normal(13.4, 0.4, n))).astype(np.int64)
    ids = numbered("I", invoices.rows + 1, n)
    nobody = np.ones(n, dtype=np.bool_)
    invoices.write(
        {
            "invoice_id": ids,
            "contract_id": words([deal.contract_id for deal in market.deals], np.array(at, dtype=np.int64)),
            "kind": pa.array(["service"] * n, pa.string()),
            "amount_gbp": pounds(amount),
            "invoiced_on": dates(invoiced),
            "received_on": dates(invoiced + 1),
            "validated_on": dates(invoiced + 2),
            "disputed_on": dates(invoiced, nobody),
            "dispute_resolved_on": dates(invoiced, nobody),
        }
    )
    payments.write(
        {
            "payment_id": numbered("Y", payments.rows + 1, n),
            "invoice_id": ids,
            "amount_gbp": pounds(amount),
            "paid_on": dates(invoiced + rng.integers(*PAID_AFTER, n)),
        }
    )


def plant_spending(market: Market, paid: Ints) -> None:
    """Write down what follows for the whole market from who was paid: nobody drew it, so it is added up.

    ``paid``: pence settled under each contract (by number) in the last year and in the one before, contracts × 2.
    """
    # Whoever has a contract of the older programme was paid in each of the three years.
    older = {market.owner[head.prime] for head in market.heads if head.lot.programme is PROGRAMMES[0]}
    heads = [head.deal for head in market.heads]
    core = sum(int(paid[deal.number, 0]) for deal in heads if market.owner[deal.supplier_id] in older)
    whole = sum(int(paid[deal.number, 0]) for deal in heads)
    if core > CORE_MOST * whole:
        how = "hardly anybody was paid in the last year who was not in each of the three"
        market.plant("stable-core-share", how, department_id=DEPARTMENT)
    came, shares = np.array(_came_on(market)), []
    for year in (0, 1):
        new = came >= AS_OF_DAY - YEAR * year - NEW_DAYS
        shares.append(paid[new, year].sum() / paid[:, year].sum())
    if max(shares) < NEW_LEAST:
        how = "those who came in the last two years have next to nothing, nor had those who came before them"
        market.plant("entrant-share", how, department_id=DEPARTMENT)
