/*---
title: Guaranteed volume that did not come
clauses: [COC-POST-01]
severity: breach
status: stable
version: 2
needs: [Commitment.guaranteed, Referral.referred_on]
record: Commitment
subject: Commitment
identity: [commitment_id]
respondent: by_org_id
message: "{by_org} guaranteed {to_org} {guaranteed_customers} customers from {starts_on} to {ends_on}; {delivered} came"
innocent: ["The guarantee was conditional, and its condition was not met", "The sub-contractor turned customers away or asked for fewer", "Customers were referred under another contract"]
ask: ["The guarantee in writing", "Any request to hold referrals back", "Referrals under other contracts between the two"]
assess: null
---*/
// A written, unconditional guarantee owes the number itself: the market that came excuses nothing, except where a share of
// it was guaranteed. Counted when the period is over, under the contract of the promise and everything below it. Where the
// contract ended first, the guarantee was broken only by a buyer who ended it. A promise of which nobody says whether it was
// guaranteed is judged as a plain one by another rule, and is not assessable here.
MATCH (m:Commitment)
WHERE (m.guaranteed OR m.guaranteed IS NULL) AND m.starts_day <= $as_of_day
MATCH (m)-[:UNDER]->(c:Contract)
MATCH (giver:Organisation) WHERE giver.org_id = m.by_org_id
MATCH (taker:Organisation) WHERE taker.org_id = m.to_org_id
WITH m, giver.name AS by_org, taker.name AS to_org,
     c.ended_day <= $as_of_day AND c.ended_day < m.ends_day AND coalesce(c.ended_by <> 'buyer', true) AS cut_short,
     CASE WHEN m.kind = 'volume' THEN m.quantity
          WHEN m.kind = 'volume_share' THEN m.quantity * m.actual_market_volume END AS guaranteed_customers
WITH m, by_org, to_org, guaranteed_customers,
     CASE WHEN NOT m.kind IN ['volume', 'volume_share'] THEN 'not a promise of customers'
          WHEN m.ends_day > $as_of_day THEN 'period not over'
          WHEN cut_short THEN 'contract ended before the period'
          WHEN m.guaranteed IS NULL THEN 'whether guaranteed unknown'
          WHEN guaranteed_customers IS NULL THEN 'market volume unknown'
          WHEN m.delivered_customers < guaranteed_customers THEN 'flagged'
          ELSE 'passed' END AS state
RETURN m.commitment_id AS commitment_id,
       m.source_id AS source_id,
       m.source_row AS source_row,
       m.by_org_id AS by_org_id,
       by_org,
       to_org,
       m.contract_id AS contract_id,
       m.starts_on AS starts_on,
       m.ends_on AS ends_on,
       guaranteed_customers,
       m.delivered_customers AS delivered,
       state = 'flagged' AS flagged,
       CASE WHEN state IN ['whether guaranteed unknown', 'market volume unknown'] THEN state END AS not_assessable,
       CASE WHEN state IN ['not a promise of customers', 'period not over', 'contract ended before the period']
            THEN state END AS excluded_reason
