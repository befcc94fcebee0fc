"""Day counts: the table of the model as cases, and the load's SQL against the plain reference."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import duckdb
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from chaingraph.loading import derive, stage
from chaingraph.model import days

FIRST = date(2024, 1, 1)
DAYS = st.none() | st.dates(FIRST, FIRST + timedelta(days=400))
INVOICES = st.lists(
    st.fixed_dictionaries(
        {
            "term": st.none() | st.integers(0, 120),
            "term_starts": st.sampled_from([None, "receipt", "validation", "invoice_date"]),
            "regime": st.sampled_from([None, "pre2013", "lpr2013", "pcr2015", "pa2023"]),
            "amount": st.integers(0, 300),
            "received_on": DAYS,
            "validated_on": DAYS,
            "invoiced_on": DAYS,
            "disputed_on": DAYS,
            "stood_still": st.none() | st.integers(0, 60),
            "payments": st.lists(
                st.tuples(st.dates(FIRST, FIRST + timedelta(days=500)), st.integers(1, 200)), max_size=4
            ),
        }
    ),
    min_size=1,
    max_size=20,
)


@pytest.fixture(scope="module")
def con() -> duckdb.DuckDBPyConnection:
    connection = duckdb.connect()
    stage.prepare(connection)
    return connection


def _derived(con: duckdb.DuckDBPyConnection, invoices: list[dict[str, Any]]) -> dict[str, tuple[Any, ...]]:
    for table in ("contracts", "invoices", "payments"):
        con.execute(f"DELETE FROM {table}")
    for n, row in enumerate(invoices):
        ends = row["disputed_on"] and row["stood_still"] is not None
        con.execute(
            "INSERT INTO contracts (contract_id, tier, supplier_id, payment_term_days, term_starts, regime) "
            "VALUES (?, 1, 'X-S', ?, ?, ?)",
            [f"C{n}", row["term"], row["term_starts"], row["regime"]],
        )
        con.execute(
            "INSERT INTO invoices (invoice_id, contract_id, amount_pence, received_on, validated_on, invoiced_on, "
            "disputed_on, dispute_resolved_on) VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
            [
                f"I{n}",
                f"C{n}",
                row["amount"],
                row["received_on"],
                row["validated_on"],
                row["invoiced_on"],
                row["disputed_on"],
                row["disputed_on"] + timedelta(days=row["stood_still"]) if ends else None,
            ],
        )
        for m, (day, pence) in enumerate(row["payments"]):
            con.execute("INSERT INTO payments VALUES (?, ?, ?, ?, 1, 2)", [f"P{n}-{m}", f"I{n}", pence, day])
    derive.derive_settlement(con)
    rows = con.execute(
        "SELECT invoice_id, due_on, statutory_due_on, settled_on, dispute_days, received_due_day, days_beyond_terms "
        f"FROM ({derive.invoice_sql()})"
    ).fetchall()
    return {row[0]: row[1:] for row in rows}


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(invoices=INVOICES)
def test_the_sql_says_what_the_reference_says(
    con: duckdb.DuckDBPyConnection, invoices: list[dict[str, Any]]
) -> None:
    found = _derived(con, invoices)
    assert len(found) == len(invoices)
    for n, row in enumerate(invoices):
        resolved = None
        if row["disputed_on"] and row["stood_still"] is not None:
            resolved = row["disputed_on"] + timedelta(days=row["stood_still"])
        still = days.dispute_days(row["disputed_on"], resolved)
        due = days.agreed_due_on(
            payment_term_days=row["term"],
            term_starts=row["term_starts"],
            received_on=row["received_on"],
            validated_on=row["validated_on"],
            invoiced_on=row["invoiced_on"],
            dispute_days=still,
        )
        statutory = days.statutory_due_on(
            regime=row["regime"],
            received_on=row["received_on"],
            validated_on=row["validated_on"],
            dispute_days=still,
        )
        settled = days.settled_on(row["amount"], row["payments"])
        if row["amount"] == 0 and not row["payments"]:
            settled = row["received_on"] or row["invoiced_on"]
        received_due = None
        if row["term"] is not None and row["received_on"]:
            on_time = None if due is None else (due - date(1970, 1, 1)).days - still
            received_due = on_time
            if row["term_starts"] == "validation":
                received_due = (row["received_on"] - date(1970, 1, 1)).days + row["term"]
                received_due = received_due if on_time is None else min(received_due, on_time)
        beyond = (settled - due).days if settled and due else None
        assert found[f"I{n}"] == (due, statutory, settled, still, received_due, beyond)


@pytest.mark.parametrize(
    ("case", "expected"),
    [
        ({"payment_term_days": 30, "term_starts": None, "received_on": date(2024, 1, 31)}, date(2024, 3, 1)),
        (
            {"payment_term_days": 30, "term_starts": "receipt", "received_on": date(2024, 2, 1)},
            date(2024, 3, 2),
        ),
        (
            {"payment_term_days": 30, "term_starts": "validation", "received_on": date(2024, 2, 1)},
            date(2024, 3, 2),
        ),
        (
            {
                "payment_term_days": 30,
                "term_starts": "validation",
                "received_on": date(2024, 2, 1),
                "validated_on": date(2024, 2, 5),
            },
            date(2024, 3, 6),
        ),
        (
            {"payment_term_days": 10, "term_starts": "invoice_date", "invoiced_on": date(2024, 2, 20)},
            date(2024, 3, 1),
        ),
        ({"payment_term_days": None, "term_starts": None, "received_on": date(2024, 2, 1)}, None),
        ({"payment_term_days": 30, "term_starts": "receipt", "received_on": None}, None),
    ],
)
def test_the_agreed_day(case: dict[str, Any], expected: date | None) -> None:
    known = {"validated_on": None, "invoiced_on": None, "received_on": None} | case
    assert days.agreed_due_on(**known) == expected


@pytest.mark.parametrize(
    ("regime", "received", "validated", "still", "expected"),
    [
        # 30 days beginning with 1 March: 1 March is the first, 30 March the last.
        ("pa2023", date(2026, 3, 1), None, 0, date(2026, 3, 30)),
        ("pa2023", date(2026, 3, 1), date(2026, 3, 9), 0, date(2026, 3, 30)),
        # 30 days from 1 March: 31 March.
        ("pcr2015", date(2026, 3, 1), None, 0, date(2026, 3, 31)),
        ("pcr2015", date(2026, 3, 1), date(2026, 3, 3), 0, date(2026, 4, 2)),
        ("pcr2015", date(2026, 3, 1), None, 5, date(2026, 4, 5)),
        ("pre2013", date(2026, 3, 1), None, 0, None),
        (None, date(2026, 3, 1), None, 0, None),
        ("pa2023", None, None, 0, None),
    ],
)
def test_the_statutory_day(
    regime: str | None, received: date | None, validated: date | None, still: int, expected: date | None
) -> None:
    found = days.statutory_due_on(
        regime=regime, received_on=received, validated_on=validated, dispute_days=still
    )
    assert found == expected
