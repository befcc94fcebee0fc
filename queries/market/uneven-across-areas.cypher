/*---
title: Prime whose customers fare much better in some areas than in others
clauses: [STR-MKT-07]
severity: indicator
status: stable
version: 1
needs: [Referral.area_id, Outcome.kind]
record: Organisation
evidence: Contract
subject: Organisation
identity: [org_id]
respondent: org_id
parameters:
  q_max: {type: number, default: 0.05, minimum: 0, maximum: 1, unit: "", basis: "methods: false discovery rate over all primes of the sweep"}
  min_areas: {type: integer, default: 3, minimum: 2, unit: areas, basis: "project default: two areas say who is better, not how far results spread"}
  min_customers: {type: integer, default: 30, minimum: 10, unit: customers, basis: "methods: as for referral skew, in each area"}
  min_expected: {type: number, default: 5, minimum: 1, unit: outcomes, basis: "the usual rule for a count that is taken as normal"}
  min_peers: {type: integer, default: 4, minimum: 2, unit: primes, basis: "project default: fewer primes have no usual spread"}
message: "{org_name} ({owner}): outcomes spread by {tau} of what is to be expected over its {areas} areas (others by {peers_tau}), from {worst_ratio} times as many in {worst_area} to {best_ratio} times in {best_area}"
innocent: ["The labour market of an area differs more than that of other primes' areas", "One area is new, or changed hands", "Outcomes of an area were not loaded", "Customers of an area are harder to help than their group and band say"]
ask: ["Outcomes by area beside the local labour market", "What is done in the best area and not in the worst", "Staff and sites by area"]
assess: uneven_across_areas
---*/
// Everybody in a prime's chains counts for the prime, in the area of the head contract, or of the referral where that names
// none. Customers are compared within payment group, difficulty and quarter of referral: outcomes take time, so the later
// quarters have fewer, everywhere. A customer has an outcome with one claim that is not found invalid by then, whether for a
// job's start or for one that lasted; a cohort as many as it has claims of one kind.
MATCH (r:Referral)
WHERE r.referred_day <= $as_of_day
WITH r.contract_id AS contract_id, r.area_id AS at_id, r.customer_group AS customer_group, r.difficulty_band AS band,
     r.quarter AS quarter, coalesce(sum(r.customers), 0) AS customers
MATCH (c:Contract) WHERE c.contract_id = contract_id
MATCH (h:Contract) WHERE h.contract_id = c.head_contract_id
MATCH (o:Organisation) WHERE o.org_id = h.supplier_id
MATCH (o)-[:HAS_OWNER]->(s:OwnerSpell) WHERE s.from_day <= $as_of_day AND s.to_day > $as_of_day
WITH o, s, coalesce(h.area_id, at_id, '') AS area_id, customer_group, band, quarter, customers
OPTIONAL MATCH (a:Area) WHERE a.area_id = area_id
RETURN o.org_id AS org_id,
       o.name AS org,
       s.owner_id AS owner_id,
       s.owner_name AS owner,
       area_id,
       coalesce(a.name, area_id) AS area,
       customer_group,
       band,
       quarter,
       coalesce(sum(customers), 0) AS customers,
       coalesce(sum(0), 0) AS reached
UNION ALL
MATCH (u:Outcome)-[:RESULT_OF]->(r:Referral)
WHERE u.kind IN ['job_start', 'sustained'] AND r.referred_day <= $as_of_day
  AND coalesce(u.claimed_day, u.job_started_day, $as_of_day) <= $as_of_day
  AND NOT coalesce(u.result = 'invalid' AND coalesce(u.verified_day, $as_of_day) <= $as_of_day, false)
WITH r.referral_id AS referral_id, r.contract_id AS contract_id, r.area_id AS at_id, r.customer_group AS customer_group,
     r.difficulty_band AS band, r.quarter AS quarter, r.customers AS customers,
     count(CASE WHEN u.kind = 'job_start' THEN 1 END) AS started, count(CASE WHEN u.kind = 'sustained' THEN 1 END) AS lasted
WITH contract_id, at_id, customer_group, band, quarter, customers,
     CASE WHEN started > lasted THEN started ELSE lasted END AS claims
WITH contract_id, at_id, customer_group, band, quarter,
     coalesce(sum(CASE WHEN claims < customers THEN claims ELSE customers END), 0) AS reached
MATCH (c:Contract) WHERE c.contract_id = contract_id
MATCH (h:Contract) WHERE h.contract_id = c.head_contract_id
MATCH (o:Organisation) WHERE o.org_id = h.supplier_id
MATCH (o)-[:HAS_OWNER]->(s:OwnerSpell) WHERE s.from_day <= $as_of_day AND s.to_day > $as_of_day
WITH o, s, coalesce(h.area_id, at_id, '') AS area_id, customer_group, band, quarter, reached
OPTIONAL MATCH (a:Area) WHERE a.area_id = area_id
RETURN o.org_id AS org_id,
       o.name AS org,
       s.owner_id AS owner_id,
       s.owner_name AS owner,
       area_id,
       coalesce(a.name, area_id) AS area,
       customer_group,
       band,
       quarter,
       coalesce(sum(0), 0) AS customers,
       coalesce(sum(reached), 0) AS reached;
// evidence
MATCH (o:Organisation)-[:SUPPLIES]->(h:Contract)
WHERE o.org_id = $org_id AND h.tier = 1 AND h.starts_day <= $as_of_day
RETURN h.contract_id AS contract_id,
       h.source_id AS source_id,
       h.source_row AS source_row
