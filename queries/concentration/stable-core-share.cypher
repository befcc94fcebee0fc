/*---
title: The stable core of providers has less or more of the money than was meant
clauses: [STR-MKT-05]
severity: indicator
status: stable
version: 2
needs: [Payment]
record: Contract
evidence: Contract
identity: [department_id]
respondent: department_id
parameters:
  share_min: {type: number, default: 0.7, minimum: 0, maximum: 1, unit: share, basis: "clause: around 80 per cent; project default: ten points either side"}
  share_max: {type: number, default: 0.9, minimum: 0, maximum: 1, unit: share, basis: "clause: around 80 per cent; project default: ten points either side"}
message: "Of {paid_pence} paid at the first tier in the last year {core_share} went to the {core_owners} owners who were paid in each of the last three years (owners paid in the last year: {owners}); by organisation it would be {organisation_core_share}"
innocent: ["It is the first years of a programme, and its providers are new to it", "A provider changed hands, and its owner counts as new or as old for all it holds", "One large contract began or ended in the year", "The payments loaded are not all of the department's"]
ask: ["The department's own list of its core providers", "Whether the payments loaded are complete for each of the three years"]
assess: stable_core_share
---*/
// A year is 365 days, counted back from the day of the sweep. Money stands with whoever is behind the payee on that day, so that
// a change of name or a purchase does not make a newcomer of an old provider. Streams of payments without a contract
// document are money all the same, and so is a part of an invoice; what was paid back counts against it.
MATCH (p:Payment)
WHERE p.paid_day <= $as_of_day
WITH p.contract_id AS contract_id,
     CASE WHEN p.paid_day > $as_of_day - 365 THEN 1
          WHEN p.paid_day > $as_of_day - 730 THEN 2
          WHEN p.paid_day > $as_of_day - 1095 THEN 3
          ELSE 0 END AS year,
     coalesce(sum(p.amount_pence), 0) AS pence
MATCH (c:Contract) WHERE c.contract_id = contract_id AND c.tier = 1
MATCH (o:Organisation) WHERE o.org_id = c.supplier_id
MATCH (o)-[:HAS_OWNER]->(s:OwnerSpell) WHERE s.from_day <= $as_of_day AND s.to_day > $as_of_day
RETURN $department_org_id AS department_id,
       o.org_id AS org_id,
       s.owner_id AS owner_id,
       s.owner_name AS owner,
       year,
       coalesce(sum(pence), 0) AS paid_pence;
// evidence
MATCH (c:Contract)<-[:UNDER]-(i:Invoice)<-[:SETTLES]-(p:Payment)
WHERE c.tier = 1 AND p.paid_day <= $as_of_day AND p.paid_day > $as_of_day - 365 AND $department_id = $department_org_id
RETURN DISTINCT c.contract_id AS contract_id,
       c.source_id AS source_id,
       c.source_row AS source_row
