/*---
title: Sub-contract let without an advertised opportunity
clauses: [COC-PRE-01]
severity: indicator
status: stable
version: 1
needs: [Contract.opportunity_id, Opportunity.published_on]
record: Contract
subject: Contract
identity: [contract_id]
respondent: buyer_id
parameters:
  annual_value_min_gbp: {type: number, default: 0, minimum: 0, unit: £ a year, basis: "project default: no floor, as the clause names none; raise it where small sub-contracts need no advert"}
message: "{buyer} let a sub-contract to {supplier} from {starts_on} on, and {advert}"
innocent: ["The supplier was named as a partner in the bid, before the award", "It stepped in at short notice when another provider failed", "The contract renews or replaces one that was advertised", "The advert was placed and not loaded"]
ask: ["The advert, with its day and the places where it stood", "The reason given at the time for not advertising", "The bid, if it names the supplier"]
assess: null
---*/
// An advert that came out after the signature (or the start, where no signature is known) offered nothing any more; one
// that comes out after the day of the sweep is not there yet.
MATCH (c:Contract)
WHERE c.tier >= 2 AND (c.starts_day <= $as_of_day OR c.signed_day <= $as_of_day)
MATCH (buyer:Organisation) WHERE buyer.org_id = c.buyer_id
MATCH (supplier:Organisation) WHERE supplier.org_id = c.supplier_id
OPTIONAL MATCH (c)-[:RESULTED_FROM]->(o:Opportunity)
WITH c, o, buyer.name AS buyer, supplier.name AS supplier,
     CASE WHEN c.signed_day < c.starts_day AND c.signed_day <= $as_of_day THEN c.signed_day
          ELSE c.starts_day END AS let_day
WITH c, o, buyer, supplier,
     CASE WHEN c.inferred THEN 'inferred contract'
          WHEN $annual_value_min_gbp > 0 AND c.annual_value_pence IS NULL THEN 'value unknown'
          WHEN c.annual_value_pence < 100 * $annual_value_min_gbp THEN 'below the floor'
          WHEN c.opportunity_id IS NULL THEN 'no advert'
          WHEN o.published_day IS NULL THEN 'day of the advert unknown'
          WHEN o.published_day > $as_of_day THEN 'no advert'
          WHEN o.published_day > let_day THEN 'late advert'
          ELSE 'passed' END AS state
RETURN c.contract_id AS contract_id,
       c.source_id AS source_id,
       c.source_row AS source_row,
       c.buyer_id AS buyer_id,
       buyer,
       supplier,
       c.starts_on AS starts_on,
       c.annual_value_pence AS annual_value_pence,
       CASE WHEN state = 'late advert' THEN 'the opportunity was advertised only afterwards'
            ELSE 'no advertised opportunity is known behind it' END AS advert,
       CASE WHEN state = 'late advert' THEN o.published_on END AS published_on,
       CASE WHEN state = 'late advert' THEN o.channels END AS channels,
       state IN ['no advert', 'late advert'] AS flagged,
       CASE WHEN state IN ['value unknown', 'day of the advert unknown'] THEN state END AS not_assessable,
       CASE WHEN state IN ['inferred contract', 'below the floor'] THEN state END AS excluded_reason
