/*---
title: Prime passes customers on without a record of needs or decision
clauses: [COC-POST-06]
severity: indicator
status: stable
version: 1
needs: [Referral.needs_recorded, Referral.decision_recorded]
record: Organisation
evidence: Referral
subject: Organisation
identity: [org_id]
respondent: org_id
parameters:
  share_max: {type: number, default: 0.05, minimum: 0, maximum: 1, unit: share, basis: "project default: 5 % of the customers passed on"}
  confidence: {type: number, default: 0.95, minimum: 0.5, maximum: 0.999, unit: share, basis: "methods: 95 % intervals; the lower bound has to be above the limit"}
message: "{org_name} passed customers on without a record of their needs or of the decision: {hits} of {total}"
innocent: ["The records are kept elsewhere and were not loaded", "The referral came with the department's own assessment", "Older referrals were moved from another system"]
ask: ["Records of needs and decision for a sample of the referrals listed", "Since when each is recorded"]
assess: share_above
---*/
// Customers passed below the first tier. One whose record of needs or of the decision is unknown cannot be judged: to
// count the half that is known would favour the half that is missing.
MATCH (r:Referral)
WHERE r.is_passed AND r.referred_day <= $as_of_day
WITH r.head_org_id AS org_id,
     CASE WHEN r.needs_recorded IS NULL OR r.decision_recorded IS NULL THEN 'not_assessable'
          WHEN r.needs_recorded AND r.decision_recorded THEN 'miss'
          ELSE 'hit' END AS state,
     coalesce(sum(r.customers), 0) AS records
MATCH (o:Organisation) WHERE o.org_id = org_id
RETURN org_id,
       o.name AS org_name,
       state,
       CASE WHEN state = 'not_assessable' THEN 'needs or decision unknown' END AS reason,
       records;
// evidence
MATCH (r:Referral)
WHERE r.is_passed AND r.referred_day <= $as_of_day AND r.head_org_id = $org_id
  AND r.needs_recorded IS NOT NULL AND r.decision_recorded IS NOT NULL
  AND NOT (r.needs_recorded AND r.decision_recorded)
RETURN r.referral_id AS referral_id,
       r.source_id AS source_id,
       r.source_row AS source_row
