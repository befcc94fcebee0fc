/*---
title: Owner whose failure would leave a required need without any provider
clauses: [STR-DEV-05]
severity: indicator
status: stable
version: 3
needs: [Requirement.need_type, Delivery, "-[EVIDENCES]-"]
record: Delivery
evidence: Delivery
subject: Organisation
identity: [org_id]
respondent: org_id
parameters:
  min_level: {type: integer, default: 2, minimum: 1, maximum: 3, unit: level, basis: "project default: 2 of 3, evidence that somebody else has seen"}
  fresh_days: {type: integer, default: 731, minimum: 1, unit: days, basis: "project default: 24 months for evidence that names no last day"}
  yearly_days: {type: integer, default: 366, minimum: 1, unit: days, basis: "project default: 12 months for what supplier management reviews (M codes)"}
  max_emptied: {type: integer, default: 0, minimum: 0, unit: cells, basis: "clause: no area and kind of need may hang on one owner"}
message: "If {owner} failed, {cells_emptied} of the {cells_covered} required places and kinds of need that it covers would be left to nobody: {cells}"
innocent: ["Spot purchase or telephone cover would fill the place and was not loaded", "The department would step in, or the contract names who takes over", "The need is rare in the area", "The owner's organisations would not fail together", "A provider in the next area would take these customers"]
ask: ["Who would take over if this owner failed, and within how many weeks", "The exit plan of the contract", "Referrals of the need in the area in the last year"]
assess: single_point_of_failure
---*/
// Cells are the required places and kinds of need of head contracts in force, as the rules on needs know them: a place is a
// part of the required area where anybody delivers for parts, as fine as the finest of them, and the area itself where nobody
// does; who delivers for a larger area covers every place in it. One row a delivery that could cover a place; whether it
// does (evidence in date) is a column, so that undated evidence can be told from none.
MATCH (q:Requirement)-[:UNDER]->(h:Contract)
WHERE q.need_type IS NOT NULL AND h.starts_day <= $as_of_day
  AND coalesce(h.ends_day, $as_of_day) >= $as_of_day AND coalesce(h.ended_day, $as_of_day) >= $as_of_day
WITH DISTINCT h, coalesce(q.area_id, h.area_id, '') AS area_id, q.need_type AS need_type
OPTIONAL MATCH (k:Contract)<-[:UNDER]-(d:Delivery)-[:IN_AREA]->(part:Area)-[:INSIDE]->(whole:Area)
WHERE k.head_contract_id = h.contract_id AND whole.area_id = area_id AND part.area_id <> area_id AND d.need_type = need_type
  AND coalesce(d.capacity_per_quarter, 1) > 0 AND coalesce(d.agreed_day, $as_of_day) <= $as_of_day
  AND k.starts_day <= $as_of_day
  AND coalesce(k.ends_day, $as_of_day) >= $as_of_day AND coalesce(k.ended_day, $as_of_day) >= $as_of_day
WITH h, area_id, need_type,
     coalesce(min(CASE part.kind WHEN 'lad' THEN 1 WHEN 'jcp_district' THEN 2 WHEN 'contract_area' THEN 3
                                 WHEN 'region' THEN 4 WHEN 'nation' THEN 5 END), 0) AS finest
OPTIONAL MATCH (place:Area)-[:INSIDE]->(whole:Area)
WHERE whole.area_id = area_id
  AND (finest = 0 AND place.area_id = area_id
       OR finest = CASE place.kind WHEN 'lad' THEN 1 WHEN 'jcp_district' THEN 2 WHEN 'contract_area' THEN 3
                                   WHEN 'region' THEN 4 WHEN 'nation' THEN 5 END)
WITH h, need_type, coalesce(place.area_id, area_id) AS place_id, coalesce(place.name, area_id) AS place
MATCH (inner:Area)-[:INSIDE]->(over:Area) WHERE inner.area_id = place_id
MATCH (k:Contract)<-[:UNDER]-(d:Delivery)-[:DELIVERED_BY]->(o:Organisation)
WHERE k.head_contract_id = h.contract_id AND d.need_type = need_type AND d.area_id = over.area_id
  AND coalesce(d.capacity_per_quarter, 1) > 0 AND coalesce(d.agreed_day, $as_of_day) <= $as_of_day
  AND k.starts_day <= $as_of_day
  AND coalesce(k.ends_day, $as_of_day) >= $as_of_day AND coalesce(k.ended_day, $as_of_day) >= $as_of_day
WITH DISTINCT h, need_type, place_id, place, o
MATCH (o)-[:HAS_OWNER]->(s:OwnerSpell) WHERE s.from_day <= $as_of_day AND s.to_day > $as_of_day
OPTIONAL MATCH (o)-[e:EVIDENCES]->(cap:Capability)
WHERE (e.need_type = need_type OR e.need_type IS NULL AND cap.code = 'M6') AND e.level >= $min_level
  AND coalesce(e.issued_day, $as_of_day) <= $as_of_day
WITH h, need_type, place_id, place, o, s, e.evidence_id AS evidence_id, e.need_type IS NOT NULL AS of_need,
     coalesce(e.expires_day, e.issued_day + CASE WHEN cap.stage = 'supplier management' THEN $yearly_days ELSE $fresh_days END) AS last_day
RETURN h.contract_id AS contract_id,
       place_id,
       place,
       need_type,
       o.org_id AS supplier_id,
       o.name AS supplier,
       s.owner_id AS owner_id,
       s.owner_name AS owner,
       count(CASE WHEN last_day >= $as_of_day AND of_need THEN 1 END) > 0 AS covers,
       count(CASE WHEN last_day >= $as_of_day OR evidence_id IS NOT NULL AND last_day IS NULL THEN 1 END) > 0 AS perhaps;
// evidence
MATCH (o:Organisation)-[:HAS_OWNER]->(s:OwnerSpell)
WHERE s.owner_id = $org_id AND s.from_day <= $as_of_day AND s.to_day > $as_of_day
MATCH (d:Delivery)-[:DELIVERED_BY]->(o)
WHERE coalesce(d.capacity_per_quarter, 1) > 0 AND coalesce(d.agreed_day, $as_of_day) <= $as_of_day
MATCH (d)-[:UNDER]->(k:Contract)
WHERE k.starts_day <= $as_of_day
  AND coalesce(k.ends_day, $as_of_day) >= $as_of_day AND coalesce(k.ended_day, $as_of_day) >= $as_of_day
MATCH (h:Contract) WHERE h.contract_id = k.head_contract_id
  AND coalesce(h.ends_day, $as_of_day) >= $as_of_day AND coalesce(h.ended_day, $as_of_day) >= $as_of_day
MATCH (q:Requirement)-[:UNDER]->(h) WHERE q.need_type = d.need_type
MATCH (o)-[e:EVIDENCES]->(cap:Capability)
WHERE e.need_type = d.need_type AND e.level >= $min_level AND coalesce(e.issued_day, $as_of_day) <= $as_of_day
  AND coalesce(e.expires_day, e.issued_day + CASE WHEN cap.stage = 'supplier management' THEN $yearly_days ELSE $fresh_days END) >= $as_of_day
RETURN DISTINCT d.delivery_id AS delivery_id,
       d.source_id AS source_id,
       d.source_row AS source_row
