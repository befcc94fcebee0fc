/*---
title: Area whose delivery providers had no voice direct to the department for a year
clauses: [COC-DWP-07]
severity: attestation
status: stable
version: 1
needs: [Engagement.kind, Contract.area_id]
record: Area
subject: Area
identity: [area_id]
respondent: department_id
parameters:
  within_days: {type: integer, default: 365, minimum: 1, unit: days, basis: "project default: one forum within 12 months"}
message: "None of the {providers} delivery providers of {area} is on record at a forum with the department in the last {within_days} days"
innocent: ["Forums were held and attendance was not recorded", "Providers met the department in another way, one by one", "Providers were asked and did not come"]
ask: ["Invitations, minutes and attendance of forums in the area", "Other ways in which providers of the area speak with the department"]
assess: null
---*/
// Providers below the first tier, of contracts in force under the head contracts in force of an area. Their forum need not
// have been in that area. A year has to have passed since the first of them began.
MATCH (v:Engagement)
WHERE v.kind = 'forum' AND v.happened_day <= $as_of_day
WITH count(*) AS on_record
MATCH (c:Contract)
WHERE c.tier >= 2 AND c.starts_day <= $as_of_day AND NOT coalesce(c.inferred, false)
  AND coalesce(c.ends_day, $as_of_day) >= $as_of_day AND coalesce(c.ended_day, $as_of_day) >= $as_of_day
MATCH (h:Contract)
WHERE h.contract_id = c.head_contract_id AND h.starts_day <= $as_of_day
  AND coalesce(h.ends_day, $as_of_day) >= $as_of_day AND coalesce(h.ended_day, $as_of_day) >= $as_of_day
MATCH (o:Organisation)-[:SUPPLIES]->(c)
OPTIONAL MATCH (e:Engagement)-[:ABOUT]->(o)
WHERE e.kind = 'forum' AND e.happened_day <= $as_of_day AND e.happened_day >= $as_of_day - $within_days
WITH on_record, coalesce(h.area_id, '') AS area_id, count(DISTINCT o.org_id) AS providers,
     min(c.starts_day) AS since_day, count(DISTINCT e.engagement_id) AS attended
OPTIONAL MATCH (a:Area) WHERE a.area_id = area_id
WITH area_id, a, providers,
     CASE WHEN area_id = '' THEN 'area unknown'
          WHEN attended > 0 THEN 'passed'
          WHEN since_day + $within_days > $as_of_day THEN 'under a year old'
          WHEN on_record = 0 THEN 'no forum of anybody on record'
          ELSE 'flagged' END AS state
RETURN area_id,
       a.source_id AS source_id,
       a.source_row AS source_row,
       $department_org_id AS department_id,
       a.name AS area,
       providers,
       $within_days AS within_days,
       state = 'flagged' AS flagged,
       CASE WHEN state IN ['area unknown', 'no forum of anybody on record'] THEN state END AS not_assessable,
       CASE WHEN state = 'under a year old' THEN state END AS excluded_reason
