/*---
title: Head contract shorter than five or longer than seven years
clauses: [STR-COM-01]
severity: indicator
status: stable
version: 1
needs: [Contract.ends_on]
record: Contract
subject: Contract
identity: [contract_id]
respondent: buyer_id
parameters:
  term_min_days: {type: integer, default: 1825, minimum: 1, unit: days, basis: "the strategy: the norm is five years, leap days not counted"}
  term_max_days: {type: integer, default: 2558, minimum: 1, unit: days, basis: "the strategy: on occasion seven years, with two leap days and whether the last day is the anniversary or the day before"}
message: "The head contract of {supplier} runs for {head_term_days} days, from {starts_on} to {ends_on}; the norm is {term_min_days} to {term_max_days}"
innocent: ["The contract is a pilot or a test of a new service", "It bridges the time between two programmes", "It may be extended to the usual term, subject to performance", "The last day loaded already includes an extension"]
ask: ["The clause on the term, with any right to extend or break it", "The commissioning decision that set the term"]
assess: null
---*/
// The first and the last day both count.
MATCH (c:Contract)
WHERE c.tier = 1 AND (c.starts_day <= $as_of_day OR c.signed_day <= $as_of_day)
MATCH (supplier:Organisation) WHERE supplier.org_id = c.supplier_id
WITH c, supplier.name AS supplier, c.term_days + 1 AS head_term_days
RETURN c.contract_id AS contract_id,
       c.source_id AS source_id,
       c.source_row AS source_row,
       c.buyer_id AS buyer_id,
       supplier,
       c.programme AS programme,
       c.starts_on AS starts_on,
       c.ends_on AS ends_on,
       head_term_days,
       $term_min_days AS term_min_days,
       $term_max_days AS term_max_days,
       coalesce(head_term_days < $term_min_days OR head_term_days > $term_max_days, false) AS flagged,
       CASE WHEN head_term_days IS NULL THEN 'last day unknown' END AS not_assessable,
       CASE WHEN c.inferred THEN 'inferred contract' END AS excluded_reason
