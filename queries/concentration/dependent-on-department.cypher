/*---
title: Provider whose turnover is mostly the department's money, or too small for its award
clauses: [STR-COM-04]
severity: indicator
status: stable
version: 3
needs: [Contract.annual_value_pence, Organisation.turnover_pence]
record: Organisation
subject: Organisation
identity: [org_id]
respondent: org_id
parameters:
  income_share_max: {type: number, default: 0.5, minimum: 0, unit: share, basis: "project default: half of the turnover"}
  award_share_max: {type: number, default: 1, minimum: 0, unit: share, basis: "project default: one award as large as the whole turnover"}
message: "{org_name} earns {income_share} of its turnover in chains of the department; its largest contract is {award_share} of it"
innocent: ["The turnover is that of an older year", "A parent company stands behind it", "It was founded to deliver this contract"]
ask: ["The latest accounts", "A parent's guarantee", "What would be left if the contract ended"]
assess: null
---*/
// A year's value of every contract in force, at any tier. What a supplier passes on down the chain is still its
// income; what it sells to itself there is none. An award counts from the day it was signed.
MATCH (o:Organisation)-[:SUPPLIES]->(c:Contract)
WHERE (c.starts_day <= $as_of_day OR c.signed_day <= $as_of_day) AND c.buyer_id <> c.supplier_id
  AND coalesce(c.ends_day, $as_of_day) >= $as_of_day AND coalesce(c.ended_day, $as_of_day) >= $as_of_day
WITH o, coalesce(sum(CASE WHEN c.starts_day <= $as_of_day THEN c.annual_value_pence END), 0) AS income_pence,
     max(c.annual_value_pence) AS award_pence, count(*) - count(c.annual_value_pence) AS unvalued, min(CASE WHEN c.inferred THEN 1 ELSE 0 END) AS inferred
WITH o, unvalued, inferred,
     CASE WHEN o.turnover_pence > 0 THEN 1.0 * income_pence / o.turnover_pence END AS income_share,
     CASE WHEN o.turnover_pence > 0 THEN 1.0 * award_pence / o.turnover_pence END AS award_share
WITH o, income_share, award_share,
     CASE WHEN inferred = 1 THEN 'inferred contract'
          WHEN income_share IS NULL THEN 'turnover unknown'
          WHEN income_share > $income_share_max OR award_share > $award_share_max THEN 'flagged'
          WHEN unvalued > 0 THEN 'value of a contract unknown'
          ELSE 'passed' END AS state
RETURN o.org_id AS org_id,
       o.source_id AS source_id,
       o.source_row AS source_row,
       o.name AS org_name,
       o.accounts_year AS accounts_year,
       income_share,
       award_share,
       state = 'flagged' AS flagged,
       CASE WHEN state IN ['turnover unknown', 'value of a contract unknown'] THEN state END AS not_assessable,
       CASE WHEN state = 'inferred contract' THEN state END AS excluded_reason
