/*---
title: Short-listed bidders had less than twelve weeks for a large tender
clauses: [COC-DWP-03]
severity: indicator
status: stable
version: 1
needs: [Lot.shortlisted_on, Lot.bids_due_on, Lot.estimated_annual_pence]
record: Lot
subject: Lot
identity: [lot_id]
respondent: department_id
parameters:
  window_days_min: {type: integer, default: 84, minimum: 1, unit: days, basis: "the clause: not generally less than 12 weeks"}
  annual_value_min_gbp: {type: number, default: 10000000, minimum: 0, unit: £ a year, basis: "project default: the clause speaks of larger exercises and does not say how large"}
message: "Bidders for lot {lot_id} ({estimated_annual_pence} a year) were short-listed on {shortlisted_on} and had to bid by {bids_due_on}: {window_days} days, when {window_days_min} are the rule"
innocent: ["The lot was called off from a framework with its own timetable", "A failed contract had to be let again urgently", "All on the short list agreed to an earlier day"]
ask: ["The timetable of the procurement as it was published", "The reason recorded for a shorter one"]
assess: null
---*/
// The last day for bids is announced, so it may lie ahead of the day of the sweep; a short list may not.
MATCH (l:Lot)
WHERE l.commenced_day IS NULL OR l.commenced_day <= $as_of_day
WITH l, l.bids_due_day - l.shortlisted_day AS window_days,
     CASE WHEN l.estimated_annual_pence < 100 * $annual_value_min_gbp THEN 'not a large exercise'
          WHEN l.shortlisted_day > $as_of_day THEN 'short list not drawn up yet'
          WHEN l.estimated_annual_pence IS NULL THEN 'value unknown'
          WHEN l.shortlisted_day IS NULL OR l.bids_due_day IS NULL THEN 'days unknown'
          WHEN l.bids_due_day - l.shortlisted_day < $window_days_min THEN 'flagged'
          ELSE 'passed' END AS state
RETURN l.lot_id AS lot_id,
       l.source_id AS source_id,
       l.source_row AS source_row,
       $department_org_id AS department_id,
       l.programme AS programme,
       l.estimated_annual_pence AS estimated_annual_pence,
       l.shortlisted_on AS shortlisted_on,
       l.bids_due_on AS bids_due_on,
       window_days,
       $window_days_min AS window_days_min,
       state = 'flagged' AS flagged,
       CASE WHEN state IN ['value unknown', 'days unknown'] THEN state END AS not_assessable,
       CASE WHEN NOT state IN ['flagged', 'passed', 'value unknown', 'days unknown'] THEN state END AS excluded_reason
