/*---
title: Payer is late with more than its share of invoices
clauses: [COC-POST-07]
severity: indicator
status: stable
version: 1
needs: [Invoice.received_on, Contract.payment_term_days]
record: Organisation
evidence: Invoice
subject: Organisation
identity: [org_id]
respondent: org_id
parameters:
  tolerance_days: {type: integer, default: 0, minimum: 0, unit: days, basis: "none: the agreed day is the agreed day"}
  share_max: {type: number, default: 0.05, minimum: 0, maximum: 1, unit: share, basis: "project default: 5 % of invoices, as 95 % in time is asked of government suppliers (PPN 018)"}
  confidence: {type: number, default: 0.95, minimum: 0.5, maximum: 0.999, unit: share, basis: "methods: 95 % intervals; the lower bound has to be above the limit"}
message: "{org_name} was late with invoices of its sub-contractors: {hits} of the {total} whose agreed day has passed"
innocent: ["Disputes were not logged", "Days of receipt are wrong for a whole batch", "Payment was agreed to follow the department's own (pay when paid)"]
ask: ["Payment run dates and the dispute log", "How the day of receipt is recorded"]
assess: share_above
---*/
// All invoices whose agreed day has passed, paid or not: among the paid ones alone the late would be too few. Days count
// as for late payment: a later dispute had not stopped the clock yet, a later validation not restarted it.
MATCH (i:Invoice)
WHERE (i.received_day IS NULL OR i.received_day <= $as_of_day) AND (i.invoiced_day IS NULL OR i.invoiced_day <= $as_of_day)
WITH i.contract_id AS contract_id,
     CASE WHEN i.disputed_day <= $as_of_day AND (i.dispute_resolved_day IS NULL OR i.dispute_resolved_day > $as_of_day)
          THEN 'in dispute'
          WHEN i.received_day IS NULL THEN 'no day of receipt'
          WHEN i.due_day IS NULL THEN 'no agreed day'
          WHEN CASE WHEN i.validated_day > $as_of_day THEN i.received_due_day ELSE i.due_day - i.dispute_days END
               + CASE WHEN i.disputed_day > $as_of_day THEN 0 ELSE i.dispute_days END + $tolerance_days >= $as_of_day
          THEN 'not yet due'
          WHEN i.settled_day - $tolerance_days
               <= CASE WHEN i.validated_day > $as_of_day THEN i.received_due_day ELSE i.due_day - i.dispute_days END
                  + CASE WHEN i.disputed_day > $as_of_day THEN 0 ELSE i.dispute_days END
          THEN 'miss'
          ELSE 'hit' END AS state,
     count(*) AS invoices
MATCH (c:Contract)
WHERE c.contract_id = contract_id AND c.tier >= 2 AND (c.starts_day <= $as_of_day OR c.signed_day <= $as_of_day)
WITH c.buyer_id AS org_id,
     CASE WHEN c.inferred THEN 'inferred contract' ELSE state END AS state,
     coalesce(sum(invoices), 0) AS records
MATCH (o:Organisation) WHERE o.org_id = org_id
RETURN org_id,
       o.name AS org_name,
       CASE WHEN state IN ['hit', 'miss'] THEN state
            WHEN state IN ['no day of receipt', 'no agreed day'] THEN 'not_assessable'
            ELSE 'excluded' END AS state,
       CASE WHEN NOT state IN ['hit', 'miss'] THEN state END AS reason,
       records;
// evidence
MATCH (i:Invoice)-[:UNDER]->(c:Contract)
WHERE c.buyer_id = $org_id AND c.tier >= 2 AND NOT coalesce(c.inferred, false)
  AND (c.starts_day <= $as_of_day OR c.signed_day <= $as_of_day)
  AND i.received_day <= $as_of_day AND (i.invoiced_day IS NULL OR i.invoiced_day <= $as_of_day)
  AND (i.disputed_day IS NULL OR i.disputed_day > $as_of_day OR i.dispute_resolved_day <= $as_of_day)
  AND CASE WHEN i.settled_day <= $as_of_day THEN i.settled_day ELSE $as_of_day END - $tolerance_days
      > CASE WHEN i.validated_day > $as_of_day THEN i.received_due_day ELSE i.due_day - i.dispute_days END
        + CASE WHEN i.disputed_day > $as_of_day THEN 0 ELSE i.dispute_days END
RETURN i.invoice_id AS invoice_id,
       i.source_id AS source_id,
       i.source_row AS source_row
