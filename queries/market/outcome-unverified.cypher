/*---
title: Outcome claimed and not verified in time
clauses: [STR-COM-10]
severity: indicator
status: stable
version: 2
needs: [Outcome.claimed_on, Outcome.verified_on]
record: Outcome
subject: Contract
identity: [contract_id]
respondent: department_id
parameters:
  verify_days_max: {type: integer, default: 90, minimum: 1, unit: days, basis: "project default: a quarter, in which earnings data arrive"}
message: "Outcomes that {supplier} claimed under {contract_id} were not verified within {verify_days_max.max} days: {rows} in all, the longest after {waited_days.max} days"
innocent: ["Earnings data arrive late", "They were checked as part of a sample, whose list was not loaded", "The claim was withdrawn"]
ask: ["The verification log", "The sample frame and its date"]
assess: null
---*/
// The department checks what it pays for, so it answers. A method of none verifies nothing. What is unverified counts up to
// the day of the sweep. A result without its day says that somebody checked, and nobody can say when.
MATCH (u:Outcome)-[:RESULT_OF]->(r:Referral)
WHERE u.claimed_day <= $as_of_day
  AND CASE WHEN u.verified_day <= $as_of_day AND coalesce(u.method <> 'none', true) THEN u.verified_day ELSE $as_of_day END
      - u.claimed_day > $verify_days_max
  AND NOT (u.verified_day IS NULL AND coalesce(u.result IN ['valid', 'invalid'], false) AND coalesce(u.method <> 'none', true))
MATCH (r)-[:UNDER]->(c:Contract)
WHERE NOT coalesce(c.inferred, false)
MATCH (s:Organisation) WHERE s.org_id = c.supplier_id
RETURN c.contract_id AS contract_id,
       u.outcome_id AS outcome_id,
       u.source_id AS source_id,
       u.source_row AS source_row,
       $department_org_id AS department_id,
       s.name AS supplier,
       u.claimed_pence AS claimed_pence,
       $verify_days_max AS verify_days_max,
       CASE WHEN u.verified_day <= $as_of_day AND coalesce(u.method <> 'none', true) THEN u.verified_day ELSE $as_of_day END
       - u.claimed_day AS waited_days,
       true AS flagged;
// population
MATCH (u:Outcome)-[:RESULT_OF]->(r:Referral)
WHERE u.claimed_day IS NULL OR u.claimed_day <= $as_of_day
MATCH (r)-[:UNDER]->(c:Contract)
WITH coalesce(c.inferred, false) AS inferred, u.claimed_day AS claimed_day,
     u.verified_day IS NULL AND coalesce(u.result IN ['valid', 'invalid'], false) AND coalesce(u.method <> 'none', true) AS undated,
     CASE WHEN u.verified_day <= $as_of_day AND coalesce(u.method <> 'none', true) THEN u.verified_day END AS verified_day
WITH CASE WHEN claimed_day IS NULL THEN 'not claimed'
          WHEN inferred THEN 'inferred contract'
          WHEN undated AND $as_of_day - claimed_day > $verify_days_max THEN 'day of the check unknown'
          WHEN coalesce(verified_day, $as_of_day) - claimed_day > $verify_days_max THEN 'flagged'
          WHEN verified_day IS NULL THEN 'not due yet'
          ELSE 'passed' END AS state, count(*) AS outcomes
RETURN CASE WHEN state IN ['flagged', 'passed'] THEN state WHEN state = 'day of the check unknown' THEN 'not_assessable'
            ELSE 'excluded' END AS outcome,
       CASE WHEN state IN ['flagged', 'passed'] THEN '' ELSE state END AS reason,
       outcomes AS records
