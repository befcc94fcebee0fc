/*---
title: One owner sub-contracts to several primes of one area
clauses: [STR-MKT-01]
severity: indicator
status: stable
version: 2
needs: [Contract.area_id]
record: Contract
subject: Area
identity: [area_id, owner_id]
respondent: department_id
parameters:
  min_primes: {type: integer, default: 3, minimum: 2, unit: primes, basis: "project default: two primes may share a specialist, three leave the area on one back"}
message: "{owner} stands behind sub-contractors of {primes} primes (counted by who owns them) in {area}: chains that look different rest on one owner"
innocent: ["A specialist that nobody else in the area can replace", "Contracts too small to matter to any of the chains", "The ownership is out of date"]
ask: ["Share of each prime's referrals in the area that go to this owner", "Who could take its place"]
assess: null
---*/
// Sub-contracts in force under a head contract in force; one without an area of its own delivers in that of its head
// contract. Primes count by ultimate owner, and an owner does not count as a prime of its own sub-contractors.
MATCH (c:Contract)
WHERE c.tier >= 2 AND c.starts_day <= $as_of_day
  AND coalesce(c.ends_day, $as_of_day) >= $as_of_day AND coalesce(c.ended_day, $as_of_day) >= $as_of_day
MATCH (h:Contract)
WHERE h.contract_id = c.head_contract_id AND coalesce(h.starts_day, $as_of_day) <= $as_of_day
  AND coalesce(h.ends_day, $as_of_day) >= $as_of_day AND coalesce(h.ended_day, $as_of_day) >= $as_of_day
MATCH (sub:Organisation)-[:SUPPLIES]->(c)
MATCH (sub)-[:HAS_OWNER]->(s:OwnerSpell) WHERE s.from_day <= $as_of_day AND s.to_day > $as_of_day
MATCH (prime:Organisation)-[:SUPPLIES]->(h)
MATCH (prime)-[:HAS_OWNER]->(p:OwnerSpell) WHERE p.from_day <= $as_of_day AND p.to_day > $as_of_day
WITH coalesce(c.area_id, h.area_id, '') AS area_id, s.owner_id AS owner_id, min(s.owner_name) AS owner,
     count(DISTINCT CASE WHEN p.owner_id <> s.owner_id THEN p.owner_id END) AS primes
MATCH (c:Contract)
WHERE c.tier >= 2 AND c.starts_day <= $as_of_day
  AND coalesce(c.ends_day, $as_of_day) >= $as_of_day AND coalesce(c.ended_day, $as_of_day) >= $as_of_day
MATCH (h:Contract)
WHERE h.contract_id = c.head_contract_id AND coalesce(c.area_id, h.area_id, '') = area_id
  AND coalesce(h.starts_day, $as_of_day) <= $as_of_day
  AND coalesce(h.ends_day, $as_of_day) >= $as_of_day AND coalesce(h.ended_day, $as_of_day) >= $as_of_day
MATCH (sub:Organisation)-[:SUPPLIES]->(c)
MATCH (sub)-[:HAS_OWNER]->(s:OwnerSpell)
WHERE s.from_day <= $as_of_day AND s.to_day > $as_of_day AND s.owner_id = owner_id
OPTIONAL MATCH (a:Area) WHERE a.area_id = area_id
RETURN area_id,
       owner_id,
       c.contract_id AS contract_id,
       c.source_id AS source_id,
       c.source_row AS source_row,
       h.buyer_id AS department_id,
       a.name AS area,
       owner,
       primes,
       primes >= $min_primes AND area_id <> '' AS flagged,
       area_id = '' AS not_assessable
