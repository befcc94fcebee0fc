"""What the department's money says of the whole market, as plain SQL over the files of a made-up market."""

from __future__ import annotations

# The year that a bill was settled in, counted back from the day of the extract: 1 is the last.
PAID = """
    SELECT supplier_id, d.tier, amount_gbp, 1 + (as_of() - settled_on) // 365 AS year
    FROM due d JOIN contracts c USING (contract_id) WHERE settled_on <= as_of()"""

SPENDING_RULES = {
    "stable-core-share": f"""
        WITH paid AS ({PAID}),
        by_owner AS (
            SELECT owner_id, sum(amount_gbp) FILTER (year = 1) AS last,
                count(DISTINCT year) FILTER (year <= 3) = 3 AS is_core
            FROM paid JOIN owners ON org_id = supplier_id WHERE tier = 1 GROUP BY 1)
        SELECT 'X-DEPT' FROM by_owner HAVING EXISTS (FROM paid WHERE tier = 1 AND year > 3)
        AND sum(last) FILTER (is_core) / sum(last) NOT BETWEEN 0.7 AND 0.9""",
    "entrant-share": f"""
        WITH paid AS ({PAID}),
        shares AS (
            SELECT year, sum(amount_gbp) FILTER (
                first_dwp_contract_on >= as_of() - CAST(365 * (year - 1) + 730 AS INTEGER)) / sum(amount_gbp) AS new
            FROM paid JOIN organisations ON org_id = supplier_id WHERE year <= 2 GROUP BY 1)
        SELECT 'X-DEPT' FROM shares HAVING EXISTS (FROM paid WHERE year > 2)
        AND count(*) = 2 AND max(coalesce(new, 0)) < 0.05""",
}
