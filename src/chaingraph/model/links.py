"""Which columns of which table become which relationship.

A link reads one table and joins the node named by ``from_column`` to the node named by ``to_column``. Links
without a table are worked out when a load is published (``loading.derive``).
"""

from __future__ import annotations

from typing import NamedTuple

from chaingraph.model.fields import PropertyType


class Link(NamedTuple):
    """A relationship type between two labels and the columns that it is read from."""

    type: str
    from_label: str
    to_label: str
    table: str = ""
    from_column: str = ""
    to_column: str = ""
    properties: tuple[str, ...] = ()
    extra: dict[str, PropertyType] = {}  # noqa: RUF012 - a NamedTuple's default is shared and never changed
    constants: tuple[tuple[str, str], ...] = ()


_OWNERSHIP = ("share_min", "share_max", "valid_from", "valid_to")
_EVIDENCE = ("evidence_id", "need_type", "level", "kind", "issued_on", "expires_on")
_SIDE: dict[str, PropertyType] = {"side": "STRING"}


def _by(label: str, table: str, key: str, *pairs: tuple[str, str, str]) -> list[Link]:
    return [Link(type_, label, to, table, key, column) for type_, to, column in pairs]


LINKS: tuple[Link, ...] = (
    Link("BUYS", "Organisation", "Contract", "contracts", "buyer_id", "contract_id"),
    Link("SUPPLIES", "Organisation", "Contract", "contracts", "supplier_id", "contract_id"),
    Link("OWNS", "Organisation", "Organisation", "ownership", "owner_id", "owned_id", _OWNERSHIP),
    Link("OWNS", "Person", "Organisation", "ownership", "owner_id", "owned_id", _OWNERSHIP),
    Link("SUBMITTED", "Organisation", "Bid", "bids", "org_id", "bid_id"),
    Link("TENDERED", "Organisation", "Bid", "tenderers", "org_id", "bid_id"),
    Link("BUYS", "Organisation", "Process", "processes", "buyer_id", "process_id"),
    Link("RUNS", "Organisation", "Process", "processes", "procuring_entity_id", "process_id"),
    Link("IN_PROCESS", "Bid", "Process", "bids", "bid_id", "process_id"),
    Link("IN_PROCESS", "Award", "Process", "awards", "award_id", "process_id"),
    Link("AWARDED_TO", "Award", "Organisation", "award_suppliers", "award_id", "org_id"),
    Link("ABOUT", "PaymentReport", "Organisation", "payment_reports", "report_id", "org_id"),
    Link("APPLIED", "Organisation", "Application", "applications", "org_id", "application_id"),
    Link("OFFERS", "Organisation", "Opportunity", "opportunities", "buyer_id", "opportunity_id"),
    Link("SAME_AS", "Organisation", "Organisation", extra={"confidence": "DOUBLE", "method": "STRING"}),
    Link(
        "HAS_ROLE",
        "Person",
        "Organisation",
        "roles",
        "person_id",
        "org_id",
        ("role", "valid_from", "valid_to"),
    ),
    Link("EVIDENCES", "Organisation", "Capability", "evidence", "org_id", "capability", _EVIDENCE),
    Link("HAS_OWNER", "Organisation", "OwnerSpell"),
    Link("MOVED", "Person", "StaffMove", "staff_moves", "person_id", "move_id"),
    *_by(
        "StaffMove",
        "staff_moves",
        "move_id",
        ("LEFT", "Organisation", "from_org_id"),
        ("JOINED", "Organisation", "to_org_id"),
    ),
    Link("WITHIN", "Area", "Area", "area_within", "area_id", "within_id"),
    # Over any number of steps, and every area in itself.
    Link("INSIDE", "Area", "Area"),
    Link("COVERS", "Lot", "Area", "lots", "lot_id", "area_id"),
    Link("IN_LOT", "Bid", "Lot", "bids", "bid_id", "lot_id"),
    *_by(
        "Contract",
        "contracts",
        "contract_id",
        ("SUBCONTRACT_OF", "Contract", "parent_contract_id"),
        ("IN_LOT", "Lot", "lot_id"),
        ("COVERS", "Area", "area_id"),
        ("RESULTED_FROM", "Opportunity", "opportunity_id"),
    ),
    Link("ANSWERS", "Application", "Opportunity", "applications", "application_id", "opportunity_id"),
    Link("IN_LOT", "Opportunity", "Lot", "opportunities", "opportunity_id", "lot_id"),
    Link("ABOUT", "Negotiation", "Lot", "negotiations", "negotiation_id", "lot_id"),
    Link(
        "PARTY",
        "Negotiation",
        "Organisation",
        "negotiations",
        "negotiation_id",
        "prime_id",
        extra=_SIDE,
        constants=(("side", "prime"),),
    ),
    Link(
        "PARTY",
        "Negotiation",
        "Organisation",
        "negotiations",
        "negotiation_id",
        "sub_id",
        extra=_SIDE,
        constants=(("side", "sub"),),
    ),
    *_by(
        "Commitment",
        "commitments",
        "commitment_id",
        ("UNDER", "Contract", "contract_id"),
        ("PROMISED_BY", "Organisation", "by_org_id"),
        ("PROMISED_TO", "Organisation", "to_org_id"),
    ),
    Link(
        "UNDER", "ReportingRequirement", "Contract", "reporting_requirements", "requirement_id", "contract_id"
    ),
    *_by(
        "Referral",
        "referrals",
        "referral_id",
        ("UNDER", "Contract", "contract_id"),
        ("IN_AREA", "Area", "area_id"),
    ),
    Link("NEXT", "Referral", "Referral", extra={"days": "INT64"}),
    Link("ALONGSIDE", "Referral", "Referral", extra={"from_day": "INT64", "to_day": "INT64"}),
    Link("RESULT_OF", "Outcome", "Referral", "outcomes", "outcome_id", "referral_id"),
    Link("UNDER", "Invoice", "Contract", "invoices", "invoice_id", "contract_id"),
    Link("SETTLES", "Payment", "Invoice", "payments", "payment_id", "invoice_id"),
    *_by(
        "Requirement",
        "requirements",
        "requirement_id",
        ("UNDER", "Contract", "contract_id"),
        ("REQUIRES", "Capability", "capability"),
        ("IN_AREA", "Area", "area_id"),
    ),
    *_by(
        "Delivery",
        "delivery",
        "delivery_id",
        ("UNDER", "Contract", "contract_id"),
        ("IN_AREA", "Area", "area_id"),
    ),
    Link("DELIVERED_BY", "Delivery", "Organisation"),
    Link("ABOUT", "Policy", "Organisation", "policies", "policy_id", "org_id"),
    *_by(
        "SupportAction",
        "support_actions",
        "action_id",
        ("RAISED_BY", "Organisation", "by_org_id"),
        ("ABOUT", "Organisation", "to_org_id"),
    ),
    *_by(
        "Issue",
        "issues",
        "issue_id",
        ("RAISED_BY", "Organisation", "raised_by_id"),
        ("AGAINST", "Organisation", "raised_with_id"),
        ("UNDER", "Contract", "contract_id"),
    ),
    *_by(
        "Grievance",
        "grievances",
        "grievance_id",
        ("RAISED_BY", "Organisation", "raised_by_id"),
        ("AGAINST", "Organisation", "against_id"),
        ("UNDER", "Contract", "contract_id"),
    ),
    Link("ABOUT", "EnforcementAction", "Organisation", "enforcement_actions", "action_id", "org_id"),
    *_by(
        "Rating",
        "ratings",
        "rating_id",
        ("ABOUT", "Organisation", "org_id"),
        ("UNDER", "Contract", "contract_id"),
    ),
    *_by(
        "Complaint",
        "complaints",
        "complaint_id",
        ("ABOUT", "Organisation", "org_id"),
        ("UNDER", "Contract", "contract_id"),
    ),
    Link("ABOUT", "Engagement", "Organisation", "engagements", "engagement_id", "org_id"),
    *_by(
        "Attestation",
        "attestations",
        "attestation_id",
        ("ABOUT", "Organisation", "about_id"),
        ("ABOUT", "Contract", "about_id"),
        ("ABOUT", "Lot", "about_id"),
    ),
    Link("UNDER", "GroupOutcome", "Contract", "group_outcomes", "group_outcome_id", "contract_id"),
    *_by(
        "TupeTransfer",
        "tupe_transfers",
        "transfer_id",
        ("IN_LOT", "Lot", "lot_id"),
        ("LEFT", "Organisation", "from_org_id"),
        ("JOINED", "Organisation", "to_org_id"),
    ),
)
