/*---
title: Small sub-contractors are paid late more often than large ones
clauses: [COC-VAL-03]
severity: indicator
status: stable
version: 2
needs: [Invoice.received_on, Contract.payment_term_days, Organisation.size_band]
record: Organisation
evidence: Invoice
subject: Organisation
identity: [org_id]
respondent: org_id
parameters:
  tolerance_days: {type: integer, default: 0, minimum: 0, unit: days, basis: "none: the agreed day is the agreed day"}
  odds_ratio_min: {type: number, default: 1.5, minimum: 1, maximum: 20, unit: "", basis: "methods: the odds ratio from which a difference is a finding"}
  q_max: {type: number, default: 0.05, minimum: 0, maximum: 1, unit: "", basis: "methods: false discovery rate over all payers of the sweep"}
  min_arm_invoices: {type: integer, default: 30, minimum: 1, unit: invoices, basis: "methods: of small and of large payees each, in comparable strata"}
  min_arrangements: {type: integer, default: 200, minimum: 20, unit: "", basis: "project default: payees are permuted where they could change places in so many ways, enough for a p of 0.005"}
  permutations: {type: integer, default: 1999, minimum: 199, maximum: 100000, unit: "", basis: "methods: random rearrangements of payees"}
  seed: {type: integer, default: 20080228, minimum: 0, unit: "", basis: "the day the strategy was published"}
message: "{org_name} is late with {group_share} of {in_group} invoices of micro and small sub-contractors and with {rest_share} of {in_rest} of large ones; odds ratio {ratio} within head contract, quarter and dispute"
innocent: ["Small firms send more invoices with faults, and these were sent back without a dispute being logged", "One payee was paid late for reasons of its own, and its size is chance", "Large payees have agreed to another payment run"]
ask: ["Dispute and return log by payee", "Payment runs and who is in which", "What each late payee was told"]
assess: unequal_treatment
---*/
// Every invoice whose agreed day has passed, by payee, quarter of that day and whether there had been a dispute. Days count
// as for late payment, and the quarter is that of the day as it was known then. The head contract stands for the contract that both sizes work under: a sub-contract has one payee.
MATCH (i:Invoice)
WHERE (i.received_day IS NULL OR i.received_day <= $as_of_day) AND (i.invoiced_day IS NULL OR i.invoiced_day <= $as_of_day)
WITH i.contract_id AS contract_id,
     coalesce(i.disputed_day <= $as_of_day, false) AS was_disputed,
     i.disputed_day <= $as_of_day AND (i.dispute_resolved_day IS NULL OR i.dispute_resolved_day > $as_of_day) AS in_dispute,
     i.received_day AS received_day, i.settled_day AS settled_day,
     CASE WHEN i.validated_day > $as_of_day THEN i.received_due_day ELSE i.due_day - i.dispute_days END
     + CASE WHEN i.disputed_day > $as_of_day THEN 0 ELSE i.dispute_days END AS last_day
WITH contract_id, was_disputed, coalesce(floor(last_day / 91.3125), -1.0) AS quarter,
     CASE WHEN in_dispute THEN 'in dispute'
          WHEN received_day IS NULL THEN 'no day of receipt'
          WHEN last_day IS NULL THEN 'no agreed day'
          WHEN last_day + $tolerance_days >= $as_of_day THEN 'not yet due'
          WHEN settled_day - $tolerance_days <= last_day THEN 'miss'
          ELSE 'hit' END AS state,
     count(*) AS invoices
MATCH (c:Contract)
WHERE c.contract_id = contract_id AND c.tier >= 2 AND (c.starts_day <= $as_of_day OR c.signed_day <= $as_of_day)
MATCH (o:Organisation) WHERE o.org_id = c.buyer_id
MATCH (p:Organisation) WHERE p.org_id = c.supplier_id
WITH o, p, c.head_contract_id AS head_contract_id, was_disputed, quarter,
     CASE WHEN c.inferred THEN 'inferred contract' ELSE state END AS state, invoices
RETURN o.org_id AS org_id,
       o.name AS org_name,
       head_contract_id,
       p.org_id AS payee_id,
       CASE WHEN p.size_band IN ['micro', 'small'] THEN 'small' ELSE p.size_band END AS size,
       was_disputed,
       quarter,
       CASE WHEN state IN ['hit', 'miss'] THEN state
            WHEN state IN ['no day of receipt', 'no agreed day'] THEN 'not_assessable'
            ELSE 'excluded' END AS state,
       CASE WHEN NOT state IN ['hit', 'miss'] THEN state END AS reason,
       coalesce(sum(invoices), 0) AS records;
// evidence
MATCH (p:Organisation)-[:SUPPLIES]->(c:Contract)
WHERE c.buyer_id = $org_id AND c.tier >= 2 AND NOT coalesce(c.inferred, false)
  AND (c.starts_day <= $as_of_day OR c.signed_day <= $as_of_day) AND p.size_band IN ['micro', 'small']
MATCH (i:Invoice)-[:UNDER]->(c)
WHERE i.received_day <= $as_of_day AND (i.invoiced_day IS NULL OR i.invoiced_day <= $as_of_day)
  AND (i.disputed_day IS NULL OR i.disputed_day > $as_of_day OR i.dispute_resolved_day <= $as_of_day)
  AND CASE WHEN i.settled_day <= $as_of_day THEN i.settled_day ELSE $as_of_day END - $tolerance_days
      > CASE WHEN i.validated_day > $as_of_day THEN i.received_due_day ELSE i.due_day - i.dispute_days END
        + CASE WHEN i.disputed_day > $as_of_day THEN 0 ELSE i.dispute_days END
RETURN i.invoice_id AS invoice_id,
       i.source_id AS source_id,
       i.source_row AS source_row
