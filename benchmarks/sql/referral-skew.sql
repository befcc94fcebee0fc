-- Customers by prime, stratum, batch, passed or kept, hard or not.
SELECT c.head_org_id AS org_id, concat_ws('|', r.area_id, r.quarter, r.customer_group, coalesce(r.need_type, '')) AS stratum,
       r.batch_id, c.tier > 1 AS is_passed, r.difficulty_band >= 4 AS is_hard, sum(r.customers) AS customers
FROM Referral AS r JOIN Contract AS c USING (contract_id) WHERE r.referred_on <= $as_of GROUP BY ALL
