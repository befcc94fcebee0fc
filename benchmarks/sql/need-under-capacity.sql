-- Required needs: room for a year in the place and its parts, or in a larger area around it, beside the customers who came
-- with the need or, as it is unknown, perhaps with it.
WITH required AS (
    SELECT q.requirement_id, q.source_id, q.source_row, q.contract_id, coalesce(q.area_id, h.area_id, '') AS area_id, q.need_type,
           h.supplier_id AS prime_id, p.name AS prime, least(h.ends_on, h.ended_on) < $as_of AS is_over
    FROM Requirement AS q JOIN Contract AS h USING (contract_id) JOIN Organisation AS p ON p.org_id = h.supplier_id
    WHERE q.need_type IS NOT NULL AND h.starts_on <= $as_of
), near AS (
    SELECT to_id AS area_id, from_id AS at_id, true AS is_here FROM "INSIDE-Area-Area"
    UNION ALL
    SELECT from_id, to_id, false FROM "INSIDE-Area-Area" WHERE from_id <> to_id
), room AS (
    SELECT k.head_contract_id, d.need_type, d.area_id AS at_id, sum(d.capacity_per_quarter) AS capacity, count(*) AS deliveries,
           count(*) FILTER (d.capacity_per_quarter IS NULL) AS unknown
    FROM Delivery AS d JOIN Contract AS k USING (contract_id)
    WHERE coalesce(d.agreed_on, $as_of) <= $as_of AND k.starts_on <= $as_of
      AND coalesce(k.ends_on, $as_of) >= $as_of AND coalesce(k.ended_on, $as_of) >= $as_of GROUP BY ALL
), come AS (
    SELECT c.head_contract_id, r.need_type, r.area_id AS at_id, sum(r.customers) AS customers
    FROM Referral AS r JOIN Contract AS c USING (contract_id)
    WHERE r.referred_day BETWEEN $as_of_day - $within_days + 1 AND $as_of_day GROUP BY ALL
), offered AS (
    SELECT q.requirement_id, sum(d.deliveries) AS deliveries, sum(d.unknown) AS unknown,
           4 * sum(d.capacity) FILTER (n.is_here) AS capacity_customers, 4 * sum(d.capacity) FILTER (NOT n.is_here) AS capacity_around
    FROM required AS q JOIN near AS n USING (area_id)
    JOIN room AS d ON d.head_contract_id = q.contract_id AND d.need_type = q.need_type AND d.at_id = n.at_id GROUP BY ALL
), asked AS (
    SELECT q.requirement_id, sum(r.customers) FILTER (n.is_here AND r.need_type IS NOT NULL) AS referred_customers,
           sum(r.customers) FILTER (NOT n.is_here AND r.need_type IS NOT NULL) AS referred_around,
           sum(r.customers) FILTER (r.need_type IS NULL) AS referred_perhaps
    FROM required AS q JOIN near AS n USING (area_id)
    JOIN come AS r ON r.head_contract_id = q.contract_id AND r.at_id = n.at_id AND coalesce(r.need_type, q.need_type) = q.need_type
    GROUP BY ALL
), counted AS (
    SELECT q.*, a.name AS area, coalesce(deliveries, 0) AS deliveries, coalesce(unknown, 0) AS unknown,
           coalesce(capacity_customers, 0) AS capacity_customers, coalesce(capacity_around, 0) AS capacity_around,
           coalesce(referred_customers, 0) AS referred_customers, coalesce(referred_around, 0) AS referred_around,
           coalesce(referred_perhaps, 0) AS referred_perhaps
    FROM required AS q LEFT JOIN Area AS a USING (area_id) LEFT JOIN offered USING (requirement_id) LEFT JOIN asked USING (requirement_id)
), judged AS (
    SELECT *, CASE WHEN is_over THEN 'head contract ended' WHEN area_id = '' THEN 'area unknown'
                   WHEN referred_customers + referred_around + referred_perhaps = 0 THEN 'nobody came'
                   WHEN deliveries = 0 THEN 'covered by nobody'
                   WHEN referred_around = 0
                        AND capacity_customers + 1e-9 >= $capacity_share_min * (referred_customers + referred_perhaps) THEN 'passed'
                   WHEN unknown > 0 THEN 'capacity unknown'
                   WHEN capacity_customers + capacity_around + 1e-9 < $capacity_share_min * referred_customers THEN 'flagged'
                   WHEN referred_around > 0 THEN 'customers recorded for a larger area'
                   WHEN capacity_customers + 1e-9 >= $capacity_share_min * referred_customers THEN 'need of customers unknown'
                   ELSE 'capacity recorded for a larger area' END AS state
    FROM counted
)
SELECT requirement_id, source_id, source_row, contract_id, area_id, need_type, prime_id, prime, area, capacity_customers,
       referred_customers, $within_days AS within_days, state = 'flagged' AS flagged,
       CASE WHEN state IN ('head contract ended', 'nobody came', 'covered by nobody') THEN state END AS excluded_reason,
       CASE WHEN state <> 'flagged' AND state <> 'passed' AND excluded_reason IS NULL THEN state END AS not_assessable
FROM judged
