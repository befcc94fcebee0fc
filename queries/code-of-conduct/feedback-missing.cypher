/*---
title: Unsuccessful applicant without timely feedback
clauses: [COC-PRE-05]
severity: indicator
status: stable
version: 1
needs: [Application.decided_on, Application.feedback_on]
record: Application
subject: Application
identity: [application_id]
respondent: buyer_id
parameters:
  feedback_days_max: {type: integer, default: 28, minimum: 0, unit: days, basis: "project default: 20 working days after the decision"}
message: "{buyer} turned down {applicant} on {decided_on} and gave {feedback}: {waited_days} days by {told_on}, when {feedback_days_max} are allowed"
innocent: ["Feedback was given by telephone or at a meeting and not written down", "The applicant declined it or could not be reached", "The day of the decision is the day it was recorded, not the day it was told"]
ask: ["The letter or message with the feedback", "Notes of a meeting or call", "The list of unsuccessful applicants with the days they were told"]
assess: null
---*/
// Feedback of a later day than the sweep has not been given yet, and a decision of a later day has not been taken.
MATCH (a:Application)-[:ANSWERS]->(o:Opportunity)
WHERE o.published_day IS NULL OR o.published_day <= $as_of_day
MATCH (buyer:Organisation) WHERE buyer.org_id = o.buyer_id
MATCH (applicant:Organisation) WHERE applicant.org_id = a.org_id
WITH a, o, buyer.name AS buyer, applicant.name AS applicant,
     coalesce(a.feedback_day <= $as_of_day, false) AS answered
WITH a, o, buyer, applicant, answered,
     CASE WHEN answered THEN a.feedback_day ELSE $as_of_day END - a.decided_day AS waited_days
WITH a, o, buyer, applicant, answered, waited_days,
     CASE WHEN a.decided_day > $as_of_day OR a.decision = 'pending' THEN 'not decided yet'
          WHEN a.decision = 'accepted' THEN 'accepted'
          WHEN a.decision = 'withdrawn' THEN 'withdrawn'
          WHEN a.decided_day IS NULL THEN 'day of the decision unknown'
          WHEN waited_days > $feedback_days_max THEN 'flagged'
          WHEN answered THEN 'passed'
          ELSE 'not due yet' END AS state
RETURN a.application_id AS application_id,
       a.source_id AS source_id,
       a.source_row AS source_row,
       o.buyer_id AS buyer_id,
       buyer,
       applicant,
       a.opportunity_id AS opportunity_id,
       a.decided_on AS decided_on,
       CASE WHEN answered THEN 'feedback late' ELSE 'no feedback' END AS feedback,
       CASE WHEN answered THEN a.feedback_on ELSE $as_of END AS told_on,
       waited_days,
       $feedback_days_max AS feedback_days_max,
       state = 'flagged' AS flagged,
       CASE WHEN state = 'day of the decision unknown' THEN state END AS not_assessable,
       CASE WHEN NOT state IN ['flagged', 'passed', 'day of the decision unknown'] THEN state END AS excluded_reason
