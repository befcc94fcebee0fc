/*---
title: No document in date for a duty that only a document shows
clauses: [COC-VAL-05, COC-AMD-01, STR-MKT-08, STR-MKT-12, STR-DEV-02, STR-DEV-04, STR-DEV-07, STR-COM-03, STR-COM-05, STR-COM-06, STR-PERF-04, STR-PERF-05, STR-CX-01, STR-CX-05]
severity: attestation
status: stable
version: 2
needs: [Attestation]
record: Attestation
evidence: Contract
identity: [clause, about_id]
respondent: respondent_id
message: "No document in date shows {clause}, \"{quote}\", for {about_name}; the newest known: {newest}"
innocent: ["The document exists and was not loaded", "The duty was met without writing it down", "There was no occasion: no change was made, no bid was let"]
ask: ["Any dated document that shows the duty was met", "Where such documents are kept, and by whom"]
assess: attestations
duties: true
---*/
// Who has a duty: suppliers of contracts in force, head contracts in force, lots that were awarded, the market. What each
// has to show, and how fresh, is said by the clauses. A document counts for as long as the clause says, and
// never beyond its own last day. The first
// part counts the documents known of anybody, by clause: without any, nothing can be said. (No two columns of it may be the same
// expression: one engine would then give one column of the union for both.)
MATCH (t:Attestation)
WHERE t.issued_day <= $as_of_day
RETURN 'any' AS about,
       '' AS about_id,
       '' AS about_name,
       '' AS provider_id,
       $department_org_id AS department_id,
       min(t.issued_day) AS since_day,
       '' AS excluded_reason,
       t.clause AS clause,
       count(*) AS documents,
       max(t.issued_day) AS newest_day,
       max(t.expires_day) AS valid_day
UNION ALL
MATCH (o:Organisation)-[:SUPPLIES]->(c:Contract)
WHERE c.starts_day <= $as_of_day
  AND coalesce(c.ends_day, $as_of_day) >= $as_of_day AND coalesce(c.ended_day, $as_of_day) >= $as_of_day
MATCH (h:Contract)
WHERE h.contract_id = c.head_contract_id AND h.starts_day <= $as_of_day
  AND coalesce(h.ends_day, $as_of_day) >= $as_of_day AND coalesce(h.ended_day, $as_of_day) >= $as_of_day
WITH o, min(c.starts_day) AS since_day, min(CASE WHEN c.inferred THEN 1 ELSE 0 END) AS inferred
OPTIONAL MATCH (o)<-[:ABOUT]-(t:Attestation) WHERE t.issued_day <= $as_of_day
RETURN 'provider' AS about,
       o.org_id AS about_id,
       o.name AS about_name,
       o.org_id AS provider_id,
       $department_org_id AS department_id,
       since_day,
       CASE WHEN inferred = 1 THEN 'inferred contract' ELSE '' END AS excluded_reason,
       coalesce(t.clause, '') AS clause,
       count(t.attestation_id) AS documents,
       max(t.issued_day) AS newest_day,
       max(CASE WHEN coalesce(t.expires_day, $as_of_day) >= $as_of_day THEN t.issued_day END) AS valid_day
UNION ALL
MATCH (o:Organisation)-[:SUPPLIES]->(h:Contract)
WHERE h.tier = 1 AND h.starts_day <= $as_of_day
  AND coalesce(h.ends_day, $as_of_day) >= $as_of_day AND coalesce(h.ended_day, $as_of_day) >= $as_of_day
WITH o, min(h.starts_day) AS since_day, min(CASE WHEN h.inferred THEN 1 ELSE 0 END) AS inferred
OPTIONAL MATCH (o)<-[:ABOUT]-(t:Attestation) WHERE t.issued_day <= $as_of_day
RETURN 'prime' AS about,
       o.org_id AS about_id,
       o.name AS about_name,
       o.org_id AS provider_id,
       $department_org_id AS department_id,
       since_day,
       CASE WHEN inferred = 1 THEN 'inferred contract' ELSE '' END AS excluded_reason,
       coalesce(t.clause, '') AS clause,
       count(t.attestation_id) AS documents,
       max(t.issued_day) AS newest_day,
       max(CASE WHEN coalesce(t.expires_day, $as_of_day) >= $as_of_day THEN t.issued_day END) AS valid_day
UNION ALL
MATCH (o:Organisation)-[:SUPPLIES]->(h:Contract)
WHERE h.tier = 1 AND h.starts_day <= $as_of_day
  AND coalesce(h.ends_day, $as_of_day) >= $as_of_day AND coalesce(h.ended_day, $as_of_day) >= $as_of_day
WITH h, min(o.name) AS prime
OPTIONAL MATCH (h)<-[:ABOUT]-(t:Attestation) WHERE t.issued_day <= $as_of_day
RETURN 'head-contract' AS about,
       h.contract_id AS about_id,
       prime AS about_name,
       h.supplier_id AS provider_id,
       $department_org_id AS department_id,
       h.starts_day AS since_day,
       CASE WHEN h.inferred THEN 'inferred contract' ELSE '' END AS excluded_reason,
       coalesce(t.clause, '') AS clause,
       count(t.attestation_id) AS documents,
       max(t.issued_day) AS newest_day,
       max(CASE WHEN coalesce(t.expires_day, $as_of_day) >= $as_of_day THEN t.issued_day END) AS valid_day
UNION ALL
MATCH (l:Lot)
OPTIONAL MATCH (l)<-[:IN_LOT]-(h:Contract)
WHERE h.tier = 1 AND (h.starts_day <= $as_of_day OR h.signed_day <= $as_of_day)
WITH l, count(h.contract_id) AS let, min(coalesce(h.signed_day, h.starts_day)) AS first_day,
     count(CASE WHEN coalesce(h.ends_day, $as_of_day) >= $as_of_day AND coalesce(h.ended_day, $as_of_day) >= $as_of_day
                THEN h.contract_id END) AS in_force
OPTIONAL MATCH (l)<-[:ABOUT]-(t:Attestation) WHERE t.issued_day <= $as_of_day
RETURN 'lot' AS about,
       l.lot_id AS about_id,
       '' AS about_name,
       '' AS provider_id,
       $department_org_id AS department_id,
       coalesce(l.awarded_day, first_day) AS since_day,
       CASE WHEN coalesce(l.awarded_day, first_day) > $as_of_day THEN 'not awarded yet'
            WHEN let > 0 AND in_force = 0 THEN 'contracts ended'
            ELSE '' END AS excluded_reason,
       coalesce(t.clause, '') AS clause,
       count(t.attestation_id) AS documents,
       max(t.issued_day) AS newest_day,
       max(CASE WHEN coalesce(t.expires_day, $as_of_day) >= $as_of_day THEN t.issued_day END) AS valid_day
UNION ALL
MATCH (t:Attestation)
WHERE t.about_id = 'market' AND t.issued_day <= $as_of_day
RETURN 'market' AS about,
       'market' AS about_id,
       '' AS about_name,
       '' AS provider_id,
       $department_org_id AS department_id,
       min(t.issued_day) AS since_day,
       '' AS excluded_reason,
       t.clause AS clause,
       count(t.attestation_id) AS documents,
       max(t.issued_day) AS newest_day,
       max(CASE WHEN coalesce(t.expires_day, $as_of_day) >= $as_of_day THEN t.issued_day END) AS valid_day;
// evidence
MATCH (c:Contract)
WHERE c.starts_day <= $as_of_day
  AND coalesce(c.ends_day, $as_of_day) >= $as_of_day AND coalesce(c.ended_day, $as_of_day) >= $as_of_day
  AND (c.contract_id = $about_id OR c.supplier_id = $about_id
       OR c.tier = 1 AND (c.lot_id = $about_id OR $about_id = 'market'))
RETURN c.contract_id AS contract_id,
       c.source_id AS source_id,
       c.source_row AS source_row
