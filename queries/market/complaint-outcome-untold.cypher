/*---
title: Customer not told the outcome of a complaint, or told late
clauses: [STR-CX-02]
severity: indicator            # that nothing is on record is no proof that nobody was told
status: stable
version: 1
needs: [Complaint.closed_on, Complaint.outcome_told_on]
record: Complaint
subject: Complaint
identity: [complaint_id]
respondent: org_id
parameters:
  told_days_max: {type: integer, default: 14, minimum: 0, unit: days, basis: "project default: 10 working days after the complaint is closed"}
message: "{provider} closed complaint {complaint_id} on {closed_on}: {told}, {waited_days} days by {told_on}, when {told_days_max} are allowed"
innocent: ["The customer could not be reached, and the attempt is on record elsewhere", "The customer was told by telephone", "The complaint was withdrawn"]
ask: ["The letter or message with the outcome", "Any record of attempts to reach the customer"]
assess: null
---*/
// Told after the day of the sweep is not told yet.
MATCH (m:Complaint)
WHERE m.raised_day <= $as_of_day
MATCH (o:Organisation) WHERE o.org_id = m.org_id
WITH m, o.name AS provider, coalesce(m.outcome_told_day <= $as_of_day, false) AS was_told
WITH m, provider, was_told, CASE WHEN was_told THEN m.outcome_told_day ELSE $as_of_day END - m.closed_day AS waited_days
WITH m, provider, was_told, waited_days,
     CASE WHEN m.closed_day IS NULL OR m.closed_day > $as_of_day THEN 'still open'
          WHEN waited_days > $told_days_max THEN 'flagged'
          WHEN was_told THEN 'passed'
          ELSE 'not due yet' END AS state
RETURN m.complaint_id AS complaint_id,
       m.source_id AS source_id,
       m.source_row AS source_row,
       m.org_id AS org_id,
       provider,
       m.contract_id AS contract_id,
       m.closed_on AS closed_on,
       CASE WHEN was_told THEN 'the outcome was told late' ELSE 'no outcome was told' END AS told,
       CASE WHEN was_told THEN m.outcome_told_on ELSE $as_of END AS told_on,
       waited_days,
       $told_days_max AS told_days_max,
       state = 'flagged' AS flagged,
       CASE WHEN state IN ['still open', 'not due yet'] THEN state END AS excluded_reason
