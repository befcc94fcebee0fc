-- Grievances with what became of the complainant's contracts; providers' customers before and after; and those with an outcome.
WITH grievance AS (
    SELECT *, raised_day - $before_days AS from_day FROM Grievance WHERE raised_on <= $as_of
), below AS (
    SELECT contract_id, supplier_id, buyer_id, head_org_id, starts_day, ends_day, ended_by, notice_given_day,
           CASE WHEN ended_on <= $as_of THEN ended_day END AS gone_day, coalesce(gone_day, ends_day, 1000000) AS last_day
    FROM Contract WHERE tier >= 2 AND starts_on <= $as_of
), party AS (
    SELECT g.*, k.* EXCLUDE (contract_id), k.contract_id AS party_contract_id, k.supplier_id = g.raised_by_id AS is_complainant,
           gone_day - raised_day BETWEEN 0 AND $ended_within_days AS ended_soon
    FROM grievance AS g JOIN below AS k ON g.against_id IN (k.buyer_id, k.head_org_id)
), own AS (
    SELECT grievance_id, min(starts_day) AS starts_day, max(last_day) AS last_day,
           min(gone_day - raised_day) FILTER (
               ended_soon AND ended_by = 'buyer' AND buyer_id = against_id AND gone_day < coalesce(ends_day, gone_day + 1)
               AND coalesce(notice_given_day, raised_day) >= raised_day
               AND coalesce(contract_id, party_contract_id) = party_contract_id) AS ended_after_days,
           coalesce(bool_or(ended_soon AND ended_by IS NULL), false) AS end_unclear
    FROM party WHERE is_complainant GROUP BY grievance_id
), referred AS (
    SELECT contract_id AS party_contract_id, area_id, customer_group, referred_day, sum(customers) AS customers
    FROM Referral WHERE referred_on <= $as_of GROUP BY ALL
), reached AS (
    SELECT referral_id, r.contract_id AS party_contract_id, r.area_id, r.customer_group, r.referred_day, r.customers,
           min(u.claimed_day) AS claimed_day
    FROM Referral AS r JOIN Outcome AS u USING (referral_id) WHERE u.claimed_on <= $as_of GROUP BY ALL
)
SELECT 'grievance' AS kind, g.grievance_id, g.against_id, t.name AS against, g.raised_day, $as_of_day AS as_of_day, own.starts_day,
       coalesce(own.last_day, 1000000) AS last_day, coalesce(own.ended_after_days, -1) AS ended_after_days, coalesce(own.end_unclear, false) AS end_unclear,
       '' AS party_id, false AS is_complainant, '' AS area_id, '' AS customer_group, -1 AS first_day, 0 AS early, 0 AS late,
       0 AS after, 0 AS outcomes
FROM grievance AS g JOIN Organisation AS t ON t.org_id = g.against_id LEFT JOIN own USING (grievance_id)
UNION ALL
SELECT 'provider', p.grievance_id, p.against_id, '', p.raised_day, $as_of_day, min(p.starts_day), max(p.last_day), -1, false,
       p.supplier_id, p.is_complainant, r.area_id, r.customer_group, min(r.referred_day),
       coalesce(sum(r.customers) FILTER (r.referred_day >= p.from_day AND 2 * r.referred_day < p.from_day + p.raised_day), 0),
       coalesce(sum(r.customers) FILTER (2 * r.referred_day >= p.from_day + p.raised_day AND r.referred_day < p.raised_day), 0),
       coalesce(sum(r.customers) FILTER (r.referred_day >= p.raised_day), 0), 0
FROM party AS p JOIN own ON own.grievance_id = p.grievance_id JOIN referred AS r USING (party_contract_id)
WHERE r.referred_day <= own.last_day AND r.referred_day <= p.raised_day + 2 * $after_days
GROUP BY p.grievance_id, p.against_id, p.raised_day, p.supplier_id, p.is_complainant, r.area_id, r.customer_group
UNION ALL
SELECT 'provider', p.grievance_id, p.against_id, '', p.raised_day, $as_of_day, min(p.starts_day), max(p.last_day), -1, false,
       p.supplier_id, p.is_complainant, r.area_id, r.customer_group, min(r.referred_day), 0, 0, 0, sum(r.customers)
FROM party AS p JOIN reached AS r USING (party_contract_id)
WHERE r.referred_day >= p.from_day AND r.referred_day < p.raised_day AND r.claimed_day < p.raised_day
GROUP BY p.grievance_id, p.against_id, p.raised_day, p.supplier_id, p.is_complainant, r.area_id, r.customer_group
