/*---
title: New entrants win far less often than incumbents in the same lots
clauses: [STR-DEV-01]
severity: indicator
status: stable
version: 1
needs: [Bid, Lot.awarded_on]
record: Bid
evidence: Bid
identity: [programme]
respondent: department_id
parameters:
  odds_ratio_max: {type: number, default: 0.67, minimum: 0.05, maximum: 1, unit: "", basis: "clause notes: odds below two thirds of those of incumbents"}
  q_max: {type: number, default: 0.05, minimum: 0, maximum: 1, unit: "", basis: "methods: false discovery rate over all programmes of the sweep"}
  min_arm_bids: {type: integer, default: 5, minimum: 1, unit: bids, basis: "project default: of entrants and of incumbents each; under ten the test is exact"}
message: "{programme}: {group_share} of {in_group} bids of entrants won and {rest_share} of {in_rest} bids of incumbents; odds ratio {ratio} within {lots} lots"
innocent: ["The bids of entrants scored lower on quality, by criteria that were known", "Entrants bid for the lots that most others wanted", "Entrants asked for more money than the lot allows"]
ask: ["Scores of all bids, criterion by criterion", "Turnover and experience that were asked for, and why", "What was done to help entrants to bid"]
assess: entrant_disadvantage
---*/
// An incumbent had a contract in a chain of the department before the competition began (else before its bids were due, or
// the award), as its own record says or a contract that is loaded shows. One who never had any has no first day, so
// an empty cell is an entrant here: to leave those out would leave out the entrants that lost.
MATCH (b:Bid)-[:IN_LOT]->(l:Lot)
WHERE l.awarded_day <= $as_of_day AND b.status IN ['winning', 'losing', 'valid', 'disqualified']
MATCH (o:Organisation) WHERE o.org_id = b.org_id
WITH b, l, o, coalesce(l.commenced_day, coalesce(l.bids_due_day, l.awarded_day)) AS begun_day
OPTIONAL MATCH (o)-[:SUPPLIES]->(c:Contract) WHERE c.starts_day < begun_day
WITH b.lot_id AS lot_id, coalesce(l.programme, 'programme not named') AS programme, b.bid_id AS bid_id, b.status = 'winning' AS is_won,
     coalesce(o.first_dwp_contract_day < begun_day, false) AS had_one, count(c.contract_id) AS earlier
WITH lot_id, programme, is_won, NOT (had_one OR earlier > 0) AS is_entrant, count(*) AS records
RETURN programme,
       lot_id,
       is_entrant,
       is_won,
       records,
       $department_org_id AS department_id;
// evidence
MATCH (b:Bid)-[:IN_LOT]->(l:Lot)
WHERE l.awarded_day <= $as_of_day AND b.status IN ['winning', 'losing', 'valid', 'disqualified']
  AND coalesce(l.programme, 'programme not named') = $programme
RETURN b.bid_id AS bid_id,
       b.source_id AS source_id,
       b.source_row AS source_row
