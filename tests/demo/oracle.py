"""The direct rules once more, as plain SQL over the files of a made-up market: an answer of its own for each.

Nothing here uses chaingraph's loader, store or rules, so that the truth file can be wrong on its own account.
"""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

import duckdb

from tests.demo.oracle_department import DEPARTMENT_RULES
from tests.demo.oracle_prequalify import PREQUALIFY_RULES
from tests.demo.oracle_spending import SPENDING_RULES

Identities = set[tuple[str, ...]]

CHAIN = """
WITH RECURSIVE down AS (
    SELECT contract_id, contract_id AS head_id, supplier_id AS prime_id FROM contracts WHERE tier = 1
    UNION ALL SELECT c.contract_id, down.head_id, down.prime_id
    FROM contracts c JOIN down ON c.parent_contract_id = down.contract_id)
SELECT c.*, down.head_id, down.prime_id FROM contracts c JOIN down USING (contract_id)
"""

# Control by direct or two-step holdings in force; the made-up market has no longer chains.
OWNERS = """
WITH held AS (
    SELECT owner_id, owned_id, (share_min + coalesce(share_max, share_min)) / 2 AS share FROM ownership
    WHERE coalesce(valid_from, as_of()) <= as_of() AND coalesce(valid_to, as_of()) >= as_of()),
direct AS (SELECT * FROM held WHERE share > 0.5),
steps AS (
    SELECT a.owned_id, coalesce(b.owner_id, a.owner_id) AS owner_id
    FROM direct a LEFT JOIN direct b ON b.owned_id = a.owner_id AND a.share * b.share > 0.5)
SELECT org_id, coalesce(owner_id, org_id) AS owner_id FROM organisations LEFT JOIN steps ON owned_id = org_id
"""

DUE = """
WITH settled AS (
    SELECT i.invoice_id, CASE WHEN round(100 * sum(p.amount_gbp)) >= round(100 * any_value(i.amount_gbp))
        THEN max(p.paid_on) END AS settled_on
    FROM invoices i LEFT JOIN payments p USING (invoice_id) GROUP BY 1)
SELECT i.*, c.buyer_id, c.tier, s.settled_on,
    coalesce(i.dispute_resolved_on - i.disputed_on, 0) AS stopped,
    i.disputed_on IS NOT NULL AND i.dispute_resolved_on IS NULL AS in_dispute,
    CASE coalesce(c.term_starts, 'receipt') WHEN 'receipt' THEN i.received_on
        WHEN 'validation' THEN coalesce(i.validated_on, i.received_on) ELSE i.invoiced_on END
        + CAST(c.payment_term_days + stopped AS INTEGER) AS due_on,
    CASE c.regime WHEN 'pa2023' THEN i.received_on + 29
        WHEN 'pcr2015' THEN coalesce(i.validated_on, i.received_on) + 30 END
        + CAST(stopped AS INTEGER) AS lawful_on
FROM invoices i JOIN contracts c USING (contract_id) JOIN settled s USING (invoice_id)
"""

CELLS = """
SELECT r.contract_id, r.area_id, r.need_type, count(DISTINCT o.owner_id) AS owners
FROM requirements r JOIN chain c ON c.head_id = r.contract_id
JOIN delivery d ON d.contract_id = c.contract_id AND d.area_id = r.area_id AND d.need_type = r.need_type
JOIN evidence e ON e.org_id = c.supplier_id AND e.need_type = r.need_type AND e.level >= 2
    AND e.issued_on <= as_of() AND coalesce(e.expires_on, as_of()) >= as_of()
JOIN owners o ON o.org_id = c.supplier_id WHERE r.need_type IS NOT NULL GROUP BY ALL
"""

SHARES = """
WITH held AS (
    SELECT programme, area_id, owner_id, count(*) AS contracts, sum(annual_value_gbp) AS pounds
    FROM contracts JOIN owners ON org_id = supplier_id WHERE tier = 1 GROUP BY programme, area_id, owner_id)
SELECT *, contracts / sum(contracts) OVER cell AS share, pounds / sum(pounds) OVER cell AS value_share
FROM held WINDOW cell AS (PARTITION BY programme, area_id)
"""

RULES = {
    "exclusivity-demanded": """
        SELECT negotiation_id FROM negotiations n JOIN lots l USING (lot_id)
        JOIN bids b ON b.lot_id = n.lot_id AND b.org_id = n.prime_id JOIN owners o ON o.org_id = n.prime_id
        WHERE n.exclusivity AND n.exclusivity_proposed_by = 'prime' AND b.shortlisted
        AND n.ends_on >= l.shortlisted_on AND EXISTS (
            FROM bids r JOIN owners p USING (org_id)
            WHERE r.lot_id = n.lot_id AND r.shortlisted AND p.owner_id <> o.owner_id)""",
    "payment-term-missing": """
        SELECT contract_id FROM contracts WHERE tier > 1 AND NOT inferred AND payment_term_days IS NULL""",
    "payment-late": """
        SELECT DISTINCT contract_id FROM due WHERE tier > 1 AND NOT in_dispute AND received_on IS NOT NULL
        AND coalesce(settled_on, as_of()) > due_on""",
    "payment-late-statutory": """
        SELECT DISTINCT contract_id FROM due
        WHERE NOT in_dispute AND received_on IS NOT NULL AND coalesce(settled_on, as_of()) > lawful_on
        AND contract_id IN (SELECT contract_id FROM chain WHERE tier > 1)""",
    "payment-terms-inconsistent": """
        SELECT DISTINCT head_id FROM chain WHERE tier > 1 AND NOT inferred AND payment_term_days IS NOT NULL
        GROUP BY head_id, role
        HAVING count(DISTINCT payment_term_days) > 1 OR count(DISTINCT term_starts) > 1""",
    "work-before-terms": """
        SELECT c.contract_id FROM contracts c
        LEFT JOIN (SELECT contract_id, min(referred_on) AS work FROM referrals GROUP BY 1) USING (contract_id)
        LEFT JOIN (SELECT contract_id, min(invoiced_on) AS bill FROM invoices GROUP BY 1) USING (contract_id)
        WHERE tier > 1 AND NOT inferred
        AND (signed_on IS NULL OR signed_on > least(starts_on, work, bill))""",
    "referral-needs-missing": """
        SELECT prime_id FROM (
            SELECT prime_id, count(*) AS n, 1.96 * 1.96 AS zz,
                avg((NOT coalesce(needs_recorded AND decision_recorded, false))::INTEGER) AS p
            FROM referrals JOIN chain USING (contract_id) WHERE tier > 1 GROUP BY 1)
        WHERE (p + zz / (2 * n) - sqrt(zz * (p * (1 - p) + zz / (4 * n)) / n)) / (1 + zz / n) > 0.05""",
    "capability-gap": """
        SELECT DISTINCT r.contract_id, r.capability FROM requirements r
        WHERE capability IS NOT NULL AND NOT EXISTS (
            FROM chain c JOIN evidence e ON e.org_id = c.supplier_id WHERE c.head_id = r.contract_id
            AND e.capability = r.capability AND e.level >= 2 AND e.issued_on <= as_of()
            AND coalesce(e.expires_on, as_of()) >= as_of()
            AND (c.tier = 1 OR r.capability NOT IN ('B1', 'B5', 'B6', 'B7')))""",
    "need-single-provider": "SELECT contract_id, area_id, need_type FROM cells WHERE owners = 1",
    "market-concentration": """
        SELECT programme, area_id FROM shares GROUP BY ALL
        HAVING (sum(share ** 2) >= 0.25 AND max(share) > 0.5)
        OR (sum(value_share ** 2) >= 0.25 AND max(value_share) > 0.5)""",
    "no-competition-in-area": "SELECT programme, area_id FROM shares GROUP BY ALL HAVING count(*) = 1",
    "shared-subcontractor": """
        SELECT area_id, s.owner_id FROM (
            SELECT c.*, p.owner_id AS prime_owner_id FROM chain c JOIN owners p ON p.org_id = c.prime_id) c
        JOIN owners s ON s.org_id = c.supplier_id WHERE tier > 1 AND s.owner_id <> prime_owner_id
        GROUP BY ALL HAVING count(DISTINCT prime_owner_id) >= 3""",
    "equality-policy-missing": """
        SELECT DISTINCT supplier_id FROM contracts WHERE supplier_id NOT IN (
            SELECT org_id FROM policies WHERE kind = 'equality' AND approved_on <= as_of()
            AND coalesce(review_due_on, approved_on + INTERVAL 36 MONTH) >= as_of())""",
    **DEPARTMENT_RULES,
    **PREQUALIFY_RULES,
    **SPENDING_RULES,
}


def open_market(folder: Path, as_of: str) -> duckdb.DuckDBPyConnection:
    """The folder's tables, and ``chain``, ``owners``, ``due``, ``cells``, ``shares`` made from them."""
    con = duckdb.connect()
    con.execute(f"CREATE MACRO as_of() AS DATE '{as_of}'")
    for path in sorted([*folder.glob("*.csv"), *folder.glob("*.parquet")]):
        con.execute(f"CREATE TABLE \"{path.stem}\" AS FROM '{path}'")
    for name, sql in (
        ("chain", CHAIN),
        ("owners", OWNERS),
        ("due", DUE),
        ("cells", CELLS),
        ("shares", SHARES),
    ):
        con.execute(f"CREATE TABLE {name} AS {sql}")
    return con


def flagged(con: duckdb.DuckDBPyConnection, rule: str) -> Identities:
    """What one direct rule must flag: the values of its identity, in the order of the rule's SQL."""
    return as_identities(con.execute(RULES[rule]).fetchall())


def as_identities(rows: Iterable[tuple[object, ...]]) -> Identities:
    """Rows as a set of tuples of text."""
    return {tuple(str(value) for value in row) for row in rows}
