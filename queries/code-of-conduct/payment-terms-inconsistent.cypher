/*---
title: Prime agreed different payment terms for the same role
clauses: [COC-POST-07]
severity: indicator
status: stable
version: 1
needs: [Contract.payment_term_days, Contract.role]
record: Contract
record_key: subcontract_id
subject: Contract
identity: [contract_id]
respondent: prime_id
parameters:
  tolerance_days: {type: integer, default: 0, minimum: 0, unit: days, basis: "none: the clause wants the timing to be consistent"}
message: "{prime} agreed between {shortest_days.min} and {longest_days.max} days to pay sub-contractors of like role under {contract_id}: {rows} contracts"
innocent: ["A sub-contractor asked for the longer term, or was given the shorter one for its size", "Different services are billed in different cycles", "The term is counted from different days, so that the difference is smaller than it looks"]
ask: ["Why the terms differ", "Whether each sub-contractor agreed to its own"]
assess: null
---*/
// Sub-contracts in force directly under one head contract in force, role by role. A contract whose term or role was not
// recorded cannot be compared, and one that is alone in its role has nothing to be compared with.
MATCH (c:Contract)-[:SUBCONTRACT_OF]->(h:Contract)
WHERE h.tier = 1 AND coalesce(h.starts_day, $as_of_day) <= $as_of_day
  AND coalesce(h.ends_day, $as_of_day) >= $as_of_day AND coalesce(h.ended_day, $as_of_day) >= $as_of_day
  AND c.starts_day <= $as_of_day
  AND coalesce(c.ends_day, $as_of_day) >= $as_of_day AND coalesce(c.ended_day, $as_of_day) >= $as_of_day
WITH h, coalesce(c.role, '') AS role,
     count(CASE WHEN NOT coalesce(c.inferred, false) THEN c.payment_term_days END) AS compared,
     min(CASE WHEN NOT coalesce(c.inferred, false) THEN c.payment_term_days END) AS shortest_days,
     max(CASE WHEN NOT coalesce(c.inferred, false) THEN c.payment_term_days END) AS longest_days
MATCH (prime:Organisation)-[:SUPPLIES]->(h)
MATCH (c:Contract)-[:SUBCONTRACT_OF]->(h)
WHERE coalesce(c.role, '') = role AND c.starts_day <= $as_of_day
  AND coalesce(c.ends_day, $as_of_day) >= $as_of_day AND coalesce(c.ended_day, $as_of_day) >= $as_of_day
WITH h, c, prime, shortest_days, longest_days,
     CASE WHEN c.inferred THEN 'inferred contract'
          WHEN role = '' OR c.payment_term_days IS NULL THEN 'not assessable'
          WHEN compared < 2 THEN 'alone in its role'
          WHEN longest_days - shortest_days > $tolerance_days THEN 'flagged'
          ELSE 'passed' END AS state
RETURN h.contract_id AS contract_id,
       c.contract_id AS subcontract_id,
       c.source_id AS source_id,
       c.source_row AS source_row,
       h.supplier_id AS prime_id,
       prime.name AS prime,
       c.role AS role,
       c.payment_term_days AS payment_term_days,
       shortest_days,
       longest_days,
       state = 'flagged' AS flagged,
       state = 'not assessable' AS not_assessable,
       CASE WHEN NOT state IN ['flagged', 'passed', 'not assessable'] THEN state END AS excluded_reason
