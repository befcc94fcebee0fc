/*---
title: A required capability that nobody in the chain evidences
clauses: [STR-CAP-00, STR-CAP-B1, STR-CAP-B2, STR-CAP-B3, STR-CAP-B4, STR-CAP-B5, STR-CAP-B6, STR-CAP-B7, STR-CAP-B8, STR-CAP-M1, STR-CAP-M2, STR-CAP-M3, STR-CAP-M4, STR-CAP-M5, STR-CAP-M6, STR-CAP-M7, STR-CAP-S1, STR-CAP-S2, STR-CAP-S3]
severity: indicator
status: stable
version: 3
needs: [Requirement.capability, "-[EVIDENCES]-"]
record: Requirement
subject: Contract
identity: [contract_id, capability]
respondent: prime_id
parameters:
  min_level: {type: integer, default: 2, minimum: 1, maximum: 3, unit: level, basis: "project default: 2 of 3, evidence that somebody else has seen"}
  fresh_days: {type: integer, default: 731, minimum: 1, unit: days, basis: "project default: 24 months for evidence that names no last day"}
  yearly_days: {type: integer, default: 366, minimum: 1, unit: days, basis: "project default: 12 months for what supplier management reviews (M codes)"}
message: "Nobody in the chain of {prime} evidences {capability} ({capability_name}) at level {level_asked} or above, in date, under {contract_id}"
innocent: ["The evidence exists and was not loaded", "A new organisation relies on the record of its constituent parts", "Evidence is being renewed"]
ask: ["Evidence of the capability, with its date and its last day", "Which organisation of the chain is to show it"]
assess: null
---*/
// The prime alone shows what the framework asks of the prime; anybody in the chain shows the rest. Evidence counts up to
// its last day; without one while it is fresh. What has neither a last day nor a date neither shows nor misses the capability.
MATCH (q:Requirement)-[:UNDER]->(h:Contract)
MATCH (q)-[:REQUIRES]->(cap:Capability)
MATCH (prime:Organisation)-[:SUPPLIES]->(h)
WITH q, h, prime, cap, coalesce(q.need_type, '') AS need
OPTIONAL MATCH (h)<-[:SUBCONTRACT_OF*0..8]-(k:Contract)<-[:SUPPLIES]-(o:Organisation)-[e:EVIDENCES]->(cap)
WHERE (k.tier = 1 OR cap.shown_by <> 'prime')
  AND (k.starts_day <= $as_of_day OR k.signed_day <= $as_of_day)
  AND coalesce(k.ends_day, $as_of_day) >= $as_of_day AND coalesce(k.ended_day, $as_of_day) >= $as_of_day
  AND e.level >= $min_level AND coalesce(e.issued_day, $as_of_day) <= $as_of_day
  AND (need = '' OR coalesce(e.need_type, need) = need)
WITH q, h, prime, cap,
     count(CASE WHEN coalesce(e.expires_day, CASE WHEN cap.stage = 'supplier management' THEN e.issued_day + $yearly_days
                                                   ELSE e.issued_day + $fresh_days END) >= $as_of_day
                THEN 1 END) AS in_date,
     count(CASE WHEN e.evidence_id IS NOT NULL AND e.expires_day IS NULL AND e.issued_day IS NULL THEN 1 END) AS undated
WITH q, h, prime, cap,
     CASE WHEN NOT (h.starts_day <= $as_of_day OR h.signed_day <= $as_of_day)
               OR (h.signed_day IS NULL AND h.starts_day > $as_of_day) THEN 'not seen'
          WHEN coalesce(h.ends_day, $as_of_day) < $as_of_day OR coalesce(h.ended_day, $as_of_day) < $as_of_day
          THEN 'head contract ended'
          WHEN in_date > 0 THEN 'passed'
          WHEN undated > 0 THEN 'not assessable'
          ELSE 'flagged' END AS state
WHERE state <> 'not seen'
RETURN q.requirement_id AS requirement_id,
       q.source_id AS source_id,
       q.source_row AS source_row,
       h.contract_id AS contract_id,
       cap.code AS capability,
       cap.name AS capability_name,
       $min_level AS level_asked,
       h.supplier_id AS prime_id,
       prime.name AS prime,
       state = 'flagged' AS flagged,
       state = 'not assessable' AS not_assessable,
       CASE WHEN state = 'head contract ended' THEN state END AS excluded_reason
