/*---
title: Far more reporting for the money than other sub-contracts
clauses: [COC-POST-02]
severity: indicator
status: stable
version: 4
needs: [ReportingRequirement.hours_per_return, Contract.annual_value_pence]
record: Contract
evidence: ReportingRequirement
subject: Contract
identity: [contract_id]
respondent: buyer_id
parameters:
  min_peers: {type: integer, default: 8, minimum: 4, unit: contracts, basis: "methods: a fence of fewer peers says nothing"}
  times_median_min: {type: number, default: 1.25, minimum: 1, unit: times the median, basis: "project default: a quarter more than the middle one, as peers that are all nearly alike leave a fence beside themselves"}
message: "{buyer} asks {supplier} for {measure} hours of reporting a year for each £10,000 of {contract_id}; the peers' fence is {fence}, their median {median}"
innocent: ["The department asked for the returns, and the record says otherwise", "The contract is small, and some reporting has a least size", "The hours are an estimate"]
ask: ["The list of returns, with where each comes from", "How the hours were worked out"]
assess: peer_fence
---*/
// Returns a year times hours a return, for each £10,000 of annual value, of what the buyer itself asks for: what the department
// mandates is left out, and a contract of which the buyer asks nothing of its own is nobody's peer: many zeros would draw
// the fence down. What nobody says the department mandates is the buyer's own demand. Compared with every other
// sub-contract of which the hours are known.
MATCH (c:Contract)
WHERE c.tier >= 2 AND (c.starts_day <= $as_of_day OR c.signed_day <= $as_of_day)
MATCH (w:ReportingRequirement)-[:UNDER]->(c)
WHERE coalesce(w.introduced_day, $as_of_day) <= $as_of_day
WITH c, count(CASE WHEN NOT coalesce(w.mandated_by_dwp, false) THEN 1 END) AS own_returns
MATCH (q:ReportingRequirement)-[:UNDER]->(c)
WHERE coalesce(q.introduced_day, $as_of_day) <= $as_of_day
MATCH (buyer:Organisation)-[:BUYS]->(c)
MATCH (supplier:Organisation)-[:SUPPLIES]->(c)
RETURN 'contract_id' AS identity,
       'sum' AS how,
       c.contract_id AS unit_id,
       'sub-contracts' AS peers,
       c.buyer_id AS buyer_id,
       buyer.name AS buyer,
       supplier.name AS supplier,
       CASE WHEN q.mandated_by_dwp THEN 0.0
            WHEN c.annual_value_pence > 0
            THEN q.returns_per_year * q.hours_per_return / (1.0 * c.annual_value_pence / 1000000)
            END AS measure,
       CASE WHEN c.inferred THEN 'inferred contract'
            WHEN c.ended_day <= $as_of_day OR c.ends_day < $as_of_day THEN 'contract ended'
            WHEN own_returns = 0 THEN 'asked for by the department' END AS excluded_reason;
// evidence
MATCH (q:ReportingRequirement)-[:UNDER]->(c:Contract)
WHERE c.contract_id = $contract_id AND coalesce(q.introduced_day, $as_of_day) <= $as_of_day
RETURN q.requirement_id AS requirement_id,
       q.source_id AS source_id,
       q.source_row AS source_row
