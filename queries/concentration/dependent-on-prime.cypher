/*---
title: Sub-contractor that lives on one prime
clauses: [STR-COM-04]
severity: indicator
status: stable
version: 2
needs: [Contract.annual_value_pence]
record: Organisation
subject: Organisation
identity: [org_id]
respondent: org_id
parameters:
  share_max: {type: number, default: 0.8, minimum: 0, maximum: 1, unit: share, basis: "project default: four fifths of the income from the chain"}
message: "{org_name} draws {top_share} of its yearly income from the chain from {top_owner}"
innocent: ["It has other income than from the chain, so that the chain is a small part of it", "It is new, and this is its first contract", "It belongs to the group that buys from it"]
ask: ["All its income, from the chain and from elsewhere", "What it would do if the contract ended"]
assess: null
---*/
// By who stands behind the prime: two primes of one owner fail together. An organisation of the same owner is not dependent,
// it is that owner. Its only contract in the chain counts too: that is what dependence is. What the department pays it for head
// contracts of its own is income that hangs on no prime.
MATCH (o:Organisation)-[:SUPPLIES]->(c:Contract)
WHERE c.tier >= 2 AND c.starts_day <= $as_of_day
  AND coalesce(c.ends_day, $as_of_day) >= $as_of_day AND coalesce(c.ended_day, $as_of_day) >= $as_of_day
MATCH (p:Organisation)-[:HAS_OWNER]->(s:OwnerSpell)
WHERE p.org_id = c.head_org_id AND s.from_day <= $as_of_day AND s.to_day > $as_of_day
WITH o, s.owner_id AS owner_id, s.owner_name AS owner_name,
     coalesce(sum(c.annual_value_pence), 0) AS pence, count(c.annual_value_pence) AS valued, count(*) AS contracts,
     min(CASE WHEN c.inferred THEN 1 ELSE 0 END) AS inferred
MATCH (o)-[:HAS_OWNER]->(mine:OwnerSpell) WHERE mine.from_day <= $as_of_day AND mine.to_day > $as_of_day
WITH o, mine.owner_id AS own_owner_id, max(pence) AS top_pence, coalesce(sum(pence), 0) AS sub_pence,
     coalesce(sum(contracts), 0) - coalesce(sum(valued), 0) AS sub_unvalued, min(inferred) AS inferred
OPTIONAL MATCH (o)-[:SUPPLIES]->(h:Contract)
WHERE h.tier = 1 AND h.starts_day <= $as_of_day
  AND coalesce(h.ends_day, $as_of_day) >= $as_of_day AND coalesce(h.ended_day, $as_of_day) >= $as_of_day
WITH o, own_owner_id, top_pence, inferred, sub_pence, sub_unvalued,
     coalesce(sum(h.annual_value_pence), 0) AS head_pence, count(h.contract_id) - count(h.annual_value_pence) AS head_unvalued
WITH o, own_owner_id, top_pence, inferred, sub_pence + head_pence AS all_pence, sub_unvalued + head_unvalued AS unvalued
MATCH (o)-[:SUPPLIES]->(c:Contract)
WHERE c.tier >= 2 AND c.starts_day <= $as_of_day
  AND coalesce(c.ends_day, $as_of_day) >= $as_of_day AND coalesce(c.ended_day, $as_of_day) >= $as_of_day
MATCH (p:Organisation)-[:HAS_OWNER]->(s:OwnerSpell)
WHERE p.org_id = c.head_org_id AND s.from_day <= $as_of_day AND s.to_day > $as_of_day
WITH o, own_owner_id, top_pence, all_pence, unvalued, inferred, s.owner_id AS owner_id, s.owner_name AS owner_name,
     coalesce(sum(c.annual_value_pence), 0) AS pence
WHERE pence = top_pence
WITH o, own_owner_id, top_pence, all_pence, unvalued, inferred, min(owner_id) AS top_owner_id, min(owner_name) AS top_owner
WITH o, top_owner, top_owner_id,
     CASE WHEN all_pence > 0 THEN 1.0 * top_pence / all_pence END AS top_share,
     CASE WHEN inferred = 1 THEN 'inferred contract'
          WHEN top_owner_id = own_owner_id THEN 'of the same owner as its prime'
          WHEN unvalued > 0 OR all_pence = 0 THEN 'value of a contract unknown'
          WHEN 1.0 * top_pence > $share_max * all_pence THEN 'flagged'
          ELSE 'passed' END AS state
RETURN o.org_id AS org_id,
       o.source_id AS source_id,
       o.source_row AS source_row,
       o.name AS org_name,
       top_owner,
       top_owner_id,
       top_share,
       state = 'flagged' AS flagged,
       CASE WHEN state = 'value of a contract unknown' THEN state END AS not_assessable,
       CASE WHEN state IN ['inferred contract', 'of the same owner as its prime'] THEN state END AS excluded_reason
