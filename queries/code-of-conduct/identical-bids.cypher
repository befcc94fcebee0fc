/*---
title: Equal prices bid for one lot
clauses: [COC-POST-03]
severity: indicator            # a reason to refer the matter to the competition authority, never a finding of collusion
status: stable
version: 3
needs: [Bid.price_pence]
record: Bid
subject: Lot
identity: [lot_id]
respondent: null
message: "In {lot_id} {bids_at_the_price.max} of {bids} bids name the very same price"
innocent: ["The department set the price, or a ceiling that all met", "The price follows a published tariff", "One organisation bid twice under two names"]
ask: ["How each bidder came to its price", "Whether the tender named a price or ceiling", "Next step: refer to the competition authority; confidential until then"]
assess: null
---*/
// Bids that stood, of different organisations. Beside a bid whose price is unknown nobody can say that no other names the same.
MATCH (b:Bid)-[:IN_LOT]->(l:Lot)
WHERE NOT b.status IN ['invited', 'withdrawn', 'disqualified'] AND coalesce(b.submitted_day, l.bids_due_day, $as_of_day) <= $as_of_day
WITH l.lot_id AS lot_id, count(DISTINCT b.org_id) AS bids,
     count(DISTINCT CASE WHEN b.price_pence IS NOT NULL THEN b.org_id END) AS priced
MATCH (b:Bid)-[:IN_LOT]->(l:Lot)
WHERE l.lot_id = lot_id AND NOT b.status IN ['invited', 'withdrawn', 'disqualified']
  AND coalesce(b.submitted_day, l.bids_due_day, $as_of_day) <= $as_of_day
OPTIONAL MATCH (o:Bid)-[:IN_LOT]->(m:Lot)
WHERE m.lot_id = lot_id AND o.price_pence = b.price_pence AND o.org_id <> b.org_id
  AND NOT o.status IN ['invited', 'withdrawn', 'disqualified'] AND coalesce(o.submitted_day, m.bids_due_day, $as_of_day) <= $as_of_day
WITH b, lot_id, bids, priced, count(DISTINCT o.org_id) + 1 AS bids_at_the_price
WITH b, lot_id, bids, bids_at_the_price,
     CASE WHEN bids < 2 THEN 'one bid alone'
          WHEN b.price_pence IS NULL THEN 'price unknown'
          WHEN bids_at_the_price > 1 THEN 'flagged'
          WHEN priced < bids THEN 'price of another bid unknown'
          ELSE 'passed' END AS state
RETURN b.bid_id AS bid_id,
       b.source_id AS source_id,
       b.source_row AS source_row,
       lot_id,
       b.price_pence AS price_pence,
       bids,
       bids_at_the_price,
       state = 'flagged' AS flagged,
       CASE WHEN state IN ['price unknown', 'price of another bid unknown'] THEN state END AS not_assessable,
       CASE WHEN state = 'one bid alone' THEN state END AS excluded_reason
