/*---
title: TUPE information supplied too late before a transfer
clauses: [COC-TUPE-02]
severity: indicator
status: stable
version: 2
needs: [TupeTransfer.supplied_on]
record: TupeTransfer
subject: TupeTransfer
identity: [transfer_id]
respondent: from_org_id
parameters:
  notice_days: {type: integer, default: 28, minimum: 0, unit: days, basis: "TUPE Regulations 2006, reg. 11(6), as amended: transfers from 1 May 2014"}
  earlier_notice_days: {type: integer, default: 14, minimum: 0, unit: days, basis: "TUPE Regulations 2006, reg. 11(6), as made: transfers before 1 May 2014"}
  longer_from: {type: date, default: 2014-05-01, basis: "Collective Redundancies and TUPE (Amendment) Regulations 2014, reg. 10"}
message: "{from_org} supplied the information for transfer {transfer_id} to {to_org} too late before {transfers_on}: {ahead_days} days, when {wanted_days} are due"
innocent: ["Special circumstances made it impracticable, and it came as soon as it could", "It was supplied in parts, and the first part in time", "The day of the transfer was brought forward"]
ask: ["The information with the day it was sent", "When the day of the transfer was fixed"]
assess: null
---*/
// What was supplied after the day of the sweep is not on record yet. (The days wanted are taken of the day of the transfer and
// back, for one engine cannot choose between a small parameter and a large one.)
MATCH (t:TupeTransfer)
WHERE t.requested_day IS NULL OR t.requested_day <= $as_of_day OR t.supplied_day <= $as_of_day OR t.transfers_day <= $as_of_day
MATCH (giver:Organisation) WHERE giver.org_id = t.from_org_id
MATCH (taker:Organisation) WHERE taker.org_id = t.to_org_id
WITH t, giver.name AS from_org, taker.name AS to_org,
     CASE WHEN t.supplied_day <= $as_of_day THEN t.transfers_day - t.supplied_day END AS ahead_days,
     t.transfers_day - CASE WHEN t.transfers_on < $longer_from THEN t.transfers_day - $earlier_notice_days
                            ELSE t.transfers_day - $notice_days END AS wanted_days
WITH t, from_org, to_org, ahead_days, wanted_days,
     CASE WHEN ahead_days < wanted_days THEN 'flagged'
          WHEN ahead_days IS NOT NULL THEN 'passed'
          WHEN t.transfers_day - wanted_days >= $as_of_day THEN 'not due yet'
          ELSE 'day of supply unknown' END AS state
RETURN t.transfer_id AS transfer_id,
       t.source_id AS source_id,
       t.source_row AS source_row,
       t.from_org_id AS from_org_id,
       from_org,
       to_org,
       t.lot_id AS lot_id,
       t.transfers_on AS transfers_on,
       ahead_days,
       wanted_days,
       state = 'flagged' AS flagged,
       CASE WHEN state = 'day of supply unknown' THEN state END AS not_assessable,
       CASE WHEN state = 'not due yet' THEN state END AS excluded_reason
