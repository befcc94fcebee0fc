/*---
title: Return asked for after the contract was signed, and not agreed
clauses: [COC-POST-02]
severity: indicator
status: stable
version: 2
needs: [ReportingRequirement.introduced_on, Contract.signed_on]
record: ReportingRequirement
subject: ReportingRequirement
identity: [requirement_id]
respondent: buyer_id
message: "{buyer} asks {supplier} for {name} under {contract_id} since {introduced_on}; the contract was signed on {signed_on} and no agreement to it is recorded"
innocent: ["The department asked for it, and the record does not say so", "It replaces a return that was agreed", "It was agreed in a meeting whose minutes were not loaded"]
ask: ["The agreement or amendment that brought it in", "Where the demand came from"]
assess: null
---*/
// An agreement of any day up to the sweep counts, for it may have been put on record late. A signature of a later day is
// not known.
MATCH (q:ReportingRequirement)-[:UNDER]->(c:Contract)
WHERE q.introduced_day IS NULL OR q.introduced_day <= $as_of_day
MATCH (buyer:Organisation) WHERE buyer.org_id = c.buyer_id
MATCH (supplier:Organisation) WHERE supplier.org_id = c.supplier_id
WITH q, c, buyer.name AS buyer, supplier.name AS supplier,
     CASE WHEN c.inferred THEN 'inferred contract'
          WHEN c.tier = 1 THEN 'asked for by the department'
          WHEN q.mandated_by_dwp THEN 'asked for by the department'
          WHEN q.agreed_day <= $as_of_day THEN 'passed'
          WHEN q.introduced_day <= c.signed_day AND c.signed_day <= $as_of_day THEN 'passed'
          WHEN q.introduced_day IS NULL THEN 'day it was first asked for unknown'
          WHEN c.signed_day IS NULL OR c.signed_day > $as_of_day THEN 'day of signature unknown'
          WHEN q.mandated_by_dwp IS NULL THEN 'where the demand came from unknown'
          ELSE 'flagged' END AS state
RETURN q.requirement_id AS requirement_id,
       q.source_id AS source_id,
       q.source_row AS source_row,
       c.buyer_id AS buyer_id,
       buyer,
       supplier,
       c.contract_id AS contract_id,
       q.name AS name,
       q.introduced_on AS introduced_on,
       c.signed_on AS signed_on,
       state = 'flagged' AS flagged,
       CASE WHEN NOT state IN ['flagged', 'passed', 'inferred contract', 'asked for by the department'] THEN state END AS not_assessable,
       CASE WHEN state IN ['inferred contract', 'asked for by the department'] THEN state END AS excluded_reason
