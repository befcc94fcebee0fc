/*---
title: No steward of the department came in a supply chain's first months
clauses: [COC-DWP-04]
severity: attestation
status: stable
version: 1
needs: [Engagement.kind]
record: Contract
subject: Contract
identity: [contract_id]
respondent: department_id
parameters:
  first_days: {type: integer, default: 180, minimum: 1, unit: days, basis: "project default: the initial stages are the award and 180 days from the start"}
message: "No steward visited the supply chain of {prime} ({contract_id}) between the award and {first_days} days after its start on {starts_on}"
innocent: ["A steward came and nobody wrote it down", "Visits were made to another contract of the same prime and recorded there", "The chain took over one that was already in steady delivery"]
ask: ["Diaries or minutes of the department's contract managers for the period", "When delivery went live, if later than planned"]
assess: null
---*/
// A visit to anybody in the chain counts, from the award (else the signature) on. Where neither day is known, a visit before
// the start may have been in time. Records of visits that begin only after the period say nothing about it.
MATCH (v:Engagement)
WHERE v.kind = 'steward_visit' AND v.happened_day <= $as_of_day
WITH min(v.happened_day) AS records_from
MATCH (h:Contract)
WHERE h.tier = 1 AND h.starts_day <= $as_of_day
MATCH (prime:Organisation)-[:SUPPLIES]->(h)
OPTIONAL MATCH (h)-[:IN_LOT]->(l:Lot)
WITH records_from, h, prime, coalesce(l.awarded_day, h.signed_day) AS from_day
OPTIONAL MATCH (h)<-[:SUBCONTRACT_OF*0..8]-(k:Contract)<-[:SUPPLIES]-(o:Organisation)<-[:ABOUT]-(e:Engagement)
WHERE e.kind = 'steward_visit' AND e.happened_day <= $as_of_day AND e.happened_day <= h.starts_day + $first_days
WITH records_from, h, prime,
     count(CASE WHEN e.happened_day >= coalesce(from_day, h.starts_day) THEN 1 END) AS visits,
     count(CASE WHEN from_day IS NULL THEN e.engagement_id END) AS earlier
WITH h, prime,
     CASE WHEN h.inferred THEN 'inferred contract'
          WHEN coalesce(h.ends_day, $as_of_day) < $as_of_day OR coalesce(h.ended_day, $as_of_day) < $as_of_day
          THEN 'contract ended'
          WHEN visits > 0 THEN 'passed'
          WHEN h.starts_day + $first_days >= $as_of_day THEN 'still in its first months'
          WHEN records_from IS NULL OR records_from > h.starts_day + $first_days THEN 'records of visits begin later'
          WHEN earlier > 0 THEN 'day of the award unknown'
          ELSE 'flagged' END AS state
RETURN h.contract_id AS contract_id,
       h.source_id AS source_id,
       h.source_row AS source_row,
       $department_org_id AS department_id,
       prime.name AS prime,
       h.starts_on AS starts_on,
       $first_days AS first_days,
       state = 'flagged' AS flagged,
       CASE WHEN state IN ['records of visits begin later', 'day of the award unknown'] THEN state END AS not_assessable,
       CASE WHEN state IN ['inferred contract', 'contract ended', 'still in its first months'] THEN state END AS excluded_reason
