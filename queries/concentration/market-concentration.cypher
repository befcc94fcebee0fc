/*---
title: One owner holds most of a programme in an area
clauses: [STR-COM-02]
severity: indicator
status: stable
version: 2
needs: [Contract.programme]
record: Contract
evidence: Contract
subject: Area
identity: [programme, area_id]
respondent: buyer_id
parameters:
  hhi_min: {type: number, default: 2500, minimum: 0, maximum: 10000, unit: points, basis: "project default: the usual mark of a highly concentrated market; it sorts, it does not accuse"}
  share_max: {type: number, default: 0.5, minimum: 0, maximum: 1, unit: share, basis: "project default: one owner above half"}
message: "{top_owner} holds {top_share} of {programme} in {area} by {measure}; HHI {hhi} beside {equal_share_hhi} for equal shares of {owners} owners"
innocent: ["The area is small, or too sparsely served for more", "The shares are by contracts and not by customers", "The ownership is out of date"]
ask: ["The commissioning decision for the area", "Who stands behind each holder today"]
assess: market_concentration
---*/
// Head contracts in force, each with whoever stands behind its holder on the day of the sweep. What was paid by then
// sizes the contracts that stand for streams of payments.
MATCH (o:Organisation)-[:SUPPLIES]->(h:Contract)
WHERE h.tier = 1 AND h.starts_day <= $as_of_day
  AND coalesce(h.ends_day, $as_of_day) >= $as_of_day AND coalesce(h.ended_day, $as_of_day) >= $as_of_day
MATCH (o)-[:HAS_OWNER]->(s:OwnerSpell) WHERE s.from_day <= $as_of_day AND s.to_day > $as_of_day
WITH h, o, s, coalesce(h.inferred, false) AS inferred, coalesce(h.area_id, '') AS area_id
OPTIONAL MATCH (h)<-[:UNDER]-(i:Invoice)<-[:SETTLES]-(p:Payment) WHERE inferred AND p.paid_day <= $as_of_day
WITH h, o, s, inferred, area_id, coalesce(sum(p.amount_pence), 0) AS paid_pence
OPTIONAL MATCH (a:Area) WHERE a.area_id = area_id
RETURN coalesce(h.programme, '') AS programme,
       area_id,
       coalesce(a.name, '') AS area,
       h.buyer_id AS buyer_id,
       h.contract_id AS contract_id,
       o.org_id AS org_id,
       o.name AS org,
       s.owner_id AS owner_id,
       s.owner_name AS owner,
       h.annual_value_pence AS annual_value_pence,
       CASE WHEN inferred THEN paid_pence END AS paid_pence,
       inferred;
// evidence
MATCH (h:Contract)
WHERE h.tier = 1 AND h.programme = $programme AND h.area_id = $area_id AND h.starts_day <= $as_of_day
  AND coalesce(h.ends_day, $as_of_day) >= $as_of_day AND coalesce(h.ended_day, $as_of_day) >= $as_of_day
RETURN h.contract_id AS contract_id,
       h.source_id AS source_id,
       h.source_row AS source_row
