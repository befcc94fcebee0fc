/*---
title: Sub-contract with too short a notice to end it, or none
clauses: [COC-POST-10]
severity: indicator            # a missing or uneven term may breach the clause; how long is sufficient it does not say
status: stable
version: 1
needs: [Contract.notice_days_by_buyer]
record: Contract
subject: Contract
identity: [contract_id]
respondent: buyer_id
parameters:
  min_days: {type: integer, default: 90, minimum: 0, unit: days, basis: "project default: the clause asks for a sufficient period and names none"}
message: "{why} in {contract_id}, by which {buyer} buys from {supplier}; days of notice by the buyer: {by_buyer_days}, by the supplier: {by_supplier_days}"
innocent: ["The notice stands in general conditions or a framework that were not loaded", "The sub-contract is short or bought by the case, and both sides wanted it so", "The supplier asked for the right to leave later than the buyer"]
ask: ["The termination clause of the sub-contract", "Any general conditions that it refers to"]
assess: null
---*/
// Where nobody recorded a notice for either side, the contract names none; where one side's is known and long enough, the
// other's is not guessed at.
MATCH (c:Contract)
WHERE c.tier >= 2 AND (c.starts_day <= $as_of_day OR c.signed_day <= $as_of_day)
MATCH (buyer:Organisation) WHERE buyer.org_id = c.buyer_id
MATCH (supplier:Organisation) WHERE supplier.org_id = c.supplier_id
WITH c, buyer.name AS buyer, supplier.name AS supplier,
     CASE WHEN c.inferred THEN 'inferred contract'
          WHEN c.ended_day <= $as_of_day OR c.ends_day < $as_of_day THEN 'contract ended'
          WHEN c.notice_days_by_buyer IS NULL AND c.notice_days_by_supplier IS NULL THEN 'no notice agreed'
          WHEN c.notice_days_by_buyer < $min_days THEN 'the buyer gives too little'
          WHEN c.notice_days_by_buyer < c.notice_days_by_supplier THEN 'the buyer gives less than the supplier'
          WHEN c.notice_days_by_supplier < $min_days THEN 'the supplier gives too little'
          WHEN c.notice_days_by_buyer IS NULL OR c.notice_days_by_supplier IS NULL THEN 'notice of one side unknown'
          ELSE 'passed' END AS state
RETURN c.contract_id AS contract_id,
       c.source_id AS source_id,
       c.source_row AS source_row,
       c.buyer_id AS buyer_id,
       buyer,
       supplier,
       c.notice_days_by_buyer AS by_buyer_days,
       c.notice_days_by_supplier AS by_supplier_days,
       state AS why,
       NOT state IN ['inferred contract', 'contract ended', 'notice of one side unknown', 'passed'] AS flagged,
       CASE WHEN state = 'notice of one side unknown' THEN state END AS not_assessable,
       CASE WHEN state IN ['inferred contract', 'contract ended'] THEN state END AS excluded_reason
