/*---
title: One owner holds every head contract of a programme in an area
clauses: [STR-COM-02]
severity: indicator
status: stable
version: 1
needs: [Contract.area_id, Contract.programme]
record: Contract
subject: Area
identity: [programme, area_id]
respondent: buyer_id
parameters:
  min_owners: {type: integer, default: 2, minimum: 2, unit: owners, basis: "the clause: competition between providers, so at least two"}
message: "Owners behind the head contracts of {programme} in {area}: {owners} ({owner}), contracts: {rows}"
innocent: ["The area is small, or too sparsely served for two", "A second provider left and the place is being filled", "The ownership is out of date, so that rivals look like one"]
ask: ["The commissioning decision for the area", "Who stands behind each holder today"]
assess: null
---*/
// Head contracts in force, counted by whoever stands behind their holders on the day of the sweep.
MATCH (o:Organisation)-[:SUPPLIES]->(h:Contract)
WHERE h.tier = 1 AND h.starts_day <= $as_of_day
  AND coalesce(h.ends_day, $as_of_day) >= $as_of_day AND coalesce(h.ended_day, $as_of_day) >= $as_of_day
MATCH (o)-[:HAS_OWNER]->(s:OwnerSpell) WHERE s.from_day <= $as_of_day AND s.to_day > $as_of_day
WITH coalesce(h.programme, '') AS programme, coalesce(h.area_id, '') AS area_id,
     count(DISTINCT s.owner_id) AS owners, min(s.owner_name) AS owner
MATCH (h:Contract)
WHERE h.tier = 1 AND h.starts_day <= $as_of_day
  AND coalesce(h.ends_day, $as_of_day) >= $as_of_day AND coalesce(h.ended_day, $as_of_day) >= $as_of_day
  AND coalesce(h.programme, '') = programme AND coalesce(h.area_id, '') = area_id
OPTIONAL MATCH (a:Area) WHERE a.area_id = area_id
RETURN programme,
       area_id,
       h.contract_id AS contract_id,
       h.source_id AS source_id,
       h.source_row AS source_row,
       h.buyer_id AS buyer_id,
       a.name AS area,
       owner,
       owners,
       owners < $min_owners AND programme <> '' AND area_id <> '' AS flagged,
       programme = '' OR area_id = '' AS not_assessable
