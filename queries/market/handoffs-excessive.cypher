/*---
title: Prime whose customers are handed from provider to provider
clauses: [STR-CX-06]
severity: indicator
status: stable
version: 1
needs: [Referral.customer_key]
record: Organisation
evidence: Referral
subject: Organisation
identity: [org_id]
respondent: org_id
parameters:
  max_handoffs: {type: integer, default: 3, minimum: 0, unit: hand-offs, basis: "project default: more than 3 hand-offs on one customer's way"}
  max_gap_days: {type: integer, default: 14, minimum: 0, unit: days, basis: "project default: more than 14 days between two providers with nobody in charge"}
  share_max: {type: number, default: 0.05, minimum: 0, maximum: 1, unit: share, basis: "project default: 5 % of the customers"}
  beside_peers: {type: boolean, default: true, basis: "clause table: a prime is read beside its peers, as a sequence of services may be the programme's design"}
  confidence: {type: number, default: 0.95, minimum: 0.5, maximum: 0.999, unit: share, basis: "methods: 95 % intervals; the lower bound has to be above the limit"}
  min_records: {type: integer, default: 10, minimum: 1, unit: customers, basis: "methods: cells under ten customers are suppressed, and say too little"}
message: "{org_name} handed {hits} of {total} customers on too often, back to a provider they had left, or after a gap; share at all other primes: {peers_share}"
innocent: ["The services were planned to follow one another", "The customer moved house or asked for another provider", "The day on which support ended was recorded too early", "A specialist took the customer for one need and gave them back, as agreed"]
ask: ["The plan of services for a sample of the referrals listed", "Who was in charge of the customer between two providers", "How returns to a provider are agreed"]
assess: share_above
---*/
// A customer's way within one prime's chains is worked out on loading: journey_id is its first referral, and a referral
// that stands alone has none. A way counts once, however many of its steps are too many. Customers without a key cannot be
// followed.
MATCH (r:Referral)
WHERE r.customer_key IS NULL AND r.referred_day <= $as_of_day
WITH r.head_org_id AS org_id, coalesce(sum(r.customers), 0) AS records
MATCH (o:Organisation) WHERE o.org_id = org_id
RETURN org_id,
       o.name AS org_name,
       'not_assessable' AS state,
       'no customer key' AS reason,
       records
UNION ALL
MATCH (r:Referral)
WHERE r.customer_key IS NOT NULL AND r.referred_day <= $as_of_day
WITH r.head_org_id AS org_id,
     count(CASE WHEN coalesce(r.journey_id, r.referral_id) = r.referral_id THEN 1 END) AS ways,
     count(DISTINCT CASE WHEN r.handoffs > $max_handoffs OR r.handoff_gap_days > $max_gap_days OR r.is_return
                         THEN r.journey_id END) AS excessive
MATCH (o:Organisation) WHERE o.org_id = org_id
UNWIND ['hit', 'miss'] AS state
RETURN org_id,
       o.name AS org_name,
       state,
       '' AS reason,
       coalesce(sum(CASE WHEN state = 'hit' THEN excessive ELSE ways - excessive END), 0) AS records;
// evidence
MATCH (r:Referral)
WHERE r.head_org_id = $org_id AND r.referred_day <= $as_of_day
  AND (r.handoffs > $max_handoffs OR r.handoff_gap_days > $max_gap_days OR r.is_return)
RETURN r.referral_id AS referral_id,
       r.source_id AS source_id,
       r.source_row AS source_row
