/*---
title: Small or voluntary sub-contractor on outcome pay without an advance
clauses: [COC-POST-08]
severity: attestation          # consider, and only where appropriate: no advance is no failing by itself
status: stable
version: 1
needs: [Contract.outcome_share, Contract.advance_share]
record: Contract
subject: Contract
identity: [contract_id]
respondent: buyer_id
parameters:
  outcome_share_min: {type: number, default: 0.7, minimum: 0, maximum: 1, unit: share, basis: "project default: most of the price waits for outcomes"}
message: "{supplier} ({kind}) is paid {outcome_share} of {contract_id} on outcomes by {buyer}, nothing in advance, and no document shows that an advance was considered"
innocent: ["An advance was considered and declined", "A service fee or a loan bridges the wait", "The provider has reserves that bear it"]
ask: ["Any note that paying in advance was considered", "How the provider finances the work until outcomes are paid"]
assess: null
---*/
// A document under the clause about the contract, in date, answers it.
MATCH (c:Contract)
WHERE c.tier >= 2 AND (c.starts_day <= $as_of_day OR c.signed_day <= $as_of_day)
MATCH (buyer:Organisation) WHERE buyer.org_id = c.buyer_id
MATCH (o:Organisation) WHERE o.org_id = c.supplier_id
OPTIONAL MATCH (t:Attestation)-[:ABOUT]->(c)
WHERE t.clause = 'COC-POST-08' AND t.issued_day <= $as_of_day AND coalesce(t.expires_day, $as_of_day) >= $as_of_day
WITH c, o, buyer.name AS buyer, count(t) AS documents,
     coalesce(o.size_band IN ['micro', 'small'], false) OR coalesce(o.sector = 'voluntary', false) AS is_small
WITH c, o, buyer,
     CASE WHEN c.inferred THEN 'inferred contract'
          WHEN c.ended_day <= $as_of_day OR c.ends_day < $as_of_day THEN 'contract ended'
          WHEN NOT is_small AND (o.size_band IS NULL OR o.sector IS NULL) THEN 'size or sector unknown'
          WHEN NOT is_small THEN 'neither small nor voluntary'
          WHEN c.outcome_share < $outcome_share_min THEN 'passed'
          WHEN documents > 0 OR c.advance_share > 0 THEN 'passed'
          WHEN c.outcome_share IS NULL THEN 'outcome share unknown'
          WHEN c.advance_share IS NULL THEN 'advance unknown'
          ELSE 'flagged' END AS state
RETURN c.contract_id AS contract_id,
       c.source_id AS source_id,
       c.source_row AS source_row,
       c.buyer_id AS buyer_id,
       buyer,
       o.name AS supplier,
       CASE WHEN o.sector = 'voluntary' THEN 'voluntary' ELSE o.size_band END AS kind,
       c.outcome_share AS outcome_share,
       state = 'flagged' AS flagged,
       CASE WHEN state IN ['size or sector unknown', 'outcome share unknown', 'advance unknown'] THEN state END AS not_assessable,
       CASE WHEN state IN ['inferred contract', 'contract ended', 'neither small nor voluntary'] THEN state END AS excluded_reason
