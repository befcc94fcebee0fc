/*---
title: Short-listed prime asked a delivery provider to negotiate with nobody else
clauses: [COC-PRE-03]
severity: breach
status: stable
version: 2
needs: [Negotiation.exclusivity]
record: Negotiation
subject: Negotiation
identity: [negotiation_id]
respondent: prime_id
parameters:
  min_rivals: {type: integer, default: 1, minimum: 1, unit: rivals, basis: "the clause: its competitors, so at least one rival on the short list"}
message: "{prime} asked {sub} to negotiate with it alone for lot {lot_id}; rivals on the short list: {rivals}"
innocent: ["The delivery provider offered exclusivity of its own accord", "The document is a confidentiality agreement and leaves the provider free to talk to others", "The provider had no capacity for a second partner", "The rivals had left the competition before the talks, and the data does not say when"]
ask: ["The document named in document_ref", "Who proposed the term, in writing", "The short list of the lot with its date, and when any rival left it"]
assess: null
---*/
// Rivals are bidders on the short list that another ultimate owner stood behind on the first day of the talks. A short
// list drawn up after the day of the sweep is not known yet. On which day a bid was withdrawn or disqualified nobody
// records: one handed in on or after the first day of the talks still stood then; of any other, the bidder's place
// during the talks is unclear, and so it is for the prime's own.
MATCH (n:Negotiation)-[:ABOUT]->(l:Lot)
WHERE n.starts_day <= $as_of_day
MATCH (prime:Organisation)-[:HAS_OWNER]->(owner:OwnerSpell)
WHERE prime.org_id = n.prime_id AND owner.from_day <= n.starts_day AND owner.to_day > n.starts_day
MATCH (sub:Organisation) WHERE sub.org_id = n.sub_id
OPTIONAL MATCH (own:Bid) WHERE own.lot_id = n.lot_id AND own.org_id = n.prime_id
WITH n, l, prime, sub, owner.owner_id AS owner_id,
     max(CASE WHEN NOT own.shortlisted THEN 0
              WHEN own.shortlisted IS NULL THEN 1
              WHEN own.status IN ['withdrawn', 'disqualified']
                   AND (own.submitted_day IS NULL OR own.submitted_day < n.starts_day) THEN 1
              ELSE 2 END) AS own_place
OPTIONAL MATCH (l)<-[:IN_LOT]-(b:Bid)<-[:SUBMITTED]-(rival:Organisation)-[:HAS_OWNER]->(other:OwnerSpell)
WHERE other.from_day <= n.starts_day AND other.to_day > n.starts_day AND other.owner_id <> owner_id
WITH n, l, prime, sub, own_place,
     count(DISTINCT CASE WHEN b.shortlisted AND (NOT b.status IN ['withdrawn', 'disqualified']
                                                 OR b.submitted_day >= n.starts_day) THEN other.owner_id END) AS rivals,
     count(DISTINCT CASE WHEN b.shortlisted IS NULL
                         OR (b.shortlisted AND b.status IN ['withdrawn', 'disqualified']
                             AND (b.submitted_day IS NULL OR b.submitted_day < n.starts_day))
                    THEN other.owner_id END) AS unclear
WITH n, prime, sub, rivals,
     CASE WHEN NOT n.exclusivity THEN 'passed'
          WHEN n.exclusivity IS NULL THEN 'not assessable'
          WHEN n.exclusivity_proposed_by = 'sub' THEN 'offered by the sub-contractor'
          WHEN coalesce(n.exclusivity_proposed_by, 'unknown') = 'unknown' THEN 'not assessable'
          WHEN l.shortlisted_day > $as_of_day THEN 'short list not drawn up yet'
          WHEN n.ends_day < l.shortlisted_day THEN 'talks ended before the short list'
          WHEN n.starts_day > l.awarded_day THEN 'talks began after the award'
          WHEN own_place = 0 THEN 'prime not on the short list'
          WHEN own_place IS NULL OR own_place = 1 THEN 'not assessable'
          WHEN rivals >= $min_rivals THEN 'flagged'
          WHEN rivals + unclear >= $min_rivals THEN 'not assessable'
          ELSE 'no rival on the short list' END AS state
RETURN n.negotiation_id AS negotiation_id,
       n.source_id AS source_id,
       n.source_row AS source_row,
       n.prime_id AS prime_id,
       prime.name AS prime,
       sub.name AS sub,
       n.lot_id AS lot_id,
       n.document_ref AS document_ref,
       rivals,
       state = 'flagged' AS flagged,
       state = 'not assessable' AS not_assessable,
       CASE WHEN NOT state IN ['flagged', 'passed', 'not assessable'] THEN state END AS excluded_reason
