/*---
title: Bid that promises more outcomes than history lets expect
clauses: [COC-PRE-09]
severity: indicator
status: stable
version: 4
needs: [Bid.promised_outcome_rate, Outcome]
record: Bid
evidence: Bid
subject: Bid
identity: [bid_id]
respondent: bidder_id
parameters:
  confidence: {type: number, default: 0.95, minimum: 0.5, maximum: 0.999, unit: "", basis: "methods: the 95 % predictive bound of what was achieved"}
  min_contracts: {type: integer, default: 5, minimum: 2, unit: contracts, basis: "project default: how contracts vary cannot be told from fewer; the correlation below is then assumed"}
  correlation_assumed: {type: number, default: 0.02, minimum: 0, maximum: 0.5, unit: "", basis: "project default: customers of one contract so far alike that around a rate of 27 % contracts differ by six points (standard deviation)"}
  min_customers: {type: integer, default: 200, minimum: 1, unit: customers, basis: "project default: below it the achieved rate itself is uncertain"}
  ripe_days: {type: integer, default: 365, minimum: 30, unit: days, basis: "project default: a year in which customers may come to an outcome"}
message: "{bidder} promised sustained outcomes for {promised_share} of customers in {lot_id}; {achieved_share} was achieved before ({history}; contracts: {history_contracts}, their spread {spread}), and {bound_share} is the most to be expected of one more contract"
innocent: ["The bid rests on a new method, with evidence", "The customers of the lot are easier to help than those before", "The labour market has improved since"]
ask: ["The evidence behind the promised rate", "How the bidder did on like contracts elsewhere"]
assess: implausible_bid
---*/
// Bids that stood, and beside them what head contracts achieved: customers referred in each area and four weeks, and how
// many of them had a sustained outcome claimed within the days given to ripen: of a cohort as many as were claimed for it. They
// count once the last of them is ripe. An outcome of which nobody says when it was claimed counts as claimed in time. Customers and outcomes are rows of their own, to be added up.
MATCH (r:Referral)
WHERE r.referred_day <= $as_of_day - $ripe_days
WITH r.contract_id AS contract_id, coalesce(r.area_id, '') AS area_id, r.referred_day - r.referred_day % 28 + 27 AS day,
     coalesce(sum(r.customers), 0) AS customers
MATCH (c:Contract) WHERE c.contract_id = contract_id
RETURN '' AS bid_id,
       '' AS bidder_id,
       '' AS bidder,
       '' AS lot_id,
       area_id,
       0.5 AS promised_share,
       day,
       '' AS excluded_reason,
       c.head_contract_id AS contract_id,
       coalesce(sum(customers), 0) AS customers,
       coalesce(sum(0), 0) AS outcomes
UNION ALL
MATCH (u:Outcome)-[:RESULT_OF]->(r:Referral)
WHERE u.kind = 'sustained' AND r.referred_day <= $as_of_day - $ripe_days AND coalesce(u.claimed_day, r.referred_day) <= r.referred_day + $ripe_days
WITH r, count(u.outcome_id) AS reached
WITH r.contract_id AS contract_id, coalesce(r.area_id, '') AS area_id, r.referred_day - r.referred_day % 28 + 27 AS day,
     coalesce(sum(CASE WHEN reached < r.customers THEN reached ELSE r.customers END), 0) AS outcomes
MATCH (c:Contract) WHERE c.contract_id = contract_id
RETURN '' AS bid_id,
       '' AS bidder_id,
       '' AS bidder,
       '' AS lot_id,
       area_id,
       0.5 AS promised_share,
       day,
       '' AS excluded_reason,
       c.head_contract_id AS contract_id,
       coalesce(sum(0), 0) AS customers,
       coalesce(sum(outcomes), 0) AS outcomes
UNION ALL
MATCH (b:Bid)-[:IN_LOT]->(l:Lot)
WHERE coalesce(b.submitted_day, l.bids_due_day, $as_of_day) <= $as_of_day
MATCH (o:Organisation) WHERE o.org_id = b.org_id
RETURN b.bid_id AS bid_id,
       b.org_id AS bidder_id,
       o.name AS bidder,
       l.lot_id AS lot_id,
       coalesce(l.area_id, '') AS area_id,
       b.promised_outcome_rate AS promised_share,
       coalesce(b.submitted_day, l.bids_due_day) AS day,
       CASE WHEN b.status IN ['invited', 'withdrawn', 'disqualified'] THEN 'not a valid bid' END AS excluded_reason,
       '' AS contract_id,
       coalesce(sum(0), 0) AS customers,
       coalesce(sum(1 - 1), 0) AS outcomes;
// evidence
MATCH (b:Bid)
WHERE b.bid_id = $bid_id
RETURN b.bid_id AS bid_id,
       b.source_id AS source_id,
       b.source_row AS source_row
