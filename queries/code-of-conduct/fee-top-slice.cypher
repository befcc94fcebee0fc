/*---
title: Management fees that take far more than those of other chains
clauses: [COC-VAL-02, STR-MKT-10]
severity: indicator
status: stable
version: 1
needs: [Contract.fee_share]
record: Contract
evidence: Contract
subject: Contract
identity: [contract_id]
respondent: buyer_id
parameters:
  min_peers: {type: integer, default: 8, minimum: 4, unit: contracts, basis: "methods: a fence of fewer peers says nothing"}
  times_median_min: {type: number, default: 1.25, minimum: 1, unit: times the median, basis: "project default: a quarter more than the middle one, as peers that are all nearly alike leave a fence beside themselves"}
message: "Fees take {measure} of the money before it reaches {supplier} under {contract_id}; the peers' fence is {fence}, their median {median}"
innocent: ["The buyer gives premises, systems or bridging finance for its fee", "The fee covers the risk of outcome pay that the buyer bears itself", "The fees of the tiers above are paid for other work"]
ask: ["The fee schedule, with what is given for it", "Services in kind, with their value"]
assess: peer_fence
---*/
// 1 − Π(1 − fee) over the contract and every sub-contract above it. Compared with all contracts of the same tier.
MATCH (c:Contract)-[:SUBCONTRACT_OF*0..8]->(above:Contract)
WHERE c.tier >= 2 AND above.tier >= 2 AND (c.starts_day <= $as_of_day OR c.signed_day <= $as_of_day)
MATCH (buyer:Organisation) WHERE buyer.org_id = c.buyer_id
MATCH (supplier:Organisation) WHERE supplier.org_id = c.supplier_id
RETURN 'contract_id' AS identity,
       'chained' AS how,
       c.contract_id AS unit_id,
       CASE WHEN c.tier = 2 THEN 'tier 2' WHEN c.tier = 3 THEN 'tier 3' ELSE 'deeper' END AS peers,
       c.buyer_id AS buyer_id,
       buyer.name AS buyer,
       supplier.name AS supplier,
       above.contract_id AS part_id,
       above.fee_share AS measure,
       CASE WHEN coalesce(c.inferred, false) THEN 'inferred contract'
            WHEN c.ended_day <= $as_of_day OR c.ends_day < $as_of_day THEN 'contract ended' END AS excluded_reason;
// evidence
MATCH (c:Contract)-[:SUBCONTRACT_OF*0..8]->(above:Contract)
WHERE c.contract_id = $contract_id AND above.tier >= 2
RETURN above.contract_id AS contract_id,
       above.source_id AS source_id,
       above.source_row AS source_row
