/*---
title: Contract area that contains a whole region or nation
clauses: [STR-MKT-03]
severity: indicator
status: stable
version: 1
needs: [Contract.area_id, "-[WITHIN]-"]
record: Area
subject: Area
identity: [area_id]
respondent: department_id
message: "{area} contains the whole of {whole}"
innocent: ["The strategy allows for it: We may, however, move to fewer larger contracts", "The region is sparsely populated", "Not all local authorities of the region are loaded"]
ask: ["The decision on the size of contract areas"]
assess: null
---*/
// A region or nation lies in the area as a whole, or every local authority of it that is loaded does; of a region that the
// area is itself a part of, other authorities may not have been loaded. Where neither regions nor anything inside the area is
// loaded, nobody can say what it contains.
MATCH (c:Contract)-[:COVERS]->(a:Area)
WHERE c.tier = 1 AND (c.starts_day <= $as_of_day OR c.signed_day <= $as_of_day)
WITH a, min(CASE WHEN c.inferred THEN 1 ELSE 0 END) AS inferred
OPTIONAL MATCH (w:Area)-[:INSIDE]->(a) WHERE w.kind IN ['region', 'nation']
WITH a, inferred, count(w) AS direct, min(w.name) AS direct_name
OPTIONAL MATCH (l:Area)-[:INSIDE]->(a) WHERE l.kind = 'lad'
OPTIONAL MATCH (l)-[:INSIDE]->(w:Area) WHERE w.kind IN ['region', 'nation']
WITH a, inferred, direct, direct_name, w.area_id AS whole_id, w.name AS whole_name, count(DISTINCT l.area_id) AS inside
OPTIONAL MATCH (other:Area)-[:INSIDE]->(v:Area) WHERE v.area_id = whole_id AND other.kind = 'lad'
WITH a, inferred, direct, direct_name, whole_id, whole_name, inside, count(DISTINCT other.area_id) AS of_it
OPTIONAL MATCH (a)-[:INSIDE]->(v:Area) WHERE v.area_id = whole_id
WITH a, inferred, direct, direct_name, whole_name, inside, of_it, count(v) AS part_of_it
WITH a, inferred, direct, direct_name,
     min(CASE WHEN inside > 0 AND inside = of_it AND part_of_it = 0 THEN whole_name END) AS covered_name,
     coalesce(sum(inside), 0) AS local_authorities
OPTIONAL MATCH (a)-[:INSIDE]->(bigger:Area) WHERE bigger.area_id <> a.area_id
WITH a, inferred, coalesce(direct_name, covered_name) AS whole, direct, local_authorities, count(bigger) AS lies_within
RETURN a.area_id AS area_id,
       a.source_id AS source_id,
       a.source_row AS source_row,
       $department_org_id AS department_id,
       a.name AS area,
       whole,
       whole IS NOT NULL AS flagged,
       CASE WHEN direct = 0 AND local_authorities = 0 AND lies_within = 0
            THEN 'what the area contains not loaded' END AS not_assessable,
       CASE WHEN inferred = 1 THEN 'inferred contract' END AS excluded_reason
