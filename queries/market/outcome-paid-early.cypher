/*---
title: Sustained outcome claimed before the job had lasted long enough
clauses: [STR-COM-07]
severity: breach
status: stable
version: 2
needs: [Outcome.claimed_on, Outcome.job_started_on]
record: Outcome
subject: Contract
identity: [contract_id]
respondent: supplier_id
parameters:
  outcome_days: {type: integer, default: 182, minimum: 1, unit: days, basis: "the clause: six months in the first instance; the contract's own period comes first"}
message: "{supplier} claimed sustained outcomes under {contract_id} too early: {rows} in all, the earliest {lasted_days.min} days after the job began, when {needed_days.min} are needed"
innocent: ["Linked jobs count together, and the day is that of the last one", "The contract pays a first part earlier", "The day the job began was corrected later"]
ask: ["The claim with the dates of the job", "The definition of the outcome in the contract"]
assess: null
---*/
// The contract's own period, else that of the head contract, else six months. Both the day of the claim and the days that the
// job is said to have lasted must reach it.
MATCH (u:Outcome)-[:RESULT_OF]->(r:Referral)
WHERE u.kind = 'sustained' AND u.claimed_day <= $as_of_day
MATCH (r)-[:UNDER]->(c:Contract)
MATCH (h:Contract) WHERE h.contract_id = c.head_contract_id
WITH u, c, coalesce(c.outcome_days, h.outcome_days, $outcome_days) AS needed_days,
     u.claimed_day - u.job_started_day AS lasted_days
WHERE (lasted_days < needed_days OR u.sustained_days < needed_days) AND NOT coalesce(c.inferred, false)
MATCH (s:Organisation) WHERE s.org_id = c.supplier_id
RETURN c.contract_id AS contract_id,
       u.outcome_id AS outcome_id,
       u.source_id AS source_id,
       u.source_row AS source_row,
       c.supplier_id AS supplier_id,
       s.name AS supplier,
       u.claimed_pence AS claimed_pence,
       needed_days,
       CASE WHEN u.sustained_days < lasted_days OR lasted_days IS NULL THEN u.sustained_days ELSE lasted_days END AS lasted_days,
       true AS flagged;
// population
MATCH (u:Outcome)-[:RESULT_OF]->(r:Referral)
WHERE u.kind = 'sustained' AND (u.claimed_day IS NULL OR u.claimed_day <= $as_of_day)
MATCH (r)-[:UNDER]->(c:Contract)
MATCH (h:Contract) WHERE h.contract_id = c.head_contract_id
WITH coalesce(c.inferred, false) AS inferred, coalesce(c.outcome_days, h.outcome_days, $outcome_days) AS needed_days,
     u.claimed_day IS NULL AS unclaimed,
     u.claimed_day - u.job_started_day AS lasted_days, u.sustained_days AS sustained_days
WITH CASE WHEN unclaimed THEN 'not claimed'
          WHEN inferred THEN 'inferred contract'
          WHEN lasted_days < needed_days OR sustained_days < needed_days THEN 'flagged'
          WHEN lasted_days IS NULL AND sustained_days IS NULL THEN 'how long the job lasted unknown'
          ELSE 'passed' END AS state, count(*) AS outcomes
RETURN CASE WHEN state IN ['flagged', 'passed'] THEN state WHEN state IN ['not claimed', 'inferred contract'] THEN 'excluded'
            ELSE 'not_assessable' END AS outcome,
       CASE WHEN state IN ['flagged', 'passed'] THEN '' ELSE state END AS reason,
       outcomes AS records
