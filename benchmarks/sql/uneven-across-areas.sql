-- Customers of each prime's chains, and how many have a job, by area, group, band and quarter.
WITH chain AS (
    SELECT c.contract_id, h.area_id AS head_area_id, o.org_id, o.name AS org, s.owner_id, s.owner_name AS owner
    FROM Contract AS c JOIN Contract AS h ON h.contract_id = c.head_contract_id JOIN Organisation AS o ON o.org_id = h.supplier_id
    JOIN OwnerSpell AS s ON s.org_id = o.org_id AND $as_of_day >= s.from_day AND $as_of_day < s.to_day
), claimed AS (
    SELECT referral_id, greatest(count(*) FILTER (kind = 'job_start'), count(*) FILTER (kind = 'sustained')) AS claims
    FROM Outcome
    WHERE kind IN ('job_start', 'sustained') AND coalesce(claimed_on, job_started_on, $as_of) <= $as_of
      AND NOT coalesce(result = 'invalid' AND coalesce(verified_on, $as_of) <= $as_of, false)
    GROUP BY referral_id
), cell AS (
    SELECT c.org_id, c.org, c.owner_id, c.owner, coalesce(c.head_area_id, r.area_id, '') AS area_id, r.customer_group,
           r.difficulty_band AS band, r.quarter, sum(r.customers) AS customers,
           sum(least(u.claims, r.customers)) FILTER (u.claims > 0) AS reached
    FROM Referral AS r JOIN chain AS c USING (contract_id) LEFT JOIN claimed AS u USING (referral_id)
    WHERE r.referred_on <= $as_of GROUP BY ALL
), named AS (
    SELECT cell.*, coalesce(a.name, area_id) AS area FROM cell LEFT JOIN Area AS a USING (area_id)
)
SELECT org_id, org, owner_id, owner, area_id, area, customer_group, band, quarter, customers, 0 AS reached FROM named
UNION ALL
SELECT org_id, org, owner_id, owner, area_id, area, customer_group, band, quarter, 0 AS customers, reached FROM named
WHERE reached IS NOT NULL
