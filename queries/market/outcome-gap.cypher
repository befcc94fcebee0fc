/*---
title: A protected group has far fewer outcomes than the rest
clauses: [COC-EQ-02]
severity: indicator
status: stable
version: 1
needs: [GroupOutcome]
record: Organisation
evidence: GroupOutcome
subject: Organisation
identity: [org_id, protected_group]
respondent: org_id
parameters:
  risk_ratio_max: {type: number, default: 0.8, minimum: 0.1, maximum: 1, unit: "", basis: "clause notes: the four-fifths heuristic of the US EEOC, an indicator only"}
  q_max: {type: number, default: 0.05, minimum: 0, maximum: 1, unit: "", basis: "methods: false discovery rate over all providers and groups of the sweep"}
  min_customers: {type: integer, default: 10, minimum: 10, unit: customers, basis: "methods: cells under ten customers are suppressed"}
message: "{org_name}: {group_rate} of {customers_in_group} customers of the group {protected_group} had an outcome, of the rest {rest_rate} of {customers_in_rest}; risk ratio {ratio} within contract and period"
innocent: ["The groups differ in how hard their customers are to help", "The groups live in areas with other labour markets", "Membership of a group is recorded of some customers only"]
ask: ["The same rates within payment group and difficulty", "How membership of a group is recorded", "What was done for the group, and when"]
assess: outcome_gap
---*/
// Aggregates only, under contracts that are known by then; a row for a year that has not begun is not there yet.
MATCH (g:GroupOutcome)-[:UNDER]->(c:Contract)
WHERE c.starts_day <= $as_of_day AND (g.period_starts_day IS NULL OR g.period_starts_day <= $as_of_day)
MATCH (o:Organisation) WHERE o.org_id = c.supplier_id
RETURN o.org_id AS org_id,
       o.name AS org_name,
       g.contract_id AS contract_id,
       g.period AS period,
       g.protected_group AS protected_group,
       g.customers AS customers,
       g.outcomes AS outcomes;
// evidence
MATCH (g:GroupOutcome)-[:UNDER]->(c:Contract)
WHERE c.supplier_id = $org_id AND g.protected_group = $protected_group
  AND c.starts_day <= $as_of_day AND (g.period_starts_day IS NULL OR g.period_starts_day <= $as_of_day)
RETURN g.group_outcome_id AS group_outcome_id,
       g.source_id AS source_id,
       g.source_row AS source_row
