/*---
title: One customer's job claimed twice
clauses: [STR-COM-10]
severity: indicator            # two spells may overlap for good reason, and a key may stand for two people
status: stable
version: 2
needs: [Outcome.claimed_on, Outcome.job_started_on, Referral.customer_key]
record: Outcome
subject: Contract
identity: [contract_id]
respondent: supplier_id
message: "{supplier} claimed outcomes under {contract_id} for jobs that an earlier claim of the same kind overlaps: {rows} in all"
innocent: ["Two part-time jobs at once, each counted by its own contract", "The earlier claim was withdrawn", "The key stands for two people"]
ask: ["Both claims, with employer and dates", "Whether both were paid"]
assess: null
---*/
// Of two claims of one kind for one customer, with spells of work that overlap, the later is the second. Both were made by the
// day of the sweep, for the earlier one is older. Where the earlier one was found invalid by then, the later is no second.
MATCH (u:Outcome)-[:RESULT_OF]->(r:Referral)
WHERE u.claimed_day <= $as_of_day AND u.earlier_claim_id IS NOT NULL
MATCH (r)-[:UNDER]->(c:Contract)
WHERE NOT coalesce(c.inferred, false)
MATCH (former:Outcome) WHERE former.outcome_id = u.earlier_claim_id
  AND NOT coalesce(former.result = 'invalid' AND former.verified_day <= $as_of_day, false)
MATCH (s:Organisation) WHERE s.org_id = c.supplier_id
RETURN c.contract_id AS contract_id,
       u.outcome_id AS outcome_id,
       u.source_id AS source_id,
       u.source_row AS source_row,
       c.supplier_id AS supplier_id,
       s.name AS supplier,
       u.kind AS kind,
       u.claimed_pence AS claimed_pence,
       u.earlier_claim_id AS earlier_claim_id,
       true AS flagged;
// population
MATCH (u:Outcome)-[:RESULT_OF]->(r:Referral)
WHERE (u.claimed_day IS NULL OR u.claimed_day <= $as_of_day) AND u.earlier_claim_id IS NULL
MATCH (r)-[:UNDER]->(c:Contract)
WITH CASE WHEN u.claimed_day IS NULL THEN 'not claimed'
          WHEN c.inferred THEN 'inferred contract'
          WHEN r.customer_key IS NULL OR r.customers > 1 THEN 'customer without a key'
          WHEN u.job_started_day IS NULL THEN 'first day in the job unknown'
          ELSE 'passed' END AS state, count(*) AS outcomes
RETURN CASE WHEN state = 'passed' THEN state WHEN state IN ['not claimed', 'inferred contract'] THEN 'excluded'
            ELSE 'not_assessable' END AS outcome,
       CASE WHEN state = 'passed' THEN '' ELSE state END AS reason,
       outcomes AS records
UNION ALL
MATCH (u:Outcome)-[:RESULT_OF]->(r:Referral)
WHERE u.claimed_day <= $as_of_day AND u.earlier_claim_id IS NOT NULL
MATCH (r)-[:UNDER]->(c:Contract)
MATCH (former:Outcome) WHERE former.outcome_id = u.earlier_claim_id
WITH CASE WHEN c.inferred THEN 'inferred contract'
          WHEN former.result = 'invalid' AND former.verified_day <= $as_of_day THEN 'earlier claim found invalid'
          ELSE 'flagged' END AS state, count(*) AS outcomes
RETURN CASE WHEN state = 'flagged' THEN state ELSE 'excluded' END AS outcome,
       CASE WHEN state = 'flagged' THEN '' ELSE state END AS reason,
       outcomes AS records
