/*---
title: Sub-contract with a longer payment term than the contract above it
clauses: [COC-POST-07, COC-VAL-02]
severity: indicator
status: stable
version: 1
needs: [Contract.payment_term_days]
record: Contract
subject: Contract
identity: [contract_id]
respondent: payer_id
message: "{payer} pays {payee} within {term_days} days under {contract_id} and is itself paid within {term_days_above}"
innocent: ["The sub-contractor is paid in advance, or by a service fee that is not invoiced", "The longer term was asked for by the sub-contractor", "The term above was shortened later"]
ask: ["The payment clauses of both contracts"]
assess: null
---*/
// A term counts from the receipt of the invoice unless something else is said; terms from different days are not compared.
MATCH (c:Contract)-[:SUBCONTRACT_OF]->(above:Contract)
WHERE c.tier >= 2 AND (c.starts_day <= $as_of_day OR c.signed_day <= $as_of_day)
MATCH (payer:Organisation) WHERE payer.org_id = c.buyer_id
MATCH (payee:Organisation) WHERE payee.org_id = c.supplier_id
RETURN c.contract_id AS contract_id,
       c.source_id AS source_id,
       c.source_row AS source_row,
       c.buyer_id AS payer_id,
       payer.name AS payer,
       payee.name AS payee,
       c.payment_term_days AS term_days,
       above.payment_term_days AS term_days_above,
       c.payment_term_days > above.payment_term_days AS flagged,
       CASE WHEN c.payment_term_days IS NULL THEN 'no agreed term'
            WHEN above.payment_term_days IS NULL THEN 'no agreed term above'
            WHEN coalesce(c.term_starts, 'receipt') <> coalesce(above.term_starts, 'receipt')
            THEN 'terms count from different days' END AS not_assessable,
       CASE WHEN coalesce(c.inferred, false) OR coalesce(above.inferred, false) THEN 'inferred contract' END AS excluded_reason
