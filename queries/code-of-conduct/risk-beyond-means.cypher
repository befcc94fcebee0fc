/*---
title: Sub-contractor that bears more outcome risk than its reserves can
clauses: [COC-PRE-08]
severity: indicator
status: stable
version: 3
needs: [Contract.outcome_share, Contract.annual_value_pence, Organisation.free_reserves_pence]
record: Contract
subject: Contract
identity: [contract_id]
respondent: buyer_id
parameters:
  ratio_max: {type: number, default: 0.25, minimum: 0, unit: "", basis: "project default: a quarter of the free reserves at stake in a year"}
message: "A year's outcome pay of {supplier} under {contract_id} is {beyond}[[: {risk_ratio} of them]][[; that of {prime} under the head contract is {prime_risk_ratio} of its own]]"
innocent: ["The accounts lag, and reserves have grown", "A parent or a lender stands behind the provider", "An advance or a service fee under another contract carries the risk"]
ask: ["The accounts used, with their year", "Guarantees or loans that stand behind the provider", "How the split of risk was agreed"]
assess: null
---*/
// Risk borne = outcome share × annual value ÷ free reserves, beside the same of the prime under its head contract. Whoever
// has nothing left in reserve bears any outcome pay beyond its means (the ratio is then left empty), and a prime that is
// paid nothing on outcomes bears no risk whatever its reserves are.
MATCH (c:Contract)
WHERE c.tier >= 2 AND (c.starts_day <= $as_of_day OR c.signed_day <= $as_of_day)
MATCH (h:Contract) WHERE h.contract_id = c.head_contract_id
MATCH (buyer:Organisation) WHERE buyer.org_id = c.buyer_id
MATCH (o:Organisation) WHERE o.org_id = c.supplier_id
MATCH (p:Organisation) WHERE p.org_id = h.supplier_id
WITH c, h, o, p,
     c.outcome_share * c.annual_value_pence AS risk_pence,
     h.outcome_share * h.annual_value_pence AS prime_risk_pence
WITH c, h, o, p, risk_pence, prime_risk_pence,
     CASE WHEN o.free_reserves_pence > 0 THEN 1.0 * risk_pence / o.free_reserves_pence END AS risk_ratio,
     CASE WHEN prime_risk_pence = 0 THEN 0.0
          WHEN p.free_reserves_pence > 0 THEN 1.0 * prime_risk_pence / p.free_reserves_pence END AS prime_risk_ratio
WITH c, o, p, risk_ratio, prime_risk_ratio,
     CASE WHEN coalesce(c.inferred, false) OR coalesce(h.inferred, false) THEN 'inferred contract'
          WHEN c.ended_day <= $as_of_day OR c.ends_day < $as_of_day THEN 'contract ended'
          WHEN risk_ratio <= $ratio_max THEN 'passed'
          WHEN risk_pence = 0 THEN 'passed'
          WHEN risk_pence IS NULL THEN 'outcome share or value unknown'
          WHEN o.free_reserves_pence IS NULL THEN 'reserves unknown'
          WHEN prime_risk_pence IS NULL OR (p.free_reserves_pence IS NULL AND prime_risk_pence > 0)
          THEN 'risk that the prime bears unknown'
          WHEN prime_risk_ratio IS NULL THEN 'passed'
          WHEN risk_ratio IS NULL OR risk_ratio > prime_risk_ratio THEN 'flagged'
          ELSE 'passed' END AS state
RETURN c.contract_id AS contract_id,
       c.source_id AS source_id,
       c.source_row AS source_row,
       c.buyer_id AS buyer_id,
       o.name AS supplier,
       p.name AS prime,
       CASE WHEN risk_ratio IS NULL THEN 'beyond its means, for it has no free reserves' ELSE 'more than its free reserves warrant' END AS beyond,
       o.accounts_year AS accounts_year,
       risk_ratio,
       prime_risk_ratio,
       state = 'flagged' AS flagged,
       CASE WHEN state IN ['outcome share or value unknown', 'reserves unknown', 'risk that the prime bears unknown']
            THEN state END AS not_assessable,
       CASE WHEN state IN ['inferred contract', 'contract ended'] THEN state END AS excluded_reason
