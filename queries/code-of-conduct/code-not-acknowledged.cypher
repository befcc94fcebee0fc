/*---
title: Provider in the chain that has not acknowledged the Code
clauses: [COC-DWP-05]
severity: attestation
status: stable
version: 1
needs: [Engagement.kind]
record: Organisation
subject: Organisation
identity: [org_id]
respondent: department_id
parameters:
  joining_days: {type: integer, default: 30, minimum: 0, unit: days, basis: "project default: somebody new in a chain needs a month to acknowledge the Code"}
message: "{name} (tier {tier}) has worked in the chain since {joined_on}; no acknowledgement of the Code by it is on record"
innocent: ["The acknowledgement stands in its contract and was not loaded", "Its parent organisation acknowledged the Code for it", "A newer edition is being signed"]
ask: ["The signed acknowledgement, or the clause of the contract that stands for it", "How the provider was told of the Code"]
assess: null
---*/
// Every supplier of a contract in force under a head contract in force. Who acknowledged once has acknowledged: the clause
// names no age. Without one acknowledgement on record of anybody, the records and not the providers are wanting.
MATCH (v:Engagement)
WHERE v.kind = 'code_acknowledged' AND v.happened_day <= $as_of_day
WITH count(*) AS on_record
MATCH (c:Contract)
WHERE c.starts_day <= $as_of_day
  AND coalesce(c.ends_day, $as_of_day) >= $as_of_day AND coalesce(c.ended_day, $as_of_day) >= $as_of_day
MATCH (h:Contract)
WHERE h.contract_id = c.head_contract_id AND h.starts_day <= $as_of_day
  AND coalesce(h.ends_day, $as_of_day) >= $as_of_day AND coalesce(h.ended_day, $as_of_day) >= $as_of_day
MATCH (o:Organisation)-[:SUPPLIES]->(c)
WITH on_record, o, min(c.tier) AS tier, min(c.starts_day) AS joined_day, min(c.starts_on) AS joined_on,
     min(CASE WHEN c.inferred THEN 1 ELSE 0 END) AS inferred
OPTIONAL MATCH (e:Engagement)-[:ABOUT]->(o)
WHERE e.kind = 'code_acknowledged' AND e.happened_day <= $as_of_day
WITH on_record, o, tier, joined_day, joined_on, inferred, count(e.engagement_id) AS acknowledgements
WITH on_record, o, tier, joined_on,
     CASE WHEN inferred = 1 THEN 'inferred contract'
          WHEN acknowledgements > 0 THEN 'passed'
          WHEN joined_day + $joining_days >= $as_of_day THEN 'new in the chain'
          WHEN on_record = 0 THEN 'no acknowledgement of anybody on record'
          ELSE 'flagged' END AS state
RETURN o.org_id AS org_id,
       o.source_id AS source_id,
       o.source_row AS source_row,
       $department_org_id AS department_id,
       o.name AS name,
       tier,
       joined_on,
       state = 'flagged' AS flagged,
       CASE WHEN state = 'no acknowledgement of anybody on record' THEN state END AS not_assessable,
       CASE WHEN state IN ['inferred contract', 'new in the chain'] THEN state END AS excluded_reason
