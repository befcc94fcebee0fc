/*---
title: Rural area of a contract in which nobody delivers
clauses: [STR-MKT-04]
severity: indicator
status: stable
version: 2
needs: [Area.rural_share, Delivery, "-[WITHIN]-"]
record: Area
subject: Contract
identity: [contract_id, area_id]
respondent: department_id
parameters:
  rural_share_min: {type: number, default: 0.5, minimum: 0, maximum: 1, unit: share, basis: "project default: most people of the area live in rural output areas"}
message: "Nobody in the chain of {prime} delivers in {area}, a rural part of the area of {contract_id}"
innocent: ["Customers are served by telephone, at home or in a market town nearby", "Outreach is bought by the case", "The site opened and was not loaded"]
ask: ["Where and how customers of the area are seen", "Referrals of the area in the last year"]
assess: null
---*/
// Districts and local authorities in the area of a head contract in force, over any number of steps. Delivery in a part of the
// rural area counts; where delivery is recorded for a larger area around it, nobody can say whether it reaches this one.
MATCH (h:Contract)-[:COVERS]->(whole:Area)
WHERE h.tier = 1 AND h.starts_day <= $as_of_day
  AND coalesce(h.ends_day, $as_of_day) >= $as_of_day AND coalesce(h.ended_day, $as_of_day) >= $as_of_day
MATCH (prime:Organisation)-[:SUPPLIES]->(h)
MATCH (a:Area)-[:INSIDE]->(whole) WHERE a.kind IN ['jcp_district', 'lad'] AND a.area_id <> whole.area_id
WITH h, prime, a
OPTIONAL MATCH (h)<-[:SUBCONTRACT_OF*0..8]-(k:Contract)<-[:UNDER]-(d:Delivery)
WHERE k.starts_day <= $as_of_day
  AND coalesce(k.ends_day, $as_of_day) >= $as_of_day AND coalesce(k.ended_day, $as_of_day) >= $as_of_day
  AND coalesce(d.capacity_per_quarter, 1) > 0 AND coalesce(d.agreed_day, $as_of_day) <= $as_of_day
OPTIONAL MATCH (d)-[:IN_AREA]->(at:Area)
OPTIONAL MATCH (at)-[:INSIDE]->(rural:Area) WHERE rural.area_id = a.area_id
OPTIONAL MATCH (within:Area)-[:INSIDE]->(at) WHERE within.area_id = a.area_id
WITH h, prime, a, count(rural) AS here, count(within) AS around
WITH h, prime, a,
     CASE WHEN h.inferred THEN 'inferred contract'
          WHEN a.rural_share < $rural_share_min THEN 'not rural'
          WHEN a.rural_share IS NULL THEN 'rural share unknown'
          WHEN here > 0 THEN 'passed'
          WHEN around > 0 THEN 'delivery recorded for a larger area only'
          ELSE 'flagged' END AS state
RETURN h.contract_id AS contract_id,
       a.area_id AS area_id,
       a.source_id AS source_id,
       a.source_row AS source_row,
       $department_org_id AS department_id,
       prime.name AS prime,
       a.name AS area,
       a.rural_share AS rural_share,
       state = 'flagged' AS flagged,
       CASE WHEN state IN ['rural share unknown', 'delivery recorded for a larger area only'] THEN state END AS not_assessable,
       CASE WHEN state IN ['inferred contract', 'not rural'] THEN state END AS excluded_reason
