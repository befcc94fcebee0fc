-- Written from the model's day counts, not from the rule: invoices below tier 1, settled or still open after the agreed day.
WITH known AS (
    SELECT i.*, c.buyer_id, c.supplier_id, coalesce(c.inferred, false) AS inferred,
           i.validated_on IS NOT NULL AND i.validated_day > $as_of_day AS unvalidated,
           i.disputed_on IS NOT NULL AND i.disputed_day <= $as_of_day AS disputed,
           coalesce(i.dispute_resolved_day <= $as_of_day, false) AS resolved
    FROM Invoice AS i JOIN Contract AS c USING (contract_id)
    WHERE c.tier >= 2 AND (c.starts_day <= $as_of_day OR c.signed_day <= $as_of_day)
      AND i.received_day <= $as_of_day AND coalesce(i.invoiced_day, 0) <= $as_of_day
), due AS (
    SELECT *, CASE WHEN unvalidated THEN received_due_day ELSE due_day - dispute_days END
              + CASE WHEN disputed THEN dispute_days ELSE 0 END AS last_day,
           least(coalesce(settled_day, $as_of_day), $as_of_day) AS paid_day
    FROM known WHERE NOT inferred AND (NOT disputed OR resolved)
)
SELECT d.contract_id, d.invoice_id, d.source_id, d.source_row, d.amount_pence, d.paid_day - d.last_day AS days_late,
       d.buyer_id AS payer_id, payer.name AS payer, payee.name AS payee, true AS flagged
FROM due AS d JOIN Organisation AS payer ON payer.org_id = d.buyer_id JOIN Organisation AS payee ON payee.org_id = d.supplier_id
WHERE d.paid_day > d.last_day
