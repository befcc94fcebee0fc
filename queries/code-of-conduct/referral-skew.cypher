/*---
title: Prime passes the hard to help down its chain more than it keeps them
clauses: [COC-POST-06, STR-COM-09, STR-MKT-10]
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
  q_max: {type: number, default: 0.05, minimum: 0, maximum: 1, unit: "", basis: "methods: false discovery rate over all primes of the sweep"}
  odds_ratio_min: {type: number, default: 1.1, minimum: 1, maximum: 10, unit: "", basis: "methods: the one-sided 95 % lower bound of the odds ratio has to be above"}
  min_arm_customers: {type: integer, default: 30, minimum: 1, unit: customers, basis: "methods: both passed on and kept, in comparable strata"}
  min_customers: {type: integer, default: 200, minimum: 1, unit: customers, basis: "methods: below it even a strong skew is found less than half of the time"}
  permutations: {type: integer, default: 1999, minimum: 199, maximum: 100000, unit: "", basis: "methods: random rearrangements of whole batches"}
  seed: {type: integer, default: 20080228, minimum: 0, unit: "", basis: "the day the strategy was published"}
  min_level: {type: integer, default: 2, minimum: 1, maximum: 3, unit: level, basis: "project default: evidence that somebody else has seen shows a specialist"}
message: "{org_name} passed on {observed} hard-to-help customers where {expected} were to be expected among like customers: odds ratio {odds_ratio} (at least {odds_ratio_lower_bound})"
innocent: ["Specialists in the chain take customers who need them, as was agreed", "Customers with other needs come to the areas in which the prime has no site of its own", "The difficulty was set after the choice of provider"]
ask: ["How the provider is chosen for a customer, in writing", "Agreements with the specialists listed, and what they are paid for hard cases", "Who sets the difficulty, and when"]
assess: referral_skew
---*/
// First the cells that are counted: prime, stratum (area, quarter, payment group, need), batch, passed or kept, hard or not.
// Then the primes' names, apart, for they would double the cost of a quarter of a million cells. Then who took the hard
// cases and how far a specialism is shown: agreed before the first of them, with evidence of the need in date on that day,
// and paid for by an uplift or by a unit price not below the prime's own.
MATCH (r:Referral)
WHERE r.referred_day <= $as_of_day
WITH r.head_org_id AS org_id, r.stratum AS stratum, r.batch_id AS batch_id, r.is_passed AS is_passed,
     r.is_hard AS is_hard, coalesce(sum(r.customers), 0) AS customers
RETURN org_id,
       '' AS org_name,
       stratum,
       batch_id,
       is_passed,
       is_hard,
       customers,
       '' AS supplier_id,
       '' AS supplier,
       '' AS need_type,
       false AS is_specialist,
       false AS agreed,
       false AS evidenced,
       false AS paid_for
UNION ALL
MATCH (o:Organisation)-[:SUPPLIES]->(c:Contract)
WHERE c.contract_id = c.head_contract_id
RETURN o.org_id AS org_id,
       o.name AS org_name,
       '' AS stratum,
       '' AS batch_id,
       false AS is_passed,
       false AS is_hard,
       coalesce(sum(0), 0) AS customers,
       '' AS supplier_id,
       '' AS supplier,
       '' AS need_type,
       false AS is_specialist,
       false AS agreed,
       false AS evidenced,
       false AS paid_for
UNION ALL
MATCH (r:Referral)
WHERE r.is_passed AND r.is_hard AND r.referred_day <= $as_of_day
WITH r.head_org_id AS org_id, r.contract_id AS contract_id, r.area_id AS area_id, coalesce(r.need_type, '') AS need_type,
     coalesce(sum(r.customers), 0) AS customers, min(r.referred_day) AS first_day
MATCH (o:Organisation) WHERE o.org_id = org_id
MATCH (c:Contract) WHERE c.contract_id = contract_id
MATCH (h:Contract) WHERE h.contract_id = c.head_contract_id
MATCH (p:Organisation)-[:SUPPLIES]->(c)
OPTIONAL MATCH (c)<-[:UNDER]-(d:Delivery) WHERE d.area_id = area_id AND d.need_type = need_type
WITH o, c, h, p, area_id, need_type, customers, first_day,
     count(CASE WHEN d.agreed_specialism AND d.agreed_day < first_day THEN 1 END) AS agreements,
     count(CASE WHEN d.price_uplift_share > 0 THEN 1 END) AS uplifts
OPTIONAL MATCH (p)-[e:EVIDENCES]->(k:Capability)
WHERE e.need_type = need_type AND e.level >= $min_level AND coalesce(e.issued_day, first_day) <= first_day
  AND coalesce(e.expires_day, first_day) >= first_day
WITH o, c, h, p, area_id, need_type, customers, agreements, uplifts, count(e.evidence_id) AS shown
RETURN o.org_id AS org_id,
       o.name AS org_name,
       '' AS stratum,
       '' AS batch_id,
       true AS is_passed,
       true AS is_hard,
       customers,
       p.org_id AS supplier_id,
       p.name AS supplier,
       need_type,
       c.role IS NOT NULL AND c.role = 'specialist' AS is_specialist,
       agreements > 0 AS agreed,
       shown > 0 AS evidenced,
       uplifts > 0 OR coalesce(c.unit_price_pence >= h.unit_price_pence, false) AS paid_for;
// evidence
MATCH (r:Referral)
WHERE r.is_passed AND r.is_hard AND r.referred_day <= $as_of_day AND r.head_org_id = $org_id
RETURN r.referral_id AS referral_id,
       r.source_id AS source_id,
       r.source_row AS source_row
