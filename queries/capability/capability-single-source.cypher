/*---
title: A required capability that one owner alone evidences in the chain
clauses: [STR-CAP-00, STR-CAP-B1, STR-CAP-B2, STR-CAP-B3, STR-CAP-B4, STR-CAP-B5, STR-CAP-B6, STR-CAP-B7, STR-CAP-B8, STR-CAP-M1, STR-CAP-M2, STR-CAP-M3, STR-CAP-M4, STR-CAP-M5, STR-CAP-M6, STR-CAP-M7, STR-CAP-S1, STR-CAP-S2, STR-CAP-S3]
severity: indicator
status: stable
version: 2
needs: [Requirement.capability, "-[EVIDENCES]-"]
record: Requirement
subject: Contract
identity: [contract_id, capability]
respondent: prime_id
parameters:
  min_level: {type: integer, default: 2, minimum: 1, maximum: 3, unit: level, basis: "project default: 2 of 3, evidence that somebody else has seen"}
  fresh_days: {type: integer, default: 731, minimum: 1, unit: days, basis: "project default: 24 months for evidence that names no last day"}
  yearly_days: {type: integer, default: 366, minimum: 1, unit: days, basis: "project default: 12 months for what supplier management reviews (M codes)"}
message: "In the chain of {prime} only {owner} evidences {capability} ({capability_name}) under {contract_id}; counted as organisations: {organisations}"
innocent: ["Others can do it and were not asked for evidence", "The capability can be bought at short notice"]
ask: ["Who would take over if this provider failed", "Evidence of others in the chain"]
assess: null
---*/
// Counted by who stands behind each organisation that evidences the capability in date; nobody at all is another rule's. What
// only the prime is to show comes from one organisation by its nature.
MATCH (q:Requirement)-[:UNDER]->(h:Contract)
MATCH (q)-[:REQUIRES]->(cap:Capability)
MATCH (prime:Organisation)-[:SUPPLIES]->(h)
WITH q, h, prime, cap, coalesce(q.need_type, '') AS need
OPTIONAL MATCH (h)<-[:SUBCONTRACT_OF*0..8]-(k:Contract)<-[:SUPPLIES]-(o:Organisation)-[e:EVIDENCES]->(cap)
WHERE (k.starts_day <= $as_of_day OR k.signed_day <= $as_of_day)
  AND coalesce(k.ends_day, $as_of_day) >= $as_of_day AND coalesce(k.ended_day, $as_of_day) >= $as_of_day
  AND e.level >= $min_level AND coalesce(e.issued_day, $as_of_day) <= $as_of_day
  AND (need = '' OR coalesce(e.need_type, need) = need)
OPTIONAL MATCH (o)-[:HAS_OWNER]->(s:OwnerSpell) WHERE s.from_day <= $as_of_day AND s.to_day > $as_of_day
WITH q, h, prime, cap, e, s, o,
     coalesce(e.expires_day, CASE WHEN cap.stage = 'supplier management' THEN e.issued_day + $yearly_days
                                  ELSE e.issued_day + $fresh_days END)
     AS last_day
WITH q, h, prime, cap,
     count(DISTINCT CASE WHEN last_day >= $as_of_day THEN s.owner_id END) AS owners,
     count(DISTINCT CASE WHEN last_day >= $as_of_day OR e.evidence_id IS NOT NULL AND last_day IS NULL THEN s.owner_id END) AS possible,
     count(DISTINCT CASE WHEN last_day >= $as_of_day THEN o.org_id END) AS organisations,
     min(CASE WHEN last_day >= $as_of_day THEN s.owner_name END) AS owner
WITH q, h, prime, cap, owners, organisations, owner,
     CASE WHEN NOT (h.starts_day <= $as_of_day OR h.signed_day <= $as_of_day)
               OR (h.signed_day IS NULL AND h.starts_day > $as_of_day) THEN 'not seen'
          WHEN coalesce(h.ends_day, $as_of_day) < $as_of_day OR coalesce(h.ended_day, $as_of_day) < $as_of_day
          THEN 'head contract ended'
          WHEN cap.shown_by = 'prime' THEN 'shown by the prime alone'
          WHEN owners > 1 THEN 'passed'
          WHEN possible > owners THEN 'evidence without a date'
          WHEN owners = 0 THEN 'evidenced by nobody'
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
       owner,
       organisations,
       state = 'flagged' AS flagged,
       CASE WHEN state = 'evidence without a date' THEN state END AS not_assessable,
       CASE WHEN state IN ['head contract ended', 'shown by the prime alone', 'evidenced by nobody'] THEN state END AS excluded_reason
