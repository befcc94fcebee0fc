/*---
title: New providers have next to nothing of the money, two years running
clauses: [STR-MKT-06]
severity: indicator
status: stable
version: 2
needs: [Payment, Organisation.first_dwp_contract_on]
record: Contract
evidence: Contract
identity: [department_id]
respondent: department_id
parameters:
  share_min: {type: number, default: 0.05, minimum: 0, maximum: 1, unit: share, basis: "clause notes: 5 %, two years running"}
  new_days: {type: integer, default: 730, minimum: 1, unit: days, basis: "project default: an organisation is new for 24 months from its first contract in a chain of the department"}
message: "Organisations new to the department's chains were paid {last_share} of {paid_pence} in the last year and {before_share} in the year before ({entrants} of them in the last year)"
innocent: ["Few contracts were let in the time, so that nobody could enter", "New organisations work for primes whose payments to them were not loaded", "A new company carries on the business of an old one, or an old one that of a new"]
ask: ["What was let in the two years, and who applied", "Whether the payments down the chain are complete for both years"]
assess: entrant_share
---*/
// A year is 365 days, counted back from the day of the sweep. Every tier counts: entrants mostly come in below a prime, and
// what a prime passes on is counted with it and with whom it pays. New is whoever began no more than the given days
// before the year's last day, and nobody of the same owner did earlier; a first contract of a later day is not known yet.
MATCH (p:Payment)
WHERE p.paid_day <= $as_of_day
WITH p.contract_id AS contract_id,
     CASE WHEN p.paid_day > $as_of_day - 365 THEN 1
          WHEN p.paid_day > $as_of_day - 730 THEN 2
          ELSE 0 END AS year,
     coalesce(sum(p.amount_pence), 0) AS pence
MATCH (c:Contract) WHERE c.contract_id = contract_id
MATCH (o:Organisation) WHERE o.org_id = c.supplier_id
WITH o, year, coalesce(sum(pence), 0) AS pence
MATCH (o)-[:HAS_OWNER]->(s:OwnerSpell) WHERE s.from_day <= $as_of_day AND s.to_day > $as_of_day
MATCH (sibling:Organisation)-[:HAS_OWNER]->(t:OwnerSpell)
WHERE t.owner_id = s.owner_id AND t.from_day <= $as_of_day AND t.to_day > $as_of_day
WITH o, year, pence, min(sibling.first_dwp_contract_day) AS first_of_owner_day
WITH o, year, pence, first_of_owner_day, $as_of_day - CASE WHEN year = 1 THEN 0 ELSE 365 END AS last_day
WITH year, pence,
     CASE WHEN first_of_owner_day < last_day - $new_days THEN 'incumbent'
          WHEN o.first_dwp_contract_day IS NULL OR o.first_dwp_contract_day > last_day THEN 'unknown'
          WHEN o.first_dwp_contract_day >= last_day - $new_days THEN 'entrant'
          ELSE 'incumbent' END AS kind
RETURN $department_org_id AS department_id,
       year,
       kind,
       coalesce(sum(pence), 0) AS paid_pence,
       count(*) AS organisations;
// evidence
MATCH (c:Contract)<-[:UNDER]-(i:Invoice)<-[:SETTLES]-(p:Payment)
WHERE p.paid_day <= $as_of_day AND p.paid_day > $as_of_day - 730 AND $department_id = $department_org_id
RETURN DISTINCT c.contract_id AS contract_id,
       c.source_id AS source_id,
       c.source_row AS source_row
