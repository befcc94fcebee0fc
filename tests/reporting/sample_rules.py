"""Rules and clauses of the made-up sweep: their words, as headers and clause files would give them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from chaingraph.rules.header import Header, Parameter

LATE = "payment-late"
STATUTORY = "payment-late-statutory"
SKEW = "referral-skew"
LATENESS = "payment-lateness"
NEEDS = "referral-needs-missing"
GRIEVANCE = "grievance-obstructed"
CONCENTRATION = "market-concentration"
POLICY = "equality-policy-missing"
PROMISE = "promised-volume-unmet"
EXCLUSIVITY = "exclusivity-demanded"
TERMS = "payment-term-missing"


@dataclass(frozen=True)
class SampleRule:
    """A rule as a report meets it."""

    id: str
    header: Header


@dataclass(frozen=True)
class Clause:
    """The words of a clause, as a clause file gives them."""

    id: str
    section: str
    quote: str
    ceiling: str = "breach"
    rolls_up: tuple[str, ...] = ()


def clauses() -> dict[str, Clause]:
    """The clauses that the sample's rules stand on."""
    post = "Annex 1, Post-award"
    listed = [
        Clause(
            "COC-PRE-03",
            "Annex 1, Pre-award",
            "Short listed top-tier providers cannot insist that potential "
            "delivery providers negotiate only with them and not their competitors",
        ),
        Clause("COC-POST-06", post, "Referrals of customers between providers should be transparent"),
        Clause("COC-POST-07", post, "Payments to delivery providers should be made on the agreed terms"),
        Clause("COC-POST-11", post, "Providers should not be penalised for raising a grievance"),
        Clause("COC-EQ-01", "Annex 1, Equality", "promote equality and diversity"),
        Clause(
            "LAW-PA23-73",
            "Procurement Act 2023 (c. 54), sections 68(2) and 73",
            "before the end of the period of 30 days beginning with",
        ),
        Clause(
            "STR-COM-02",
            "Commercial strategy",
            "We will also have competition between providers within most contract areas",
        ),
    ]
    return {clause.id: clause for clause in listed}


def parameter(default: Any, unit: str, basis: str) -> Parameter:
    """A whole number, a share or a text as a rule's parameter."""
    kind = {int: "integer", float: "number", str: "text"}[type(default)]
    return Parameter.model_validate({"type": kind, "default": default, "unit": unit, "basis": basis})


def header(
    title: str,
    clause: str,
    severity: str,
    record: str,
    identity: str,
    respondent: str | None,
    needs: tuple[str, ...] = (),
    parameters: dict[str, Parameter] | None = None,
    innocent: tuple[str, ...] = ("The record is wrong",),
    ask: tuple[str, ...] = ("The contract",),
) -> Header:
    """A header with what a report reads."""
    return Header.model_validate(
        {
            "title": title,
            "clauses": clause.split(),
            "severity": severity,
            "status": "stable",
            "version": 1,
            "needs": needs,
            "record": record,
            "subject": "Contract",
            "identity": [identity],
            "respondent": respondent,
            "parameters": parameters or {},
            "message": "{x}",
            "innocent": innocent,
            "ask": ask,
        }
    )


def headers() -> dict[str, Header]:
    """The headers of the sample's rules, by id."""
    days = {"tolerance_days": parameter(0, "days", "none: the agreed day is the agreed day")}
    fences = {
        "min_low": parameter(1.1, "odds ratio", "calibrated on simulated markets"),
        "max_q": parameter(0.05, "", "Benjamini-Hochberg, the usual level"),
        "min_customers": parameter(200, "customers", "project default: below it the test cannot see a skew"),
    }
    late = (
        "The invoice was disputed, invalid or resubmitted",
        "The receipt date is wrong",
        "The payment run fell on a bank holiday",
    )
    papers = ("Remittance advice", "Dispute log", "Date the invoice reached the payer")
    listed: dict[str, Header] = {
        LATE: header(
            "Prime paid a sub-contractor after the agreed day",
            "COC-POST-07",
            "indicator",
            "Invoice",
            "contract_id",
            "payer_id",
            ("Invoice.due_on", "Contract.payment_term_days"),
            days,
            late,
            papers,
        ),
        STATUTORY: header(
            "Prime paid a sub-contractor after the statutory day",
            "LAW-PA23-73",
            "breach",
            "Invoice",
            "contract_id",
            "payer_id",
            ("Invoice.statutory_due_on",),
            days,
            late,
            papers,
        ),
        LATENESS: header(
            "Prime pays late more often than one invoice in twenty",
            "COC-POST-07",
            "indicator",
            "Invoice",
            "payer_id",
            "payer_id",
            ("Invoice.due_on",),
            {"max_share": parameter(0.05, "share", "project default")},
            late,
            papers,
        ),
        SKEW: header(
            "Customers harder to help are passed down more than others",
            "COC-POST-06",
            "indicator",
            "Referral",
            "prime_id",
            "prime_id",
            ("Referral.difficulty_band",),
            fences,
            (
                "A specialist route was agreed before the referrals",
                "Customers chose the specialist",
                "The label was set after the referral",
            ),
            ("The specialist agreements with their dates", "How referrals were decided"),
        ),
        NEEDS: header(
            "Referrals passed down without needs or decision on record",
            "COC-POST-06",
            "indicator",
            "Referral",
            "prime_id",
            "prime_id",
            ("Referral.needs_recorded",),
        ),
        GRIEVANCE: header(
            "A grievance was obstructed",
            "COC-POST-11",
            "indicator",
            "Grievance",
            "grievance_id",
            "against_id",
            ("Grievance",),
        ),
        CONCENTRATION: header(
            "One owner holds most of a programme in an area",
            "STR-COM-02",
            "indicator",
            "Contract",
            "programme",
            None,
            ("Contract.area_id",),
            {
                "min_hhi": parameter(2500, "points", "project default"),
                "min_share": parameter(0.5, "share", "project default"),
            },
        ),
        POLICY: header(
            "No equality policy in date has been seen",
            "COC-EQ-01",
            "attestation",
            "Organisation",
            "org_id",
            "org_id",
            ("Policy",),
        ),
        PROMISE: header(
            "Far fewer customers came than the prime promised",
            "COC-POST-01",
            "indicator",
            "Commitment",
            "commitment_id",
            "by_org_id",
            ("Commitment", "Commitment.actual_market_volume"),
        ),
        EXCLUSIVITY: header(
            "A short-listed prime asked for exclusivity",
            "COC-PRE-03",
            "breach",
            "Negotiation",
            "negotiation_id",
            "prime_id",
            ("Negotiation.exclusivity",),
        ),
        TERMS: header(
            "No payment term was agreed", "COC-POST-07", "attestation", "Contract", "contract_id", "buyer_id"
        ),
    }
    return listed


def rules() -> list[SampleRule]:
    """The sample's rules."""
    return [SampleRule(name, each) for name, each in headers().items()]
