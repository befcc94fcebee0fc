/*---
title: Sub-contract far shorter than the contract it stands under
clauses: [COC-PRE-07]
severity: indicator
status: stable
version: 1
needs: [Contract.ends_on]
record: Contract
subject: Contract
identity: [contract_id]
respondent: buyer_id
parameters:
  head_term_min_days: {type: integer, default: 1825, minimum: 1, unit: days, basis: "project default: five years count as long; the strategy's head contracts are of five or seven"}
  share_min: {type: number, default: 0.5, minimum: 0, maximum: 1, unit: share of the term left, basis: "project default: half of what was left of the contract above when the sub-contract began"}
  term_min_days: {type: integer, default: 730, minimum: 0, unit: days, basis: "project default: 24 months, where that much was left"}
message: "{supplier} was given {sub_term_days} days by {buyer}, whose own contract had {left_days} left of the head contract's {head_term_days}"
innocent: ["The sub-contract is a pilot", "The sub-contractor asked for a short term", "It bridges a gap until another provider can begin", "It may be extended, and performance decides"]
ask: ["The clause on the term, with any right to extend it", "The term that the sub-contractor asked for", "The performance reason, if one is given"]
assess: null
---*/
// Measured against what the buyer itself held from the sub-contract's first day on: below the second tier that is the
// contract above, which may end before the head contract. The limit in months holds where so many were left to give.
// Spot purchase is for the single case and has no term to speak of.
MATCH (c:Contract)-[:SUBCONTRACT_OF]->(above:Contract)
WHERE c.tier >= 2 AND (c.starts_day <= $as_of_day OR c.signed_day <= $as_of_day)
MATCH (head:Contract) WHERE head.contract_id = c.head_contract_id
MATCH (buyer:Organisation) WHERE buyer.org_id = c.buyer_id
MATCH (supplier:Organisation) WHERE supplier.org_id = c.supplier_id
WITH c, head, buyer.name AS buyer, supplier.name AS supplier,
     c.term_days + 1 AS sub_term_days, head.term_days + 1 AS head_term_days,
     CASE WHEN above.ends_day < head.ends_day THEN above.ends_day ELSE head.ends_day END - c.starts_day + 1 AS left_days,
     above.ends_day IS NULL AS above_open,
     coalesce(c.inferred, false) OR coalesce(head.inferred, false) OR coalesce(above.inferred, false) AS inferred
WITH c, buyer, supplier, sub_term_days, head_term_days, left_days,
     CASE WHEN inferred THEN 'inferred contract'
          WHEN c.role = 'spot' THEN 'spot purchase'
          WHEN head_term_days < $head_term_min_days THEN 'head contract not a long one'
          WHEN head_term_days IS NULL OR above_open THEN 'last day of the contract above unknown'
          WHEN sub_term_days IS NULL THEN 'last day of the sub-contract unknown'
          WHEN left_days <= 0 THEN 'contract above was over'
          WHEN sub_term_days < $share_min * left_days THEN 'flagged'
          WHEN sub_term_days < $term_min_days AND left_days >= $term_min_days THEN 'flagged'
          ELSE 'passed' END AS state
RETURN c.contract_id AS contract_id,
       c.source_id AS source_id,
       c.source_row AS source_row,
       c.buyer_id AS buyer_id,
       buyer,
       supplier,
       c.role AS role,
       sub_term_days,
       left_days,
       head_term_days,
       CASE WHEN left_days > 0 THEN 1.0 * sub_term_days / left_days END AS term_share,
       state = 'flagged' AS flagged,
       CASE WHEN state IN ['last day of the contract above unknown', 'last day of the sub-contract unknown']
            THEN state END AS not_assessable,
       CASE WHEN NOT state IN ['flagged', 'passed', 'last day of the contract above unknown',
                               'last day of the sub-contract unknown'] THEN state END AS excluded_reason
