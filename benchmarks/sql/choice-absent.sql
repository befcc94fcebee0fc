-- Areas of head contracts in force: owners within a programme, and whether any customer chose between them.
WITH head AS (
    SELECT h.contract_id, coalesce(h.programme, '') AS programme, coalesce(h.area_id, '') AS area_id, s.owner_id
    FROM Contract AS h JOIN OwnerSpell AS s ON s.org_id = h.supplier_id AND $as_of_day >= s.from_day AND $as_of_day < s.to_day
    WHERE h.tier = 1 AND h.starts_on <= $as_of AND coalesce(h.ends_on, $as_of) >= $as_of AND coalesce(h.ended_on, $as_of) >= $as_of
), contested AS (
    SELECT programme, area_id, count(DISTINCT owner_id) AS owners FROM head GROUP BY ALL
), customer AS (
    SELECT h.area_id, sum(r.customers) AS customers, sum(r.customers) FILTER (r.allocation = 'choice') AS chosen,
           sum(r.customers) FILTER (r.allocation IS NOT NULL) AS known
    FROM Referral AS r JOIN Contract AS c USING (contract_id) JOIN head AS h ON h.contract_id = c.head_contract_id
    JOIN contested AS m ON m.programme = h.programme AND m.area_id = h.area_id
    WHERE r.referred_on <= $as_of AND m.owners >= $min_owners GROUP BY ALL
), area_state AS (
    SELECT area_id, max(m.owners) AS owners, coalesce(any_value(c.known), 0) AS known_customers,
           CASE WHEN area_id = '' THEN 'area unknown' WHEN max(m.owners) < $min_owners THEN 'one owner alone'
                WHEN any_value(c.chosen) > 0 THEN 'passed'
                WHEN coalesce(any_value(c.customers), 0) < $min_customers THEN 'too few customers'
                WHEN 1 - coalesce(any_value(c.known), 0) / any_value(c.customers) > $unknown_share_max THEN 'allocation unknown'
                ELSE 'flagged' END AS state
    FROM contested AS m LEFT JOIN customer AS c USING (area_id) GROUP BY area_id
)
SELECT s.area_id, a.source_id, a.source_row, $department_org_id AS department_id, a.name AS area, s.owners, s.known_customers,
       state = 'flagged' AS flagged,
       CASE WHEN state IN ('area unknown', 'too few customers', 'allocation unknown') THEN state END AS not_assessable,
       CASE WHEN state = 'one owner alone' THEN state END AS excluded_reason
FROM area_state AS s LEFT JOIN Area AS a USING (area_id)
