/*---
title: Price of a unit below its cost
clauses: [COC-PRE-08, COC-PRE-09]
severity: indicator
status: stable
version: 1
needs: [Contract.unit_price_pence, Contract.unit_cost_pence]
record: Contract
subject: Contract
identity: [contract_id]
respondent: answers_id
message: "Under {contract_id} {supplier} is paid {unit_price_pence} a unit that costs {unit_cost_pence}"
innocent: ["Other income of the contract pays for the rest", "The cost holds overheads that another contract carries", "The price is of the first year, and a higher one follows"]
ask: ["How cost and price of a unit were worked out", "Other payments under the contract"]
assess: null
---*/
// Who bought below cost answers for a sub-contract; who offered it, for a head contract.
MATCH (c:Contract)
WHERE c.starts_day <= $as_of_day OR c.signed_day <= $as_of_day
MATCH (supplier:Organisation) WHERE supplier.org_id = c.supplier_id
RETURN c.contract_id AS contract_id,
       c.source_id AS source_id,
       c.source_row AS source_row,
       CASE WHEN c.tier = 1 THEN c.supplier_id ELSE c.buyer_id END AS answers_id,
       supplier.name AS supplier,
       c.tier AS tier,
       c.unit_price_pence AS unit_price_pence,
       c.unit_cost_pence AS unit_cost_pence,
       c.unit_price_pence < c.unit_cost_pence AS flagged,
       CASE WHEN c.unit_price_pence IS NULL THEN 'price of a unit unknown'
            WHEN c.unit_cost_pence IS NULL THEN 'cost of a unit unknown' END AS not_assessable,
       CASE WHEN c.inferred THEN 'inferred contract' END AS excluded_reason
