/*---
title: Owner whose failure would spread far through the chains
clauses: [STR-COM-04]
severity: indicator
status: stable
version: 1
needs: [Contract.annual_value_pence]
record: Organisation
evidence: Contract
subject: Organisation
identity: [org_id]
respondent: department_id
parameters:
  loss_share_min: {type: number, default: 0.05, minimum: 0, maximum: 1, unit: share, basis: "project default: a twentieth of all yearly sales in the chains"}
  min_peers: {type: integer, default: 8, minimum: 4, unit: owners, basis: "clause table: a fence among eight peers or more"}
message: "If {owner} failed, {loss_share} of all yearly sales in the chains would be lost (fence of {standing}s: {loss_fence_share}) and {distress_share} of the others' would be in distress (fence: {distress_fence_share}); counted as organisations, the greatest loss by one of its {organisations} is {organisation_loss_share}"
innocent: ["It is large, and sound", "Its part can be taken over by others of the same area and need", "A parent company or a guarantee stands behind it", "Yearly values are those agreed, and less is bought"]
ask: ["Its accounts and who stands behind it", "The exit plans of its largest contracts", "Who would take over, and within how many weeks"]
assess: failure_cascade
---*/
// Every contract in force is a yearly sale by its supplier to its buyer, of whose own sales it is a part; another of the same
// role, need and area may take over. What nobody names a value for cannot be counted, and makes those between whom it lies
// not assessable.
MATCH (c:Contract)
WHERE c.starts_day <= $as_of_day
  AND coalesce(c.ends_day, $as_of_day) >= $as_of_day AND coalesce(c.ended_day, $as_of_day) >= $as_of_day
MATCH (p:Organisation) WHERE p.org_id = c.supplier_id
MATCH (p)-[:HAS_OWNER]->(s:OwnerSpell) WHERE s.from_day <= $as_of_day AND s.to_day > $as_of_day
MATCH (b:Organisation) WHERE b.org_id = c.buyer_id
MATCH (b)-[:HAS_OWNER]->(t:OwnerSpell) WHERE t.from_day <= $as_of_day AND t.to_day > $as_of_day
MATCH (h:Contract) WHERE h.contract_id = c.head_contract_id
OPTIONAL MATCH (d:Delivery)-[:UNDER]->(c)
WHERE coalesce(d.agreed_day, $as_of_day) <= $as_of_day
WITH c, h, p, s, b, t, min(d.need_type) AS need_type
RETURN c.contract_id AS contract_id,
       c.tier AS tier,
       coalesce(c.role, '') AS role,
       coalesce(need_type, '') AS need_type,
       coalesce(c.area_id, h.area_id, '') AS area_id,
       c.annual_value_pence AS annual_value_pence,
       p.org_id AS supplier_id,
       p.name AS supplier,
       s.owner_id AS supplier_owner_id,
       s.owner_name AS supplier_owner,
       b.org_id AS buyer_id,
       t.owner_id AS buyer_owner_id,
       $department_org_id AS department_id;
// evidence
MATCH (p:Organisation)-[:HAS_OWNER]->(s:OwnerSpell)
WHERE s.owner_id = $org_id AND s.from_day <= $as_of_day AND s.to_day > $as_of_day
MATCH (p)-[:SUPPLIES]->(c:Contract)
WHERE c.starts_day <= $as_of_day
  AND coalesce(c.ends_day, $as_of_day) >= $as_of_day AND coalesce(c.ended_day, $as_of_day) >= $as_of_day
RETURN c.contract_id AS contract_id,
       c.source_id AS source_id,
       c.source_row AS source_row
