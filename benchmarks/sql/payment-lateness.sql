-- Invoices of each sub-contract by what became of them, their days, and what the 1998 Act would let their payees ask for.
WITH timed AS (
    SELECT contract_id, amount_pence, received_day,
           coalesce(disputed_day <= $as_of_day, false) AND coalesce(dispute_resolved_day > $as_of_day, true) AS in_dispute,
           CASE WHEN disputed_day > $as_of_day THEN 0 ELSE dispute_days END AS stopped_days,
           CASE WHEN settled_day <= $as_of_day THEN settled_day END AS paid_day,
           CASE WHEN validated_day > $as_of_day THEN received_due_day ELSE due_day - dispute_days END
           + CASE WHEN disputed_day > $as_of_day THEN 0 ELSE dispute_days END AS last_day
    FROM Invoice
    WHERE coalesce(received_day, $as_of_day) <= $as_of_day AND coalesce(invoiced_day, $as_of_day) <= $as_of_day
), told AS (
    SELECT *, coalesce(paid_day, $as_of_day) - received_day - stopped_days AS all_days,
           CASE WHEN in_dispute THEN 'in dispute'
                WHEN received_day IS NULL THEN 'no day of receipt'
                WHEN last_day IS NULL THEN 'no agreed day'
                WHEN last_day + $tolerance_days >= $as_of_day THEN 'not yet due'
                WHEN paid_day - $tolerance_days <= last_day THEN 'miss'
                ELSE 'hit' END AS became
    FROM timed
), cell AS (
    SELECT contract_id, became, CASE WHEN became IN ('hit', 'miss', 'not yet due') THEN all_days END AS days,
           CASE WHEN became IN ('hit', 'miss', 'not yet due') THEN paid_day - last_day END AS beyond_days,
           paid_day IS NOT NULL AS is_settled, count(*) AS records,
           sum(CASE WHEN became = 'hit' THEN amount_pence * (coalesce(paid_day, $as_of_day) - last_day) ELSE 0 END) AS late_pence_days,
           sum(CASE WHEN became <> 'hit' THEN 0 WHEN amount_pence < 100000 THEN 4000 WHEN amount_pence < 1000000 THEN 7000
                    ELSE 10000 END) AS compensation_pence
    FROM told GROUP BY ALL
), named AS (
    SELECT cell.*, c.head_contract_id, c.role, o.org_id, o.name AS org_name,
           CASE WHEN c.inferred THEN 'inferred contract' ELSE became END AS reason
    FROM cell JOIN Contract AS c USING (contract_id) JOIN Organisation AS o ON o.org_id = c.buyer_id
    WHERE c.tier >= 2 AND (c.starts_day <= $as_of_day OR c.signed_day <= $as_of_day)
)
SELECT org_id, org_name,
       CASE WHEN reason IN ('hit', 'miss') THEN reason
            WHEN reason IN ('no day of receipt', 'no agreed day') THEN 'not_assessable' ELSE 'excluded' END AS state,
       CASE WHEN reason NOT IN ('hit', 'miss') THEN reason END AS reason,
       contract_id, head_contract_id, role, CASE WHEN reason <> 'inferred contract' THEN days END AS days, beyond_days,
       is_settled, records, late_pence_days, compensation_pence
FROM named
