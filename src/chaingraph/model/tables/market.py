"""Who and where: organisations, owners, people, areas, lots and bids."""

from __future__ import annotations

from chaingraph.model.codes import REGIMES
from chaingraph.model.fields import code, col, count, date, money, ref, share, table, yes

ORG = "organisations.org_id"
PERSON = "people.person_id"
AREA = "areas.area_id"
LOT = "lots.lot_id"

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
            ref("org_id*", "the bidder", ORG),
            money("price_gbp", "the price bid"),
            yes("shortlisted", "the bidder was on the short list"),
            code("status*", "what became of it", "invited valid disqualified winning losing withdrawn"),
            date("submitted_on", "the day it was handed in"),
            share("promised_outcome_rate", "outcomes a referral that the bid promises"),
            code("tupe_statement", "whether the bidder believes that TUPE applies", "applies does_not_apply"),
            yes("non_tupe_terms", "the bid is on terms that no staff transfer"),
            yes("tupe_risk_recorded", "the risk of those terms was recorded at award"),
            code("tupe_cost_treatment", "how TUPE costs were evaluated", "counted disregarded"),
        ],
    ),
)
