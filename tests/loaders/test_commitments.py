"""What came under a promise: how many customers in its period, down its chain, and the day of the first."""

from __future__ import annotations

from datetime import date

import duckdb

from chaingraph.loading import derive, stage

CONTRACTS = {"H": None, "A": "H", "B": "A", "C": "H"}
# id, contract of the promise, its period
PROMISES = [
    ("P1", "A", date(2025, 1, 1), date(2025, 12, 31)),
    ("P2", "C", date(2025, 1, 1), date(2025, 12, 31)),
    ("P3", "B", date(2025, 3, 2), date(2025, 6, 30)),
]
# contract, day, customers
REFERRALS = [
    ("A", date(2024, 12, 31), 5),
    ("A", date(2025, 4, 1), None),
    ("B", date(2025, 3, 1), 20),
    ("B", date(2025, 6, 30), 3),
    ("H", date(2025, 5, 5), 9),
    ("C", date(2026, 1, 1), 7),
]


def test_counted_in_the_period_and_down_the_chain() -> None:
    with duckdb.connect() as con:
        stage.prepare(con)
        for contract, parent in CONTRACTS.items():
            con.execute(
                "INSERT INTO contracts (contract_id, tier, parent_contract_id, supplier_id) VALUES (?, ?, ?, 'S')",
                [contract, 1 if parent is None else 2, parent],
            )
        for promise in PROMISES:
            con.execute(
                "INSERT INTO commitments (commitment_id, contract_id, starts_on, ends_on, by_org_id, to_org_id) "
                "VALUES (?, ?, ?, ?, 'P', 'S')",
                list(promise),
            )
        for number, (contract, day, customers) in enumerate(REFERRALS):
            con.execute(
                "INSERT INTO referrals (referral_id, contract_id, referred_on, customers) VALUES (?, ?, ?, ?)",
                [f"R{number}", contract, day, customers],
            )
        found = con.execute(
            "SELECT commitment_id, delivered_customers, first_customer_on "
            f"FROM ({derive.commitment_sql()}) ORDER BY 1"
        ).fetchall()
    assert found == [("P1", 24, date(2025, 3, 1)), ("P2", 0, None), ("P3", 3, date(2025, 6, 30))]
