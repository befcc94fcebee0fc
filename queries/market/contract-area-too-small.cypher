/*---
title: Contract area of fewer than two Jobcentre districts
clauses: [STR-MKT-02]
severity: indicator
status: stable
version: 1
needs: [Contract.area_id, Area.kind]
record: Area
subject: Area
identity: [area_id]
respondent: department_id
parameters:
  min_districts: {type: integer, default: 2, minimum: 1, unit: districts, basis: "the clause: larger than single Jobcentre Plus districts"}
message: "{area} is a contract area of Jobcentre districts: {districts}, when {min_districts} are to be expected at least"
innocent: ["It is a city region let on its own on purpose", "A pilot or a stretch of transition", "Districts were merged since, or are not all loaded"]
ask: ["The list of districts of the area", "Why the area was let on its own"]
assess: null
---*/
// Districts that lie in the area over any number of steps, the area itself if it is one. An area of which no district is
// loaded cannot be counted.
MATCH (c:Contract)-[:COVERS]->(a:Area)
WHERE c.tier = 1 AND (c.starts_day <= $as_of_day OR c.signed_day <= $as_of_day)
WITH a, min(CASE WHEN c.inferred THEN 1 ELSE 0 END) AS inferred
OPTIONAL MATCH (d:Area)-[:INSIDE]->(a) WHERE d.kind = 'jcp_district'
WITH a, inferred, count(DISTINCT d.area_id) AS districts
RETURN a.area_id AS area_id,
       a.source_id AS source_id,
       a.source_row AS source_row,
       $department_org_id AS department_id,
       a.name AS area,
       districts,
       $min_districts AS min_districts,
       districts < $min_districts AS flagged,
       CASE WHEN districts = 0 THEN 'no district of the area loaded' END AS not_assessable,
       CASE WHEN inferred = 1 THEN 'inferred contract' END AS excluded_reason
