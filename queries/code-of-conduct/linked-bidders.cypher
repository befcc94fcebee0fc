/*---
title: Rivals for one lot who belong together
clauses: [COC-POST-03]
severity: indicator            # a reason to refer the matter to the competition authority, never a finding of collusion
status: stable
version: 3
needs: [Bid.org_id]
record: Bid
subject: Lot
identity: [lot_id, a, b]
respondent: null
message: "{a_name} and {b_name} bid against each other for {lot_id}: {link} on the day of the bids"
innocent: ["They declared it, or bid as a consortium", "They are run apart and the department knew", "The director sat on both boards without a part in the bids"]
ask: ["Declarations of links in both bids", "Who prepared each bid", "Next step: refer to the competition authority; confidential until then"]
assess: null
---*/
// Two bids that stood, by different organisations, on the later of their days: one ultimate owner, or a person who was a
// director of both. An organisation and its own owner are one, too. Where the market names no owner and no director of anybody,
// nobody can say who belongs together.
OPTIONAL MATCH (:Organisation)-[held:OWNS]->(:Organisation)
WITH count(held.source_row) AS companies_known
OPTIONAL MATCH (:Person)-[held:OWNS]->(:Organisation)
WITH companies_known, count(held.source_row) AS people_known
OPTIONAL MATCH (:Person)-[anybody:HAS_ROLE]->(:Organisation)
WITH companies_known, people_known, count(anybody.role) AS roles_known
WITH companies_known + people_known + roles_known AS ties_known
MATCH (x:Bid)-[:IN_LOT]->(l:Lot)
WHERE NOT x.status IN ['invited', 'withdrawn', 'disqualified'] AND coalesce(x.submitted_day, l.bids_due_day, $as_of_day) <= $as_of_day
MATCH (y:Bid)-[:IN_LOT]->(l)
WHERE NOT y.status IN ['invited', 'withdrawn', 'disqualified'] AND x.org_id < y.org_id
  AND coalesce(y.submitted_day, l.bids_due_day, $as_of_day) <= $as_of_day
WITH ties_known, x, y, l,
     CASE WHEN coalesce(x.submitted_day, l.bids_due_day, $as_of_day) > coalesce(y.submitted_day, l.bids_due_day, $as_of_day)
          THEN coalesce(x.submitted_day, l.bids_due_day, $as_of_day)
          ELSE coalesce(y.submitted_day, l.bids_due_day, $as_of_day) END AS on_day
MATCH (x)<-[:SUBMITTED]-(p:Organisation)
MATCH (y)<-[:SUBMITTED]-(q:Organisation)
MATCH (p)-[:HAS_OWNER]->(s:OwnerSpell)
WHERE s.from_day <= on_day AND s.to_day > on_day
MATCH (q)-[:HAS_OWNER]->(t:OwnerSpell)
WHERE t.from_day <= on_day AND t.to_day > on_day
WITH ties_known, x, l, p, q, on_day, s.owner_name AS owner_name, s.owner_id = t.owner_id AS one_owner
OPTIONAL MATCH (p)<-[d:HAS_ROLE]-(person:Person)
WHERE d.role IN ['director', 'Director', 'DIRECTOR', 'corporate-director', 'nominee-director', 'llp-member', 'llp-designated-member'] AND coalesce(d.valid_from_day, on_day) <= on_day AND coalesce(d.valid_to_day, on_day) >= on_day
OPTIONAL MATCH (person)-[e:HAS_ROLE]->(q)
WHERE e.role IN ['director', 'Director', 'DIRECTOR', 'corporate-director', 'nominee-director', 'llp-member', 'llp-designated-member'] AND coalesce(e.valid_from_day, on_day) <= on_day AND coalesce(e.valid_to_day, on_day) >= on_day
WITH ties_known, x, l, p, q, owner_name, one_owner, count(DISTINCT CASE WHEN e.role IS NOT NULL THEN person.person_id END) AS directors
RETURN x.bid_id AS bid_id,
       x.source_id AS source_id,
       x.source_row AS source_row,
       l.lot_id AS lot_id,
       p.org_id AS a,
       q.org_id AS b,
       p.name AS a_name,
       q.name AS b_name,
       directors,
       CASE WHEN one_owner AND directors > 0 THEN 'one ultimate owner and a shared director'
            WHEN one_owner THEN 'one ultimate owner' ELSE 'a shared director' END AS link,
       one_owner OR directors > 0 AS flagged,
       CASE WHEN ties_known = 0 THEN 'neither owners nor directors loaded' END AS not_assessable
