/*---
title: A contract's year without all four scores
clauses: [STR-PERF-01, STR-PERF-03]
severity: attestation
status: stable
version: 2
needs: [Rating]
record: Contract
subject: Contract
identity: [contract_id, period]
respondent: department_id
parameters:
  due_days: {type: integer, default: 365, minimum: 0, unit: days, basis: "project default: a year is to be rated within 12 months of its end"}
message: "{prime} ({contract_id}) has {scores} of the four scores for {period}; a score for customer experience: {has_customer_experience}"
innocent: ["The rating is given a year late by agreement", "The contract was too small or too new to be rated", "The score exists and was not loaded"]
ask: ["The performance review of the year", "When star ratings of the programme are published"]
assess: null
---*/
// The years are those for which anybody was rated. A rating that names no contract holds for all head contracts of its
// organisation. A score counts from whichever rating of the year holds it. A period that names no year cannot be placed. A
// contract with a rating for calendar years is not asked for financial ones of the same time, nor the other way round.
MATCH (y:Rating)
WITH coalesce(y.period_ends_day, 0) AS to_day, min(y.period_starts_day) AS from_day, min(y.period) AS period
WHERE to_day <= $as_of_day
MATCH (h:Contract)
WHERE h.tier = 1 AND h.starts_day <= $as_of_day
  AND (to_day = 0 OR h.starts_day <= to_day AND coalesce(h.ends_day, to_day) >= from_day
                     AND coalesce(h.ended_day, to_day) >= from_day)
MATCH (prime:Organisation)-[:SUPPLIES]->(h)
OPTIONAL MATCH (r:Rating)
WHERE coalesce(r.period_ends_day, 0) = to_day
  AND (r.contract_id = h.contract_id OR r.contract_id IS NULL AND r.org_id = h.supplier_id)
WITH h, prime, from_day, to_day, period, count(r.rating_id) AS ratings,
     CASE WHEN count(r.outcomes) > 0 THEN 1 ELSE 0 END AS outcomes,
     CASE WHEN count(r.value_for_money) > 0 THEN 1 ELSE 0 END AS value_for_money,
     CASE WHEN count(r.quality) > 0 THEN 1 ELSE 0 END AS quality,
     CASE WHEN count(r.customer_experience) > 0 THEN 1 ELSE 0 END AS customer_experience
OPTIONAL MATCH (other:Rating)
WHERE other.period_starts_day <> from_day AND other.period_starts_day <= to_day
  AND other.period_ends_day >= from_day AND other.period_ends_day <= $as_of_day
  AND (other.contract_id = h.contract_id OR other.contract_id IS NULL AND other.org_id = h.supplier_id)
WITH h, prime, from_day, to_day, period, ratings, outcomes, value_for_money, quality, customer_experience,
     count(other.rating_id) AS otherwise
WITH h, prime, period, outcomes, value_for_money, quality, customer_experience,
     CASE WHEN to_day = 0 AND ratings = 0 THEN 'not seen'
          WHEN h.inferred THEN 'inferred contract'
          WHEN to_day = 0 THEN 'period names no year'
          WHEN outcomes + value_for_money + quality + customer_experience = 4 THEN 'passed'
          WHEN ratings = 0 AND otherwise > 0 THEN 'rated for another kind of year'
          WHEN h.starts_day > from_day OR h.ends_day < to_day OR h.ended_day < to_day THEN 'not in force the whole year'
          WHEN to_day + $due_days >= $as_of_day THEN 'not due yet'
          ELSE 'flagged' END AS state
WHERE state <> 'not seen'
RETURN h.contract_id AS contract_id,
       period,
       h.source_id AS source_id,
       h.source_row AS source_row,
       $department_org_id AS department_id,
       prime.name AS prime,
       outcomes + value_for_money + quality + customer_experience AS scores,
       outcomes = 1 AS has_outcomes,
       value_for_money = 1 AS has_value_for_money,
       quality = 1 AS has_quality,
       customer_experience = 1 AS has_customer_experience,
       state = 'flagged' AS flagged,
       CASE WHEN state = 'period names no year' THEN state END AS not_assessable,
       CASE WHEN state IN ['inferred contract', 'rated for another kind of year', 'not in force the whole year', 'not due yet']
            THEN state END AS excluded_reason
