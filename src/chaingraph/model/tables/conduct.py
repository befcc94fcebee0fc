"""How the parties behave: policies, support, issues, grievances, ratings, attestations, transfers."""

from __future__ import annotations

from chaingraph.model.fields import Column, code, col, count, date, money, ref, share, table, yes
from chaingraph.model.tables.chain import CONTRACT
from chaingraph.model.tables.market import LOT, ORG


def _score(name: str) -> Column:
    return count(name, "1 (poor) to 4 (very good)", minimum=1.0, maximum=4.0)


TABLES = (
    table(
        "policies",
        "Policy",
        "Policies that organisations hold.",
        [
            col("id", "policy_id*", "key of the policy"),
            ref("org_id*", "whose policy", ORG),
            col("text", "kind*", "its subject (equality, safeguarding, …)"),
            date("approved_on", "the day it was approved"),
            date("review_due_on", "the day by which it must be reviewed", ahead=True),
        ],
        in_order=(("approved_on", "review_due_on"),),
    ),
    table(
        "support_actions",
        "SupportAction",
        "Help that one organisation gave another.",
        [
            col("id", "action_id*", "key of the action"),
            ref("by_org_id*", "who helped", ORG),
            ref("to_org_id*", "whom", ORG),
            col("text", "kind*", "what sort of help"),
            date("happened_on*", "when"),
            money("amount_gbp", "what it was worth, where that is known"),
        ],
    ),
    table(
        "payment_reports",
        "PaymentReport",
        "What organisations report of their own payment practices (Reporting on Payment Practices and "
        "Performance Regulations 2017).",
        [
            col("id", "report_id*", "key of the report"),
            ref("org_id*", "whose report", ORG),
            date("starts_on", "first day reported on"),
            date("ends_on*", "last day reported on"),
            date("filed_on", "the day it was filed"),
            yes("paid_any", "whether any payment was made in the period"),
            count("average_days", "average days to pay", unit="days"),
            share("within_30_share", "invoices paid within 30 days"),
            share("from_31_to_60_share", "invoices paid between 31 and 60 days"),
            share("beyond_60_share", "invoices paid later than 60 days"),
            share("late_share", "invoices not paid within the agreed terms"),
            share("disputed_share", "invoices not paid within the terms because of a dispute"),
            count("shortest_term_days", "shortest standard payment period", unit="days"),
            count("longest_term_days", "longest standard payment period", unit="days"),
            count("most_term_days", "longest contractual payment period", unit="days"),
            col("text", "url", "where the report is published"),
        ],
        in_order=(("starts_on", "ends_on"), ("ends_on", "filed_on")),
    ),
    table(
        "issues",
        "Issue",
        "Issues that providers raised with one another.",
        [
            col("id", "issue_id*", "key of the issue"),
            ref("raised_by_id*", "who raised it", ORG),
            ref("raised_with_id*", "with whom", ORG),
            ref("contract_id", "about which contract", CONTRACT),
            date("raised_on*", "when it was raised"),
            date("acknowledged_on", "when it was acknowledged"),
            date("resolved_on", "when it was resolved"),
        ],
        in_order=(("raised_on", "acknowledged_on"), ("raised_on", "resolved_on")),
    ),
    table(
        "grievances",
        "Grievance",
        "Grievances of delivery providers.",
        [
            col("id", "grievance_id*", "key of the grievance"),
            ref("raised_by_id*", "who raised it", ORG),
            ref("against_id*", "against whom", ORG),
            ref("contract_id", "about which contract", CONTRACT),
            col("text", "clause", "the clause it is about"),
            date("raised_on*", "when it was raised"),
            date("acknowledged_on", "when it was acknowledged"),
            date("decided_on", "when it was decided"),
            code("stage", "how far it has gone", "prime dwp mediation"),
            code("outcome", "what was decided", "upheld not_upheld withdrawn open"),
            yes("obstructed", "somebody tried to prevent it"),
            col("text", "document_ref", "where it is kept"),
        ],
        in_order=(("raised_on", "acknowledged_on"), ("raised_on", "decided_on")),
        restricted=True,
    ),
    table(
        "enforcement_actions",
        "EnforcementAction",
        "What the department did about breaches.",
        [
            col("id", "action_id*", "key of the action"),
            ref("org_id*", "against whom", ORG),
            col("text", "clause*", "which clause was broken"),
            col("text", "severity*", "how grave it was"),
            date("found_on*", "when it was found"),
            date("acted_on", "when the department acted"),
            code("action*", "what it did", "none advice notice penalty termination"),
        ],
        in_order=(("found_on", "acted_on"),),
    ),
    table(
        "ratings",
        "Rating",
        "The department's ratings of providers.",
        [
            col("id", "rating_id*", "key of the rating"),
            ref("org_id*", "who is rated", ORG),
            ref("contract_id", "for which contract", CONTRACT),
            col("text", "period*", "for which period"),
            _score("outcomes"),
            _score("value_for_money"),
            _score("quality"),
            _score("customer_experience"),
        ],
    ),
    table(
        "complaints",
        "Complaint",
        "Complaints of customers about a provider, without a word about the customer.",
        [
            col("id", "complaint_id*", "key of the complaint"),
            ref("org_id*", "about whom", ORG),
            ref("contract_id", "about which contract", CONTRACT),
            date("raised_on*", "when it was raised"),
            date("closed_on", "when it was closed"),
            date("outcome_told_on", "when the customer was told the outcome"),
        ],
        in_order=(("raised_on", "closed_on"),),
    ),
    table(
        "engagements",
        "Engagement",
        "Forums, visits and briefings that an organisation took part in.",
        [
            col("id", "engagement_id*", "key of the engagement"),
            ref("org_id*", "who took part", ORG),
            code("kind*", "in what", "forum steward_visit code_briefing code_acknowledged"),
            date("happened_on*", "when"),
        ],
    ),
    table(
        "attestations",
        "Attestation",
        "Documents that show that a duty was met.",
        [
            col("id", "attestation_id*", "key of the attestation"),
            col("text", "clause*", "the clause it answers"),
            ref(
                "about_id*",
                "the organisation, contract or lot it is about, or market",
                ORG,
                CONTRACT,
                LOT,
                literals=("market",),
            ),
            code("kind*", "what it is", "document statement minutes audit inspection publication survey"),
            date("issued_on*", "date of the document"),
            date("expires_on", "last day it counts", ahead=True),
            col("text", "document_ref", "where it is kept"),
        ],
        in_order=(("issued_on", "expires_on"),),
    ),
    table(
        "group_outcomes",
        "GroupOutcome",
        "Outcomes by protected group, already aggregated; rows under 10 customers are refused.",
        [
            ref("contract_id*", "under which contract", CONTRACT),
            col("text", "period*", "for which period"),
            col("text", "protected_group*", "the group"),
            count("customers*", "customers in the group", minimum=10.0),
            count("outcomes*", "of whom with an outcome"),
        ],
        key=("contract_id", "period", "protected_group"),
    ),
    table(
        "tupe_transfers",
        "TupeTransfer",
        "Transfers of staff under the TUPE regulations.",
        [
            col("id", "transfer_id*", "key of the transfer"),
            ref("lot_id*", "the lot", LOT),
            ref("from_org_id*", "who hands over", ORG),
            ref("to_org_id*", "who takes over", ORG),
            date("requested_on", "the information was asked for"),
            date("supplied_on", "the information was supplied"),
            date("transfers_on*", "the day of the transfer", ahead=True),
        ],
        in_order=(("requested_on", "supplied_on"),),
    ),
)
