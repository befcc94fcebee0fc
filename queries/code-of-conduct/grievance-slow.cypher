/*---
title: The department was slow with a grievance
clauses: [COC-DWP-06]
severity: indicator
status: stable
version: 3
needs: [Grievance.stage, Grievance.decided_on]
record: Grievance
subject: Grievance
identity: [grievance_id]
respondent: department_id
parameters:
  acknowledge_days_max: {type: integer, default: 7, minimum: 0, unit: days, basis: "project default: 5 working days; the Code names no number"}
  decide_days_max: {type: integer, default: 60, minimum: 0, unit: days, basis: "project default; the Code names no number"}
message: "Grievance {grievance_id}, raised on {raised_on}: {acknowledged}, {decided} (waited {acknowledged_days} and {open_days} days by {seen_on})"
innocent: ["The provider asked to wait, or sent its papers late", "The prime's own procedure was still running", "Mediation was under way"]
ask: ["The department's log of the grievance", "When it reached the department"]
assess: null
---*/
// A decision acknowledges. What is open counts up to the day of the sweep. The prime's own procedure and mediation are not
// the department's days. Without one acknowledgement on record of anybody's grievance, the records and not the department
// are wanting, and only the decision is judged.
MATCH (a:Grievance)
WHERE a.raised_day <= $as_of_day AND a.acknowledged_day <= $as_of_day
WITH count(*) AS on_record
MATCH (g:Grievance)
WHERE g.raised_day <= $as_of_day
WITH on_record, g,
     CASE WHEN g.decided_day <= $as_of_day THEN g.decided_day END AS decided_day,
     CASE WHEN g.acknowledged_day <= $as_of_day THEN g.acknowledged_day END AS acknowledged_day
WITH on_record, g, decided_day,
     coalesce(decided_day, $as_of_day) - g.raised_day AS open_days,
     CASE WHEN acknowledged_day IS NULL OR decided_day < acknowledged_day THEN coalesce(decided_day, $as_of_day)
          ELSE acknowledged_day END - g.raised_day AS acknowledged_days
WITH g, decided_day, open_days, acknowledged_days,
     CASE WHEN g.stage IS NULL THEN 'stage unknown'
          WHEN g.stage <> 'dwp' THEN 'not before the department'
          WHEN g.outcome = 'withdrawn' THEN 'withdrawn'
          WHEN open_days > $decide_days_max THEN 'flagged'
          WHEN acknowledged_days > $acknowledge_days_max AND on_record = 0 THEN 'no acknowledgement of anybody on record'
          WHEN acknowledged_days > $acknowledge_days_max THEN 'flagged'
          WHEN decided_day IS NULL THEN 'still in time'
          ELSE 'passed' END AS state
RETURN g.grievance_id AS grievance_id,
       g.source_id AS source_id,
       g.source_row AS source_row,
       $department_org_id AS department_id,
       g.raised_on AS raised_on,
       CASE WHEN decided_day IS NULL THEN $as_of ELSE g.decided_on END AS seen_on,
       CASE WHEN g.acknowledged_day <= $as_of_day THEN 'acknowledged' WHEN decided_day IS NOT NULL THEN 'decided without an acknowledgement'
            ELSE 'no acknowledgement on record' END AS acknowledged,
       CASE WHEN decided_day IS NULL THEN 'no decision on record' ELSE 'decided' END AS decided,
       acknowledged_days,
       open_days,
       state = 'flagged' AS flagged,
       CASE WHEN state IN ['stage unknown', 'no acknowledgement of anybody on record'] THEN state END AS not_assessable,
       CASE WHEN state IN ['not before the department', 'withdrawn', 'still in time'] THEN state END AS excluded_reason
