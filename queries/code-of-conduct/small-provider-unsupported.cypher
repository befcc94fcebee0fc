/*---
title: Prime without a record of support for its small sub-contractors
clauses: [COC-POST-04]
severity: attestation
status: stable
version: 2
needs: [SupportAction, Organisation.size_band]
record: Organisation
subject: Organisation
identity: [org_id]
respondent: org_id
parameters:
  within_days: {type: integer, default: 365, minimum: 1, unit: days, basis: "project default: a year"}
message: "No support by {prime} for the micro or small providers in its chains ({small_providers}) is recorded in the {within_days} days to the day of the sweep"
innocent: ["Support was given and not written down", "The small providers wanted none", "Another organisation of the prime's group gave it"]
ask: ["Training, guidance, lending of staff or other help to small providers, with dates", "What the small providers say they were offered"]
assess: null
---*/
// That there are few small providers, or none, is nobody's failing: the rule asks only of those who have some. A chain in
// which the small ones have worked for less than the period is not asked yet. Help to somebody of unknown size may have been
// help to a small one.
MATCH (p:Organisation)-[:SUPPLIES]->(h:Contract)
WHERE h.tier = 1 AND h.starts_day <= $as_of_day
  AND coalesce(h.ends_day, $as_of_day) >= $as_of_day AND coalesce(h.ended_day, $as_of_day) >= $as_of_day
WITH DISTINCT p
MATCH (p)-[:SUPPLIES]->(h:Contract)
WHERE h.tier = 1 AND h.starts_day <= $as_of_day
  AND coalesce(h.ends_day, $as_of_day) >= $as_of_day AND coalesce(h.ended_day, $as_of_day) >= $as_of_day
OPTIONAL MATCH (h)<-[:SUBCONTRACT_OF*1..8]-(k:Contract)<-[:SUPPLIES]-(o:Organisation)
WHERE k.starts_day <= $as_of_day AND coalesce(k.ends_day, $as_of_day) >= $as_of_day
  AND coalesce(k.ended_day, $as_of_day) >= $as_of_day AND o.org_id <> p.org_id
WITH p,
     count(DISTINCT CASE WHEN o.size_band IN ['micro', 'small'] THEN o.org_id END) AS small_providers,
     count(DISTINCT CASE WHEN o.org_id IS NOT NULL AND o.size_band IS NULL THEN o.org_id END) AS unknown_providers,
     min(CASE WHEN o.size_band IN ['micro', 'small'] THEN k.starts_day END) AS first_day
OPTIONAL MATCH (s:SupportAction)-[:ABOUT]->(t:Organisation)
WHERE s.by_org_id = p.org_id AND t.org_id = s.to_org_id AND (t.size_band IS NULL OR t.size_band IN ['micro', 'small'])
  AND s.happened_day <= $as_of_day AND s.happened_day > $as_of_day - $within_days
WITH p, small_providers, unknown_providers, first_day, count(CASE WHEN t.size_band IS NOT NULL THEN s.action_id END) AS actions,
     count(CASE WHEN t.size_band IS NULL THEN s.action_id END) AS doubtful_actions
WITH p, small_providers,
     CASE WHEN actions > 0 THEN 'passed'
          WHEN small_providers = 0 AND unknown_providers > 0 THEN 'size of the providers unknown'
          WHEN small_providers = 0 THEN 'no micro or small provider'
          WHEN first_day > $as_of_day - $within_days THEN 'small providers newer than the period'
          WHEN doubtful_actions > 0 THEN 'size of those helped unknown'
          ELSE 'flagged' END AS state
RETURN p.org_id AS org_id,
       p.source_id AS source_id,
       p.source_row AS source_row,
       p.name AS prime,
       small_providers,
       $within_days AS within_days,
       state = 'flagged' AS flagged,
       CASE WHEN state IN ['size of the providers unknown', 'size of those helped unknown'] THEN state END AS not_assessable,
       CASE WHEN state IN ['no micro or small provider', 'small providers newer than the period'] THEN state END AS excluded_reason
