/*---
title: Prime offers most of its customers no choice of provider
clauses: [STR-CX-03]
severity: indicator
status: stable
version: 1
needs: [Referral.options_offered]
record: Organisation
evidence: Referral
subject: Organisation
identity: [org_id]
respondent: org_id
parameters:
  min_options: {type: integer, default: 2, minimum: 2, unit: options, basis: "the clause: a choice, so at least two"}
  share_min: {type: number, default: 0.5, minimum: 0, maximum: 1, unit: share, basis: "project default: half of the customers"}
  confidence: {type: number, default: 0.95, minimum: 0.5, maximum: 0.999, unit: share, basis: "methods: 95 % intervals; the upper bound has to be below the least share"}
  min_records: {type: integer, default: 10, minimum: 1, unit: customers, basis: "methods: cells under ten customers are suppressed, and say too little"}
message: "{org_name} offers too few of its customers a choice of provider: {hits} of {total} customers had one"
innocent: ["One route is mandated for the programme or the customer group", "There is one provider alone within reach of the customers", "The choice was offered and only the provider chosen was recorded"]
ask: ["How customers are told of the providers they can choose from", "Which routes are mandated, and by whom", "How options_offered is filled in"]
assess: share_below
---*/
// All customers of a prime, kept or passed on. One of whom it is not known how many providers were offered counts neither way.
MATCH (r:Referral)
WHERE r.referred_day <= $as_of_day
WITH r.head_org_id AS org_id,
     CASE WHEN r.options_offered IS NULL THEN 'not_assessable'
          WHEN r.options_offered >= $min_options THEN 'hit'
          ELSE 'miss' END AS state,
     coalesce(sum(r.customers), 0) AS records
MATCH (o:Organisation) WHERE o.org_id = org_id
RETURN org_id,
       o.name AS org_name,
       state,
       CASE WHEN state = 'not_assessable' THEN 'options unknown' END AS reason,
       records;
// evidence
MATCH (r:Referral)
WHERE r.referred_day <= $as_of_day AND r.head_org_id = $org_id AND r.options_offered < $min_options
RETURN r.referral_id AS referral_id,
       r.source_id AS source_id,
       r.source_row AS source_row
