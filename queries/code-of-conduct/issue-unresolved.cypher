/*---
title: Issue that was not acknowledged or not resolved in time
clauses: [COC-POST-09, COC-VAL-04]
severity: indicator
status: stable
version: 1
needs: [Issue.acknowledged_on, Issue.resolved_on]
record: Issue
subject: Issue
identity: [issue_id]
respondent: raised_with_id
parameters:
  acknowledge_days_max: {type: integer, default: 7, minimum: 0, unit: days, basis: "project default: 5 working days; the Code names no number"}
  resolve_days_max: {type: integer, default: 28, minimum: 0, unit: days, basis: "project default: 20 working days; the Code names no number"}
message: "{raised_with} had issue {issue_id} from {raised_on}; days until it was acknowledged: {acknowledged_days}, until it was resolved: {open_days} (counted to {seen_on})"
innocent: ["It was held open at the wish of whoever raised it", "It waited for a third party", "It was answered in talk and written up later"]
ask: ["The log of the issue, with who did what on which day"]
assess: null
---*/
// What was resolved had been taken note of by then. What is open counts up to the day of the sweep.
MATCH (i:Issue)
WHERE i.raised_day <= $as_of_day
MATCH (with_whom:Organisation) WHERE with_whom.org_id = i.raised_with_id
WITH i, with_whom.name AS raised_with,
     CASE WHEN i.resolved_day <= $as_of_day THEN i.resolved_day END AS resolved_day,
     CASE WHEN i.acknowledged_day <= $as_of_day THEN i.acknowledged_day END AS acknowledged_day
WITH i, raised_with, resolved_day,
     coalesce(resolved_day, $as_of_day) - i.raised_day AS open_days,
     CASE WHEN acknowledged_day IS NULL OR resolved_day < acknowledged_day THEN coalesce(resolved_day, $as_of_day)
          ELSE acknowledged_day END - i.raised_day AS acknowledged_days
WITH i, raised_with, resolved_day, open_days, acknowledged_days,
     CASE WHEN acknowledged_days > $acknowledge_days_max OR open_days > $resolve_days_max THEN 'flagged'
          WHEN resolved_day IS NULL THEN 'still in time'
          ELSE 'passed' END AS state
RETURN i.issue_id AS issue_id,
       i.source_id AS source_id,
       i.source_row AS source_row,
       i.raised_with_id AS raised_with_id,
       raised_with,
       i.contract_id AS contract_id,
       i.raised_on AS raised_on,
       CASE WHEN resolved_day IS NULL THEN $as_of ELSE i.resolved_on END AS seen_on,
       acknowledged_days,
       open_days,
       state = 'flagged' AS flagged,
       CASE WHEN state = 'still in time' THEN state END AS excluded_reason
