"""A made-up sweep as rules, load and store would hand it over, large and varied enough to look at."""

from __future__ import annotations

import hashlib
from typing import Any

from chaingraph.findings.sweep import Evidence, Finding, RuleResult, Source, Sweep
from chaingraph.reporting.texts import Party
from tests.reporting.sample_rules import (
    CONCENTRATION,
    EXCLUSIVITY,
    GRIEVANCE,
    LATE,
    LATENESS,
    NEEDS,
    POLICY,
    PROMISE,
    SKEW,
    STATUTORY,
    TERMS,
    headers,
)

NAMES = {
    "GB-COH-07143001": (
        "Northway Employment Ltd",
        ("prime (3 head contracts)", "buyer (41 sub-contracts let)"),
    ),
    "GB-COH-05533002": (
        "Meridian Work & Skills plc",
        ("prime (2 head contracts)", "buyer (28 sub-contracts let)"),
    ),
    "GB-CHC-1089003": ("The Harbour Trust", ("prime (1 head contract)", "sub-contractor (4 sub-contracts)")),
    "GB-COH-08120004": ("Calder Valley Training CIC", ("sub-contractor (6 sub-contracts)",)),
    "X-DWP": ("Department for Work and Pensions", ("department (18 head contracts let)",)),
}
PRIMES = list(NAMES)[:3]
FILES = {
    "Invoice": "invoices.csv",
    "Referral": "referrals.csv",
    "Negotiation": "negotiations.csv",
    "Contract": "contracts.csv",
    "Organisation": "organisations.csv",
    "Grievance": "grievances.csv",
}


def parties() -> dict[str, Party]:
    """The organisations of the sample, by id."""
    return {org: Party(org, name, roles) for org, (name, roles) in NAMES.items()}


def digest(text: str) -> str:
    """The SHA-256 of a text."""
    return hashlib.sha256(text.encode()).hexdigest()


def evidence(label: str, count: int, shown: int = 100) -> tuple[Evidence, ...]:
    """The first of ``count`` records of one label."""
    name = FILES[label]
    return tuple(
        Evidence(label, f"{label[:3].upper()}-{100000 + 37 * at}", name, digest(name), 2 + 37 * at)
        for at in range(min(count, shown))
    )


def finding(
    rule: str,
    subject: tuple[str, str],
    respondent: str | None,
    message: str,
    records: int,
    label: str,
    **more: Any,
) -> Finding:
    """One finding; what is not given is filled in as a direct rule would."""
    given: dict[str, Any] = {
        "severity": headers()[rule].severity,
        "state": "new",
        "identity": {headers()[rule].identity[0]: subject[1]},
        "values": {},
        "statistics": None,
        "parameters": {name: p.default for name, p in headers()[rule].parameters.items()},
        "reproduce": f"MATCH (i:{label})\nWHERE i.due_day + $tolerance_days < i.settled_day\n"
        f"RETURN i  // {rule}",
    } | more
    return Finding(
        id=digest(f"{rule}{subject}")[:16],
        rule=rule,
        subject={"label": subject[0], "id": subject[1]},
        respondent=respondent,
        message=message,
        evidence_count=records,
        evidence=evidence(label, records),
        **given,
    )


def result(rule: str, flagged: int, passed: int, findings: int, **more: Any) -> RuleResult:
    """What a rule made of its population, adding up."""
    excluded: dict[str, int] = more.pop("excluded", {})
    unknown: int = more.pop("not_assessable", 0)
    assessed = flagged + passed
    return RuleResult(
        rule=rule,
        version=1,
        clauses=headers()[rule].clauses,
        status=more.pop("status", "assessed"),
        population=assessed + sum(excluded.values()) + unknown,
        assessed=assessed,
        flagged=flagged,
        passed=passed,
        excluded=excluded,
        not_assessable=unknown,
        findings=findings,
        seconds=0.12,
        **more,
    )


def findings(late: int = 14) -> list[Finding]:
    """Findings of every kind: direct, statistical, restricted, of few customers, of the whole market."""
    found = []
    for at in range(late):
        payer = PRIMES[at % 3]
        records = 3 + 17 * at
        found.append(
            finding(
                LATE,
                ("Contract", f"SUB-{1000 + at}"),
                payer,
                f"{NAMES[payer][0]} settled {records} invoices to Calder Valley Training CIC after the "
                f"agreed day, the worst {5 + 4 * at} days late",
                records,
                "Invoice",
                state="persisting" if at % 4 else "new",
                values={
                    "rows": records,
                    "days_late.max": 5 + 4 * at,
                    "days_late.median": 2.5 + at,
                    "late_pence": 1234567 * at,
                },
            )
        )
    found.append(
        finding(
            STATUTORY,
            ("Contract", "SUB-1003"),
            PRIMES[0],
            f"{NAMES[PRIMES[0]][0]} settled 31 invoices to Calder Valley "
            "Training CIC after the statutory day, the worst 43 days late",
            31,
            "Invoice",
        )
    )
    found.append(
        finding(
            EXCLUSIVITY,
            ("Negotiation", "NEG-7"),
            PRIMES[1],
            f"{NAMES[PRIMES[1]][0]} asked Calder Valley Training CIC to "
            "negotiate with nobody else while Northway Employment Ltd was short-listed for the lot too",
            1,
            "Negotiation",
        )
    )
    for org, effect, low, high, q, records in (
        (PRIMES[0], 1.84, 1.32, 2.57, 0.0021, 1822),
        (PRIMES[2], 1.47, 1.13, 1.92, 0.041, 611),
    ):
        found.append(
            finding(
                SKEW,
                ("Organisation", org),
                org,
                f"{NAMES[org][0]} passed on customers labelled hard to help at {effect} "
                "times the odds of others alike",
                records,
                "Referral",
                statistics={"effect": effect, "low": low, "high": high, "p": q / 3, "q": q, "n": 4 * records},
                values={
                    "hard": 812,
                    "customers": 4 * records,
                    "specialist_routes": [
                        {"need": "mental health", "agreed": True, "evidenced": False, "paid_for": True}
                    ],
                },
            )
        )
    found.append(
        finding(
            LATENESS,
            ("Organisation", PRIMES[0]),
            PRIMES[0],
            f"{NAMES[PRIMES[0]][0]} paid 212 of 1,804 invoices late",
            212,
            "Invoice",
            statistics={"effect": 0.1175, "low": 0.1035, "high": 0.1332, "p": None, "q": None, "n": 1804},
            values={"late_share": 0.1175},
        )
    )
    found.append(
        finding(
            NEEDS,
            ("Organisation", PRIMES[1]),
            PRIMES[1],
            f"{NAMES[PRIMES[1]][0]} passed on customers without a record of their needs",
            7,
            "Referral",
            statistics={"effect": 0.31, "low": 0.14, "high": 0.55, "p": None, "q": None, "n": 23},
            values={"referrals": 7},
        )
    )
    found.append(
        finding(
            GRIEVANCE,
            ("Grievance", "GRV-3"),
            PRIMES[1],
            "Calder Valley Training CIC's grievance was obstructed",
            1,
            "Grievance",
            values={"raised_by_id": "GB-COH-08120004"},
        )
    )
    found.append(
        finding(
            CONCENTRATION,
            ("", ""),
            None,
            "In West Yorkshire, Northway Employment Ltd stands behind 74% of Flexible New Deal",
            3,
            "Contract",
            identity={"programme": "Flexible New Deal", "area_id": "A-11"},
            values={"hhi": 6152.0, "largest_share": 0.74},
        )
    )
    found.append(
        finding(
            POLICY,
            ("Organisation", "GB-COH-08120004"),
            "GB-COH-08120004",
            "No equality policy in date was seen for Calder Valley Training CIC",
            1,
            "Organisation",
            state="accepted",
        )
    )
    return found


def figures() -> dict[str, list[dict[str, Any]]]:
    """Concentration by programme and area, one share beside it."""
    areas = ["West Yorkshire", "Merseyside", "East London", "Tees Valley", "Cornwall & Devon"]
    return {
        "concentration": [
            {
                "programme": "Flexible New Deal",
                "area": area,
                "owners": 4 - at % 3,
                "hhi": 1388.9 + 1190.8 * at,
                "equal_share_hhi": 2500.0,
                "largest_share": 0.31 + 0.11 * at,
            }
            for at, area in enumerate(areas)
        ]
    }


def sweep(late: int = 14) -> Sweep:
    """The whole made-up sweep."""
    found = findings(late)
    rules = [
        result(
            LATE,
            1204,
            8121,
            late,
            excluded={"in dispute": 96, "inferred contract": 11},
            not_assessable=412,
            figures={"not_assessable": [{"reason": "no day of receipt", "records": 412}]},
        ),
        result(STATUTORY, 31, 6210, 1, not_assessable=3604),
        result(LATENESS, 1, 2, 1),
        result(
            SKEW,
            7288,
            9130,
            2,
            excluded={"fewer than 200 customers": 144},
            warnings=("Low power for one prime under 500 referrals: silence is not clearance",),
        ),
        result(NEEDS, 7, 804, 1, excluded={"no allocation": 4}),
        result(GRIEVANCE, 1, 2, 1),
        result(CONCENTRATION, 3, 22, 1, figures=figures()),
        result(POLICY, 1, 44, 1),
        result(EXCLUSIVITY, 1, 61, 1, not_assessable=3),
        result(TERMS, 0, 108, 0, excluded={"inferred contract": 12}),
        RuleResult(
            PROMISE,
            1,
            ["COC-POST-01"],
            "not_assessable",
            missing=("Commitment", "Commitment.actual_market_volume"),
        ),
    ]
    return Sweep(
        id="5f0c2a9e71b34d0f",
        as_of="2026-03-31",
        store="ladybug .chaingraph/graph",
        market="Flexible New Deal 2026",
        started_at="2026-04-02T09:14:03+00:00",
        config_hash=digest("settings"),
        sources=[
            Source(name, digest(name), 10_000 - 977 * at, 12 if at < 2 else 0)
            for at, name in enumerate(FILES.values())
        ],
        rules=rules,
        findings=found,
    )


def manifest() -> dict[str, Any]:
    """What the load would say of itself."""
    made = sweep(0)
    return {
        "market": made.market,
        "as_of": made.as_of,
        "sources": [
            {
                "path": s.path,
                "sha256": s.sha256,
                "rows": s.rows,
                "rejected": s.rejected,
                "loader": "market-folder",
            }
            for s in made.sources
        ],
        "tables": [
            {
                "table": s.path.removesuffix(".csv"),
                "rows": s.rows,
                "loaded": s.rows - s.rejected,
                "rejected": s.rejected,
                "merged": 0,
            }
            for s in made.sources
        ],
        "rejected_by_rule": [
            {
                "table": "invoices",
                "rule": "date",
                "column": "received_on",
                "rows": 9,
                "expected": "a date, 2026-03-31",
                "remedy": "Write dates as YYYY-MM-DD",
                "example": {"file": "invoices.csv", "row": 812, "value": "31/02/2024"},
            },
            {
                "table": "referrals",
                "rule": "code",
                "column": "allocation",
                "rows": 3,
                "expected": "random, choice, provider or jcp",
                "remedy": "Correct the code",
                "example": {"file": "referrals.csv", "row": 77, "value": "a name that has no place here"},
            },
        ],
        "reconciliation": [
            {
                "what": "invoices",
                "pence_in": 812_345_678_90,
                "pence_loaded": 812_300_000_00,
                "pence_rejected": 45_678_90,
            }
        ],
        "warnings": ["contracts.csv: the column 'colour' is not one of the model's and was left out"],
    }
