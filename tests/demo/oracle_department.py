"""What the department and providers have to show, as plain SQL over the files of a made-up market."""

from __future__ import annotations

DEPARTMENT_RULES = {
    "no-steward-contact": """
        SELECT h.contract_id FROM contracts h JOIN lots l USING (lot_id)
        WHERE tier = 1 AND h.starts_on + 180 < as_of() AND NOT EXISTS (
            FROM engagements e JOIN chain c ON c.supplier_id = e.org_id WHERE c.head_id = h.contract_id
            AND e.kind = 'steward_visit' AND e.happened_on BETWEEN l.awarded_on AND h.starts_on + 180)""",
    "code-not-acknowledged": """
        SELECT DISTINCT supplier_id FROM contracts WHERE NOT inferred AND starts_on < as_of() - 30
        AND supplier_id NOT IN (SELECT org_id FROM engagements WHERE kind = 'code_acknowledged')""",
    "no-direct-voice": """
        SELECT h.area_id FROM chain c JOIN contracts h ON h.contract_id = c.head_id
        LEFT JOIN engagements e ON e.org_id = c.supplier_id AND e.kind = 'forum'
            AND e.happened_on BETWEEN as_of() - 365 AND as_of()
        WHERE c.tier > 1 AND NOT c.inferred GROUP BY 1 HAVING count(e.org_id) = 0""",
    "choice-absent": """
        WITH several AS (
            SELECT programme, area_id FROM contracts JOIN owners ON org_id = supplier_id WHERE tier = 1
            GROUP BY ALL HAVING count(DISTINCT owner_id) > 1)
        SELECT h.area_id FROM referrals r JOIN chain c ON c.contract_id = r.contract_id
        JOIN contracts h ON h.contract_id = c.head_id
        JOIN several s ON s.programme = h.programme AND s.area_id = h.area_id
        GROUP BY 1 HAVING count(*) FILTER (r.allocation = 'choice') = 0""",
    "rating-incomplete": """
        SELECT h.contract_id, '2023-24' FROM contracts h
        LEFT JOIN ratings r ON r.contract_id = h.contract_id AND r.period = '2023-24'
        WHERE tier = 1 AND starts_on <= DATE '2023-04-01'
        AND (outcomes + value_for_money + quality + customer_experience) IS NULL""",
    "attestation-missing": """
        WITH duties(clause, about, days) AS (VALUES
            ('COC-VAL-05', 'prime', 365), ('STR-MKT-08', 'prime', 365), ('STR-DEV-07', 'prime', 365),
            ('STR-MKT-12', 'head', 365), ('STR-COM-05', 'head', 730), ('STR-COM-06', 'head', 365),
            ('STR-PERF-04', 'head', NULL), ('STR-CX-05', 'head', 365),
            ('STR-PERF-05', 'provider', 1460), ('STR-CX-01', 'provider', 365),
            ('STR-DEV-02', 'lot', NULL), ('STR-DEV-04', 'lot', NULL), ('STR-COM-03', 'lot', NULL),
            ('COC-AMD-01', 'market', NULL)),
        asked(about, about_id, since) AS (
            SELECT 'prime', supplier_id, min(starts_on) FROM contracts WHERE tier = 1 GROUP BY 2
            UNION ALL SELECT 'provider', supplier_id, min(starts_on) FROM contracts GROUP BY 2
            UNION ALL SELECT 'head', contract_id, starts_on FROM contracts WHERE tier = 1
            UNION ALL SELECT 'lot', lot_id, awarded_on FROM lots
            UNION ALL SELECT 'market', 'market', NULL)
        SELECT clause, about_id FROM duties JOIN asked USING (about)
        WHERE (days IS NULL OR since <= as_of() - days) AND NOT EXISTS (
            FROM attestations t WHERE t.clause = duties.clause AND t.about_id = asked.about_id
            AND coalesce(t.expires_on, as_of()) >= as_of() AND (days IS NULL OR t.issued_on >= as_of() - days))""",
    "capability-gap-unaddressed": """
        SELECT DISTINCT r.contract_id FROM requirements r JOIN contracts h USING (contract_id)
        WHERE CASE WHEN r.capability IS NULL THEN NOT EXISTS (
                FROM cells x WHERE x.contract_id = r.contract_id AND x.area_id = r.area_id
                AND x.need_type = r.need_type)
            ELSE NOT EXISTS (
                FROM chain c JOIN evidence e ON e.org_id = c.supplier_id WHERE c.head_id = r.contract_id
                AND e.capability = r.capability AND e.level >= 2
                AND coalesce(e.expires_on, as_of()) >= as_of() - 91
                AND (c.tier = 1 OR r.capability NOT IN ('B1', 'B5', 'B6', 'B7'))) END
        AND h.supplier_id NOT IN (
            SELECT org_id FROM enforcement_actions
            WHERE acted_on <= as_of() AND (clause LIKE 'STR-CAP%' OR clause IN ('STR-DEV-05', 'STR-DEV-08')))""",
}
