/*---
title: Far fewer customers came than were promised
clauses: [COC-POST-01]
severity: indicator
status: stable
version: 3
needs: [Commitment.quantity, Referral.referred_on]
record: Commitment
evidence: Commitment
subject: Commitment
identity: [commitment_id]
respondent: by_org_id
parameters:
  tolerance_share: {type: number, default: 0.8, minimum: 0.1, maximum: 1, unit: share, basis: "methods: four fifths of the promise, scaled to the market, before anything is called a shortfall"}
  dispersion: {type: number, default: 0.05, minimum: 0.001, maximum: 1, unit: "", basis: "methods: how much more than Poisson referrals vary, as simulated"}
  q_max: {type: number, default: 0.05, minimum: 0, maximum: 1, unit: "", basis: "methods: false discovery rate over all promises of the sweep"}
message: "{by_org} promised {to_org} {promised} ({kind}); customers who came: {delivered}, to be expected in the market as it was: {expected}"
innocent: ["The sub-contractor capped its intake or asked for fewer", "The customers promised were of a group that the department did not refer", "The market volume recorded is of another area"]
ask: ["The promise in writing, with its conditions", "Forecast and actual referrals of the department for the same period and area", "Any request to hold referrals back"]
assess: promised_volume
---*/
// Customers referred under the contract of the promise and everything below it, within the promise's period. A period
// that is not over has no market volume yet, and a guarantee is for another rule. A promise under which nobody at all has
// come, two quarters on, is flagged without a test, in a running period too: measured by the part that has passed. Where the
// contract ended first, a promise fell with it unless it was the buyer who ended it.
MATCH (m:Commitment)
WHERE m.kind IN ['volume', 'volume_share'] AND m.starts_day <= $as_of_day
MATCH (m)-[:UNDER]->(c:Contract)
MATCH (payer:Organisation) WHERE payer.org_id = m.by_org_id
MATCH (payee:Organisation) WHERE payee.org_id = m.to_org_id
RETURN m.commitment_id AS commitment_id,
       m.contract_id AS contract_id,
       m.by_org_id AS by_org_id,
       payer.name AS by_org,
       m.to_org_id AS to_org_id,
       payee.name AS to_org,
       m.kind AS kind,
       m.quantity AS promised,
       m.forecast_market_volume AS forecast_market_volume,
       m.actual_market_volume AS actual_market_volume,
       m.delivered_customers AS delivered,
       m.ends_day - m.starts_day + 1 AS days,
       m.ends_day > $as_of_day AND (c.ended_day IS NULL OR c.ended_day > $as_of_day) AS is_running,
       CASE WHEN m.ends_day > $as_of_day THEN $as_of_day ELSE m.ends_day END - m.starts_day + 1 AS elapsed_days,
       m.first_customer_day IS NULL OR m.first_customer_day > $as_of_day AS nobody_yet,
       CASE WHEN m.guaranteed THEN 'unconditional guarantee'
            WHEN c.ended_day <= $as_of_day AND c.ended_day < m.ends_day AND coalesce(c.ended_by <> 'buyer', true)
            THEN 'contract ended before the period'
            WHEN m.ends_day > $as_of_day THEN 'period not over' END AS excluded_reason;
// evidence
MATCH (m:Commitment)
WHERE m.commitment_id = $commitment_id
RETURN m.commitment_id AS commitment_id,
       m.source_id AS source_id,
       m.source_row AS source_row
