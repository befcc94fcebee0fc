"""Customers' ways from provider to provider: by hand, against a plain walk, and the same as of any day."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any

import duckdb
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from chaingraph.loading import derive, stage
from chaingraph.loading.journeys import ALONGSIDE_SQL, NEW_JOURNEY_DAYS, derive_journeys

FIRST = date(2024, 1, 1)
# Two primes, each with itself and two sub-contractors; the second's chain is paid by another fund.
SUPPLIERS = {"H1": "P1", "A1": "SA", "B1": "SB", "H2": "P2", "A2": "SA", "B2": "SB"}


@pytest.fixture(scope="module")
def con() -> duckdb.DuckDBPyConnection:
    connection = duckdb.connect()
    stage.prepare(connection)
    for contract, supplier in SUPPLIERS.items():
        parent = None if contract[0] == "H" else f"H{contract[1]}"
        fund = "esf" if contract[1] == "2" else "dwp"
        connection.execute(
            "INSERT INTO contracts (contract_id, tier, parent_contract_id, supplier_id, funding_source) "
            "VALUES (?, ?, ?, ?, ?)",
            [contract, 2 if parent else 1, parent, supplier, fund],
        )
    derive.derive_chain(connection)
    return connection


# customer, contract, day of the referral, days of support (None: its end is unknown)
Visit = tuple[str | None, str, int, int | None]


def load(con: duckdb.DuckDBPyConnection, visits: Sequence[Visit]) -> None:
    con.execute("DELETE FROM referrals")
    for n, (key, contract, start, lasted) in enumerate(visits):
        referred = FIRST + timedelta(days=start)
        ended = None if lasted is None else referred + timedelta(days=lasted)
        con.execute(
            "INSERT INTO referrals (referral_id, contract_id, referred_on, ended_on, customer_key) "
            "VALUES (?, ?, ?, ?, ?)",
            [f"R{n:02d}", contract, referred, ended, key],
        )


def journeys(con: duckdb.DuckDBPyConnection, visits: Sequence[Visit]) -> dict[str, tuple[Any, ...]]:
    load(con, visits)
    derive_journeys(con)
    rows = con.execute("SELECT * FROM journeys ORDER BY referral_id").fetchall()
    return {row[0]: row[1:] for row in rows}


def test_a_way_by_hand(con: duckdb.DuckDBPyConnection) -> None:
    visits: list[Visit] = [
        ("c", "H1", 0, 10),
        ("c", "A1", 5, 15),  # handed on while support ran
        ("c", "A1", 40, 5),  # the same provider: no hand-off
        ("c", "B1", 60, 5),  # fifteen days after day 45, when the last support had ended
        ("c", "H1", 65, 5),  # back to where it began
        ("c", "A1", 70 + NEW_JOURNEY_DAYS, 5),  # exactly as long: still the same journey
        ("c", "B1", 76 + 2 * NEW_JOURNEY_DAYS, 5),  # a day longer: another one
        ("once", "H1", 3, 3),
        (None, "H1", 3, 3),
        (None, "A1", 4, 3),
    ]
    assert journeys(con, visits) == {
        "R00": ("R00", 0, None, False),
        "R01": ("R00", 1, 0, False),
        "R02": ("R00", 1, None, False),
        "R03": ("R00", 2, 15, False),
        "R04": ("R00", 3, 0, True),
        "R05": ("R00", 4, NEW_JOURNEY_DAYS, True),
        "R06": ("R06", 0, None, False),
    }


def test_an_end_that_is_unknown_leaves_no_gap_to_measure(con: duckdb.DuckDBPyConnection) -> None:
    found = journeys(con, [("c", "H1", 0, None), ("c", "A1", 400, 5), ("c", "B1", 900, 5)])
    assert found == {
        "R00": ("R00", 0, None, False),
        "R01": ("R00", 1, None, False),
        "R02": ("R00", 2, None, False),
    }


VISITS = st.lists(
    st.tuples(
        st.sampled_from(["a", "b", None]),
        st.sampled_from(list(SUPPLIERS)),
        st.integers(0, 900),
        st.none() | st.integers(0, 120),
    ),
    max_size=12,
)


def walked(visits: Sequence[Visit]) -> dict[str, tuple[Any, ...]]:
    """The same, one customer and prime after another, one referral after another."""
    count: dict[str | None, int] = defaultdict(int)
    ways: dict[tuple[str, str], list[tuple[int, str, str, int | None]]] = defaultdict(list)
    for n, (key, contract, start, lasted) in enumerate(visits):
        count[key] += 1
        if key is not None:
            end = None if lasted is None else start + lasted
            ways[key, contract[1]].append((start, f"R{n:02d}", SUPPLIERS[contract], end))
    found: dict[str, tuple[Any, ...]] = {}
    for (key, _), way in ways.items():
        if count[key] < 2:
            continue
        ends: list[int | None] = []
        seen: list[str] = []
        first, handoffs = "", 0
        for start, name, supplier, end in sorted(way, key=lambda visit: visit[:2]):
            known = [each for each in ends if each is not None]
            gap = start - max(known) if known and len(known) == len(ends) else None
            if not ends or (gap is not None and gap > NEW_JOURNEY_DAYS):
                first, handoffs, seen = name, 0, []
            handed = bool(seen) and seen[-1] != supplier
            handoffs += handed
            shown = None if gap is None or not handed else max(gap, 0)
            found[name] = (first, handoffs, shown, handed and supplier in seen)
            seen.append(supplier)
            ends.append(end)
    return found


@given(visits=VISITS)
@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_every_way_is_the_one_walked_by_hand(con: duckdb.DuckDBPyConnection, visits: list[Visit]) -> None:
    assert journeys(con, visits) == walked(visits)


@given(visits=VISITS)
@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_two_funds_at_once(con: duckdb.DuckDBPyConnection, visits: list[Visit]) -> None:
    load(con, visits)
    found = {(row[0], row[1]): row[2:] for row in con.execute(ALONGSIDE_SQL).fetchall()}
    first = (FIRST - date(1970, 1, 1)).days
    expected = {}
    for n, (key, contract, start, lasted) in enumerate(visits):
        for m, (other_key, other, from_, stayed) in enumerate(visits):
            if key is None or key != other_key or (contract[1], other[1]) != ("2", "1"):
                continue
            ends = [s + d for s, d in ((start, lasted), (from_, stayed)) if d is not None]
            begins, last = max(start, from_), min(ends, default=None)
            if last is None or begins <= last:
                expected[f"R{n:02d}", f"R{m:02d}"] = (
                    first + begins,
                    None if last is None else first + last,
                )
    assert found == expected


@pytest.mark.parametrize(
    ("period", "begins", "ends"),
    [
        ("2024-25", date(2024, 4, 1), date(2025, 3, 31)),
        (" 2024/25 ", date(2024, 4, 1), date(2025, 3, 31)),
        ("2024/2025", date(2024, 4, 1), date(2025, 3, 31)),
        ("1999-00", date(1999, 4, 1), date(2000, 3, 31)),
        ("2024 \N{EN DASH} 25", date(2024, 4, 1), date(2025, 3, 31)),
        ("2023", date(2023, 1, 1), date(2023, 12, 31)),
        ("2024-26", None, None),
        ("2024-2125", None, None),
        ("2024Q1", None, None),
        ("first year", None, None),
    ],
)
def test_the_year_that_a_period_names(
    con: duckdb.DuckDBPyConnection, period: str, begins: date | None, ends: date | None
) -> None:
    con.execute("DELETE FROM ratings")
    con.execute("INSERT INTO ratings (rating_id, period) VALUES ('A', ?)", [period])
    sql = f"SELECT period_starts_on, period_ends_on FROM ({derive.period_sql('ratings')})"
    assert con.execute(sql).fetchall() == [(begins, ends)]
