/*---
title: Several providers in an area, and no customer who chose between them
clauses: [STR-CX-04]
severity: attestation
status: stable
version: 2
needs: [Referral.allocation, Contract.area_id]
record: Area
subject: Area
identity: [area_id]
respondent: department_id
parameters:
  min_owners: {type: integer, default: 2, minimum: 2, unit: owners, basis: "the clause: multiple providers, so at least two that nobody holds together"}
  unknown_share_max: {type: number, default: 0.05, minimum: 0, maximum: 1, unit: share, basis: "project default: with more than 5 % of allocations unknown a choice may be among them"}
  min_customers: {type: integer, default: 10, minimum: 1, unit: customers, basis: "methods: cells under ten customers are suppressed, and say too little"}
message: "Owners behind the head contracts of one programme in {area}: {owners}; of {known_customers} customers none is recorded as having chosen between the providers"
innocent: ["The programme's declared design is random allocation, so that providers can be compared", "The customer's choice was recorded as the Jobcentre's", "Choice was to be introduced later"]
ask: ["The programme's design for allocating customers", "What customers of the area are told about the providers", "How allocation is filled in"]
assess: null
---*/
// Owners are counted within a programme, for a customer chooses among the providers of one. Only referrals under programmes
// with several owners count, and an area is named by its head contracts. Customers are added up first, so that what is set beside
// the head contracts is few.
OPTIONAL MATCH (r:Referral)
WHERE r.referred_day <= $as_of_day
WITH r.contract_id AS contract_id, coalesce(sum(r.customers), 0) AS customers,
     coalesce(sum(CASE WHEN r.allocation = 'choice' THEN r.customers END), 0) AS chosen,
     coalesce(sum(CASE WHEN r.allocation IS NOT NULL THEN r.customers END), 0) AS known
OPTIONAL MATCH (k:Contract) WHERE k.contract_id = contract_id
WITH coalesce(k.head_contract_id, '') AS head_id, coalesce(sum(customers), 0) AS customers, coalesce(sum(chosen), 0) AS chosen,
     coalesce(sum(known), 0) AS known
MATCH (h:Contract)
WHERE h.tier = 1 AND h.starts_day <= $as_of_day
  AND coalesce(h.ends_day, $as_of_day) >= $as_of_day AND coalesce(h.ended_day, $as_of_day) >= $as_of_day
WITH coalesce(h.programme, '') AS programme, coalesce(h.area_id, '') AS area_id,
     coalesce(sum(CASE WHEN head_id = h.contract_id THEN customers END), 0) AS customers,
     coalesce(sum(CASE WHEN head_id = h.contract_id THEN chosen END), 0) AS chosen,
     coalesce(sum(CASE WHEN head_id = h.contract_id THEN known END), 0) AS known
MATCH (o:Organisation)-[:SUPPLIES]->(h:Contract)
WHERE h.tier = 1 AND h.starts_day <= $as_of_day AND coalesce(h.programme, '') = programme AND coalesce(h.area_id, '') = area_id
  AND coalesce(h.ends_day, $as_of_day) >= $as_of_day AND coalesce(h.ended_day, $as_of_day) >= $as_of_day
MATCH (o)-[:HAS_OWNER]->(s:OwnerSpell) WHERE s.from_day <= $as_of_day AND s.to_day > $as_of_day
WITH programme, area_id, customers, chosen, known, count(DISTINCT s.owner_id) AS owners
WITH area_id, max(owners) AS owners, coalesce(sum(CASE WHEN owners >= $min_owners THEN customers END), 0) AS customers,
     coalesce(sum(CASE WHEN owners >= $min_owners THEN chosen END), 0) AS chosen,
     coalesce(sum(CASE WHEN owners >= $min_owners THEN known END), 0) AS known
OPTIONAL MATCH (a:Area) WHERE a.area_id = area_id
WITH area_id, a, owners, known,
     CASE WHEN area_id = '' THEN 'area unknown'
          WHEN owners < $min_owners THEN 'one owner alone'
          WHEN chosen > 0 THEN 'passed'
          WHEN customers < $min_customers THEN 'too few customers'
          WHEN 1.0 * (customers - known) / customers > $unknown_share_max THEN 'allocation unknown'
          ELSE 'flagged' END AS state
RETURN area_id,
       a.source_id AS source_id,
       a.source_row AS source_row,
       $department_org_id AS department_id,
       a.name AS area,
       owners,
       known AS known_customers,
       state = 'flagged' AS flagged,
       CASE WHEN state IN ['area unknown', 'too few customers', 'allocation unknown'] THEN state END AS not_assessable,
       CASE WHEN state = 'one owner alone' THEN state END AS excluded_reason
