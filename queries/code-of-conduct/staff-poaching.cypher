/*---
title: Staff of a delivery provider went over to the prime during or soon after their talks
clauses: [COC-PRE-04]
severity: indicator
status: stable
version: 2
enabled: false
needs: [Negotiation, StaffMove]
record: Negotiation
evidence: Negotiation
subject: Negotiation
identity: [negotiation_id]
respondent: prime_id
parameters:
  moves_min: {type: integer, default: 2, minimum: 1, unit: moves, basis: "project default: one move is nobody's pattern"}
  after_days: {type: integer, default: 90, minimum: 0, unit: days, basis: "project default: notice periods delay a move that was agreed during the talks"}
  talks_days_max: {type: integer, default: 180, minimum: 1, unit: days, basis: "project default: where nobody says when talks ended, they are taken to have lasted half a year"}
  p_max: {type: number, default: 0.05, minimum: 0, maximum: 1, unit: "", basis: "clause notes: Poisson p of at most 0.05 against the rate at which the prime hires from others"}
message: "{moves} staff of {sub} went over to {prime} during their talks about lot {lot_id} or within {after_days} days; {expected_moves} were to be expected by what it hires from others"
innocent: ["The posts were advertised openly", "The delivery provider was making staff redundant", "The staff moved under a transfer that is not marked as one", "The delivery provider is larger than others, so that more of its staff move anywhere"]
ask: ["How the posts were filled: adverts, applications, approaches", "Any document of an approach to the provider's staff", "The provider's own account, with numbers and not with names"]
assess: staff_moves
---*/
// Off until somebody switches it on: it needs data on staff that is lawfully held for this purpose. Counts are told, no
// names. Where the talks have no last day they ended at the latest with the award, or half a year after they began.
MATCH (o:Organisation)
WITH count(o.org_id) AS organisations
MATCH (first:Negotiation)
WHERE first.starts_day <= $as_of_day
WITH organisations, min(first.starts_day) AS first_talk_day
OPTIONAL MATCH (move:StaffMove)
WHERE move.moved_day <= $as_of_day
WITH organisations, first_talk_day, min(move.moved_day) AS first_move_day
MATCH (n:Negotiation)-[:ABOUT]->(l:Lot)
WHERE n.starts_day <= $as_of_day
MATCH (prime:Organisation)-[:HAS_OWNER]->(owner:OwnerSpell)
WHERE prime.org_id = n.prime_id AND owner.from_day <= n.starts_day AND owner.to_day > n.starts_day
MATCH (sub:Organisation)-[:HAS_OWNER]->(other:OwnerSpell)
WHERE sub.org_id = n.sub_id AND other.from_day <= n.starts_day AND other.to_day > n.starts_day
OPTIONAL MATCH (prime)<-[:JOINED]-(m:StaffMove)
WHERE m.moved_day <= $as_of_day
WITH n, m, prime, sub, owner, other, organisations, first_talk_day, first_move_day,
     coalesce(n.ends_day, CASE WHEN l.awarded_day >= n.starts_day THEN l.awarded_day END, n.starts_day + $talks_days_max)
     + $after_days AS to_day
RETURN n.negotiation_id AS negotiation_id,
       n.lot_id AS lot_id,
       n.prime_id AS prime_id,
       prime.name AS prime,
       n.sub_id AS sub_id,
       sub.name AS sub,
       n.starts_day AS from_day,
       CASE WHEN to_day < $as_of_day THEN to_day ELSE $as_of_day END AS to_day,
       owner.owner_id = other.owner_id AS one_owner,
       m.move_id AS move_id,
       m.from_org_id AS from_org_id,
       m.moved_day AS moved_day,
       m.tupe AS tupe,
       organisations,
       CASE WHEN first_move_day < first_talk_day THEN first_move_day ELSE first_talk_day END AS first_day,
       $as_of_day AS last_day;
// evidence
MATCH (n:Negotiation)
WHERE n.negotiation_id = $negotiation_id
RETURN n.negotiation_id AS negotiation_id,
       n.source_id AS source_id,
       n.source_row AS source_row
