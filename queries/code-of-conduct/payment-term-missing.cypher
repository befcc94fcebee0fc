/*---
title: Sub-contract without an agreed payment term
clauses: [COC-POST-07]
severity: attestation
status: stable
version: 1
needs: [Contract.payment_term_days]
record: Contract
subject: Contract
identity: [contract_id]
respondent: payer_id
parameters: {}
message: "No agreed payment term was shown for the contract of {payer} with {payee}"
innocent: ["The term stands in a framework or in general conditions that were not loaded", "Payment is by grant or in advance, so that no term is needed"]
ask: ["The payment clause of the contract, or of the conditions it refers to"]
assess: null
---*/
MATCH (c:Contract)
WHERE c.tier >= 2 AND (c.starts_day <= $as_of_day OR c.signed_day <= $as_of_day)
MATCH (payer:Organisation) WHERE payer.org_id = c.buyer_id
MATCH (payee:Organisation) WHERE payee.org_id = c.supplier_id
RETURN c.contract_id AS contract_id,
       c.source_id AS source_id,
       c.source_row AS source_row,
       c.buyer_id AS payer_id,
       payer.name AS payer,
       payee.name AS payee,
       c.payment_term_days IS NULL AS flagged,
       CASE WHEN c.inferred THEN 'inferred contract' END AS excluded_reason
