/*---
title: The hardest to help are seen less often than the easiest
clauses: [STR-COM-09]
severity: indicator
status: stable
version: 1
needs: [Referral.contacts]
record: Organisation
evidence: Referral
subject: Organisation
identity: [org_id]
respondent: org_id
parameters:
  rate_ratio_max: {type: number, default: 0.8, minimum: 0.1, maximum: 1, unit: "", basis: "methods: contacts of the hardest third below four fifths of those of the easiest"}
  q_max: {type: number, default: 0.05, minimum: 0, maximum: 1, unit: "", basis: "methods: false discovery rate over all providers of the sweep"}
  min_arm_customers: {type: integer, default: 30, minimum: 1, unit: customers, basis: "methods: as for referral skew, in each third, in comparable strata"}
message: "{org_name} has {contacts_a_hard_customer} contacts with each of its hardest customers and {contacts_an_easy_customer} with each of its easiest: {rate_ratio} times as many among customers of one group, area and quarter"
innocent: ["The hardest customers were ill, or chose not to come", "Contacts with a specialist's own partners are recorded elsewhere", "Contacts of the hardest are fewer and longer"]
ask: ["Contact records of a sample of the hardest and of the easiest customers", "How long contacts last, and who else sees the customers", "Who sets the difficulty, and when"]
assess: parking_gradient
---*/
// The provider is whoever has the customers: the supplier under whose contract they were referred. Contacts add up with
// time, so customers are compared with those of the same quarter. A cohort's contacts are those of all its customers.
MATCH (r:Referral)
WHERE r.referred_day <= $as_of_day
WITH r.contract_id AS contract_id, r.customer_group AS customer_group, r.area_id AS area_id, r.quarter AS quarter,
     r.difficulty_band AS band, r.customers AS customers, r.contacts IS NULL AS unknown, count(*) AS n,
     coalesce(sum(r.contacts), 0) AS contacts, coalesce(sum(r.contacts * r.contacts), 0) AS contacts_squared
MATCH (c:Contract) WHERE c.contract_id = contract_id
MATCH (o:Organisation) WHERE o.org_id = c.supplier_id
RETURN o.org_id AS org_id,
       o.name AS org_name,
       customer_group,
       area_id,
       quarter,
       band,
       customers,
       unknown,
       coalesce(sum(n), 0) AS n,
       coalesce(sum(contacts), 0) AS contacts,
       coalesce(sum(contacts_squared), 0) AS contacts_squared;
// evidence
MATCH (o:Organisation)-[:SUPPLIES]->(c:Contract)
WHERE o.org_id = $org_id
MATCH (r:Referral)-[:UNDER]->(c)
WHERE r.is_hard AND r.referred_day <= $as_of_day AND r.contacts IS NOT NULL
RETURN r.referral_id AS referral_id,
       r.source_id AS source_id,
       r.source_row AS source_row
