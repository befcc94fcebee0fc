/*---
title: Outcomes stay below what the winning bid promised
clauses: [STR-PERF-02]
severity: indicator
status: stable
version: 2
needs: [Bid.promised_outcome_rate, Referral.referred_on, Outcome.kind]
record: Contract
evidence: Contract
subject: Contract
identity: [contract_id]
respondent: prime_id
parameters:
  mature_days: {type: integer, default: 365, minimum: 1, unit: days, basis: "project default: a year from the referral to a sustained outcome, for every customer alike; the clause notes name two years as the cautious choice"}
  quarters_running: {type: integer, default: 2, minimum: 1, unit: quarters, basis: "clause notes: two quarters below the limit"}
  dispersion: {type: number, default: 0.01, minimum: 0.0001, maximum: 0.5, unit: "", basis: "project default: correlation of customers of one quarter, by which its true rate lies some five points about a promise of 40 %"}
message: "{prime} promised a sustained outcome for {promised_rate} of customers under {contract_id}; of {customers} referred from {first_quarter} to {last_quarter} it was {achieved_share}, below what chance allows in {quarters_below} quarters running"
innocent: ["The labour market fell below what bidders were told to assume", "Customers were harder to help than the tender said", "Outcomes take longer than the days counted", "The promise counted jobs and not sustained outcomes"]
ask: ["The bid's own definition of the rate and its profile over time", "Rates by payment group beside the bid's", "The mix of referrals beside the tender's forecast"]
assess: below_promise
---*/
// Every customer has the same days in which to reach an outcome, and only those are looked at for whom they are over. An
// outcome is dated by its claim, else by the day on which the job had lasted. One found invalid by then is none. The lesser
// promise counts where the winner handed in two. First the quarters of whoever had customers for so long; then, with one row and
// no quarter, the head contracts under which nobody had.
MATCH (r:Referral)
WHERE r.referred_day + $mature_days <= $as_of_day
WITH r.contract_id AS contract_id, r.quarter AS quarter, coalesce(sum(r.customers), 0) AS customers
MATCH (k:Contract) WHERE k.contract_id = contract_id
OPTIONAL MATCH (u:Outcome)-[:RESULT_OF]->(r:Referral)-[:UNDER]->(k)
WHERE r.quarter = quarter AND r.referred_day + $mature_days <= $as_of_day
  AND coalesce(u.claimed_day, u.job_started_day + u.sustained_days, $as_of_day) <= $as_of_day
WITH k, quarter, customers, count(u.outcome_id) AS recorded
OPTIONAL MATCH (u:Outcome)-[:RESULT_OF]->(r:Referral)-[:UNDER]->(k)
WHERE r.quarter = quarter AND r.referred_day + $mature_days <= $as_of_day
  AND u.kind = 'sustained' AND NOT coalesce(u.result = 'invalid' AND u.verified_day <= $as_of_day, false)
  AND coalesce(u.claimed_day, u.job_started_day + u.sustained_days, r.referred_day) <= r.referred_day + $mature_days
WITH k, quarter, customers, recorded, r.referral_id AS referral_id, r.customers AS most, count(u.outcome_id) AS at_most,
     count(coalesce(u.claimed_day, u.job_started_day + u.sustained_days)) AS reached
WITH k.head_contract_id AS head_id, quarter, k.contract_id AS contract_id, customers, recorded,
     coalesce(sum(CASE WHEN reached < most THEN reached ELSE most END), 0) AS achieved,
     coalesce(sum(CASE WHEN at_most < most THEN at_most ELSE most END), 0) AS achieved_at_most
WITH head_id, quarter, coalesce(sum(customers), 0) AS customers, coalesce(sum(recorded), 0) AS recorded,
     coalesce(sum(achieved), 0) AS achieved, coalesce(sum(achieved_at_most), 0) AS achieved_at_most
MATCH (h:Contract)
WHERE h.contract_id = head_id AND h.tier = 1 AND h.starts_day <= $as_of_day
MATCH (p:Organisation) WHERE p.org_id = h.supplier_id
OPTIONAL MATCH (h)-[:IN_LOT]->(l:Lot)
OPTIONAL MATCH (b:Bid)-[:IN_LOT]->(l)
WHERE b.org_id = h.supplier_id AND b.status = 'winning'
RETURN h.contract_id AS contract_id,
       h.supplier_id AS prime_id,
       p.name AS prime,
       coalesce(h.inferred, false) AS inferred,
       min(b.promised_outcome_rate) AS promised_rate,
       quarter,
       customers,
       achieved,
       achieved_at_most,
       recorded
UNION ALL
MATCH (h:Contract)
WHERE h.tier = 1 AND h.starts_day <= $as_of_day
OPTIONAL MATCH (k:Contract)
WHERE k.head_contract_id = h.contract_id AND k.first_referral_day + $mature_days <= $as_of_day
WITH h, count(k.contract_id) AS referring
WHERE referring = 0
MATCH (p:Organisation) WHERE p.org_id = h.supplier_id
OPTIONAL MATCH (h)-[:IN_LOT]->(l:Lot)
OPTIONAL MATCH (b:Bid)-[:IN_LOT]->(l)
WHERE b.org_id = h.supplier_id AND b.status = 'winning'
RETURN h.contract_id AS contract_id,
       h.supplier_id AS prime_id,
       p.name AS prime,
       coalesce(h.inferred, false) AS inferred,
       min(b.promised_outcome_rate) AS promised_rate,
       CASE WHEN referring > 0 THEN '' END AS quarter,
       coalesce(sum(0), 0) AS customers,
       coalesce(sum(0 * 1), 0) AS achieved,
       coalesce(sum(0 * 2), 0) AS achieved_at_most,
       coalesce(sum(0 * 3), 0) AS recorded;
// evidence
MATCH (h:Contract)
WHERE h.contract_id = $contract_id
RETURN h.contract_id AS contract_id,
       h.source_id AS source_id,
       h.source_row AS source_row
