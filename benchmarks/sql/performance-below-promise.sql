-- Each head contract's promise, and quarter by quarter how many of its chain's customers kept a job in the days given to them.
WITH head AS (
    SELECT h.contract_id, h.supplier_id AS prime_id, p.name AS prime, coalesce(h.inferred, false) AS inferred,
           min(b.promised_outcome_rate) AS promised_rate
    FROM Contract AS h JOIN Organisation AS p ON p.org_id = h.supplier_id
    LEFT JOIN Bid AS b ON b.lot_id = h.lot_id AND b.org_id = h.supplier_id AND b.status = 'winning'
    WHERE h.tier = 1 AND h.starts_on <= $as_of GROUP BY ALL
), mature AS (
    SELECT r.referral_id, c.head_contract_id, r.quarter, r.customers, r.referred_day + $mature_days AS last_day
    FROM Referral AS r JOIN Contract AS c USING (contract_id) WHERE r.referred_day + $mature_days <= $as_of_day
), dated AS (
    SELECT referral_id, coalesce(claimed_day, job_started_day + sustained_days) AS reached_day,
           kind = 'sustained' AND NOT coalesce(result = 'invalid' AND verified_on <= $as_of, false) AS counts
    FROM Outcome
), tally AS (
    SELECT m.referral_id, count(*) AS recorded, count(*) FILTER (u.counts AND u.reached_day <= m.last_day) AS reached,
           count(*) FILTER (u.counts AND u.reached_day IS NULL) AS undated
    FROM dated AS u JOIN mature AS m USING (referral_id)
    WHERE coalesce(u.reached_day, $as_of_day) <= $as_of_day GROUP BY m.referral_id
), quarterly AS (
    SELECT m.head_contract_id AS contract_id, m.quarter, sum(m.customers) AS customers, sum(t.recorded) AS recorded,
           sum(least(t.reached, m.customers)) FILTER (t.recorded > 0) AS achieved,
           sum(least(t.reached + t.undated, m.customers)) FILTER (t.recorded > 0) AS achieved_at_most
    FROM mature AS m LEFT JOIN tally AS t USING (referral_id) GROUP BY ALL
)
SELECT h.*, q.quarter, coalesce(q.customers, 0) AS customers, coalesce(q.achieved, 0) AS achieved,
       coalesce(q.achieved_at_most, 0) AS achieved_at_most, coalesce(q.recorded, 0) AS recorded
FROM head AS h LEFT JOIN quarterly AS q USING (contract_id)
