"""Who and where: organisations, owners, people, areas, lots and bids."""

from __future__ import annotations

from chaingraph.model.codes import REGIMES
from chaingraph.model.fields import code, col, count, date, moment, money, ref, share, table, yes

ORG = "organisations.org_id"
PERSON = "people.person_id"
AREA = "areas.area_id"
LOT = "lots.lot_id"

# The codes of OCDS 1.1 (tenderStatus), and of its bid extension beside the statuses of a closed competition.
PROCESS_STATUSES = "planning planned active cancelled unsuccessful complete withdrawn unknown"
BID_STATUSES = "invited valid disqualified winning losing withdrawn pending unknown"

TABLES = (
    table(
        "organisations",
        "Organisation",
        "Every organisation of the market: the department, primes, sub-contractors, owners.",
        [
            col("id", "org_id*", "scheme and number: GB-COH-, GB-CHC-, GB-SC-, GB-NIC-, or a local X-"),
            col("text", "name*", "the name as registered or as the source writes it"),
            code("sector", "the sector it belongs to", "private voluntary public mutual"),
            code("size_band", "size by the usual staff and turnover bands", "micro small medium large"),
            money("turnover_gbp", "yearly turnover in the latest accounts"),
            money("free_reserves_gbp", "unrestricted reserves in the latest accounts", minimum=None),
            count("accounts_year", "the year of those accounts", minimum=1900.0, maximum=2200.0),
            date("first_dwp_contract_on", "start of its first contract in a chain of the department"),
            col("text", "postcode", "postcode of the registered office"),
            col("text", "company_number", "Companies House number"),
            col("text", "charity_number", "Charity Commission, OSCR or CCNI number"),
            col(
                "text", "register_status", "what its register says of it (active, in liquidation, removed, …)"
            ),
            date("incorporated_on", "the day it was incorporated or registered"),
            date("dissolved_on", "the day it was dissolved or removed from its register"),
        ],
        required=True,
    ),
    table(
        "people",
        "Person",
        "Directors, persons with significant control and (by pseudonymous key) staff; never customers.",
        [
            col("id", "person_id*", "key of the person"),
            col("text", "name", "only from a public register"),
            code("kind", "why the person is known", "director psc staff"),
        ],
    ),
    table(
        "ownership",
        None,
        "Who owns what part of an organisation, and when.",
        [
            ref("owner_id*", "the owner, an organisation or a person", ORG, PERSON),
            ref("owned_id*", "the organisation that is owned", ORG),
            share("share_min", "the least share it can be"),
            share("share_max", "the greatest share it can be"),
            date("valid_from", "first day of the ownership"),
            date("valid_to", "last day of the ownership", ahead=True),
        ],
        key=("owner_id", "owned_id", "valid_from"),
        in_order=(("valid_from", "valid_to"),),
    ),
    table(
        "roles",
        None,
        "Posts that people hold in organisations.",
        [
            ref("person_id*", "who holds the post", PERSON),
            ref("org_id*", "where", ORG),
            col("text", "role*", "the post"),
            date("valid_from", "first day in the post"),
            date("valid_to", "last day in the post", ahead=True),
        ],
        key=("person_id", "org_id", "role", "valid_from"),
        in_order=(("valid_from", "valid_to"),),
        restricted=True,
    ),
    table(
        "areas",
        "Area",
        "Places: local authorities, Jobcentre districts, contract areas, regions, nations.",
        [
            col("id", "area_id*", "key of the area"),
            col("text", "name*", "the area's name"),
            code("kind*", "what sort of area it is", "lad jcp_district contract_area region nation"),
            share("rural_share", "part of the population that lives in rural output areas"),
            count("population", "people living there"),
        ],
    ),
    table(
        "area_within",
        None,
        "Which area lies within which.",
        [ref("area_id*", "the inner area", AREA), ref("within_id*", "the outer area", AREA)],
        key=("area_id", "within_id"),
    ),
    table(
        "processes",
        "Process",
        "Contracting processes as their notices describe them: one tender procedure with all its lots.",
        [
            col("id", "process_id*", "key of the process (an OCID where it has one)"),
            ref("buyer_id", "who will pay", ORG),
            ref("procuring_entity_id", "who runs the procedure", ORG),
            col("text", "title", "what the notice calls it"),
            code("method", "how bidders are chosen", "open selective limited direct"),
            col("text", "method_details", "the procedure's own name where it was let"),
            code("status", "where the tender stands", PROCESS_STATUSES),
            moment("opens_at", "bids may be handed in from then"),
            moment("closes_at", "bids may be handed in until then", ahead=True),
            count("tenderers", "how many tendered, as the notice says"),
        ],
    ),
    table(
        "lots",
        "Lot",
        "What is put out to tender: one lot, one competition.",
        [
            col("id", "lot_id*", "key of the lot"),
            col("id", "process_id", "the procurement that the lot belongs to"),
            col("text", "programme", "the programme that is bought"),
            ref("area_id", "where it is to be delivered", AREA),
            code("regime", "the procurement law it was commenced under", REGIMES),
            date("commenced_on", "the procurement began"),
            date("market_event_on", "event for the market before the procurement"),
            date("shortlisted_on", "the short list was made"),
            date("bids_due_on", "last day for bids", ahead=True),
            date("awarded_on", "the award"),
            money("estimated_annual_gbp", "estimated value a year"),
        ],
        in_order=(("shortlisted_on", "bids_due_on"), ("bids_due_on", "awarded_on")),
    ),
    table(
        "bids",
        "Bid",
        "Bids for lots.",
        [
            col("id", "bid_id*", "key of the bid"),
            ref("lot_id*", "the lot bid for", LOT),
            ref("org_id*", "the bidder (the first named, where several bid together)", ORG),
            ref("process_id", "the contracting process it was handed in under", "processes.process_id"),
            money("price_gbp", "the price bid"),
            col("number", "price", "the price bid, in the currency of the bid"),
            col("text", "currency", "that currency, as a code of three letters"),
            yes("shortlisted", "the bidder was on the short list"),
            code("status*", "what became of it", BID_STATUSES),
            date("submitted_on", "the day it was handed in"),
            moment("submitted_at", "the moment it was handed in"),
            share("promised_outcome_rate", "outcomes a referral that the bid promises"),
            code("tupe_statement", "whether the bidder believes that TUPE applies", "applies does_not_apply"),
            yes("non_tupe_terms", "the bid is on terms that no staff transfer"),
            yes("tupe_risk_recorded", "the risk of those terms was recorded at award"),
            code("tupe_cost_treatment", "how TUPE costs were evaluated", "counted disregarded"),
        ],
    ),
    table(
        "tenderers",
        None,
        "Who stands behind each bid: one row a bidder, several where they bid together.",
        [ref("bid_id*", "the bid", "bids.bid_id"), ref("org_id*", "who bids", ORG)],
        key=("bid_id", "org_id"),
    ),
    table(
        "awards",
        "Award",
        "Decisions to award, as notices publish them.",
        [
            col("id", "award_id*", "key of the award"),
            ref("process_id*", "the contracting process it ends", "processes.process_id"),
            code("status", "where the award stands", "pending active cancelled unsuccessful unknown"),
            date("awarded_on", "the day of the decision"),
            money("value_gbp", "the value awarded"),
            col("number", "price", "the value awarded, in the currency of the award"),
            col("text", "currency", "that currency, as a code of three letters"),
            col("list", "classifications", "what is bought: codes of its items, separated by semicolons"),
        ],
    ),
    table(
        "award_suppliers",
        None,
        "To whom an award goes.",
        [ref("award_id*", "the award", "awards.award_id"), ref("org_id*", "the supplier", ORG)],
        key=("award_id", "org_id"),
    ),
)
