/*---
title: Payment groups that tell customers' chances apart no better than difficulty within them
clauses: [STR-COM-08]
severity: indicator
status: stable
version: 1
needs: [Referral.customer_group, Referral.difficulty_band, Outcome.kind]
record: Referral
evidence: Contract
identity: [programme]
respondent: department_id
parameters:
  mature_days: {type: integer, default: 365, minimum: 1, unit: days, basis: "project default: a year from the referral to a sustained outcome, for every customer alike"}
  explained_min: {type: number, default: 0, minimum: 0, maximum: 1, unit: share, basis: "clause notes: reported, without a threshold; 0 flags nothing"}
  min_customers: {type: integer, default: 100, minimum: 2, unit: customers, basis: "project default: with fewer, what is explained by chance is as large as anything else"}
message: "Of what payment group and difficulty together say about the outcomes of {customers} customers of {programme}, the payment group alone says {explained_share}, less than the {explained_min} asked for"
innocent: ["Difficulty is recorded by providers who know more than a payment group can", "Groups are made by entitlement and not by chances", "Outcomes differ by area more than by customer"]
ask: ["The analysis behind the payment groups", "Outcome rates by group and difficulty over a longer time"]
assess: payment_groups
---*/
// Customers who have had their days, counted by group and difficulty. The programme is that of the head contract.
MATCH (r:Referral)
WHERE r.referred_day + $mature_days <= $as_of_day
OPTIONAL MATCH (u:Outcome)-[:RESULT_OF]->(r)
WHERE u.kind = 'sustained' AND coalesce(u.claimed_day, u.job_started_day + u.sustained_days) <= r.referred_day + $mature_days
  AND NOT coalesce(u.result = 'invalid' AND u.verified_day <= $as_of_day, false)
WITH r.referral_id AS referral_id, r.contract_id AS contract_id, r.customer_group AS customer_group,
     r.difficulty_band AS band, r.customers AS customers, count(u) AS reached
WITH contract_id, customer_group, band, count(*) AS referrals, coalesce(sum(customers), 0) AS customers,
     coalesce(sum(CASE WHEN reached < customers THEN reached ELSE customers END), 0) AS achieved
MATCH (c:Contract) WHERE c.contract_id = contract_id
MATCH (top:Contract) WHERE top.contract_id = c.head_contract_id
RETURN coalesce(top.programme, '') AS programme,
       coalesce(c.inferred, false) OR coalesce(top.inferred, false) AS inferred,
       $department_org_id AS department_id,
       customer_group,
       band,
       coalesce(sum(referrals), 0) AS referrals,
       coalesce(sum(customers), 0) AS customers,
       coalesce(sum(achieved), 0) AS achieved;
// evidence
MATCH (h:Contract)
WHERE h.tier = 1 AND h.programme = $programme AND h.starts_day <= $as_of_day AND NOT coalesce(h.inferred, false)
RETURN h.contract_id AS contract_id,
       h.source_id AS source_id,
       h.source_row AS source_row
