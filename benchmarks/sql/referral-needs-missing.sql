-- Customers passed below tier 1, by whether need and decision were recorded.
SELECT c.head_org_id AS org_id,
       sum(r.customers) FILTER (NOT (r.needs_recorded AND r.decision_recorded)
                                AND r.needs_recorded IS NOT NULL AND r.decision_recorded IS NOT NULL) AS hits,
       sum(r.customers) FILTER (r.needs_recorded IS NOT NULL AND r.decision_recorded IS NOT NULL) AS total
FROM Referral AS r JOIN Contract AS c USING (contract_id)
WHERE r.referred_on <= $as_of AND c.tier > 1 GROUP BY 1
