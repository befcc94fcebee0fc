/*---
title: Bid without a statement on TUPE
clauses: [COC-TUPE-01]
severity: attestation
status: stable
version: 1
needs: [Bid.tupe_statement]
record: Bid
subject: Bid
identity: [bid_id]
respondent: org_id
message: "The bid {bid_id} of {bidder} for {lot_id} holds no statement on whether its bidder believes TUPE to be in play"
innocent: ["The statement stands in an annex that was not loaded", "The question was answered in clarifications"]
ask: ["The page of the bid with the statement"]
assess: null
---*/
// Whether there is a statement, never what it should say.
MATCH (b:Bid)-[:IN_LOT]->(l:Lot)
WHERE coalesce(b.submitted_day, l.bids_due_day, $as_of_day) <= $as_of_day
MATCH (o:Organisation) WHERE o.org_id = b.org_id
RETURN b.bid_id AS bid_id,
       b.source_id AS source_id,
       b.source_row AS source_row,
       b.org_id AS org_id,
       o.name AS bidder,
       b.lot_id AS lot_id,
       b.tupe_statement IS NULL AS flagged,
       CASE WHEN NOT b.status IN ['valid', 'winning', 'losing'] THEN 'not a valid bid' END AS excluded_reason
