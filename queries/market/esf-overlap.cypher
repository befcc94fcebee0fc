/*---
title: Customers in European Social Fund and mainstream provision at once
clauses: [STR-MKT-11]
severity: indicator
status: stable
version: 1
needs: [Contract.funding_source, Referral.customer_key, Referral.ended_on]
record: Organisation
evidence: Referral
subject: Organisation
identity: [org_id]
respondent: org_id
parameters:
  overlap_days: {type: integer, default: 30, minimum: 0, unit: days, basis: "project default: more than 30 days of support by both, as one may take over from the other"}
  share_max: {type: number, default: 0.02, minimum: 0, maximum: 1, unit: share, basis: "project default: 2 % of the customers"}
  confidence: {type: number, default: 0.95, minimum: 0.5, maximum: 0.999, unit: share, basis: "methods: 95 % intervals; the lower bound has to be above the limit"}
  min_records: {type: integer, default: 10, minimum: 1, unit: customers, basis: "methods: cells under ten customers are suppressed, and say too little"}
message: "{org_name}: {hits} of {total} customers of its European Social Fund contracts had mainstream support for more than {overlap_days} days at the same time"
innocent: ["The support was agreed to wrap around mainstream provision", "Support had ended and its last day was not recorded", "The two provisions met different needs of the customer"]
ask: ["The agreement on how the fund complements mainstream provision", "What each provision did for a sample of the customers", "Last days of support that are missing"]
assess: share_above
---*/
// Customers of ESF contracts, each once. ALONGSIDE leads to their support under the department's own contracts, from the
// first to the last day on which both ran; without a last day both run still. Customers without a key cannot be found again.
MATCH (r:Referral)-[:UNDER]->(c:Contract)
WHERE c.funding_source = 'esf' AND r.customer_key IS NOT NULL AND r.referred_day <= $as_of_day
OPTIONAL MATCH (r)-[a:ALONGSIDE]->(d:Referral)
WHERE a.from_day + $overlap_days < CASE WHEN a.to_day < $as_of_day THEN a.to_day ELSE $as_of_day END
WITH r.head_org_id AS org_id, r.customer_key AS customer, count(d.referral_id) AS alongside
WITH org_id, CASE WHEN alongside > 0 THEN 'hit' ELSE 'miss' END AS state, coalesce(sum(1), 0) AS records
MATCH (o:Organisation) WHERE o.org_id = org_id
RETURN org_id,
       o.name AS org_name,
       state,
       '' AS reason,
       records
UNION ALL
MATCH (r:Referral)-[:UNDER]->(c:Contract)
WHERE c.funding_source = 'esf' AND r.customer_key IS NULL AND r.referred_day <= $as_of_day
WITH r.head_org_id AS org_id, coalesce(sum(r.customers), 0) AS records
MATCH (o:Organisation) WHERE o.org_id = org_id
RETURN org_id,
       o.name AS org_name,
       'not_assessable' AS state,
       'no customer key' AS reason,
       records;
// evidence
MATCH (r:Referral)-[:UNDER]->(c:Contract)
WHERE c.funding_source = 'esf' AND r.head_org_id = $org_id AND r.referred_day <= $as_of_day
MATCH (r)-[a:ALONGSIDE]->(d:Referral)
WHERE a.from_day + $overlap_days < CASE WHEN a.to_day < $as_of_day THEN a.to_day ELSE $as_of_day END
RETURN DISTINCT r.referral_id AS referral_id,
       r.source_id AS source_id,
       r.source_row AS source_row
