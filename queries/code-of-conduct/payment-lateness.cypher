/*---
title: Payer is late with more than its share of invoices
clauses: [COC-POST-07]
severity: indicator
status: stable
version: 2
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
  min_records: {type: integer, default: 4, minimum: 1, unit: invoices, basis: "method: of one, two or three invoices a single late one puts the lower bound above 5 % (at 0.21, 0.09 and 0.06), of four it does not (0.046)"}
  within_days: {type: integer, default: 60, minimum: 1, unit: days, basis: "PPN 018: 95 % of invoices within 60 days; printed, not judged"}
  base_rate_share: {type: number, default: 0.04, minimum: 0, maximum: 1, unit: share a year, basis: "the Bank of England's rate from 7 August 2025; the Act takes that of the 30 June or 31 December before, so set your own; printed, not judged"}
  over_base_share: {type: number, default: 0.08, minimum: 0, maximum: 1, unit: share a year, basis: "statute: Late Payment of Commercial Debts (Interest) Act 1998, 8 % over the base rate; printed, not judged"}
message: "{org_name} was late with invoices of its sub-contractors: {hits} of the {total} whose agreed day has passed"
innocent: ["Disputes were not logged", "Days of receipt are wrong for a whole batch", "Payment was agreed to follow the department's own (pay when paid)"]
ask: ["Payment run dates and the dispute log", "How the day of receipt is recorded"]
assess: payment_lateness
---*/
// All invoices whose agreed day has passed, paid or not: among the paid ones alone the late would be too few. Days count
// as for late payment: a later dispute had not stopped the clock yet, a later validation not restarted it. Beside the
// share, and not judged: how long settlement takes (from receipt, the days in dispute left out; what is not due yet is part
// of it), and what the 1998 Act would let the payees ask for: interest for the days late, and 40, 70 or 100 pounds an
// invoice of less than 1,000, less than 10,000, or more. The same invoices may stand in payment-late and
// payment-late-statutory: one tells of a contract's agreed day, one of the law's, this one of the payer.
MATCH (i:Invoice)
WHERE (i.received_day IS NULL OR i.received_day <= $as_of_day) AND (i.invoiced_day IS NULL OR i.invoiced_day <= $as_of_day)
WITH i.contract_id AS contract_id, i.amount_pence AS amount_pence, i.received_day AS received_day,
     i.disputed_day <= $as_of_day AND (i.dispute_resolved_day IS NULL OR i.dispute_resolved_day > $as_of_day) AS in_dispute,
     CASE WHEN i.disputed_day > $as_of_day THEN 0 ELSE i.dispute_days END AS stopped_days,
     CASE WHEN i.settled_day <= $as_of_day THEN i.settled_day END AS settled_day,
     CASE WHEN i.validated_day > $as_of_day THEN i.received_due_day ELSE i.due_day - i.dispute_days END
     + CASE WHEN i.disputed_day > $as_of_day THEN 0 ELSE i.dispute_days END AS last_day
WITH contract_id, amount_pence, settled_day, last_day,
     coalesce(settled_day, $as_of_day) - received_day - stopped_days AS days,
     CASE WHEN in_dispute THEN 'in dispute'
          WHEN received_day IS NULL THEN 'no day of receipt'
          WHEN last_day IS NULL THEN 'no agreed day'
          WHEN last_day + $tolerance_days >= $as_of_day THEN 'not yet due'
          WHEN settled_day - $tolerance_days <= last_day THEN 'miss'
          ELSE 'hit' END AS state
WITH contract_id, state,
     CASE WHEN state IN ['hit', 'miss', 'not yet due'] THEN days END AS days,
     CASE WHEN state IN ['hit', 'miss', 'not yet due'] THEN settled_day - last_day END AS beyond_days,
     settled_day IS NOT NULL AS is_settled,
     CASE WHEN state = 'hit' THEN amount_pence * (coalesce(settled_day, $as_of_day) - last_day) ELSE 0 END AS pence_days,
     CASE WHEN state <> 'hit' THEN 0
          WHEN amount_pence < 100000 THEN 4000
          WHEN amount_pence < 1000000 THEN 7000
          ELSE 10000 END AS fixed_pence
WITH contract_id, state, days, beyond_days, is_settled,
     count(*) AS invoices,
     coalesce(sum(pence_days), 0) AS late_pence_days,
     coalesce(sum(fixed_pence), 0) AS compensation_pence
MATCH (c:Contract)
WHERE c.contract_id = contract_id AND c.tier >= 2 AND (c.starts_day <= $as_of_day OR c.signed_day <= $as_of_day)
MATCH (o:Organisation) WHERE o.org_id = c.buyer_id
WITH c, o, days, beyond_days, is_settled, invoices, late_pence_days, compensation_pence,
     CASE WHEN c.inferred THEN 'inferred contract' ELSE state END AS state
RETURN o.org_id AS org_id,
       o.name AS org_name,
       CASE WHEN state IN ['hit', 'miss'] THEN state
            WHEN state IN ['no day of receipt', 'no agreed day'] THEN 'not_assessable'
            ELSE 'excluded' END AS state,
       CASE WHEN NOT state IN ['hit', 'miss'] THEN state END AS reason,
       c.contract_id AS contract_id,
       c.head_contract_id AS head_contract_id,
       c.role AS role,
       CASE WHEN state <> 'inferred contract' THEN days END AS days,
       beyond_days,
       is_settled,
       invoices AS records,
       late_pence_days,
       compensation_pence;
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
