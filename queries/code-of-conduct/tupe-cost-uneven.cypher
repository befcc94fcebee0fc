/*---
title: TUPE costs counted for one bid and disregarded for another in one lot
clauses: [COC-TUPE-05]
severity: indicator
status: stable
version: 1
needs: [Bid.tupe_cost_treatment]
record: Bid
subject: Lot
identity: [lot_id]
respondent: department_id
message: "In {lot_id} TUPE costs were counted for {counted_bids} and disregarded for {disregarded_bids} of the bids evaluated"
innocent: ["The bids covered different staff", "The costs were disregarded for all in the end, and the record is of an earlier round"]
ask: ["The evaluation report of the lot, where it treats these costs"]
assess: null
---*/
// The rows are the bids whose treatment is on record, of lots that were decided: two treatments in one lot speak for
// themselves; where only one is known and other bids lack theirs, nobody can say.
MATCH (b:Bid)-[:IN_LOT]->(l:Lot)
WHERE b.status IN ['valid', 'winning', 'losing']
  AND coalesce(l.awarded_day, l.bids_due_day, b.submitted_day, $as_of_day) <= $as_of_day
WITH l.lot_id AS lot_id, count(*) AS bids,
     count(CASE WHEN b.tupe_cost_treatment = 'counted' THEN 1 END) AS counted_bids,
     count(CASE WHEN b.tupe_cost_treatment = 'disregarded' THEN 1 END) AS disregarded_bids
MATCH (b:Bid)-[:IN_LOT]->(l:Lot)
WHERE l.lot_id = lot_id AND b.status IN ['valid', 'winning', 'losing']
  AND coalesce(l.awarded_day, l.bids_due_day, b.submitted_day, $as_of_day) <= $as_of_day
WITH b, lot_id, counted_bids, disregarded_bids,
     CASE WHEN b.tupe_cost_treatment IS NULL THEN 'treatment unknown'
          WHEN counted_bids > 0 AND disregarded_bids > 0 THEN 'flagged'
          WHEN bids = 1 THEN 'the only bid of its lot'
          WHEN counted_bids + disregarded_bids < bids THEN 'treatment of other bids unknown'
          ELSE 'passed' END AS state
RETURN b.bid_id AS bid_id,
       b.source_id AS source_id,
       b.source_row AS source_row,
       lot_id,
       $department_org_id AS department_id,
       counted_bids,
       disregarded_bids,
       state = 'flagged' AS flagged,
       CASE WHEN state IN ['treatment unknown', 'treatment of other bids unknown'] THEN state END AS not_assessable,
       CASE WHEN state = 'the only bid of its lot' THEN state END AS excluded_reason
