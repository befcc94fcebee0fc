"""What is worked out once a load is checked, so that rules need no date arithmetic and no recursion.

Each function makes or replaces one DuckDB table. The SQL says the same as ``model.days`` and is compared
with it in a property test.
"""

from __future__ import annotations

import duckdb
import pyarrow as pa

from chaingraph.loading.owners import FIRST_DAY, LAST_DAY, Holding, share_of, spells
from chaingraph.loading.sql import count
from chaingraph.model.days import PA2023_DAYS_AFTER, PCR2015_DAYS_AFTER

DEEPEST_TIER = 9


def derive_chain(con: duckdb.DuckDBPyConnection) -> int:
    """``chain``: head contract, prime and tier of every contract. Returns how many tiers the file had wrong."""
    con.execute(
        """
        CREATE OR REPLACE TEMP TABLE chain AS
        WITH RECURSIVE down AS (
            SELECT contract_id, contract_id AS head_contract_id, supplier_id AS head_org_id, 1::BIGINT AS tier
            FROM contracts WHERE parent_contract_id IS NULL
            UNION ALL
            SELECT c.contract_id, down.head_contract_id, down.head_org_id, down.tier + 1
            FROM contracts AS c JOIN down ON c.parent_contract_id = down.contract_id
        ) SELECT * FROM down
        """
    )
    return count(
        con,
        "SELECT count(*) FROM contracts JOIN chain USING (contract_id) WHERE contracts.tier <> chain.tier",
    )


def derive_owners(con: duckdb.DuckDBPyConnection, as_of_day: int) -> None:
    """``owner_spells``, and ``owner_now``: who stands behind whom on the day that the market is judged by."""
    organisations = con.execute("SELECT org_id FROM organisations ORDER BY 1").fetchall()
    rows = con.execute(
        "SELECT owner_id, owned_id, share_min, share_max, valid_from - DATE '1970-01-01', "
        "valid_to - DATE '1970-01-01' FROM ownership ORDER BY ALL"
    ).fetchall()
    holdings = [
        Holding(
            owner_id=owner,
            owned_id=owned,
            share=share_of(low, high),
            from_day=FIRST_DAY if start is None else start,
            to_day=LAST_DAY if stop is None else stop + 1,
        )
        for owner, owned, low, high, start, stop in rows
    ]
    found = list(spells((row[0] for row in organisations), holdings))
    table = pa.table(
        {
            "org_id": pa.array([s.org_id for s in found], pa.string()),
            "owner_id": pa.array([s.owner_id for s in found], pa.string()),
            "from_day": pa.array([s.from_day for s in found], pa.int64()),
            "to_day": pa.array([s.to_day for s in found], pa.int64()),
        }
    )
    con.register("found_spells", table)
    con.execute(
        """
        CREATE OR REPLACE TEMP TABLE owner_spells AS
        SELECT s.org_id || '|' || s.from_day AS owner_spell_id, s.org_id, s.owner_id,
               coalesce(o.name, p.name, s.owner_id) AS owner_name, s.from_day, s.to_day
        FROM found_spells AS s LEFT JOIN organisations AS o ON o.org_id = s.owner_id
        LEFT JOIN people AS p ON p.person_id = s.owner_id
        """
    )
    con.unregister("found_spells")
    con.execute(
        "CREATE OR REPLACE TEMP TABLE owner_now AS SELECT org_id, owner_id AS ultimate_owner_id "
        "FROM owner_spells WHERE from_day <= ? AND to_day > ?",
        [as_of_day, as_of_day],
    )


def derive_settlement(con: duckdb.DuckDBPyConnection) -> None:
    """``settled``: the pence paid on each invoice, and the day on which they first reached its amount."""
    con.execute(
        "CREATE OR REPLACE TEMP TABLE paid AS SELECT invoice_id, sum(amount_pence)::BIGINT AS settled_pence, "
        "count(*) AS parts, max(paid_on) AS last_on FROM payments GROUP BY 1"
    )
    # Most invoices are paid at once; only those paid in parts need a running total.
    con.execute(
        """
        CREATE OR REPLACE TEMP TABLE in_parts AS
        SELECT invoice_id, min(paid_on) AS settled_on FROM (
            SELECT p.invoice_id, p.paid_on, i.amount_pence AS due,
                   sum(p.amount_pence) OVER (PARTITION BY p.invoice_id ORDER BY p.paid_on) AS so_far
            FROM payments AS p JOIN paid ON paid.invoice_id = p.invoice_id AND paid.parts > 1
            JOIN invoices AS i ON i.invoice_id = p.invoice_id
        ) WHERE so_far >= due GROUP BY 1
        """
    )
    con.execute(
        """
        CREATE OR REPLACE TEMP TABLE settled AS
        SELECT paid.invoice_id, paid.settled_pence,
               CASE WHEN paid.parts > 1 THEN in_parts.settled_on
                    WHEN paid.settled_pence >= i.amount_pence THEN paid.last_on END AS settled_on
        FROM paid JOIN invoices AS i USING (invoice_id) LEFT JOIN in_parts USING (invoice_id)
        """
    )


def process_sql() -> str:
    """A SELECT over processes with every derived property of the label; moments are text in UTC."""
    opens, closes = (
        "CAST({} AS TIMESTAMP)".format(f"rtrim({name}, 'Z')") for name in ("opens_at", "closes_at")
    )
    return f"""
        SELECT *, day(CAST({opens} AS DATE)) AS opens_day, day(CAST({closes} AS DATE)) AS closes_day,
               CAST(floor((epoch({closes}) - epoch({opens})) / 86400) AS BIGINT) AS window_days
        FROM processes
    """


def invoice_sql() -> str:
    """A SELECT over invoices with every derived property of the label.

    ``received_due_day`` is the due day as it stood on receipt, before any dispute, and before any validation where the
    term waits for one.
    """
    due = "starts_on + CAST(payment_term_days + dispute_days AS INTEGER)"
    return f"""
        SELECT i.*, {due} AS due_on, day({due}) AS due_day,
               CASE WHEN i.received_on IS NOT NULL
                    THEN CASE WHEN waits THEN least(i.received_day + payment_term_days, day({due}) - dispute_days)
                              ELSE day({due}) - dispute_days END END AS received_due_day,
               statutory_due_on, day(statutory_due_on) AS statutory_due_day,
               day(settled_on) AS settled_day, day(settled_on) - day({due}) AS days_beyond_terms
        FROM (
            SELECT i.*, day(i.received_on) AS received_day,
                   CAST(coalesce(i.dispute_resolved_on - i.disputed_on, 0) AS BIGINT) AS dispute_days,
                   c.payment_term_days, s.settled_pence, coalesce(c.term_starts = 'validation', false) AS waits,
                   CASE WHEN s.invoice_id IS NULL AND i.amount_pence <= 0
                        THEN coalesce(i.received_on, i.invoiced_on) ELSE s.settled_on END AS settled_on,
                   CASE coalesce(c.term_starts, 'receipt')
                        WHEN 'validation' THEN coalesce(i.validated_on, i.received_on)
                        WHEN 'invoice_date' THEN i.invoiced_on ELSE i.received_on END AS starts_on,
                   CASE c.regime
                        WHEN 'pa2023' THEN i.received_on + {PA2023_DAYS_AFTER}
                        WHEN 'pcr2015' THEN coalesce(i.validated_on, i.received_on) + {PCR2015_DAYS_AFTER} END
                        + CAST(coalesce(i.dispute_resolved_on - i.disputed_on, 0) AS INTEGER) AS statutory_due_on
            FROM invoices AS i LEFT JOIN contracts AS c USING (contract_id) LEFT JOIN settled AS s USING (invoice_id)
        ) AS i
    """


def payment_sql() -> str:
    """A SELECT over payments with the contract that their invoice was for."""
    return "SELECT p.*, i.contract_id FROM payments AS p LEFT JOIN invoices AS i USING (invoice_id)"


def contract_sql() -> str:
    """A SELECT over contracts with the chain's tier in place of the file's, and the first work seen under it.

    An invoice counts from the day by which it was both written and received; an advance is not work.
    """
    return """
        SELECT c.* REPLACE (chain.tier AS tier), chain.head_contract_id, chain.head_org_id,
               CAST(c.ends_on - c.starts_on AS BIGINT) AS term_days, first_referral_on, first_invoice_on
        FROM contracts AS c JOIN chain USING (contract_id)
        LEFT JOIN (SELECT contract_id, min(referred_on) AS first_referral_on FROM referrals GROUP BY 1)
            USING (contract_id)
        LEFT JOIN (SELECT contract_id, min(greatest(received_on, invoiced_on)) AS first_invoice_on
                   FROM invoices WHERE kind IS DISTINCT FROM 'advance' GROUP BY 1) USING (contract_id)
    """


def commitment_sql() -> str:
    """A SELECT over commitments with the customers referred under each, in its period and down its chain.

    Where the promise stands under the contract that the promiser itself holds, such as a prime's own, they are the customers
    whom the promisee was sent under it. ``first_customer_on`` is the day of the first of them.
    """
    return """
        WITH RECURSIVE below AS (
            SELECT DISTINCT m.contract_id AS promised_under, by_org_id, to_org_id, m.contract_id,
                   c.supplier_id <> by_org_id OR c.supplier_id = to_org_id AS counts
            FROM commitments AS m JOIN contracts AS c USING (contract_id)
            UNION ALL
            SELECT below.promised_under, by_org_id, to_org_id, c.contract_id, counts OR c.supplier_id = to_org_id
            FROM below JOIN contracts AS c ON c.parent_contract_id = below.contract_id
        ), delivered AS (
            SELECT m.commitment_id, sum(coalesce(r.customers, 1)) AS customers,
                   min(r.referred_on) AS first_customer_on
            FROM commitments AS m JOIN below ON below.promised_under = m.contract_id AND below.by_org_id = m.by_org_id
                 AND below.to_org_id = m.to_org_id AND counts
            JOIN referrals AS r ON r.contract_id = below.contract_id
            WHERE r.referred_on BETWEEN m.starts_on AND m.ends_on GROUP BY 1
        )
        SELECT m.*, coalesce(d.customers, 0) AS delivered_customers, first_customer_on
        FROM commitments AS m LEFT JOIN delivered AS d USING (commitment_id)
    """


def referral_sql() -> str:
    """A SELECT over referrals with the stratum that skew is judged in and the place on the customer's way."""
    return """
        SELECT r.* REPLACE (coalesce(r.customers, 1) AS customers),
               chain.tier, chain.tier > 1 AS is_passed, r.difficulty_band >= 4 AS is_hard, chain.head_org_id,
               quarter_of(r.referred_on) AS quarter,
               concat_ws('|', r.area_id, quarter_of(r.referred_on), r.customer_group, coalesce(r.need_type, '')) AS stratum,
               journey_id, handoffs, handoff_gap_days, is_return
        FROM referrals AS r LEFT JOIN chain USING (contract_id) LEFT JOIN journeys USING (referral_id)
    """


def outcome_sql() -> str:
    """A SELECT over outcomes with the earlier claim, of the same kind for the same customer, that each one overlaps.

    A spell of work runs from the first day in the job for ``sustained_days`` (one day where unknown). Of claims made on
    one day the first by id is the earlier. Cohorts and customers without a key have none.
    """
    return """
        WITH claims AS (
            SELECT o.outcome_id, o.kind, o.claimed_on, r.customer_key, o.job_started_on AS from_on,
                   o.job_started_on + CAST(greatest(coalesce(o.sustained_days, 1) - 1, 0) AS INTEGER) AS to_on
            FROM outcomes AS o JOIN referrals AS r USING (referral_id)
            WHERE r.customer_key IS NOT NULL AND coalesce(r.customers, 1) = 1
              AND o.job_started_on IS NOT NULL AND o.claimed_on IS NOT NULL
        ), doubled AS (
            SELECT late.outcome_id, min_by(first.outcome_id, (first.claimed_on, first.outcome_id)) AS earlier_claim_id
            FROM claims AS late JOIN claims AS first USING (customer_key, kind)
            WHERE (first.claimed_on, first.outcome_id) < (late.claimed_on, late.outcome_id)
              AND first.from_on <= late.to_on AND late.from_on <= first.to_on
            GROUP BY 1
        )
        SELECT o.*, doubled.earlier_claim_id FROM outcomes AS o LEFT JOIN doubled USING (outcome_id)
    """


def period_sql(table: str) -> str:
    """A SELECT over a table with the first and last day of the year that each row is for, where its period names one.

    2024-25 and 2024/2025 are the financial year from 1 April 2024, 2024 is the calendar year.
    """
    return f"""
        SELECT r.*, year_begins(period) AS period_starts_on,
               CAST(year_begins(period) + INTERVAL 1 YEAR - INTERVAL 1 DAY AS DATE) AS period_ends_on
        FROM {table} AS r
    """


MACROS = (
    "CREATE OR REPLACE TEMP MACRO day(d) AS CAST(d - DATE '1970-01-01' AS BIGINT)",
    "CREATE OR REPLACE TEMP MACRO quarter_of(d) AS CAST(datepart('year', d) AS VARCHAR) || 'Q' || datepart('quarter', d)",
    r"""CREATE OR REPLACE TEMP MACRO year_begins(p) AS CASE
        WHEN regexp_full_match(trim(p), '(19|20)\d\d') THEN make_date(TRY_CAST(trim(p) AS INTEGER), 1, 1)
        WHEN regexp_full_match(trim(p), '(19|20)\d\d ?[-/\x{2013}] ?(\d\d|\d{4})')
             AND right(CAST(TRY_CAST(left(trim(p), 4) AS INTEGER) + 1 AS VARCHAR), length(regexp_extract(trim(p), '\d+$')))
                 = regexp_extract(trim(p), '\d+$')
        THEN make_date(TRY_CAST(left(trim(p), 4) AS INTEGER), 4, 1) END""",
)
