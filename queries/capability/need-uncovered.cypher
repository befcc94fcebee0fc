/*---
title: A required need that nobody covers in an area
clauses: [STR-DEV-05]
severity: indicator
status: stable
version: 2
needs: [Requirement.need_type, Delivery, "-[EVIDENCES]-"]
record: Requirement
subject: Contract
identity: [contract_id, area_id, need_type]
respondent: prime_id
parameters:
  min_level: {type: integer, default: 2, minimum: 1, maximum: 3, unit: level, basis: "project default: 2 of 3, evidence that somebody else has seen"}
  fresh_days: {type: integer, default: 731, minimum: 1, unit: days, basis: "project default: 24 months for evidence that names no last day"}
  yearly_days: {type: integer, default: 366, minimum: 1, unit: days, basis: "project default: 12 months for what supplier management reviews (M codes)"}
message: "Nobody in the chain of {prime} delivers for {need_type} in {empty_places} with evidence of the need in date, as {contract_id} requires in {area}"
innocent: ["Spot purchase or telephone cover fills the place and was not loaded", "The need is rare in the area", "A provider in the next area takes these customers"]
ask: ["Who sees such customers of the area today", "Referrals of the need in the area in the last year"]
assess: null
---*/
// A cell is covered by whoever delivers there under a contract in force and evidences the need in date. Evidence that has
// neither a last day nor a date may cover it. A requirement without an area means the area of its head contract.
// Which delivery counts for which area: one for a larger area covers every place in it; one for a part covers that part and
// says nothing of the rest. So where anybody delivers for parts of the required area, it is looked at part by part, each as
// fine as the finest of them.
MATCH (q:Requirement)-[:UNDER]->(h:Contract)
WHERE q.need_type IS NOT NULL AND (h.starts_day <= $as_of_day OR h.signed_day <= $as_of_day)
MATCH (prime:Organisation)-[:SUPPLIES]->(h)
WITH q, h, prime, coalesce(q.area_id, h.area_id, '') AS area_id
OPTIONAL MATCH (h)<-[:SUBCONTRACT_OF*0..8]-(k:Contract)<-[:UNDER]-(d:Delivery)-[:IN_AREA]->(part:Area)-[:INSIDE]->(whole:Area)
WHERE whole.area_id = area_id AND part.area_id <> area_id AND d.need_type = q.need_type
  AND coalesce(d.capacity_per_quarter, 1) > 0 AND coalesce(d.agreed_day, $as_of_day) <= $as_of_day
  AND k.starts_day <= $as_of_day
  AND coalesce(k.ends_day, $as_of_day) >= $as_of_day AND coalesce(k.ended_day, $as_of_day) >= $as_of_day
WITH q, h, prime, area_id,
     coalesce(min(CASE part.kind WHEN 'lad' THEN 1 WHEN 'jcp_district' THEN 2 WHEN 'contract_area' THEN 3
                                 WHEN 'region' THEN 4 WHEN 'nation' THEN 5 END), 0) AS finest
OPTIONAL MATCH (place:Area)-[:INSIDE]->(whole:Area)
WHERE whole.area_id = area_id
  AND (finest = 0 AND place.area_id = area_id
       OR finest = CASE place.kind WHEN 'lad' THEN 1 WHEN 'jcp_district' THEN 2 WHEN 'contract_area' THEN 3
                                   WHEN 'region' THEN 4 WHEN 'nation' THEN 5 END)
WITH q, h, prime, area_id, coalesce(place.area_id, area_id) AS place_id, coalesce(place.name, area_id) AS place
OPTIONAL MATCH (h)<-[:SUBCONTRACT_OF*0..8]-(k:Contract)<-[:UNDER]-(d:Delivery)-[:DELIVERED_BY]->(o:Organisation)
WHERE d.need_type = q.need_type
  AND (d.area_id = place_id OR EXISTS { MATCH (inner:Area)-[:INSIDE]->(over:Area)
                                        WHERE inner.area_id = place_id AND over.area_id = d.area_id })
  AND coalesce(d.capacity_per_quarter, 1) > 0 AND coalesce(d.agreed_day, $as_of_day) <= $as_of_day
  AND k.starts_day <= $as_of_day
  AND coalesce(k.ends_day, $as_of_day) >= $as_of_day AND coalesce(k.ended_day, $as_of_day) >= $as_of_day
OPTIONAL MATCH (o)-[:HAS_OWNER]->(s:OwnerSpell) WHERE s.from_day <= $as_of_day AND s.to_day > $as_of_day
OPTIONAL MATCH (o)-[e:EVIDENCES]->(cap:Capability)
WHERE (e.need_type = q.need_type OR e.need_type IS NULL AND cap.code = 'M6') AND e.level >= $min_level
  AND coalesce(e.issued_day, $as_of_day) <= $as_of_day
WITH q, h, prime, area_id, place, e.need_type IS NOT NULL AS of_need, e.evidence_id AS evidence_id,
     coalesce(e.expires_day, e.issued_day + CASE WHEN cap.stage = 'supplier management' THEN $yearly_days ELSE $fresh_days END) AS last_day
WITH q, h, prime, area_id, place,
     count(CASE WHEN last_day >= $as_of_day AND of_need THEN 1 END) AS covering,
     count(CASE WHEN last_day >= $as_of_day OR evidence_id IS NOT NULL AND last_day IS NULL THEN 1 END) AS possible
WITH q, h, prime, area_id, count(*) AS places,
     count(CASE WHEN covering = 0 THEN 1 END) AS uncovered,
     count(CASE WHEN covering = 0 AND possible = 0 THEN 1 END) AS surely_empty,
     collect(DISTINCT CASE WHEN covering = 0 AND possible = 0 THEN place END) AS empty_places
OPTIONAL MATCH (a:Area) WHERE a.area_id = area_id
WITH q, h, prime, area_id, a.name AS area, places, empty_places,
     CASE WHEN coalesce(h.ends_day, $as_of_day) < $as_of_day OR coalesce(h.ended_day, $as_of_day) < $as_of_day
          THEN 'head contract ended'
          WHEN h.starts_day > $as_of_day THEN 'head contract not begun'
          WHEN area_id = '' THEN 'not assessable'
          WHEN uncovered = 0 THEN 'passed'
          WHEN surely_empty > 0 THEN 'flagged'
          ELSE 'not assessable' END AS state
RETURN q.requirement_id AS requirement_id,
       q.source_id AS source_id,
       q.source_row AS source_row,
       h.contract_id AS contract_id,
       area_id,
       q.need_type AS need_type,
       h.supplier_id AS prime_id,
       prime.name AS prime,
       area,
       places,
       empty_places,
       state = 'flagged' AS flagged,
       state = 'not assessable' AS not_assessable,
       CASE WHEN NOT state IN ['flagged', 'passed', 'not assessable'] THEN state END AS excluded_reason
