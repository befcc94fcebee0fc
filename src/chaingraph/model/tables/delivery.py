"""What happens under contracts: referrals, outcomes, invoices, payments, capability and delivery."""

from __future__ import annotations

from chaingraph.model.codes import CAPABILITY_CODES
from chaingraph.model.fields import code, col, count, date, days, money, ref, table, yes
from chaingraph.model.tables.chain import CONTRACT
from chaingraph.model.tables.market import AREA, ORG

TABLES = (
    table(
        "referrals",
        "Referral",
        "Customers referred under a contract, one by one or in cohorts; never who they are.",
        [
            col("id", "referral_id*", "key of the referral"),
            ref("contract_id*", "tier 1 = kept in-house, deeper = passed down", CONTRACT),
            date("referred_on*", "the day of the referral"),
            ref("area_id*", "where the customer lives", AREA),
            col("text", "customer_group*", "payment group"),
            col("text", "need_type", "the kind of help needed"),
            count(
                "difficulty_band*",
                "1 to 5, set by the department before the referral; 4 and 5 are hard to help",
                minimum=1.0,
                maximum=5.0,
            ),
            yes("needs_recorded", "the support needed was recorded"),
            yes("decision_recorded", "the reason for the choice of provider was recorded"),
            count("options_offered", "providers the customer could choose from"),
            code("allocation", "how the provider was chosen", "random choice provider jcp"),
            col("id", "batch_id", "referrals that were passed on together"),
            col("id", "customer_key", "keyed hash made before the file reached this tool"),
            date("first_contact_on", "first contact by the provider"),
            count("contacts", "contacts so far"),
            date("ended_on", "the day support ended"),
            count("customers", "how many customers the row stands for", minimum=1.0, default=1),
        ],
        in_order=(("referred_on", "ended_on"),),
    ),
    table(
        "outcomes",
        "Outcome",
        "Attachments and jobs claimed for referrals.",
        [
            col("id", "outcome_id*", "key of the outcome"),
            ref("referral_id*", "the referral it came from", "referrals.referral_id"),
            code("kind*", "what was achieved", "attachment job_start sustained"),
            date("job_started_on", "first day in the job"),
            days("sustained_days", "days the job has lasted"),
            date("claimed_on", "the day it was claimed"),
            money("claimed_gbp", "the sum claimed"),
            date("verified_on", "the day it was checked"),
            code("method", "how it was checked", "benefit_scan rti employer none"),
            code("result", "what the check said", "valid invalid pending"),
            col("id", "employer_key", "keyed hash of the employer"),
        ],
        in_order=(("job_started_on", "claimed_on"),),
    ),
    table(
        "invoices",
        "Invoice",
        "Invoices under contracts.",
        [
            col("id", "invoice_id*", "key of the invoice"),
            ref("contract_id*", "under which contract", CONTRACT),
            code("kind", "what is charged for", "service outcome advance"),
            money("amount_gbp*", "the sum invoiced"),
            date("invoiced_on", "date of the invoice"),
            date("received_on", "the day it reached the payer; without it lateness is not assessable"),
            date("validated_on", "the day it was found valid"),
            date("disputed_on", "the day it was disputed"),
            date("dispute_resolved_on", "the day the dispute was resolved"),
        ],
        in_order=(("disputed_on", "dispute_resolved_on"),),
    ),
    table(
        "payments",
        "Payment",
        "Payments against invoices.",
        [
            col("id", "payment_id*", "key of the payment"),
            ref("invoice_id*", "the invoice it settles", "invoices.invoice_id"),
            money("amount_gbp*", "the sum paid"),
            date("paid_on*", "the day it was paid"),
        ],
    ),
    table(
        "evidence",
        None,
        "What shows that an organisation has a capability.",
        [
            col("id", "evidence_id*", "key of the evidence"),
            ref("org_id*", "whose capability", ORG),
            code("capability*", "code of the capabilities framework", CAPABILITY_CODES),
            col("text", "need_type", "for which kind of need"),
            count("level*", "0 none to 3 strong", minimum=0.0, maximum=3.0),
            code("kind", "what it is", "accounts inspection reference attestation metric document"),
            date("issued_on", "date of the evidence"),
            date("expires_on", "last day it counts", ahead=True),
            col("text", "document_ref", "where it is kept"),
        ],
        in_order=(("issued_on", "expires_on"),),
    ),
    table(
        "requirements",
        "Requirement",
        "What the supply chain under a head contract must cover.",
        [
            col("id", "requirement_id*", "key of the requirement"),
            ref("contract_id*", "the head contract", CONTRACT),
            code("capability", "code of the capabilities framework", CAPABILITY_CODES),
            col("text", "need_type", "kind of need to be covered"),
            ref("area_id", "where", AREA),
        ],
    ),
    table(
        "delivery",
        "Delivery",
        "Who delivers which kind of help where, and how much of it.",
        [
            col("id", "delivery_id*", "key of the delivery"),
            ref("contract_id*", "under which contract", CONTRACT),
            ref("area_id*", "where", AREA),
            col("text", "need_type*", "which kind of need"),
            count("capacity_per_quarter", "customers it can take in a quarter"),
            yes("agreed_specialism", "the specialism was agreed"),
            date("agreed_on", "the day that was agreed"),
            col("number", "price_uplift_share", "what is paid on top for it", unit="share"),
        ],
    ),
)
