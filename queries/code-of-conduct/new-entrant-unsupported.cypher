/*---
title: New entrant without extra support in its first months
clauses: [COC-POST-05]
severity: indicator
status: stable
version: 2
needs: [SupportAction, Organisation.first_dwp_contract_on]
record: Contract
subject: Contract
identity: [contract_id]
respondent: prime_id
parameters:
  entrant_days_max: {type: integer, default: 731, minimum: 1, unit: days, basis: "project default: an entrant for 24 months from its first contract"}
  first_days: {type: integer, default: 180, minimum: 1, unit: days, basis: "project default: support in the first 6 months"}
message: "{entrant} entered the market on {starts_on} under {contract_id}, and no support by {prime}[[ or {other_buyer}]] is recorded in its first {first_days} days"
innocent: ["Support was offered and declined", "It was given and not written down", "The organisation is new by name only, and its people are not"]
ask: ["The offer of support, with its date", "What the entrant says it was offered"]
assess: null
---*/
// The first contract of the supplier: the day its record gives, where no older contract is loaded. Help before the start
// counts; help from the prime counts as that from the buyer itself.
MATCH (c:Contract)
WHERE c.tier >= 2 AND c.starts_day <= $as_of_day
MATCH (o:Organisation)-[:SUPPLIES]->(c)
MATCH (o)-[:SUPPLIES]->(any_contract:Contract)
WITH c, o, min(any_contract.starts_day) AS first_loaded_day
MATCH (prime:Organisation) WHERE prime.org_id = c.head_org_id
MATCH (buyer:Organisation) WHERE buyer.org_id = c.buyer_id
OPTIONAL MATCH (s:SupportAction)-[:ABOUT]->(t:Organisation)
WHERE t.org_id = s.to_org_id AND s.to_org_id = o.org_id AND (s.by_org_id = c.head_org_id OR s.by_org_id = c.buyer_id)
  AND s.happened_day <= $as_of_day AND s.happened_day <= c.starts_day + $first_days
WITH c, o.name AS entrant, prime.name AS prime, buyer.name AS buyer, first_loaded_day,
     o.first_dwp_contract_day AS first_day, count(s) AS actions
WITH c, entrant, prime, buyer,
     CASE WHEN c.inferred THEN 'inferred contract'
          WHEN first_loaded_day < c.starts_day OR first_day < c.starts_day THEN 'not the first contract of its supplier'
          WHEN c.starts_day <= $as_of_day - $entrant_days_max THEN 'no longer a new entrant'
          WHEN first_day IS NULL THEN 'first contract of the supplier unknown'
          WHEN actions > 0 THEN 'passed'
          WHEN c.starts_day + $first_days >= $as_of_day THEN 'still in its first months'
          ELSE 'flagged' END AS state
RETURN c.contract_id AS contract_id,
       c.source_id AS source_id,
       c.source_row AS source_row,
       c.head_org_id AS prime_id,
       prime,
       CASE WHEN c.buyer_id <> c.head_org_id THEN buyer END AS other_buyer,
       entrant,
       c.starts_on AS starts_on,
       $first_days AS first_days,
       state = 'flagged' AS flagged,
       CASE WHEN state = 'first contract of the supplier unknown' THEN state END AS not_assessable,
       CASE WHEN state IN ['inferred contract', 'not the first contract of its supplier', 'no longer a new entrant',
                           'still in its first months'] THEN state END AS excluded_reason
