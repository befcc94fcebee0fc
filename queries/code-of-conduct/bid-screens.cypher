/*---
title: Bids of a lot look arranged, as elsewhere where the same two bidders met
clauses: [COC-POST-03]
severity: indicator
status: stable
version: 2
needs: [Bid.price_pence]
record: Bid
evidence: Bid
subject: Lot
identity: [lot_id]
respondent: null
parameters:
  min_bids: {type: integer, default: 3, minimum: 3, unit: bids, basis: "method: of two bids no screen says more than that they differ"}
  min_lots: {type: integer, default: 3, minimum: 2, unit: lots, basis: "clause notes: a pattern is one from three lots on, here lots in which the same two bidders met"}
  min_screens: {type: integer, default: 2, minimum: 1, maximum: 3, unit: families of screens, basis: "clause notes: two screens agreeing; those that see the same thing (spread, gap, shape) count once"}
  min_benchmark_lots: {type: integer, default: 5, minimum: 3, unit: lots, basis: "method: beside fewer others, three lots cannot reach 0.05 by two families of screens whatever the bids were"}
  tail_share: {type: number, default: 0.25, minimum: 0, maximum: 1, unit: share, basis: "project default: the outer quarter of the other lots"}
  q_max: {type: number, default: 0.05, minimum: 0, maximum: 1, unit: "", basis: "methods: false discovery rate over the pairs of one sweep"}
message: "The {bids} bids for {lot_id} spread over {spread_share} of the lowest, in other lots[[ of {programme}]] over {benchmark_spread_share}; {pair} met in {lots_together} lots, in which bids stand out from {benchmark_lots} other lots, here by {agreeing}"
innocent: ["Costs rose for everybody at once, or a tariff or ceiling left little room", "The lots in which they met are more alike, or better described, than the others", "They bid as a declared consortium or used the same sub-contractor", "Few lots: the benchmark is what there is"]
ask: ["All bids of these lots with the workings of each price", "Whether the tender documents held a price, a ceiling or a tariff", "Joint ventures and sub-contracting between the bidders"]
next_step: "Confidential: do not put it to the bidders, who could destroy evidence. Refer it to the Competition and Markets Authority, who may look where nobody else can; no screen proves an agreement."
assess: bid_screens
---*/
// Bids that stood, each with whoever stood behind the bidder on the day of the bid. Only when a competition is over are all bids
// known. Lots whose programme nobody named are beside each other. Two organisations of one owner are one bidder here: that they bid against each other is another rule's matter.
MATCH (o:Organisation)-[:SUBMITTED]->(b:Bid)
WHERE NOT b.status IN ['invited', 'withdrawn', 'disqualified']
MATCH (b)-[:IN_LOT]->(l:Lot)
WITH o, b, l, coalesce(b.submitted_day, l.bids_due_day, l.awarded_day, $as_of_day) AS bid_day
WHERE bid_day <= $as_of_day
MATCH (o)-[:HAS_OWNER]->(s:OwnerSpell) WHERE s.from_day <= bid_day AND s.to_day > bid_day
RETURN b.bid_id AS bid_id,
       l.lot_id AS lot_id,
       coalesce(l.programme, '') AS programme,
       s.owner_id AS bidder_id,
       s.owner_name AS bidder,
       b.price_pence AS price_pence,
       CASE WHEN l.awarded_day <= $as_of_day THEN false
            WHEN l.bids_due_day IS NOT NULL THEN l.bids_due_day >= $as_of_day
            WHEN l.awarded_day IS NOT NULL THEN true END AS still_open;
// evidence
MATCH (b:Bid)-[:IN_LOT]->(l:Lot)
WHERE l.lot_id = $lot_id AND NOT b.status IN ['invited', 'withdrawn', 'disqualified']
  AND coalesce(b.submitted_day, l.bids_due_day, l.awarded_day, $as_of_day) <= $as_of_day
RETURN b.bid_id AS bid_id,
       b.source_id AS source_id,
       b.source_row AS source_row
