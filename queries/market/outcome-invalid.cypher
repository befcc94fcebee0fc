/*---
title: Outcome claimed that the check found not to be one
clauses: [STR-COM-10]
severity: indicator            # each failed claim is a record of its own, but a prime's rate of error beside it is a pattern
status: stable
version: 2
needs: [Outcome.claimed_on, Outcome.verified_on, Outcome.result]
record: Contract
evidence: Outcome
subject: Contract
identity: [contract_id]
respondent: supplier_id
message: "{invalid} of {checked} checked outcomes that {supplier} claimed under {contract_id} were found invalid ({invalid_pence} claimed for them); {claims} were claimed in all"
innocent: ["Earnings data arrived after the check and bear the job out", "The claim was withdrawn before anything was paid", "The employer was found under another name", "Doubtful claims were picked for checking, so that the rate is not that of all claims"]
ask: ["The log of the check: source, date, who checked", "Payslips or the employer's word for the job", "The sample frame and how the sample was drawn", "Whether the sum was paid and whether it was recovered"]
assess: claims_failed
---*/
// What a check said counts from the day of the check. A method of none checked nothing, whatever the result says, and a result
// without its day cannot be placed before or after the day of the sweep. Squares are summed as numbers with a fraction: of ten claims of
// ten million pounds they are beyond what a whole number holds.
MATCH (u:Outcome)-[:RESULT_OF]->(r:Referral)
WHERE u.claimed_day IS NULL OR u.claimed_day <= $as_of_day
WITH r.contract_id AS contract_id, u.kind AS kind, u.claimed_pence AS pence,
     CASE WHEN u.claimed_day IS NULL THEN 'not claimed'
          WHEN coalesce(u.method = 'none', false) OR NOT coalesce(u.result IN ['valid', 'invalid'], false) THEN 'unchecked'
          WHEN u.verified_day IS NULL THEN 'undated'
          WHEN u.verified_day > $as_of_day THEN 'unchecked'
          ELSE u.result END AS state
WITH contract_id, kind, state, pence IS NOT NULL AS priced, count(*) AS claims, coalesce(sum(pence), 0) AS pence,
     coalesce(sum(1.0 * pence * pence), 0.0) AS pence_squared
MATCH (c:Contract) WHERE c.contract_id = contract_id
MATCH (s:Organisation) WHERE s.org_id = c.supplier_id
MATCH (p:Organisation) WHERE p.org_id = c.head_org_id
RETURN contract_id,
       c.supplier_id AS supplier_id,
       s.name AS supplier,
       c.head_org_id AS prime_id,
       p.name AS prime,
       coalesce(c.inferred, false) AS inferred,
       kind,
       state,
       priced,
       claims,
       pence,
       pence_squared;
// evidence
MATCH (u:Outcome)-[:RESULT_OF]->(r:Referral)
WHERE r.contract_id = $contract_id AND u.claimed_day <= $as_of_day AND u.verified_day <= $as_of_day
  AND u.result = 'invalid' AND coalesce(u.method <> 'none', true)
RETURN u.outcome_id AS outcome_id,
       u.source_id AS source_id,
       u.source_row AS source_row
