/*---
title: Customers get harder to help the deeper they are passed down the chain
clauses: [COC-POST-06]
severity: indicator
status: stable
version: 1
needs: [Referral]
record: Organisation
evidence: Referral
subject: Organisation
identity: [org_id]
respondent: org_id
parameters:
  odds_ratio_min: {type: number, default: 1.2, minimum: 1, maximum: 10, unit: "", basis: "methods: the odds ratio a tier, from here on a finding"}
  q_max: {type: number, default: 0.05, minimum: 0, maximum: 1, unit: "", basis: "methods: false discovery rate over all primes of the sweep"}
  min_customers: {type: integer, default: 200, minimum: 1, unit: customers, basis: "methods: as for referral skew, in comparable strata"}
  min_arm_customers: {type: integer, default: 30, minimum: 1, unit: customers, basis: "methods: as for referral skew, both at the highest tier and below it"}
  permutations: {type: integer, default: 1999, minimum: 199, maximum: 100000, unit: "", basis: "methods: random rearrangements where strata are sparse"}
  seed: {type: integer, default: 20080228, minimum: 0, unit: "", basis: "the day the strategy was published"}
message: "{org_name}: among like customers the odds of being hard to help grow {odds_ratio_a_tier} times with every tier down its chain, over {customers} customers"
innocent: ["Specialists at the end of the chain take customers who need them, as was agreed", "The deepest tier works in places with other customers than the rest of the area", "The difficulty was set after the choice of provider"]
ask: ["How customers are passed on at each tier, in writing", "Agreements with the providers of the deepest tier, and what they are paid for hard cases", "Who sets the difficulty, and when"]
assess: depth_gradient
---*/
// Cells of prime, stratum (area, quarter, payment group, need), batch, tier and hard or not, over every tier of the chain.
// The primes' names come apart, for they would double the cost of the cells.
MATCH (r:Referral)
WHERE r.referred_day <= $as_of_day
WITH r.head_org_id AS org_id, r.stratum AS stratum, r.batch_id AS batch_id, r.tier AS tier,
     r.is_hard AS is_hard, coalesce(sum(r.customers), 0) AS customers
RETURN org_id,
       '' AS org_name,
       stratum,
       batch_id,
       tier,
       is_hard,
       customers
UNION ALL
MATCH (o:Organisation)-[:SUPPLIES]->(c:Contract)
WHERE c.contract_id = c.head_contract_id
RETURN o.org_id AS org_id,
       o.name AS org_name,
       '' AS stratum,
       '' AS batch_id,
       max(c.tier) AS tier,
       false AS is_hard,
       coalesce(sum(0), 0) AS customers;
// evidence
MATCH (r:Referral)
WHERE r.head_org_id = $org_id AND r.tier >= 3 AND r.is_hard AND r.referred_day <= $as_of_day
RETURN r.referral_id AS referral_id,
       r.source_id AS source_id,
       r.source_row AS source_row
