-- The same for the statutory day: 29 days after receipt (2023 Act), 30 after validation, else receipt (2015 Regulations).
WITH known AS (
    SELECT i.*, c.buyer_id, c.supplier_id, c.regime, i.disputed_on IS NOT NULL AND i.disputed_day <= $as_of_day AS disputed,
           coalesce(i.dispute_resolved_day <= $as_of_day, false) AS resolved,
           CASE c.regime WHEN 'pa2023' THEN i.received_day + 29
                WHEN 'pcr2015' THEN CASE WHEN i.validated_day <= $as_of_day THEN i.validated_day ELSE i.received_day END + 30
           END AS lawful_day
    FROM Invoice AS i JOIN Contract AS c USING (contract_id)
    WHERE c.tier >= 2 AND NOT coalesce(c.inferred, false) AND (c.starts_day <= $as_of_day OR c.signed_day <= $as_of_day)
      AND i.received_day <= $as_of_day AND coalesce(i.invoiced_day, 0) <= $as_of_day
), due AS (
    SELECT *, lawful_day + CASE WHEN disputed THEN dispute_days ELSE 0 END AS last_day,
           least(coalesce(settled_day, $as_of_day), $as_of_day) AS paid_day
    FROM known WHERE NOT disputed OR resolved
)
SELECT d.contract_id, d.invoice_id, d.source_id, d.source_row, d.amount_pence, d.paid_day - d.last_day AS days_late, d.regime,
       d.buyer_id AS payer_id, payer.name AS payer, payee.name AS payee, true AS flagged
FROM due AS d JOIN Organisation AS payer ON payer.org_id = d.buyer_id JOIN Organisation AS payee ON payee.org_id = d.supplier_id
WHERE d.paid_day > d.last_day
