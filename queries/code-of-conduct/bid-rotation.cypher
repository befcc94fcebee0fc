/*---
title: Winners of a programme in an area take turns
clauses: [COC-POST-03]
severity: indicator
status: stable
version: 1
needs: [Bid.status, Lot.programme, Lot.area_id]
record: Lot
evidence: Bid
subject: Area
identity: [programme, area_id]
respondent: null
parameters:
  min_awards: {type: integer, default: 6, minimum: 4, unit: awards, basis: "method: of fewer awards no order is rare enough to say anything"}
  q_max: {type: number, default: 0.05, minimum: 0, maximum: 1, unit: "", basis: "methods: false discovery rate over the programmes and areas of one sweep"}
message: "{winners} won the {awards} awards of {programme} in {area} in turn: {in_order}"
innocent: ["A winner has its hands full and bids half-heartedly until it is done", "The department spread the work on purpose, or may not award twice running", "The lots differ, and each bidder is the cheapest for its own kind"]
ask: ["All bids of these lots with the workings of each price", "The rules of the award: limits on lots a bidder, capacity asked for", "Sub-contracts between winners and losers of these lots"]
next_step: "Confidential: do not put it to the bidders, who could destroy evidence. Refer it to the Competition and Markets Authority, who may look where nobody else can; an even order proves no agreement."
assess: bid_rotation
---*/
// Lots awarded by the day of the sweep, with every bid that stood and whoever stood behind it on the day of the bid.
MATCH (l:Lot)
OPTIONAL MATCH (w:Bid)-[:IN_LOT]->(l) WHERE w.status = 'winning'
WITH l, count(w) AS won
WHERE l.awarded_day <= $as_of_day OR (l.awarded_day IS NULL AND won > 0 AND coalesce(l.bids_due_day, $as_of_day) <= $as_of_day)
OPTIONAL MATCH (o:Organisation)-[:SUBMITTED]->(b:Bid)
WHERE b.lot_id = l.lot_id AND NOT b.status IN ['invited', 'withdrawn', 'disqualified']
WITH l, o, b, coalesce(b.submitted_day, l.bids_due_day, l.awarded_day, $as_of_day) AS bid_day
OPTIONAL MATCH (o)-[:HAS_OWNER]->(s:OwnerSpell) WHERE s.from_day <= bid_day AND s.to_day > bid_day
OPTIONAL MATCH (l)-[:COVERS]->(a:Area)
RETURN coalesce(l.programme, '') AS programme,
       coalesce(l.area_id, '') AS area_id,
       coalesce(a.name, '') AS area,
       l.lot_id AS lot_id,
       coalesce(l.awarded_day, l.bids_due_day) AS awarded_day,
       s.owner_id AS bidder_id,
       s.owner_name AS bidder,
       coalesce(b.status = 'winning', false) AS is_won;
// evidence
MATCH (b:Bid)-[:IN_LOT]->(l:Lot)
WHERE l.programme = $programme AND l.area_id = $area_id AND b.status = 'winning'
  AND coalesce(l.awarded_day, l.bids_due_day, $as_of_day) <= $as_of_day
RETURN b.bid_id AS bid_id,
       b.source_id AS source_id,
       b.source_row AS source_row
