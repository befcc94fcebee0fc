/*---
title: Losing bidder who became the winner's sub-contractor
clauses: [COC-POST-03]
severity: indicator            # common and often sensible; a reason to look at the bids, nothing more
status: stable
version: 3
needs: [Bid.status, Contract.lot_id]
record: Bid
subject: Lot
identity: [lot_id, org_id]
respondent: null
message: "{bidder} lost {lot_id}, which {winner} holds, and works in its chain under {contract_id} since {starts_on}"
innocent: ["The winner needed the loser's sites or people, and asked after the award", "The department encouraged it", "The loser took over from a sub-contractor that failed"]
ask: ["When the talks about the sub-contract began", "Both bids, side by side", "Next step, with other signs: refer to the competition authority; confidential until then"]
assess: null
---*/
// Losing bids of lots that were awarded. The head contract of the lot, and whatever is let under it at any depth (or is of the
// lot by its own word, where the head contract names none), after the
// day of the award (of the bids, where that is unknown). Of several the first is told, with its own day and winner.
MATCH (b:Bid)-[:IN_LOT]->(l:Lot)
WHERE b.status = 'losing' AND coalesce(l.awarded_day, l.bids_due_day, b.submitted_day, $as_of_day) <= $as_of_day
MATCH (o:Organisation) WHERE o.org_id = b.org_id
OPTIONAL MATCH (h:Contract)-[:IN_LOT]->(l)
WHERE h.supplier_id <> b.org_id AND (h.starts_day <= $as_of_day OR h.signed_day <= $as_of_day)
WITH b, l, o, count(h) AS heads
OPTIONAL MATCH (o)-[:SUPPLIES]->(c:Contract)
WHERE c.tier >= 2 AND c.starts_day <= $as_of_day
OPTIONAL MATCH (top:Contract) WHERE top.contract_id = c.head_contract_id
WITH b, l, o, heads,
     min(CASE WHEN coalesce(top.lot_id, c.lot_id) = l.lot_id AND top.supplier_id <> o.org_id
                   AND c.starts_day >= coalesce(l.awarded_day, l.bids_due_day, 0) THEN c.starts_day END) AS first_day
OPTIONAL MATCH (o)-[:SUPPLIES]->(c:Contract)
WHERE c.tier >= 2 AND c.starts_day = first_day
OPTIONAL MATCH (top:Contract) WHERE top.contract_id = c.head_contract_id
WITH b, l, o, heads, first_day,
     min(CASE WHEN coalesce(top.lot_id, c.lot_id) = l.lot_id AND top.supplier_id <> o.org_id THEN c.contract_id END) AS contract_id
OPTIONAL MATCH (o)-[:SUPPLIES]->(c:Contract)
WHERE c.contract_id = contract_id
OPTIONAL MATCH (w:Organisation) WHERE w.org_id = c.head_org_id
RETURN b.bid_id AS bid_id,
       b.source_id AS source_id,
       b.source_row AS source_row,
       l.lot_id AS lot_id,
       b.org_id AS org_id,
       o.name AS bidder,
       w.name AS winner,
       contract_id,
       c.starts_on AS starts_on,
       first_day IS NOT NULL AS flagged,
       CASE WHEN heads = 0 THEN 'contract of the lot not loaded' END AS not_assessable
