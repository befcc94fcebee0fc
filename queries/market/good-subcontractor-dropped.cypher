/*---
title: One of the best sub-contractors loses its customers to the prime
clauses: [STR-MKT-09]
severity: indicator
status: stable
version: 2
needs: [Referral.referred_on, Outcome.kind]
record: Organisation
evidence: Contract
subject: Organisation
identity: [head_contract_id, org_id]
respondent: prime_id
parameters:
  window_days: {type: integer, default: 365, minimum: 28, unit: days, basis: "project default: the last year beside the year before, whose customers have had as many days to reach an outcome"}
  fall_share: {type: number, default: 0.3, minimum: 0, maximum: 1, unit: share, basis: "clause notes: a fall of more than 30 % of its share"}
  q_max: {type: number, default: 0.05, minimum: 0, maximum: 1, unit: "", basis: "methods: false discovery rate over all the best of the sweep"}
  min_customers: {type: integer, default: 30, minimum: 1, unit: customers, basis: "methods: as for referral skew, customers in the year before, of the sub-contractor and of each peer"}
  min_peers: {type: integer, default: 4, minimum: 2, unit: providers, basis: "project default: with fewer there is no best quarter"}
message: "{org_name} was among the best quarter of {peers} sub-contractors of the programme ({outcome_share} of its customers with a sustained outcome); its share under {head_contract_id} went from {before_share} to {now_share} while {prime} kept {kept_now_share} instead of {kept_before_share} ({how})"
innocent: ["The sub-contractor asked for fewer customers, or withdrew without saying so", "Its customers were easier to help than those of its peers", "The department asked the prime to deliver more itself", "The year's referrals came in areas that it does not serve"]
ask: ["Who ended or reduced it, and the letter", "The prime's own outcome rate for the customers it kept", "Minutes of the last reviews of performance"]
assess: good_subcontractor_dropped
---*/
// Customers of two windows, of the later one to see where they went and of the earlier one to see what became of them, too:
// each has had as many days as a window has. Everything below a contract of the second tier counts with it, for what a
// sub-contractor passes on was given to it. First every contract of the first two tiers, then what adds to it: counted
// under each contract alone before it is carried up the chain, or every customer would be carried.
MATCH (h:Contract)
WHERE h.tier <= 2 AND h.starts_day <= $as_of_day
MATCH (top:Contract) WHERE top.contract_id = h.head_contract_id
MATCH (o:Organisation) WHERE o.org_id = h.supplier_id
MATCH (p:Organisation) WHERE p.org_id = top.supplier_id
RETURN h.contract_id AS contract_id,
       h.head_contract_id AS head_contract_id,
       h.tier AS tier,
       coalesce(h.inferred, false) OR coalesce(top.inferred, false) AS inferred,
       coalesce(top.programme, '') AS programme,
       top.supplier_id AS prime_id,
       p.name AS prime,
       h.supplier_id AS org_id,
       o.name AS org_name,
       CASE WHEN h.ended_day <= $as_of_day THEN h.ended_day END AS ended_day,
       CASE WHEN h.ended_day <= $as_of_day THEN h.ended_by END AS ended_by,
       coalesce(sum(0), 0) AS customers_before,
       coalesce(sum(0 * 1), 0) AS customers_now,
       coalesce(sum(0 * 2), 0) AS achieved_before
UNION ALL
MATCH (r:Referral)
WHERE r.referred_day > $as_of_day - 2 * $window_days AND r.referred_day <= $as_of_day
WITH r.contract_id AS under_id,
     coalesce(sum(CASE WHEN r.referred_day <= $as_of_day - $window_days THEN r.customers END), 0) AS earlier,
     coalesce(sum(CASE WHEN r.referred_day > $as_of_day - $window_days THEN r.customers END), 0) AS later
MATCH (k:Contract)-[:SUBCONTRACT_OF*0..8]->(h:Contract)
WHERE k.contract_id = under_id AND h.tier <= 2 AND (h.tier = 2 OR k.tier = 1) AND h.starts_day <= $as_of_day
RETURN h.contract_id AS contract_id,
       h.head_contract_id AS head_contract_id,
       h.tier AS tier,
       false AS inferred,
       '' AS programme,
       '' AS prime_id,
       '' AS prime,
       h.supplier_id AS org_id,
       '' AS org_name,
       h.ended_day AS ended_day,
       h.ended_by AS ended_by,
       coalesce(sum(earlier), 0) AS customers_before,
       coalesce(sum(later), 0) AS customers_now,
       coalesce(sum(0), 0) AS achieved_before
UNION ALL
MATCH (u:Outcome)-[:RESULT_OF]->(r:Referral)
WHERE u.kind = 'sustained' AND r.referred_day > $as_of_day - 2 * $window_days AND r.referred_day <= $as_of_day - $window_days
  AND coalesce(u.claimed_day, u.job_started_day + u.sustained_days) <= r.referred_day + $window_days
  AND NOT coalesce(u.result = 'invalid' AND u.verified_day <= $as_of_day, false)
WITH r.referral_id AS referral_id, r.contract_id AS under_id, r.customers AS customers, count(u) AS reached
WITH under_id, coalesce(sum(CASE WHEN reached < customers THEN reached ELSE customers END), 0) AS achieved
MATCH (k:Contract)-[:SUBCONTRACT_OF*0..8]->(h:Contract)
WHERE k.contract_id = under_id AND h.tier <= 2 AND (h.tier = 2 OR k.tier = 1) AND h.starts_day <= $as_of_day
RETURN h.contract_id AS contract_id,
       h.head_contract_id AS head_contract_id,
       h.tier AS tier,
       false AS inferred,
       '' AS programme,
       '' AS prime_id,
       '' AS prime,
       h.supplier_id AS org_id,
       '' AS org_name,
       h.ended_day AS ended_day,
       h.ended_by AS ended_by,
       coalesce(sum(0), 0) AS customers_before,
       coalesce(sum(0 * 1), 0) AS customers_now,
       coalesce(sum(achieved), 0) AS achieved_before;
// evidence
MATCH (c:Contract)
WHERE c.tier = 2 AND c.head_contract_id = $head_contract_id AND c.supplier_id = $org_id AND c.starts_day <= $as_of_day
RETURN c.contract_id AS contract_id,
       c.source_id AS source_id,
       c.source_row AS source_row
