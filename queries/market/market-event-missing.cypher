/*---
title: No event for the market before the procurement
clauses: [STR-DEV-03]
severity: attestation
status: stable
version: 1
needs: [Lot.commenced_on, Lot.market_event_on]
record: Lot
subject: Lot
identity: [lot_id]
respondent: department_id
parameters:
  lead_days_min: {type: integer, default: 1, minimum: 0, unit: days, basis: "the clause: events up front, so at the latest on the day before the procurement commenced"}
message: "Procurement of lot {lot_id} commenced on {commenced_on}, and {event}"
innocent: ["The lot was called off from a framework whose own event was held before", "One event was held for several lots and recorded with another", "The event was held and not recorded"]
ask: ["The invitation to the event, with its day and who came", "The notice to the market that went out before the procurement"]
assess: null
---*/
// An event of a later day than the sweep has not been held yet, and a procurement of a later day has not commenced.
MATCH (l:Lot)
WITH l, coalesce(l.market_event_day <= $as_of_day, false) AS held
RETURN l.lot_id AS lot_id,
       l.source_id AS source_id,
       l.source_row AS source_row,
       $department_org_id AS department_id,
       l.programme AS programme,
       l.commenced_on AS commenced_on,
       CASE WHEN held THEN l.market_event_on END AS market_event_on,
       CASE WHEN held THEN 'the event for the market was not held before'
            ELSE 'no event for the market was shown' END AS event,
       CASE WHEN held THEN coalesce(l.commenced_day - l.market_event_day < $lead_days_min, false)
            ELSE l.commenced_day IS NOT NULL END AS flagged,
       CASE WHEN l.commenced_day IS NULL THEN 'day of commencement unknown' END AS not_assessable,
       CASE WHEN l.commenced_day > $as_of_day THEN 'not commenced yet' END AS excluded_reason
