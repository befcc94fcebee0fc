/*---
title: Prime agreed different payment terms for the same role
clauses: [COC-POST-07]
severity: indicator
status: stable
version: 2
needs: [Contract.payment_term_days, Contract.role]
record: Contract
record_key: subcontract_id
subject: Contract
identity: [contract_id]
respondent: prime_id
parameters:
  tolerance_days: {type: integer, default: 0, minimum: 0, unit: days, basis: "none: the clause wants the timing to be consistent"}
  compare_starts: {type: boolean, default: true, basis: "none: the same number of days counted from another day is another day to be paid on"}
message: "{prime} agreed unlike payment terms with sub-contractors of like role under {contract_id}: {shortest_days.min} to {longest_days.max} days, counted from {counted_from}; {rows} contracts"
innocent: ["A sub-contractor asked for the longer term, or was given the shorter one for its size", "Different services are billed in different cycles", "A longer term that is counted from an earlier day ends no later"]
ask: ["Why the terms differ", "Whether each sub-contractor agreed to its own", "From which day each term is counted"]
assess: null
---*/
// Sub-contracts in force directly under one head contract in force, role by role. A contract whose term or role was not
// recorded cannot be compared, and one that is alone in its role has nothing to be compared with. A start that was not
// recorded is taken for receipt wherever days are counted; a difference that rests on that alone is not held against
// anybody, and the terms pass for alike no more. Whether like contracts are also paid alike stands beside payment-lateness.
MATCH (c:Contract)-[:SUBCONTRACT_OF]->(h:Contract)
WHERE h.tier = 1 AND coalesce(h.starts_day, $as_of_day) <= $as_of_day
  AND coalesce(h.ends_day, $as_of_day) >= $as_of_day AND coalesce(h.ended_day, $as_of_day) >= $as_of_day
  AND c.starts_day <= $as_of_day
  AND coalesce(c.ends_day, $as_of_day) >= $as_of_day AND coalesce(c.ended_day, $as_of_day) >= $as_of_day
WITH h, coalesce(c.role, '') AS role,
     CASE WHEN NOT coalesce(c.inferred, false) THEN c.payment_term_days END AS days,
     CASE WHEN NOT coalesce(c.inferred, false) AND c.payment_term_days IS NOT NULL THEN c.term_starts END AS told_start,
     CASE WHEN NOT coalesce(c.inferred, false) AND c.payment_term_days IS NOT NULL
          THEN coalesce(c.term_starts, 'receipt') END AS taken_start
WITH h, role, count(days) AS compared, min(days) AS shortest_days, max(days) AS longest_days,
     count(DISTINCT told_start) AS told_starts, count(DISTINCT taken_start) AS taken_starts
MATCH (prime:Organisation)-[:SUPPLIES]->(h)
MATCH (c:Contract)-[:SUBCONTRACT_OF]->(h)
WHERE coalesce(c.role, '') = role AND c.starts_day <= $as_of_day
  AND coalesce(c.ends_day, $as_of_day) >= $as_of_day AND coalesce(c.ended_day, $as_of_day) >= $as_of_day
WITH h, c, prime, shortest_days, longest_days, told_starts,
     CASE WHEN c.inferred THEN 'inferred contract'
          WHEN role = '' OR c.payment_term_days IS NULL THEN 'term or role unknown'
          WHEN compared < 2 THEN 'alone in its role'
          WHEN longest_days - shortest_days > $tolerance_days THEN 'flagged'
          WHEN $compare_starts AND told_starts > 1 THEN 'flagged'
          WHEN $compare_starts AND taken_starts > 1 THEN 'start of a term unknown'
          ELSE 'passed' END AS state
RETURN h.contract_id AS contract_id,
       c.contract_id AS subcontract_id,
       c.source_id AS source_id,
       c.source_row AS source_row,
       h.supplier_id AS prime_id,
       prime.name AS prime,
       c.role AS role,
       c.payment_term_days AS payment_term_days,
       c.term_starts AS term_starts,
       shortest_days,
       longest_days,
       CASE WHEN told_starts > 1 THEN 'different days' ELSE 'the same day' END AS counted_from,
       state = 'flagged' AS flagged,
       CASE WHEN state IN ['term or role unknown', 'start of a term unknown'] THEN state END AS not_assessable,
       CASE WHEN state IN ['inferred contract', 'alone in its role'] THEN state END AS excluded_reason
