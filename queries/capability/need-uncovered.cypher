/*---
title: A required need that nobody covers in an area
clauses: [STR-DEV-05]
severity: indicator
status: stable
version: 1
needs: [Requirement.need_type, Delivery, "-[EVIDENCES]-"]
record: Requirement
subject: Contract
identity: [contract_id, area_id, need_type]
respondent: prime_id
parameters:
  min_level: {type: integer, default: 2, minimum: 1, maximum: 3, unit: level, basis: "project default: 2 of 3, evidence that somebody else has seen"}
  fresh_days: {type: integer, default: 731, minimum: 1, unit: days, basis: "project default: 24 months for evidence that names no last day"}
message: "Nobody in the chain of {prime} delivers for {need_type} in {area} with evidence of the need in date, as {contract_id} requires"
innocent: ["Spot purchase or telephone cover fills the place and was not loaded", "The need is rare in the area", "A provider in the next area takes these customers"]
ask: ["Who sees such customers of the area today", "Referrals of the need in the area in the last year"]
assess: null
---*/
// A cell is covered by whoever delivers there under a contract in force and evidences the need in date. A requirement
// without an area means the area of its head contract. Evidence that has neither a last day nor a date may cover it.
MATCH (q:Requirement)-[:UNDER]->(h:Contract)
WHERE q.need_type IS NOT NULL AND (h.starts_day <= $as_of_day OR h.signed_day <= $as_of_day)
MATCH (prime:Organisation)-[:SUPPLIES]->(h)
WITH q, h, prime, coalesce(q.area_id, h.area_id, '') AS area_id
OPTIONAL MATCH (h)<-[:SUBCONTRACT_OF*0..8]-(k:Contract)<-[:UNDER]-(d:Delivery)-[:DELIVERED_BY]->(o:Organisation)
WHERE d.area_id = area_id AND d.need_type = q.need_type
  AND coalesce(d.capacity_per_quarter, 1) > 0 AND coalesce(d.agreed_day, $as_of_day) <= $as_of_day
  AND k.starts_day <= $as_of_day
  AND coalesce(k.ends_day, $as_of_day) >= $as_of_day AND coalesce(k.ended_day, $as_of_day) >= $as_of_day
OPTIONAL MATCH (o)-[:HAS_OWNER]->(s:OwnerSpell) WHERE s.from_day <= $as_of_day AND s.to_day > $as_of_day
OPTIONAL MATCH (o)-[e:EVIDENCES]->(cap:Capability)
WHERE e.need_type = q.need_type AND e.level >= $min_level AND coalesce(e.issued_day, $as_of_day) <= $as_of_day
WITH q, h, prime, area_id,
     count(DISTINCT CASE WHEN coalesce(e.expires_day, e.issued_day + $fresh_days) >= $as_of_day THEN s.owner_id END) AS owners,
     count(DISTINCT CASE WHEN e.expires_day >= $as_of_day OR e.evidence_id IS NOT NULL AND e.expires_day IS NULL
                         THEN s.owner_id END) AS possible
OPTIONAL MATCH (a:Area) WHERE a.area_id = area_id
WITH q, h, prime, area_id, a.name AS area,
     CASE WHEN coalesce(h.ends_day, $as_of_day) < $as_of_day OR coalesce(h.ended_day, $as_of_day) < $as_of_day
          THEN 'head contract ended'
          WHEN h.starts_day > $as_of_day THEN 'head contract not begun'
          WHEN area_id = '' THEN 'not assessable'
          WHEN owners > 0 THEN 'passed'
          WHEN possible > 0 THEN 'not assessable'
          ELSE 'flagged' END AS state
RETURN q.requirement_id AS requirement_id,
       q.source_id AS source_id,
       q.source_row AS source_row,
       h.contract_id AS contract_id,
       area_id,
       q.need_type AS need_type,
       h.supplier_id AS prime_id,
       prime.name AS prime,
       area,
       state = 'flagged' AS flagged,
       state = 'not assessable' AS not_assessable,
       CASE WHEN NOT state IN ['flagged', 'passed', 'not assessable'] THEN state END AS excluded_reason
