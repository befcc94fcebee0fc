/*---
title: A gap in a supply chain that the department has done nothing about
clauses: [STR-DEV-08]
severity: indicator
status: stable
version: 3
needs: [Requirement, "-[EVIDENCES]-", EnforcementAction]
record: Requirement
subject: Contract
identity: [contract_id]
respondent: department_id
parameters:
  known_days: {type: integer, default: 90, minimum: 0, unit: days, basis: "project default: 90 days after the data show the gap"}
  min_level: {type: integer, default: 2, minimum: 1, maximum: 3, unit: level, basis: "project default: 2 of 3, evidence that somebody else has seen"}
  fresh_days: {type: integer, default: 731, minimum: 1, unit: days, basis: "project default: 24 months for evidence that names no last day"}
  yearly_days: {type: integer, default: 366, minimum: 1, unit: days, basis: "project default: 12 months for what supplier management reviews (M codes)"}
message: "Gaps in the chain of {prime} ({contract_id}) known for more than {known_days} days: {rows}, the oldest for {gap_days.max} days; no action of the department on them is on record"
innocent: ["The department acted in talks that left no record", "An action was recorded under another clause", "The evidence exists and was not loaded, so there is no gap"]
ask: ["What the department asked of the prime about each gap, and when", "The prime's plan to close them"]
assess: null
---*/
// A gap is what capability-gap and need-uncovered look for: nobody in the chain evidences what is required, or nobody
// who delivers the need in the area does. It is known from the start of the head contract, or from the day after the chain
// was last covered, by evidence or by the contract of whoever had it. An action counts from that day on, against anybody in
// the chain, if it is about capabilities (STR-CAP) or about coverage and intervention (STR-DEV-05, STR-DEV-08).
// Places are those of need-uncovered: parts of the required area, as fine as the finest delivery in force for one, and
// the area itself where nobody delivers for parts; a delivery for a larger area covers every place in it. One for a part of a
// place does not cover it, but while it lasted nobody could call the place uncovered.
MATCH (known:Delivery)
WITH count(known.delivery_id) AS deliveries
MATCH (q:Requirement)-[:UNDER]->(h:Contract)
WHERE h.starts_day <= $as_of_day
MATCH (prime:Organisation)-[:SUPPLIES]->(h)
WITH deliveries, q, h, prime, coalesce(q.capability, '') AS capability, coalesce(q.need_type, '') AS need,
     coalesce(q.area_id, h.area_id, '') AS area_id
OPTIONAL MATCH (h)<-[:SUBCONTRACT_OF*0..8]-(k:Contract)<-[:SUPPLIES]-(o:Organisation)-[e:EVIDENCES]->(cap:Capability)
WHERE cap.code = capability AND (k.tier = 1 OR cap.shown_by <> 'prime')
  AND (k.starts_day <= $as_of_day OR k.signed_day <= $as_of_day)
  AND e.level >= $min_level AND coalesce(e.issued_day, $as_of_day) <= $as_of_day
  AND (need = '' OR coalesce(e.need_type, need) = need)
WITH deliveries, q, h, prime, capability, need, area_id, e,
     CASE WHEN coalesce(k.ended_day, 9999999) < coalesce(k.ends_day, 9999999) THEN k.ended_day
          ELSE coalesce(k.ends_day, 9999999) END AS works_until,
     coalesce(e.expires_day, CASE WHEN cap.stage = 'supplier management' THEN e.issued_day + $yearly_days
                                  ELSE e.issued_day + $fresh_days END) AS fresh_until
WITH deliveries, q, h, prime, capability, need, area_id,
     count(CASE WHEN works_until >= $as_of_day AND fresh_until >= $as_of_day THEN 1 END) AS shown,
     count(CASE WHEN works_until >= $as_of_day AND fresh_until IS NULL THEN e.evidence_id END) AS undated,
     max(CASE WHEN e.evidence_id IS NULL THEN 0
              WHEN works_until < coalesce(fresh_until, 9999999) THEN works_until
              ELSE fresh_until END) AS shown_until
OPTIONAL MATCH (h)<-[:SUBCONTRACT_OF*0..8]-(k:Contract)<-[:UNDER]-(d:Delivery)-[:IN_AREA]->(part:Area)-[:INSIDE]->(whole:Area)
WHERE whole.area_id = area_id AND part.area_id <> area_id AND d.need_type = need
  AND coalesce(d.capacity_per_quarter, 1) > 0 AND coalesce(d.agreed_day, $as_of_day) <= $as_of_day
  AND k.starts_day <= $as_of_day
  AND coalesce(k.ends_day, $as_of_day) >= $as_of_day AND coalesce(k.ended_day, $as_of_day) >= $as_of_day
WITH deliveries, q, h, prime, capability, need, area_id, shown, undated, shown_until,
     coalesce(min(CASE part.kind WHEN 'lad' THEN 1 WHEN 'jcp_district' THEN 2 WHEN 'contract_area' THEN 3
                                 WHEN 'region' THEN 4 WHEN 'nation' THEN 5 END), 0) AS finest
OPTIONAL MATCH (place:Area)-[:INSIDE]->(whole:Area)
WHERE whole.area_id = area_id
  AND (finest = 0 AND place.area_id = area_id
       OR finest = CASE place.kind WHEN 'lad' THEN 1 WHEN 'jcp_district' THEN 2 WHEN 'contract_area' THEN 3
                                   WHEN 'region' THEN 4 WHEN 'nation' THEN 5 END)
WITH deliveries, q, h, prime, capability, need, area_id, shown, undated, shown_until,
     coalesce(place.area_id, area_id) AS place_id
OPTIONAL MATCH (h)<-[:SUBCONTRACT_OF*0..8]-(k:Contract)<-[:UNDER]-(d:Delivery)-[:DELIVERED_BY]->(o:Organisation)
WHERE d.need_type = need AND k.starts_day <= $as_of_day
  AND coalesce(d.capacity_per_quarter, 1) > 0 AND coalesce(d.agreed_day, $as_of_day) <= $as_of_day
OPTIONAL MATCH (inner:Area)-[:INSIDE]->(over:Area) WHERE inner.area_id = place_id AND over.area_id = d.area_id
OPTIONAL MATCH (small:Area)-[:INSIDE]->(large:Area) WHERE small.area_id = d.area_id AND large.area_id = place_id
OPTIONAL MATCH (o)-[e:EVIDENCES]->(cap:Capability)
WHERE (e.need_type = need OR e.need_type IS NULL AND cap.code = 'M6') AND e.level >= $min_level AND coalesce(e.issued_day, $as_of_day) <= $as_of_day
WITH deliveries, q, h, prime, capability, need, area_id, shown, undated, shown_until, place_id, e,
     d.area_id = place_id OR over.area_id IS NOT NULL AS covers, small.area_id IS NOT NULL AS covers_part,
     CASE WHEN coalesce(k.ended_day, 9999999) < coalesce(k.ends_day, 9999999) THEN k.ended_day
          ELSE coalesce(k.ends_day, 9999999) END AS works_until,
     coalesce(e.expires_day, CASE WHEN cap.stage = 'supplier management' THEN e.issued_day + $yearly_days
                                  ELSE e.issued_day + $fresh_days END) AS fresh_until, e.need_type IS NOT NULL AS of_need
WITH deliveries, q, h, prime, capability, need, area_id, shown, undated, shown_until, place_id,
     count(CASE WHEN covers AND of_need AND works_until >= $as_of_day AND fresh_until >= $as_of_day THEN 1 END) AS met,
     count(CASE WHEN covers AND works_until >= $as_of_day AND (fresh_until IS NULL OR NOT of_need AND fresh_until >= $as_of_day)
                THEN e.evidence_id END) AS met_undated,
     coalesce(max(CASE WHEN e.evidence_id IS NULL OR NOT (covers OR covers_part) THEN 0
                       WHEN works_until < coalesce(fresh_until, 9999999) THEN works_until
                       ELSE fresh_until END), 0) AS met_until
WITH deliveries, q, h, prime, capability, need, area_id, shown, undated, shown_until,
     count(CASE WHEN met = 0 THEN 1 END) AS unmet, min(CASE WHEN met = 0 AND met_undated = 0 THEN met_until END) AS met_until
WITH q, h, prime, capability, need,
     CASE WHEN capability = '' OR shown > 0 THEN 'none' WHEN undated > 0 THEN 'unclear' ELSE 'gap' END AS of_capability,
     CASE WHEN need = '' OR unmet = 0 THEN 'none'
          WHEN met_until IS NULL OR area_id = '' OR deliveries = 0 THEN 'unclear'
          ELSE 'gap' END AS of_need,
     CASE WHEN shown_until + 1 > h.starts_day THEN shown_until + 1 ELSE h.starts_day END AS unshown_from,
     CASE WHEN met_until + 1 > h.starts_day THEN met_until + 1 ELSE h.starts_day END AS unmet_from
WITH q, h, prime, capability, need, of_capability, of_need,
     CASE WHEN of_capability = 'gap' AND (of_need <> 'gap' OR unshown_from <= unmet_from) THEN unshown_from
          WHEN of_need = 'gap' THEN unmet_from END AS gap_from
OPTIONAL MATCH (h)<-[:SUBCONTRACT_OF*0..8]-(k:Contract)<-[:SUPPLIES]-(o:Organisation)<-[:ABOUT]-(x:EnforcementAction)
WHERE (x.clause STARTS WITH 'STR-CAP' OR x.clause IN ['STR-DEV-05', 'STR-DEV-08'])
  AND x.action <> 'none' AND x.found_day <= $as_of_day AND coalesce(x.acted_day, x.found_day) >= gap_from
WITH q, h, prime, capability, need, of_capability, of_need, gap_from,
     count(CASE WHEN x.acted_day <= $as_of_day THEN 1 END) AS acted,
     count(CASE WHEN x.acted_day IS NULL THEN x.action_id END) AS perhaps_acted
WITH q, h, prime, capability, need, gap_from,
     CASE WHEN coalesce(h.ends_day, $as_of_day) < $as_of_day OR coalesce(h.ended_day, $as_of_day) < $as_of_day
          THEN 'head contract ended'
          WHEN capability = '' AND need = '' THEN 'nothing is required'
          WHEN gap_from IS NULL AND (of_capability = 'unclear' OR of_need = 'unclear') THEN 'evidence without a last day'
          WHEN gap_from IS NULL OR acted > 0 THEN 'passed'
          WHEN gap_from + $known_days >= $as_of_day THEN 'not known for long'
          WHEN perhaps_acted > 0 THEN 'day of the action unknown'
          ELSE 'flagged' END AS state
RETURN q.requirement_id AS requirement_id,
       q.source_id AS source_id,
       q.source_row AS source_row,
       h.contract_id AS contract_id,
       $department_org_id AS department_id,
       prime.name AS prime,
       capability,
       need AS need_type,
       $as_of_day - gap_from AS gap_days,
       $known_days AS known_days,
       state = 'flagged' AS flagged,
       CASE WHEN state IN ['evidence without a last day', 'day of the action unknown'] THEN state END AS not_assessable,
       CASE WHEN state IN ['head contract ended', 'nothing is required', 'not known for long'] THEN state END AS excluded_reason
