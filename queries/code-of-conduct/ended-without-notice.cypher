/*---
title: Buyer ended a sub-contract with less notice than agreed
clauses: [COC-POST-10]
severity: breach
status: stable
version: 2
needs: [Contract.notice_days_by_buyer, Contract.ended_on, Contract.ended_by]
record: Contract
subject: Contract
identity: [contract_id]
respondent: buyer_id
message: "{buyer} ended {contract_id} with {supplier} on {ended_on}; days after giving notice: {given_days}, agreed: {agreed_days}"
innocent: ["It was ended at once for fraud, safeguarding or insolvency, as the contract allows", "Both sides agreed to end it earlier and the record says buyer", "Notice was given earlier than the letter that was loaded"]
ask: ["The notice letter with its date", "The termination clause", "The reason given, where it was ended at once"]
assess: null
---*/
// From the day the notice was given to the day the contract ended. A contract that ran to its last day was not cut short.
// A notice of a later day than the sweep is not on record yet.
MATCH (c:Contract)
WHERE c.tier >= 2 AND c.ended_day <= $as_of_day
MATCH (buyer:Organisation) WHERE buyer.org_id = c.buyer_id
MATCH (supplier:Organisation) WHERE supplier.org_id = c.supplier_id
WITH c, buyer.name AS buyer, supplier.name AS supplier, c.ended_day - CASE WHEN c.notice_given_day <= $as_of_day THEN c.notice_given_day END AS given_days
WITH c, buyer, supplier, given_days,
     CASE WHEN c.inferred THEN 'inferred contract'
          WHEN c.ended_by <> 'buyer' THEN 'not ended by the buyer'
          WHEN c.ended_day >= c.ends_day THEN 'ran to its last day'
          WHEN c.ended_by IS NULL THEN 'who ended it unknown'
          WHEN c.notice_days_by_buyer IS NULL THEN 'no agreed notice on record'
          WHEN given_days IS NULL THEN 'day of the notice unknown'
          WHEN given_days < c.notice_days_by_buyer THEN 'flagged'
          ELSE 'passed' END AS state
RETURN c.contract_id AS contract_id,
       c.source_id AS source_id,
       c.source_row AS source_row,
       c.buyer_id AS buyer_id,
       buyer,
       supplier,
       CASE WHEN given_days IS NOT NULL THEN c.notice_given_on END AS notice_given_on,
       c.ended_on AS ended_on,
       given_days,
       c.notice_days_by_buyer AS agreed_days,
       state = 'flagged' AS flagged,
       CASE WHEN state IN ['who ended it unknown', 'no agreed notice on record', 'day of the notice unknown']
            THEN state END AS not_assessable,
       CASE WHEN state IN ['inferred contract', 'not ended by the buyer', 'ran to its last day'] THEN state END AS excluded_reason
