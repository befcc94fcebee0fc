-- Invoices of each payer whose agreed day has passed, by what became of them.
WITH known AS (
    SELECT c.buyer_id AS org_id, i.*, coalesce(c.inferred, false) AS inferred,
           i.disputed_on IS NOT NULL AND i.disputed_day <= $as_of_day AS disputed,
           coalesce(i.dispute_resolved_day <= $as_of_day, false) AS resolved,
           CASE WHEN i.validated_day > $as_of_day THEN i.received_due_day ELSE i.due_day - i.dispute_days END
           + CASE WHEN i.disputed_day > $as_of_day THEN 0 ELSE i.dispute_days END AS last_day
    FROM Invoice AS i JOIN Contract AS c USING (contract_id)
    WHERE c.tier >= 2 AND (c.starts_day <= $as_of_day OR c.signed_day <= $as_of_day)
      AND coalesce(i.received_day, 0) <= $as_of_day AND coalesce(i.invoiced_day, 0) <= $as_of_day
)
SELECT org_id,
       count(*) FILTER (NOT inferred AND NOT (disputed AND NOT resolved) AND last_day < $as_of_day
                        AND coalesce(settled_day, $as_of_day) > last_day) AS hits,
       count(*) FILTER (NOT inferred AND NOT (disputed AND NOT resolved) AND last_day < $as_of_day
                        AND received_day IS NOT NULL) AS total
FROM known GROUP BY org_id
