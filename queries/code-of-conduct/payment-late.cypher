/*---
title: Prime paid a sub-contractor after the agreed day
clauses: [COC-POST-07]
severity: indicator
status: stable
version: 1
needs: [Invoice.received_on, Contract.payment_term_days]
record: Invoice
subject: Contract
identity: [contract_id]
respondent: payer_id
parameters:
  tolerance_days: {type: integer, default: 0, minimum: 0, unit: days, basis: "none: the agreed day is the agreed day"}
message: "{payer} let invoices of {payee} go past the agreed day: {rows} in all, the worst by {days_late.max} days"
innocent: ["The invoice was disputed, invalid or resubmitted, and the log was not loaded", "The day of receipt is wrong", "The agreed day was a bank holiday", "Payment was agreed to follow the department's own (pay when paid)"]
ask: ["Remittance advice", "Dispute log", "Day on which each invoice reached the payer"]
assess: null
---*/
// Late = settled after the agreed day, or unsettled with that day past. The agreed day is taken as it was known on the day
// of the sweep: a dispute raised later had not stopped the clock yet, and an invoice validated later ran from its receipt.
// The first condition says nothing new; it spares the others most of the invoices.
// An invoice may stand in payment-late-statutory, too: one finding tells of the agreed day, the other of the law's. Both are
// kept, and whoever counts invoices over several rules counts them by id.
MATCH (i:Invoice)-[:UNDER]->(c:Contract)
WHERE (i.settled_day IS NULL OR i.settled_day > i.received_due_day)
  AND i.received_day <= $as_of_day AND (i.invoiced_day IS NULL OR i.invoiced_day <= $as_of_day)
  AND (i.disputed_day IS NULL OR i.disputed_day > $as_of_day OR i.dispute_resolved_day <= $as_of_day)
  AND CASE WHEN i.settled_day <= $as_of_day THEN i.settled_day ELSE $as_of_day END - $tolerance_days
      > CASE WHEN i.validated_day > $as_of_day THEN i.received_due_day ELSE i.due_day - i.dispute_days END
        + CASE WHEN i.disputed_day > $as_of_day THEN 0 ELSE i.dispute_days END
  AND c.tier >= 2 AND NOT coalesce(c.inferred, false) AND (c.starts_day <= $as_of_day OR c.signed_day <= $as_of_day)
MATCH (payer:Organisation) WHERE payer.org_id = c.buyer_id
MATCH (payee:Organisation) WHERE payee.org_id = c.supplier_id
RETURN i.contract_id AS contract_id,
       i.invoice_id AS invoice_id,
       i.source_id AS source_id,
       i.source_row AS source_row,
       c.buyer_id AS payer_id,
       payer.name AS payer,
       payee.name AS payee,
       i.amount_pence AS amount_pence,
       CASE WHEN i.settled_day <= $as_of_day THEN i.settled_day ELSE $as_of_day END
       - CASE WHEN i.validated_day > $as_of_day THEN i.received_due_day ELSE i.due_day - i.dispute_days END
       - CASE WHEN i.disputed_day > $as_of_day THEN 0 ELSE i.dispute_days END AS days_late,
       true AS flagged;
// population
MATCH (i:Invoice)
WHERE (i.received_day IS NULL OR i.received_day <= $as_of_day) AND (i.invoiced_day IS NULL OR i.invoiced_day <= $as_of_day)
WITH i.contract_id AS contract_id,
     CASE WHEN i.disputed_day <= $as_of_day AND (i.dispute_resolved_day IS NULL OR i.dispute_resolved_day > $as_of_day)
          THEN 'in dispute'
          WHEN i.received_day IS NULL THEN 'no day of receipt'
          WHEN i.due_day IS NULL THEN 'no agreed day'
          WHEN CASE WHEN i.settled_day <= $as_of_day THEN i.settled_day ELSE $as_of_day END - $tolerance_days
               > CASE WHEN i.validated_day > $as_of_day THEN i.received_due_day ELSE i.due_day - i.dispute_days END
                 + CASE WHEN i.disputed_day > $as_of_day THEN 0 ELSE i.dispute_days END
          THEN 'flagged'
          WHEN i.settled_day <= $as_of_day THEN 'passed'
          ELSE 'not yet due' END AS state,
     count(*) AS invoices
MATCH (c:Contract)
WHERE c.contract_id = contract_id AND c.tier >= 2 AND (c.starts_day <= $as_of_day OR c.signed_day <= $as_of_day)
WITH CASE WHEN c.inferred THEN 'inferred contract' ELSE state END AS state, invoices
RETURN CASE WHEN state IN ['flagged', 'passed'] THEN state
            WHEN state IN ['no day of receipt', 'no agreed day'] THEN 'not_assessable'
            ELSE 'excluded' END AS outcome,
       CASE WHEN state IN ['flagged', 'passed'] THEN '' ELSE state END AS reason,
       coalesce(sum(invoices), 0) AS records
