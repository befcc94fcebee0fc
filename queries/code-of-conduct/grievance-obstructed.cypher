/*---
title: Provider hindered from taking a grievance to the department
clauses: [COC-POST-11]
severity: indicator            # should not: whether it is a breach is the department's decision
status: stable
version: 2
needs: [Grievance]
record: Grievance
subject: Grievance
identity: [grievance_id]
respondent: against_id
message: "Grievance {grievance_id} against {against}: {how}"
innocent: ["The clause is about confidentiality and leaves the department out", "What was recorded as an obstruction was advice to use the contract's own procedure first", "The clause was never relied on"]
ask: ["The clause, word for word", "Whatever was said or written to keep the grievance from the department"]
assess: null
---*/
// Who raised it is protected: nothing here says under which contract. The clause is looked for in the contract that the
// grievance names, if it is theirs, else in every contract under which they supply whom the grievance is against. An
// inferred contract stands for one whose clauses nobody has seen.
MATCH (g:Grievance)
WHERE g.raised_day <= $as_of_day
MATCH (against:Organisation) WHERE against.org_id = g.against_id
OPTIONAL MATCH (g)-[:RAISED_BY]->(who:Organisation)-[:SUPPLIES]->(c:Contract)
WHERE c.starts_day <= $as_of_day OR c.signed_day <= $as_of_day
WITH g, against, c.contract_id = g.contract_id AS is_named, c.buyer_id = g.against_id AS is_theirs,
     CASE WHEN NOT coalesce(c.inferred, false) THEN c.gagging_clause END AS gagging_clause
WITH g, against.name AS against,
     count(CASE WHEN is_named THEN 1 END) AS named,
     count(CASE WHEN is_named AND gagging_clause THEN 1 END) AS named_gagging,
     count(CASE WHEN is_named AND gagging_clause IS NULL THEN 1 END) AS named_unread,
     count(CASE WHEN is_theirs AND gagging_clause THEN 1 END) AS their_gagging,
     count(CASE WHEN is_theirs AND gagging_clause IS NULL THEN 1 END) AS their_unread
WITH g, against,
     CASE WHEN named > 0 THEN named_gagging ELSE their_gagging END AS gagging,
     CASE WHEN named > 0 THEN named_unread ELSE their_unread END AS unread
WITH g, against, gagging,
     CASE WHEN coalesce(g.obstructed, false) OR gagging > 0 THEN 'flagged'
          WHEN g.obstructed IS NULL THEN 'obstruction neither confirmed nor denied'
          WHEN unread > 0 THEN 'clauses of the contract unknown'
          ELSE 'passed' END AS state
RETURN g.grievance_id AS grievance_id,
       g.source_id AS source_id,
       g.source_row AS source_row,
       g.against_id AS against_id,
       against,
       CASE WHEN gagging > 0 AND coalesce(g.obstructed, false)
            THEN 'it was obstructed, and a clause of the contract forbids going to the department'
            WHEN gagging > 0 THEN 'a clause of the contract forbids going to the department'
            ELSE 'it was obstructed' END AS how,
       state = 'flagged' AS flagged,
       CASE WHEN NOT state IN ['flagged', 'passed'] THEN state END AS not_assessable
