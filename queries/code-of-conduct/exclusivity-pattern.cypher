/*---
title: Delivery providers that usually talk with several bidders talked with this one alone
clauses: [COC-PRE-03]
severity: indicator
status: stable
version: 2
needs: [Negotiation]
record: Negotiation
evidence: Negotiation
subject: Organisation
identity: [org_id, lot_id]
respondent: org_id
parameters:
  min_partners: {type: integer, default: 5, minimum: 1, unit: delivery providers, basis: "clause notes: five partners or more before a pattern is one"}
  p_max: {type: number, default: 0.01, minimum: 0, maximum: 1, unit: "", basis: "clause notes: hypergeometric p of at most 0.01 against their own habit"}
  talks_days_max: {type: integer, default: 180, minimum: 1, unit: days, basis: "project default: where nobody says when a competition ended, half a year after the talks began it is over"}
  q_max: {type: number, default: 0.05, minimum: 0, maximum: 1, unit: "", basis: "methods: false discovery rate over all primes and lots of the sweep"}
message: "{single} of {partners} delivery providers that {org_name} negotiated with about lot {lot_id} talked with no other bidder there; elsewhere they do so in {habit_share} of their lots"
innocent: ["The providers offered exclusivity of their own accord", "They had no capacity for a second partner in this lot", "The rivals had partners of their own and asked nobody", "Talks of the rivals were not loaded"]
ask: ["The documents of the talks, with any term on talking to others", "What the providers themselves say, in confidence", "Whom the rivals approached in this lot"]
assess: single_homing
---*/
// All talks before an award, each with whoever stood behind the bidder on its first day: the habit of a delivery provider
// shows in the other lots. Talks that began later than the day of the sweep are not known; where the competition is not
// over, a second bidder may still come.
MATCH (n:Negotiation)-[:ABOUT]->(l:Lot)
WHERE n.starts_day <= $as_of_day AND (l.awarded_day IS NULL OR n.starts_day <= l.awarded_day)
MATCH (prime:Organisation)-[:HAS_OWNER]->(owner:OwnerSpell)
WHERE prime.org_id = n.prime_id AND owner.from_day <= n.starts_day AND owner.to_day > n.starts_day
OPTIONAL MATCH (own:Bid) WHERE own.lot_id = n.lot_id AND own.org_id = n.prime_id
WITH n, l, prime, owner.owner_id AS owner_id,
     max(CASE WHEN NOT own.shortlisted THEN 0 WHEN own.shortlisted THEN 2 ELSE 1 END) AS own_place
OPTIONAL MATCH (l)<-[:IN_LOT]-(b:Bid)<-[:SUBMITTED]-(rival:Organisation)-[:HAS_OWNER]->(other:OwnerSpell)
WHERE other.from_day <= n.starts_day AND other.to_day > n.starts_day AND other.owner_id <> owner_id
  AND coalesce(b.shortlisted, true)
WITH n, l, prime, owner_id, own_place, count(DISTINCT other.owner_id) AS rivals
RETURN n.negotiation_id AS negotiation_id,
       n.prime_id AS org_id,
       prime.name AS org_name,
       owner_id,
       n.lot_id AS lot_id,
       n.sub_id AS sub_id,
       rivals,
       CASE WHEN own_place = 0 THEN false WHEN own_place = 2 THEN true END AS listed,
       CASE WHEN l.bids_due_day IS NOT NULL THEN l.bids_due_day >= $as_of_day
            WHEN l.awarded_day IS NOT NULL THEN l.awarded_day > $as_of_day
            WHEN n.ends_day IS NOT NULL THEN n.ends_day >= $as_of_day
            ELSE n.starts_day + $talks_days_max >= $as_of_day END AS still_open,
       coalesce(n.exclusivity AND n.exclusivity_proposed_by = 'sub', false) AS offered;
// evidence
MATCH (n:Negotiation)-[:ABOUT]->(l:Lot)
WHERE n.prime_id = $org_id AND n.lot_id = $lot_id
  AND n.starts_day <= $as_of_day AND (l.awarded_day IS NULL OR n.starts_day <= l.awarded_day)
RETURN n.negotiation_id AS negotiation_id,
       n.source_id AS source_id,
       n.source_row AS source_row
