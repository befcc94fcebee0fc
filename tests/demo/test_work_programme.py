"""The Work Programme of 2011 through the real load and the real rule: its known figures come out."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pandas as pd
import pytest

from chaingraph.assess.failures import emptied_by_one, emptied_by_two, worst
from chaingraph.content import content_dir
from chaingraph.market import Market

EXAMPLE = content_dir("examples") / "work-programme-2011"
START, AFTER = date(2012, 3, 31), date(2016, 3, 31)
RULES = ["market-concentration", "no-competition-in-area"]


@pytest.fixture(scope="module")
def market(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Market]:
    with Market(tmp_path_factory.mktemp("work") / "market") as market:
        report = market.load(EXAMPLE)
        assert report.rejected_rows == 0
        assert market.manifest()["warnings"] == []
        yield market


def whole(figures: pd.DataFrame) -> dict[str, object]:
    """The row of the programme over all areas."""
    (row,) = figures[figures["area"] == "all areas"].to_dict("records")
    return {str(name): value for name, value in row.items()}


def test_at_the_start(market: Market) -> None:
    row = whole(market.sweep(as_of=START, rules=RULES).figures("market-concentration")["concentration"])
    assert (row["programme"], row["measure"], row["contracts"]) == ("Work Programme", "contracts", 40)
    assert (row["organisations"], row["owners"]) == (18, 18)
    assert row["hhi"] == row["hhi_by_organisation"] == pytest.approx(837.5)
    assert row["equal_share_hhi"] == pytest.approx(10_000 / 18)
    assert row["cr4"] == pytest.approx(0.45)
    assert row["gini"] == pytest.approx(0.347, abs=0.0005)


def test_after_the_purchases_owners_say_more_than_names(market: Market) -> None:
    """The market's own day is after the purchases: market.toml says so."""
    swept = market.sweep(rules=RULES)
    assert swept.sweep.as_of == AFTER.isoformat()
    row = whole(swept.figures("market-concentration")["concentration"])
    assert row["hhi_by_organisation"] == pytest.approx(837.5)
    assert row["hhi"] == pytest.approx(1_125.0)
    assert (row["organisations"], row["owners"]) == (18, 16)
    assert row["top_owner"] == "Staffline"
    assert row["top_share"] == pytest.approx(9 / 40)


@pytest.mark.parametrize("as_of", [START, AFTER])
def test_every_area_has_two_owners_and_none_above_half(as_of: date, market: Market) -> None:
    swept = market.sweep(as_of=as_of, rules=RULES)
    assert [one.status for one in swept.sweep.rules] == ["assessed", "assessed"]
    assert list(swept.sweep.findings) == []
    figures = swept.figures("market-concentration")["concentration"]
    areas = figures[figures["area"] != "all areas"]
    assert len(areas) == 18
    assert areas["owners"].min() == 2


def test_the_areas_that_hold_a_whole_region_or_nation_are_marked_as_such(market: Market) -> None:
    inside = market.query(
        "MATCH (r:Area)-[:WITHIN]->(a:Area) "
        "WHERE r.kind IN ['region', 'nation'] AND a.kind = 'contract_area' "
        "RETURN a.area_id AS area_id, r.name AS name ORDER BY area_id"
    )
    assert inside["area_id"].tolist() == [f"X-WP-{number:02d}" for number in (1, 2, 5, 8, 13)]


@pytest.mark.parametrize(("as_of", "by_organisation", "by_owner"), [(START, 2, 2), (AFTER, 2, 3)])
def test_the_worst_pair_of_failures(as_of: date, by_organisation: int, by_owner: int, market: Market) -> None:
    """Areas left to nobody: counted by organisation the purchases change nothing, though one owner now holds three names."""
    held = market.query(
        "MATCH (c:Contract)<-[:SUPPLIES]-(o:Organisation)-[:HAS_OWNER]->(s:OwnerSpell) "
        "WHERE s.from_day <= $day AND s.to_day > $day "
        "RETURN c.area_id AS area_id, o.org_id AS org_id, s.owner_id AS owner_id",
        day=(as_of - date(1970, 1, 1)).days,
    )
    for who, areas in (("org_id", by_organisation), ("owner_id", by_owner)):
        cover = {area: set(rows[who]) for area, rows in held.groupby("area_id")}
        assert len(cover) == 18
        assert emptied_by_two(cover)[0].cells == worst(cover, 2).cells == areas
        assert max(map(len, emptied_by_one(cover).values())) == 0


def test_ids_of_organisations_are_local(market: Market) -> None:
    """Short names are not company numbers, and must not look like them."""
    ids = market.query("MATCH (o:Organisation) RETURN o.org_id AS org_id")["org_id"]
    assert ids.str.startswith("X-").all()


def test_areas_as_large_as_a_region_are_flagged(market: Market) -> None:
    swept = market.sweep(rules=["contract-area-too-large", "contract-area-too-small"])
    assert sorted(one.identity["area_id"] for one in swept.sweep.findings) == [
        f"X-WP-{number:02d}" for number in (1, 2, 5, 8, 13)
    ]
    large, small = swept.sweep.rules
    assert (large.population, large.passed, large.not_assessable) == (18, 13, 0)
    # No Jobcentre district is in the source, so how many an area has nobody can say.
    assert (small.status, small.assessed, small.not_assessable) == ("assessed", 0, 18)


@pytest.mark.usefixtures("real_data")
def test_it_says_what_the_source_says(real_data: Path) -> None:
    folder = real_data / "dwp-programmes"
    with (folder / "work-programme-map.csv").open(encoding="utf-8", newline="") as file:
        source = sorted((int(r["area"]), r["area_name"], r["prime"]) for r in csv.DictReader(file))
    with (folder / "work-programme-ownership.csv").open(encoding="utf-8", newline="") as file:
        bought = sorted((r["owner"], r["owned"], r["from"]) for r in csv.DictReader(file))
    tables = {path.stem: pd.read_csv(path) for path in EXAMPLE.glob("*.csv")}
    names = dict(zip(tables["organisations"]["org_id"], tables["organisations"]["name"], strict=True))
    areas = dict(zip(tables["areas"]["area_id"], tables["areas"]["name"], strict=True))
    ours = tables["contracts"]
    assert source == sorted(
        (int(area[-2:]), areas[area], names[prime])
        for area, prime in zip(ours["area_id"], ours["supplier_id"], strict=True)
    )
    owned = tables["ownership"]
    assert bought == sorted(
        (names[owner], names[org], since[:4])
        for owner, org, since in zip(owned["owner_id"], owned["owned_id"], owned["valid_from"], strict=True)
    )
