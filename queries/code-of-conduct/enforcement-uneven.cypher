/*---
title: The department acts on the same breach otherwise for some kinds of provider
clauses: [COC-DWP-02]
severity: indicator
status: stable
version: 1
needs: [EnforcementAction.action]
record: EnforcementAction
evidence: EnforcementAction
identity: [clause, severity]
respondent: department_id
parameters:
  days_to_act: {type: integer, default: 28, minimum: 0, unit: days, basis: "project default: what was found less than four weeks ago may still be acted on"}
  odds_ratio_min: {type: number, default: 1.5, minimum: 1, maximum: 20, unit: "", basis: "clause notes: 1.5 in either direction"}
  q_max: {type: number, default: 0.05, minimum: 0, maximum: 1, unit: "", basis: "methods: false discovery rate over all clauses and severities of the sweep"}
  min_arm_findings: {type: integer, default: 5, minimum: 1, unit: findings, basis: "project default: with fewer, one provider decides; under ten the test is exact"}
message: "{clause}, {severity}: the department acted on {group_share} of {in_group} findings against {group} and on {rest_share} of {in_rest} against {rest}; odds ratio {ratio}"
innocent: ["Some providers put the fault right at once, and there was nothing left to act on", "The findings of one kind were graver than their severity says", "Action was taken and not recorded"]
ask: ["What each provider answered, and when it put the fault right", "The department's policy on when it acts", "Who decided in each case"]
assess: enforcement_uneven
---*/
// Within one clause and severity like is compared with like. An action of a later day has not been taken yet; one whose
// day is not known has been.
MATCH (a:EnforcementAction)
WHERE a.found_day <= $as_of_day
MATCH (o:Organisation) WHERE o.org_id = a.org_id
WITH a.clause AS clause, a.severity AS severity, o.size_band AS size_band, o.sector AS sector,
     CASE WHEN a.found_day + $days_to_act > $as_of_day THEN 'excluded'
          WHEN a.action <> 'none' AND (a.acted_day IS NULL OR a.acted_day <= $as_of_day) THEN 'hit'
          ELSE 'miss' END AS state,
     count(*) AS records
RETURN clause,
       severity,
       size_band,
       sector,
       state,
       CASE WHEN state = 'excluded' THEN 'found too recently' END AS reason,
       records,
       $department_org_id AS department_id;
// evidence
MATCH (a:EnforcementAction)
WHERE a.clause = $clause AND a.severity = $severity AND a.found_day + $days_to_act <= $as_of_day
RETURN a.action_id AS action_id,
       a.source_id AS source_id,
       a.source_row AS source_row
