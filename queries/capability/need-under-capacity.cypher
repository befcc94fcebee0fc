/*---
title: Less capacity for a need in an area than customers came with it
clauses: [STR-DEV-05, STR-CAP-M7]
severity: indicator
status: stable
version: 3
needs: [Requirement.need_type, Delivery.capacity_per_quarter, Referral.need_type]
record: Requirement
subject: Contract
identity: [contract_id, area_id, need_type]
respondent: prime_id
parameters:
  capacity_share_min: {type: number, default: 0.8, minimum: 0, unit: share, basis: "project default: capacity for four fifths of the last four quarters"}
  within_days: {type: integer, default: 365, minimum: 90, unit: days, basis: "the last four quarters"}
message: "The chain of {prime} has room for {capacity_customers} customers a year for {need_type} in {area}; {referred_customers} came in the last {within_days} days"
innocent: ["Capacity is bought by the case when it is needed", "The busy quarters are over", "Capacity of a site is shared between needs"]
ask: ["Capacity by site and need, with its date", "Waiting times for such customers"]
assess: null
---*/
// Room in the area and its parts, times four quarters, beside everybody referred there with the need in the chain. Where one
// delivery does not say how many it can take, nobody can say whether there is room. Room recorded for a larger area is shared
// with the rest of it in a way that nobody recorded: it cannot show that there is enough here, but while all of it might be
// used here nobody is accused of too little. In the same way customers recorded for a larger area may have come
// here, and those whose need nobody recorded may have come with this one.
MATCH (q:Requirement)-[:UNDER]->(h:Contract)
WHERE q.need_type IS NOT NULL AND h.starts_day <= $as_of_day
WITH DISTINCT h.contract_id AS head_id
OPTIONAL MATCH (c:Contract)
WHERE c.head_contract_id = head_id
OPTIONAL MATCH (r:Referral)-[:UNDER]->(c)
WHERE r.referred_day <= $as_of_day AND r.referred_day > $as_of_day - $within_days
WITH head_id, r.need_type AS known_need, r.area_id AS at_id, coalesce(sum(r.customers), 0) AS customers
MATCH (q:Requirement)-[:UNDER]->(h:Contract)
WHERE h.contract_id = head_id AND q.need_type IS NOT NULL
WITH q, h, coalesce(q.area_id, h.area_id, '') AS area_id, at_id,
     coalesce(sum(CASE WHEN known_need = q.need_type THEN customers END), 0) AS came,
     coalesce(sum(CASE WHEN known_need IS NULL THEN customers END), 0) AS perhaps
OPTIONAL MATCH (inner:Area)-[:INSIDE]->(outer:Area) WHERE inner.area_id = at_id AND outer.area_id = area_id
OPTIONAL MATCH (small:Area)-[:INSIDE]->(large:Area) WHERE small.area_id = area_id AND large.area_id = at_id
WITH q, h, area_id, came, perhaps,
     CASE WHEN at_id = area_id OR inner.area_id IS NOT NULL THEN 'here'
          WHEN small.area_id IS NOT NULL THEN 'around' ELSE 'elsewhere' END AS at
WITH q, h, area_id,
     coalesce(sum(CASE WHEN at = 'here' THEN came END), 0) AS referred_customers,
     coalesce(sum(CASE WHEN at = 'around' THEN came END), 0) AS referred_around,
     coalesce(sum(CASE WHEN at <> 'elsewhere' THEN perhaps END), 0) AS referred_perhaps
OPTIONAL MATCH (k:Contract)<-[:UNDER]-(d:Delivery)
WHERE k.head_contract_id = h.contract_id AND d.need_type = q.need_type AND coalesce(d.agreed_day, $as_of_day) <= $as_of_day
  AND k.starts_day <= $as_of_day
  AND coalesce(k.ends_day, $as_of_day) >= $as_of_day AND coalesce(k.ended_day, $as_of_day) >= $as_of_day
WITH q, h, area_id, referred_customers, referred_around, referred_perhaps, d.area_id AS at_id, count(d.delivery_id) AS deliveries,
     coalesce(sum(d.capacity_per_quarter), 0) AS capacity,
     count(CASE WHEN d.capacity_per_quarter IS NULL THEN d.delivery_id END) AS unknown
OPTIONAL MATCH (inner:Area)-[:INSIDE]->(outer:Area) WHERE inner.area_id = at_id AND outer.area_id = area_id
OPTIONAL MATCH (small:Area)-[:INSIDE]->(large:Area) WHERE small.area_id = area_id AND large.area_id = at_id
WITH q, h, area_id, referred_customers, referred_around, referred_perhaps, deliveries, capacity, unknown,
     CASE WHEN at_id = area_id OR inner.area_id IS NOT NULL THEN 'here'
          WHEN small.area_id IS NOT NULL THEN 'around' ELSE 'elsewhere' END AS at
WITH q, h, area_id, referred_customers, referred_around, referred_perhaps,
     coalesce(sum(CASE WHEN at <> 'elsewhere' THEN deliveries END), 0) AS deliveries,
     4 * coalesce(sum(CASE WHEN at = 'here' THEN capacity END), 0) AS capacity_customers,
     4 * coalesce(sum(CASE WHEN at = 'around' THEN capacity END), 0) AS capacity_around,
     coalesce(sum(CASE WHEN at <> 'elsewhere' THEN unknown END), 0) AS unknown
MATCH (prime:Organisation)-[:SUPPLIES]->(h)
OPTIONAL MATCH (a:Area) WHERE a.area_id = area_id
WITH q, h, prime, area_id, a.name AS area, capacity_customers, referred_customers,
     CASE WHEN coalesce(h.ends_day, $as_of_day) < $as_of_day OR coalesce(h.ended_day, $as_of_day) < $as_of_day
          THEN 'head contract ended'
          WHEN area_id = '' THEN 'area unknown'
          WHEN referred_customers + referred_around + referred_perhaps = 0 THEN 'nobody came'
          WHEN deliveries = 0 THEN 'covered by nobody'
          WHEN capacity_customers + 0.000000001 >= $capacity_share_min * (referred_customers + referred_perhaps)
               AND referred_around = 0 THEN 'passed'
          WHEN unknown > 0 THEN 'capacity unknown'
          WHEN capacity_customers + capacity_around + 0.000000001 >= $capacity_share_min * referred_customers
          THEN CASE WHEN referred_around > 0 THEN 'customers recorded for a larger area'
                    WHEN capacity_customers + 0.000000001 >= $capacity_share_min * referred_customers
                    THEN 'need of customers unknown'
                    ELSE 'capacity recorded for a larger area' END
          ELSE 'flagged' END AS state
RETURN q.requirement_id AS requirement_id,
       q.source_id AS source_id,
       q.source_row AS source_row,
       h.contract_id AS contract_id,
       area_id,
       q.need_type AS need_type,
       h.supplier_id AS prime_id,
       prime.name AS prime,
       area,
       capacity_customers,
       referred_customers,
       $within_days AS within_days,
       state = 'flagged' AS flagged,
       CASE WHEN NOT state IN ['flagged', 'passed', 'head contract ended', 'nobody came', 'covered by nobody']
            THEN state END AS not_assessable,
       CASE WHEN state IN ['head contract ended', 'nobody came', 'covered by nobody'] THEN state END AS excluded_reason
