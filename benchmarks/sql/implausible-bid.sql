-- Bids that stood, beside the customers of four weeks and area whose time has ripened and how many of them kept a job.
WITH claimed AS (
    SELECT r.referral_id, count(*) AS claims
    FROM Outcome AS u JOIN Referral AS r USING (referral_id)
    WHERE u.kind = 'sustained' AND coalesce(u.claimed_day, r.referred_day) <= r.referred_day + $ripe_days GROUP BY r.referral_id
), cell AS (
    SELECT coalesce(r.area_id, '') AS area_id, r.referred_day - r.referred_day % 28 + 27 AS day, c.head_contract_id AS contract_id,
           sum(r.customers) AS customers, sum(least(u.claims, r.customers)) FILTER (u.claims > 0) AS outcomes
    FROM Referral AS r JOIN Contract AS c USING (contract_id) LEFT JOIN claimed AS u USING (referral_id)
    WHERE r.referred_day + $ripe_days <= $as_of_day GROUP BY ALL
), history AS (
    SELECT area_id, day, contract_id, customers, 0 AS outcomes FROM cell
    UNION ALL SELECT area_id, day, contract_id, 0, outcomes FROM cell WHERE outcomes IS NOT NULL
)
SELECT '' AS bid_id, '' AS bidder_id, '' AS bidder, '' AS lot_id, area_id, 0.5::DOUBLE AS promised_share, day, '' AS excluded_reason,
       contract_id, customers, outcomes
FROM history
UNION ALL
SELECT b.bid_id, b.org_id, o.name, b.lot_id, coalesce(l.area_id, ''), b.promised_outcome_rate, coalesce(b.submitted_day, l.bids_due_day),
       CASE WHEN b.status IN ('invited', 'withdrawn', 'disqualified') THEN 'not a valid bid' END, '', 0, 0
FROM Bid AS b JOIN Lot AS l USING (lot_id) JOIN Organisation AS o USING (org_id)
WHERE coalesce(b.submitted_on, l.bids_due_on, $as_of) <= $as_of
