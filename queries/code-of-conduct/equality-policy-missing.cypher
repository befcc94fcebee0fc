/*---
title: Provider in the chain without an equality policy in date
clauses: [COC-EQ-01, COC-VAL-06]
severity: attestation
status: stable
version: 1
needs: [Policy.kind]
record: Organisation
subject: Organisation
identity: [org_id]
respondent: org_id
parameters:
  max_age_days: {type: integer, default: 1096, minimum: 1, unit: days, basis: "project default: 36 months where the policy names no day of review"}
message: "{name} (tier {tier}) shows no equality policy in date"
innocent: ["A policy exists and was not loaded", "A micro provider may show a statement in proportion to its contract", "The policy of the parent organisation covers it"]
ask: ["The policy with the day of its approval or review", "The day the prime asked for it, below tier 1"]
assess: null
---*/
// Every supplier of a contract in force under a head contract in force. A policy is in date up to the day of its next
// review, or for max_age_days after its approval where it names none; one with neither day cannot be judged.
MATCH (c:Contract)
WHERE c.starts_day <= $as_of_day
  AND coalesce(c.ends_day, $as_of_day) >= $as_of_day AND coalesce(c.ended_day, $as_of_day) >= $as_of_day
MATCH (h:Contract)
WHERE h.contract_id = c.head_contract_id AND h.starts_day <= $as_of_day
  AND coalesce(h.ends_day, $as_of_day) >= $as_of_day AND coalesce(h.ended_day, $as_of_day) >= $as_of_day
MATCH (o:Organisation)-[:SUPPLIES]->(c)
WITH o, min(c.tier) AS tier, min(CASE WHEN c.inferred THEN 1 ELSE 0 END) AS inferred
OPTIONAL MATCH (p:Policy)-[:ABOUT]->(o)
WHERE p.kind = 'equality' AND coalesce(p.approved_day, $as_of_day) <= $as_of_day
WITH o, tier, inferred,
     count(CASE WHEN coalesce(p.review_due_day, p.approved_day + $max_age_days) >= $as_of_day THEN 1 END) AS in_date,
     count(CASE WHEN p.review_due_day IS NULL AND p.approved_day IS NULL THEN p.policy_id END) AS undated
RETURN o.org_id AS org_id,
       o.source_id AS source_id,
       o.source_row AS source_row,
       o.name AS name,
       tier,
       in_date = 0 AND undated = 0 AS flagged,
       in_date = 0 AND undated > 0 AND inferred = 0 AS not_assessable,
       CASE WHEN inferred = 1 THEN 'inferred contract' END AS excluded_reason
