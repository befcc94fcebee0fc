/*---
title: Referrals or the contract of a provider went after it raised a grievance
clauses: [COC-POST-11]
severity: indicator
status: stable
version: 1
needs: [Grievance]
record: Grievance
evidence: Grievance
subject: Grievance
identity: [grievance_id]
respondent: against_id
parameters:
  ended_within_days: {type: integer, default: 180, minimum: 1, unit: days, basis: "rulebook: the contract ended by the buyer within 180 days of the grievance"}
  before_days: {type: integer, default: 365, minimum: 28, unit: days, basis: "methods: at least twelve months before"}
  after_days: {type: integer, default: 183, minimum: 28, unit: days, basis: "methods: at least six months after; up to twice as many are counted"}
  min_peers: {type: integer, default: 8, minimum: 2, unit: providers, basis: "methods: eight peers or more of the same prime, areas and groups"}
  min_before: {type: integer, default: 6, minimum: 1, unit: customers, basis: "project default: with fewer in a year before, a fall is chance"}
  drop_min_share: {type: number, default: 0.3, minimum: 0, maximum: 1, unit: share, basis: "clause notes: a fall of 30 % or more beside the peers"}
  q_max: {type: number, default: 0.05, minimum: 0, maximum: 1, unit: "", basis: "methods: false discovery rate over all grievances of the sweep"}
message: "After a grievance against {against}: {what_happened}"
innocent: ["Performance had fallen before the grievance: see the trend before and the outcome rates", "The complainant asked for fewer referrals or to leave", "The department changed whom it refers to these areas and groups", "The end of the contract had been decided before the grievance was known"]
ask: ["The decisions on referrals and on the contract, with their dates", "What the complainant says, in confidence: do not name it to anybody else", "Performance reviews of the year before"]
assess: grievance_retaliation
---*/
// First one row a grievance: the complainant's contracts with those it complained of, and whether one of them was ended
// by the buyer soon after, before its agreed end and without notice given earlier. Then, for each provider of the same
// prime, area and group, its customers in the two halves of the year before and in the time after, for as long as the complainant was
// there; and, apart, those of the year before who had an outcome by then. The complainant is marked, never named; its contracts are no evidence, for they would give it away.
MATCH (g:Grievance)
WHERE g.raised_day <= $as_of_day
MATCH (t:Organisation) WHERE t.org_id = g.against_id
OPTIONAL MATCH (k:Contract)
WHERE k.supplier_id = g.raised_by_id AND k.tier >= 2 AND (k.buyer_id = g.against_id OR k.head_org_id = g.against_id)
  AND k.starts_day <= $as_of_day
WITH g, t, min(k.starts_day) AS starts_day,
     max(CASE WHEN k.ended_day <= $as_of_day THEN k.ended_day ELSE coalesce(k.ends_day, 1000000) END) AS last_day,
     min(CASE WHEN k.ended_by = 'buyer' AND k.buyer_id = g.against_id AND k.ended_day >= g.raised_day
                   AND k.ended_day <= g.raised_day + $ended_within_days AND k.ended_day <= $as_of_day
                   AND (k.ends_day IS NULL OR k.ended_day < k.ends_day)
                   AND (k.notice_given_day IS NULL OR k.notice_given_day >= g.raised_day)
                   AND (g.contract_id IS NULL OR g.contract_id = k.contract_id)
              THEN k.ended_day - g.raised_day END) AS ended_after_days,
     coalesce(max(CASE WHEN k.ended_by IS NULL AND k.ended_day >= g.raised_day
                            AND k.ended_day <= g.raised_day + $ended_within_days AND k.ended_day <= $as_of_day
                       THEN 1 ELSE 0 END), 0) AS unclear
RETURN 'grievance' AS kind,
       g.grievance_id AS grievance_id,
       t.org_id AS against_id,
       t.name AS against,
       g.raised_day AS raised_day,
       $as_of_day AS as_of_day,
       starts_day,
       last_day,
       coalesce(ended_after_days, -1) AS ended_after_days,
       unclear > 0 AS end_unclear,
       '' AS party_id,
       false AS is_complainant,
       '' AS area_id,
       '' AS customer_group,
       -1 AS first_day,
       coalesce(sum(0), 0) AS early,
       coalesce(sum(0 * 1), 0) AS late,
       coalesce(sum(0 * 2), 0) AS after,
       coalesce(sum(0 * 3), 0) AS outcomes
UNION ALL
MATCH (g:Grievance)
WHERE g.raised_day <= $as_of_day
MATCH (own:Contract)
WHERE own.supplier_id = g.raised_by_id AND own.tier >= 2
  AND (own.buyer_id = g.against_id OR own.head_org_id = g.against_id) AND own.starts_day <= $as_of_day
WITH g, max(CASE WHEN own.ended_day <= $as_of_day THEN own.ended_day ELSE coalesce(own.ends_day, 1000000) END) AS own_last_day
MATCH (k:Contract)
WHERE k.tier >= 2 AND (k.buyer_id = g.against_id OR k.head_org_id = g.against_id) AND k.starts_day <= $as_of_day
WITH g, own_last_day, k, CASE WHEN k.ended_day <= $as_of_day THEN k.ended_day ELSE coalesce(k.ends_day, 1000000) END AS until_day
MATCH (k)<-[:UNDER]-(r:Referral)
WHERE r.referred_day <= $as_of_day AND r.referred_day <= own_last_day AND r.referred_day <= g.raised_day + 2 * $after_days
WITH g.grievance_id AS grievance_id, g.against_id AS against_id, g.raised_day AS raised_day, g.raised_by_id AS raised_by_id,
     g.raised_day - $before_days AS from_day, k.supplier_id AS party_id, k.starts_day AS starts_day, until_day,
     r.area_id AS area_id, r.customer_group AS customer_group, r.referred_day AS referred_day, r.customers AS customers
RETURN 'provider' AS kind,
       grievance_id,
       against_id,
       '' AS against,
       raised_day,
       $as_of_day AS as_of_day,
       min(starts_day) AS starts_day,
       max(until_day) AS last_day,
       -1 AS ended_after_days,
       false AS end_unclear,
       party_id,
       party_id = raised_by_id AS is_complainant,
       area_id,
       customer_group,
       min(referred_day) AS first_day,
       coalesce(sum(CASE WHEN referred_day >= from_day AND 2 * referred_day < from_day + raised_day THEN customers ELSE 0 END), 0) AS early,
       coalesce(sum(CASE WHEN 2 * referred_day >= from_day + raised_day AND referred_day < raised_day THEN customers ELSE 0 END), 0) AS late,
       coalesce(sum(CASE WHEN referred_day >= raised_day THEN customers ELSE 0 END), 0) AS after,
       coalesce(sum(0), 0) AS outcomes
UNION ALL
MATCH (g:Grievance)
WHERE g.raised_day <= $as_of_day
MATCH (k:Contract)
WHERE k.tier >= 2 AND (k.buyer_id = g.against_id OR k.head_org_id = g.against_id) AND k.starts_day <= $as_of_day
MATCH (k)<-[:UNDER]-(r:Referral)
WHERE r.referred_day >= g.raised_day - $before_days AND r.referred_day < g.raised_day
MATCH (r)<-[:RESULT_OF]-(w:Outcome)
WHERE w.claimed_day < g.raised_day
WITH g, k, r, count(w.outcome_id) AS claims
RETURN 'provider' AS kind,
       g.grievance_id AS grievance_id,
       g.against_id AS against_id,
       '' AS against,
       g.raised_day AS raised_day,
       $as_of_day AS as_of_day,
       min(k.starts_day) AS starts_day,
       max(CASE WHEN k.ended_day <= $as_of_day THEN k.ended_day ELSE coalesce(k.ends_day, 1000000) END) AS last_day,
       -1 AS ended_after_days,
       false AS end_unclear,
       k.supplier_id AS party_id,
       k.supplier_id = g.raised_by_id AS is_complainant,
       r.area_id AS area_id,
       r.customer_group AS customer_group,
       min(r.referred_day) AS first_day,
       coalesce(sum(0), 0) AS early,
       coalesce(sum(0 * 1), 0) AS late,
       coalesce(sum(0 * 2), 0) AS after,
       coalesce(sum(r.customers), 0) AS outcomes;
// evidence
MATCH (g:Grievance)
WHERE g.grievance_id = $grievance_id
RETURN g.grievance_id AS grievance_id,
       g.source_id AS source_id,
       g.source_row AS source_row
