"""A customer's way from provider to provider, and support by two funds at once: followed when a load is published.

Both go along ``customer_key``. Nothing here depends on the day that a sweep judges by: what is said of a referral
rests on earlier days alone.
"""

from __future__ import annotations

import duckdb

# Project default: whoever comes back more than half a year after support ended begins anew.
NEW_JOURNEY_DAYS = 182

# The customer's support under the other fund, and from which to which day (null: not ended) both ran at once.
ALONGSIDE_SQL = """
    SELECT other.referral_id AS from_id, main.referral_id AS to_id,
           day(greatest(other.referred_on, main.referred_on)) AS from_day,
           day(least(other.ended_on, main.ended_on)) AS to_day
    FROM (SELECT r.* FROM referrals AS r JOIN contracts USING (contract_id)
          WHERE customer_key IS NOT NULL AND funding_source <> 'dwp') AS other
    JOIN (SELECT r.* FROM referrals AS r JOIN contracts USING (contract_id)
          WHERE customer_key IS NOT NULL AND funding_source = 'dwp') AS main USING (customer_key)
    WHERE other.referred_on <= coalesce(main.ended_on, other.referred_on)
      AND main.referred_on <= coalesce(other.ended_on, main.referred_on)
"""


def derive_journeys(con: duckdb.DuckDBPyConnection) -> None:
    """``journeys``: of every referral of a customer who was referred more than once, its place on the way.

    A journey is one customer's referrals within one prime's chains, in order of their days; it begins anew where
    all support had ended more than ``NEW_JOURNEY_DAYS`` before. ``journey_id`` is its first referral. A hand-off is a
    referral to another provider than the one before; ``handoffs`` counts them so far, ``handoff_gap_days`` says how
    long nobody had the customer (0 where support overlapped, null where an end is unknown), ``is_return`` that the
    provider had had them before on this journey.
    """
    con.execute(
        f"""
        CREATE OR REPLACE TEMP TABLE journeys AS
        WITH repeated AS (
            SELECT customer_key FROM referrals WHERE customer_key IS NOT NULL GROUP BY 1 HAVING count(*) > 1
        ), visits AS (
            SELECT r.referral_id, r.referred_on, r.customer_key, chain.head_org_id, c.supplier_id,
                   lag(c.supplier_id) OVER way AS supplier_before,
                   CASE WHEN count(r.ended_on) OVER before = count(*) OVER before
                        THEN r.referred_on - max(r.ended_on) OVER before END AS gap_days
            FROM referrals AS r JOIN repeated USING (customer_key) JOIN contracts AS c USING (contract_id)
            JOIN chain USING (contract_id)
            WINDOW way AS (PARTITION BY r.customer_key, chain.head_org_id ORDER BY r.referred_on, r.referral_id),
                   before AS (PARTITION BY r.customer_key, chain.head_org_id ORDER BY r.referred_on, r.referral_id
                              ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING)
        ), cut AS (
            SELECT *, count(CASE WHEN supplier_before IS NULL OR gap_days > {NEW_JOURNEY_DAYS} THEN 1 END)
                      OVER (PARTITION BY customer_key, head_org_id ORDER BY referred_on, referral_id) AS journey
            FROM visits
        ), told AS (
            SELECT *, first_value(referral_id) OVER way AS journey_id, row_number() OVER way > 1
                      AND supplier_before <> supplier_id AS is_handoff,
                   row_number() OVER (PARTITION BY customer_key, head_org_id, journey, supplier_id
                                      ORDER BY referred_on, referral_id) > 1 AS seen_before
            FROM cut
            WINDOW way AS (PARTITION BY customer_key, head_org_id, journey ORDER BY referred_on, referral_id)
        )
        SELECT referral_id, journey_id,
               count(CASE WHEN is_handoff THEN 1 END)
                   OVER (PARTITION BY journey_id ORDER BY referred_on, referral_id) AS handoffs,
               CASE WHEN is_handoff AND gap_days < 0 THEN 0 WHEN is_handoff THEN gap_days END AS handoff_gap_days,
               is_handoff AND seen_before AS is_return
        FROM told
        """
    )
