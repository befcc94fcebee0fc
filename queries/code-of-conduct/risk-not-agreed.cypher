/*---
title: Sub-contract began without an agreement on risk
clauses: [COC-PRE-06]
severity: attestation
status: stable
version: 2
needs: [Contract.risk_agreed_on]
record: Contract
subject: Contract
identity: [contract_id]
respondent: buyer_id
parameters:
  tolerance_days: {type: integer, default: 0, minimum: 0, unit: days, basis: "none: the Code wants risk allocated at the outset"}
message: "{supplier} began to work for {buyer} on {starts_on}, and {agreement}"
innocent: ["The allocation of risk stands in the contract itself or in general conditions", "A letter of intent that allocated the risk was in force", "The contract renews one whose allocation went on"]
ask: ["The schedule or clause that allocates risk, with its day", "The letter of intent"]
assess: null
---*/
// An agreement of a later day than the sweep has not been reached yet; before the start, and while
// the days allowed run, there is time for one.
MATCH (c:Contract)
WHERE c.tier >= 2 AND (c.starts_day <= $as_of_day OR c.signed_day <= $as_of_day)
MATCH (buyer:Organisation) WHERE buyer.org_id = c.buyer_id
MATCH (supplier:Organisation) WHERE supplier.org_id = c.supplier_id
WITH c, buyer.name AS buyer, supplier.name AS supplier, coalesce(c.risk_agreed_day <= $as_of_day, false) AS agreed
RETURN c.contract_id AS contract_id,
       c.source_id AS source_id,
       c.source_row AS source_row,
       c.buyer_id AS buyer_id,
       buyer,
       supplier,
       c.starts_on AS starts_on,
       CASE WHEN agreed THEN c.risk_agreed_on END AS risk_agreed_on,
       CASE WHEN agreed THEN 'how risk is allocated was agreed only later'
            ELSE 'no agreement on how risk is allocated was shown' END AS agreement,
       CASE WHEN agreed THEN c.risk_agreed_day ELSE $as_of_day + 1 END > c.starts_day + $tolerance_days AS flagged,
       CASE WHEN c.inferred THEN 'inferred contract'
            WHEN c.starts_day > $as_of_day THEN 'not begun yet'
            WHEN NOT agreed AND c.starts_day + $tolerance_days > $as_of_day THEN 'still in time' END AS excluded_reason
