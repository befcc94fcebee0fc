/*---
title: Sub-contract that carries more outcome risk than the contract above it
clauses: [COC-VAL-02, STR-MKT-10]
severity: indicator
status: stable
version: 1
needs: [Contract.outcome_share]
record: Contract
subject: Contract
identity: [contract_id]
respondent: buyer_id
parameters:
  margin_share: {type: number, default: 0.1, minimum: 0, maximum: 1, unit: share, basis: "project default: a tenth more than the contract above"}
message: "{buyer} pays {supplier} {outcome_share} of the price on outcomes under {contract_id}; the contract above pays {above_share}"
innocent: ["The sub-contractor asked for more outcome pay, at a higher price", "The price of an outcome holds an uplift for the risk", "Service fees are paid under another contract"]
ask: ["The price schedule of both contracts", "How the split was agreed"]
assess: null
---*/
MATCH (c:Contract)-[:SUBCONTRACT_OF]->(above:Contract)
WHERE c.tier >= 2 AND (c.starts_day <= $as_of_day OR c.signed_day <= $as_of_day)
MATCH (buyer:Organisation) WHERE buyer.org_id = c.buyer_id
MATCH (supplier:Organisation) WHERE supplier.org_id = c.supplier_id
RETURN c.contract_id AS contract_id,
       c.source_id AS source_id,
       c.source_row AS source_row,
       c.buyer_id AS buyer_id,
       buyer.name AS buyer,
       supplier.name AS supplier,
       c.outcome_share AS outcome_share,
       above.outcome_share AS above_share,
       c.outcome_share - above.outcome_share > $margin_share + 0.000000001 AS flagged,
       CASE WHEN c.outcome_share IS NULL THEN 'outcome share unknown'
            WHEN above.outcome_share IS NULL THEN 'outcome share of the contract above unknown' END AS not_assessable,
       CASE WHEN coalesce(c.inferred, false) OR coalesce(above.inferred, false) THEN 'inferred contract' END AS excluded_reason
