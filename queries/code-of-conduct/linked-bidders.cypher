/*---
title: Rivals for one lot who belong together
clauses: [COC-POST-03]
severity: indicator            # a reason to refer the matter to the competition authority, never a finding of collusion
status: stable
version: 4
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
// Two bids that stood, by different organisations, on the later of their days (handed in, due, or else awarded): one ultimate
// owner, or a person who was a director of both. An organisation and its own owner are one, too. Where nobody dated the bids,
// only a tie without a beginning or an end on record holds for certain (-719162 is the first day of the calendar: none known).
// A pair of whom one has neither an owner nor an officer on record is not known to be unlinked.
MATCH (x:Bid)-[:IN_LOT]->(l:Lot)
WHERE NOT x.status IN ['invited', 'withdrawn', 'disqualified']
  AND coalesce(x.submitted_day, l.bids_due_day, l.awarded_day, $as_of_day) <= $as_of_day
MATCH (y:Bid)-[:IN_LOT]->(l)
WHERE NOT y.status IN ['invited', 'withdrawn', 'disqualified'] AND x.org_id < y.org_id
  AND coalesce(y.submitted_day, l.bids_due_day, l.awarded_day, $as_of_day) <= $as_of_day
WITH x, y, l, coalesce(x.submitted_day, l.bids_due_day, l.awarded_day) AS x_day, coalesce(y.submitted_day, l.bids_due_day, l.awarded_day) AS y_day
WITH x, y, l, x_day IS NOT NULL AND y_day IS NOT NULL AS dated,
     CASE WHEN x_day IS NULL OR y_day IS NULL THEN $as_of_day WHEN x_day > y_day THEN x_day ELSE y_day END AS on_day
MATCH (x)<-[:SUBMITTED]-(p:Organisation)
MATCH (y)<-[:SUBMITTED]-(q:Organisation)
MATCH (p)-[:HAS_OWNER]->(s:OwnerSpell)
WHERE s.from_day <= on_day AND s.to_day > on_day
MATCH (q)-[:HAS_OWNER]->(t:OwnerSpell)
WHERE t.from_day <= on_day AND t.to_day > on_day
WITH x, l, p, q, dated, on_day,
     s.owner_id = t.owner_id AND (dated OR (s.from_day = -719162 AND t.from_day = -719162)) AS one_owner
OPTIONAL MATCH (p)<-[d:HAS_ROLE]-(person:Person)
WHERE d.role IN ['director', 'Director', 'DIRECTOR', 'corporate-director', 'nominee-director', 'llp-member', 'llp-designated-member'] AND coalesce(d.valid_from_day, on_day) <= on_day AND coalesce(d.valid_to_day, on_day) >= on_day
  AND (dated OR (d.valid_from_day IS NULL AND d.valid_to_day IS NULL))
OPTIONAL MATCH (person)-[e:HAS_ROLE]->(q)
WHERE e.role IN ['director', 'Director', 'DIRECTOR', 'corporate-director', 'nominee-director', 'llp-member', 'llp-designated-member'] AND coalesce(e.valid_from_day, on_day) <= on_day AND coalesce(e.valid_to_day, on_day) >= on_day
  AND (dated OR (e.valid_from_day IS NULL AND e.valid_to_day IS NULL))
WITH x, l, p, q, dated, one_owner, count(DISTINCT CASE WHEN e.role IS NOT NULL THEN person.person_id END) AS directors
OPTIONAL MATCH (:Organisation)-[held:OWNS]->(p)
WITH x, l, p, q, dated, one_owner, directors, count(held.source_row) AS p_companies
OPTIONAL MATCH (:Person)-[held:OWNS]->(p)
WITH x, l, p, q, dated, one_owner, directors, p_companies, count(held.source_row) AS p_people
OPTIONAL MATCH (:Person)-[r:HAS_ROLE]->(p)
WITH x, l, p, q, dated, one_owner, directors, p_companies + p_people AS p_owners, count(r.role) AS p_roles
OPTIONAL MATCH (:Organisation)-[held:OWNS]->(q)
WITH x, l, p, q, dated, one_owner, directors, p_owners + p_roles AS p_ties, count(held.source_row) AS q_companies
OPTIONAL MATCH (:Person)-[held:OWNS]->(q)
WITH x, l, p, q, dated, one_owner, directors, p_ties, q_companies, count(held.source_row) AS q_people
OPTIONAL MATCH (:Person)-[r:HAS_ROLE]->(q)
WITH x, l, p, q, dated, one_owner, directors, p_ties, q_companies + q_people AS q_owners, count(r.role) AS q_roles
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
       CASE WHEN one_owner OR directors > 0 THEN null
            WHEN p_ties = 0 OR q_owners + q_roles = 0 THEN 'no owner or officer of a bidder known'
            WHEN NOT dated THEN 'day of the bids unknown' END AS not_assessable
