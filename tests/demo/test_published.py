"""Two published tables through the real load and the real rules: the Restart Scheme, and New Deal in 2006/07."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

import pytest
from scipy import stats

from chaingraph.market import Market
from chaingraph.settings import Settings

Row = Mapping[str, Any]
# Contract areas of the Restart Scheme by prime, as published; which areas they are does not matter to any figure.
RESTART = {
    "Serco": 2,
    "Reed": 2,
    "Maximus": 2,
    "Ingeus": 2,
    "G4S": 1,
    "Seetec Pluss": 1,
    "Fedcap": 1,
    "Jobs 22": 1,
}


def write(folder: Path, as_of: str, **tables: Iterable[Row]) -> Path:
    folder.mkdir()
    for name, rows in tables.items():
        listed: Sequence[Row] = list(rows)
        with (folder / f"{name}.csv").open("w", newline="", encoding="utf-8") as file:
            writer = csv.DictWriter(file, list(listed[0]))
            writer.writeheader()
            writer.writerows(listed)
    (folder / "market.toml").write_text(f"as_of = {as_of}\n", encoding="utf-8")
    return folder


def test_the_restart_scheme(tmp_path: Path) -> None:
    held = [prime for prime, areas in RESTART.items() for _ in range(areas)]
    areas = [f"X-RS-{number:02d}" for number in range(1, len(held) + 1)]
    ids = {prime: f"X-{prime.upper().replace(' ', '-')}" for prime in RESTART}
    source = write(
        tmp_path / "restart",
        "2022-03-31",
        organisations=[{"org_id": "X-DWP", "name": "Department"}]
        + [{"org_id": key, "name": prime} for prime, key in ids.items()],
        areas=[{"area_id": area, "name": area, "kind": "contract_area"} for area in areas],
        contracts=[
            {
                "contract_id": f"{area}-HEAD",
                "tier": 1,
                "programme": "Restart",
                "area_id": area,
                "buyer_id": "X-DWP",
                "supplier_id": ids[prime],
                "starts_on": "2021-07-12",
            }
            for area, prime in zip(areas, held, strict=True)
        ],
    )
    with Market(tmp_path / "market") as market:
        market.load(source)
        swept = market.sweep(rules=["market-concentration", "no-competition-in-area"])
        figures = swept.figures("market-concentration")["concentration"]
    (whole,) = figures[figures["area"] == "all areas"].to_dict("records")
    assert (whole["contracts"], whole["organisations"]) == (12, 8)
    assert whole["hhi"] == pytest.approx(1388.9, abs=0.05)
    assert whole["cr4"] == pytest.approx(0.667, abs=0.0005)
    assert whole["gini"] == pytest.approx(0.167, abs=0.0005)
    # No area has two providers, so every one is told.
    alone = next(one for one in swept.sweep.rules if one.rule == "no-competition-in-area")
    assert (alone.population, alone.flagged, alone.passed) == (12, 12, 0)


MATURE_DAYS = 365
BELOW = {
    0.01: 9,
    0.05: 8,
    0.1: 2,
}  # by correlation of the customers of a contract: all, all but the best, those at 13 and 14 %


@pytest.fixture(scope="module")
def new_deal(real_data: Path, tmp_path_factory: pytest.TempPathFactory) -> tuple[list[dict[str, str]], Path]:
    """The table, and a market that holds it: one cohort of leavers a contract, one outcome a job."""
    path = real_data / "dwp-programmes" / "new_deal_prime_district_2006_07.csv"
    with path.open(encoding="utf-8", newline="") as file:
        table = list(csv.DictReader(file))
    assert len(table) == 9
    orgs = {name: f"X-{number}" for number, name in enumerate(sorted({row["provider"] for row in table}), 1)}
    keyed = list(enumerate(table, 1))
    folder = write(
        tmp_path_factory.mktemp("new-deal") / "source",
        "2007-12-31",
        organisations=[{"org_id": "X-DWP", "name": "Department"}]
        + [{"org_id": key, "name": name} for name, key in orgs.items()],
        areas=[
            {"area_id": f"X-D{n}", "name": row["delivery_district"], "kind": "jcp_district"}
            for n, row in keyed
        ],
        lots=[{"lot_id": f"L{n}", "programme": "New Deal", "area_id": f"X-D{n}"} for n, _ in keyed],
        bids=[
            {
                "bid_id": f"B{n}",
                "lot_id": f"L{n}",
                "org_id": orgs[row["provider"]],
                "status": "winning",
                "promised_outcome_rate": int(row["jer_target_pct"]) / 100,
            }
            for n, row in keyed
        ],
        contracts=[
            {
                "contract_id": f"C{n}",
                "tier": 1,
                "lot_id": f"L{n}",
                "programme": "New Deal",
                "area_id": f"X-D{n}",
                "buyer_id": "X-DWP",
                "supplier_id": orgs[row["provider"]],
                "starts_on": "2006-07-01",
            }
            for n, row in keyed
        ],
        referrals=[
            {
                "referral_id": f"R{n}",
                "contract_id": f"C{n}",
                "referred_on": "2006-10-02",
                "area_id": f"X-D{n}",
                "customer_group": "all",
                "difficulty_band": 3,
                "customers": row["cumulative_leavers"],
            }
            for n, row in keyed
        ],
        outcomes=[
            {
                "outcome_id": f"O{n}-{job}",
                "referral_id": f"R{n}",
                "kind": "sustained",
                "claimed_on": "2007-06-29",
            }
            for n, row in keyed
            for job in range(int(row["cumulative_jobs"]))
        ],
    )
    return table, folder


@pytest.mark.parametrize("dispersion", sorted(BELOW))
def test_new_deal_by_district(
    new_deal: tuple[list[dict[str, str]], Path], dispersion: float, tmp_path: Path
) -> None:
    """Jobs out of leavers beside the target of 45 %: the limit is scipy's quantile of the beta-binomial.

    The table holds one cohort a contract, so one quarter has to be below; where two have to be, none can be judged.
    """
    table, folder = new_deal
    size = (1 - dispersion) / dispersion
    wanted = set()
    for n, row in enumerate(table, 1):
        jobs, leavers = int(row["cumulative_jobs"]), int(row["cumulative_leavers"])
        target = int(row["jer_target_pct"]) / 100
        assert round(100 * jobs / leavers) == int(row["jer_achieved_pct"])
        if jobs < stats.betabinom.ppf(0.025, leavers, target * size, (1 - target) * size):
            wanted.add(f"C{n}")
    assert len(wanted) == BELOW[dispersion]
    thresholds = {"dispersion": dispersion, "quarters_running": 1, "mature_days": MATURE_DAYS}
    settings = Settings(rules={"performance-below-promise": thresholds})
    with Market(tmp_path / "market", settings=settings) as market:
        assert market.load(folder).rejected_rows == 0
        (rule,) = (swept := market.sweep(rules=["performance-below-promise"])).sweep.rules
    assert {one.identity["contract_id"] for one in swept.sweep.findings} == wanted
    assert (rule.population, rule.flagged + rule.passed) == (9, 9)


def test_one_cohort_is_too_few_for_the_rule_as_it_ships(
    new_deal: tuple[list[dict[str, str]], Path], tmp_path: Path
) -> None:
    with Market(tmp_path / "market", settings=Settings()) as market:
        market.load(new_deal[1])
        (rule,) = market.sweep(rules=["performance-below-promise"]).sweep.rules
    assert (rule.population, rule.not_assessable, rule.flagged) == (9, 9, 0)
