/*---
title: Award on non-TUPE terms without a record of the risk
clauses: [COC-TUPE-03]
severity: attestation
status: stable
version: 2
needs: [Bid.non_tupe_terms]
record: Bid
subject: Bid
identity: [bid_id]
respondent: department_id
message: "{lot_id} went to {bidder}, whose bid {bid_id} was on non-TUPE terms, and no record shows that the risk was considered"
innocent: ["The record is part of the evaluation report, which was not loaded", "There were no staff with the provider before"]
ask: ["The evaluation report, where it weighs the risk"]
assess: null
---*/
MATCH (b:Bid)-[:IN_LOT]->(l:Lot)
WHERE b.status = 'winning' AND coalesce(l.awarded_day, l.bids_due_day, b.submitted_day, $as_of_day) <= $as_of_day
MATCH (o:Organisation) WHERE o.org_id = b.org_id
RETURN b.bid_id AS bid_id,
       b.source_id AS source_id,
       b.source_row AS source_row,
       $department_org_id AS department_id,
       b.lot_id AS lot_id,
       o.name AS bidder,
       NOT coalesce(b.tupe_risk_recorded, false) AS flagged,
       b.non_tupe_terms IS NULL AS not_assessable,
       CASE WHEN NOT b.non_tupe_terms THEN 'not on non-TUPE terms' END AS excluded_reason
