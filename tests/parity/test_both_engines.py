"""Both engines on dozens of random markets and on the made-up one, to the byte; and an earlier day is a cut of the data."""

from __future__ import annotations

import csv
import dataclasses
import functools
import shutil
import tempfile
from collections.abc import Callable, Iterator, Mapping
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pandas as pd
import pyarrow as pa
import pytest
from hypothesis import Phase, given, settings
from hypothesis import strategies as st

from chaingraph.assess import ASSESSMENTS, Assessment
from chaingraph.assess.registry import Assess
from chaingraph.demo import write_market
from chaingraph.findings.sweeping import SweepRun, sweep
from chaingraph.loading.pipeline import Unit, build_graph, plan_load
from chaingraph.model import TABLES
from chaingraph.reporting.sweep_json import to_json
from chaingraph.rules.catalogue import load_rules
from chaingraph.store.ladybug import LadybugStore
from chaingraph.store.neo4j import Neo4jStore
from tests.parity.filling import FIRST, Tables
from tests.parity.markets import markets

# Markets that share nothing are loaded side by side, as a load costs more than what is in it: 3 loads for 54 markets.
SIDE_BY_SIDE = 18
DAYS = (300, 460, 740)  # after the first of all; one load is judged by each
RULES = load_rules()
Both = tuple[SweepRun, SweepRun]
EVERY = [rule.id for rule in RULES]  # by name, as one of them runs only where it is asked for


def write(tables: Tables, folder: Path) -> Path:
    folder.mkdir(parents=True)
    for name, rows in tables.items():
        columns = [c for c in TABLES[name].columns if any(c in row for row in rows)]
        with (folder / f"{name}.csv").open("w", newline="", encoding="utf-8") as file:
            writer = csv.DictWriter(file, columns)
            writer.writeheader()
            writer.writerows(rows)
    (folder / "market.toml").write_text('name = "random"\nas_of = 2026-01-31\n', encoding="utf-8")
    return folder


def bare(run: SweepRun) -> tuple[str, pa.Table]:
    failed = [(r.rule, r.warnings) for r in run.sweep.rules if r.status == "failed"]
    assert not failed, failed
    rules = [dataclasses.replace(result, seconds=0.0) for result in run.sweep.rules]
    return to_json(dataclasses.replace(run.sweep, id="", started_at="", store="", rules=rules)), run.evidence


def once(assessment: Assess) -> Assess:
    """The assessment, asked once where it is given the very same cells again: only what engines say can differ."""
    last: list[tuple[str, Assessment]] = []

    def told(rows: pd.DataFrame, parameters: Mapping[str, Any]) -> Assessment:
        asked = repr((rows.to_dict("list"), rows.dtypes.to_dict(), parameters))
        if not last or last[0][0] != asked:
            last[:] = [(asked, assessment(rows, parameters))]
        return last[0][1]

    return told


@pytest.fixture(scope="module", autouse=True)
def assessed_once() -> Iterator[None]:
    with pytest.MonkeyPatch.context() as patch:
        for name, assessment in list(ASSESSMENTS.items()):
            patch.setitem(ASSESSMENTS, name, once(assessment))
        yield


@pytest.fixture(scope="module")
def swept(neo4j_store: Neo4jStore) -> Iterator[Callable[[int], Both]]:
    """What both engines say of one load, asked once however many tests want to know."""

    @functools.cache
    def both(load: int) -> Both:
        with tempfile.TemporaryDirectory(prefix="parity-") as name:
            folder = Path(name)
            source = write(markets(load, SIDE_BY_SIDE), folder / "market")
            return on_both_engines(source, folder, neo4j_store, as_of=FIRST + timedelta(days=DAYS[load]))

    yield both
    both.cache_clear()


@pytest.mark.neo4j
@pytest.mark.parametrize("load", range(len(DAYS)))
def test_same_bytes_as_neo4j(swept: Callable[[int], Both], load: int) -> None:
    ours, theirs = swept(load)
    assert not any(source.rejected for source in ours.sweep.sources)
    assert bare(ours) == bare(theirs)


# Rules that say nothing of any random market, or flag nothing in any, each with why that has to be so.
NEVER_ASSESSED: dict[str, str] = {}
NEVER_FLAGGED = {
    "payment-groups-too-coarse": "it reports how much the groups explain, and flags nothing unless asked to",
}


@pytest.mark.neo4j
def test_the_random_markets_put_every_rule_to_work_beside_neo4j(swept: Callable[[int], Both]) -> None:
    """Two engines that both look at nothing agree as well."""
    results = [result for load in range(len(DAYS)) for result in swept(load)[0].sweep.rules]
    assert set(EVERY) - {result.rule for result in results if result.assessed} == set(NEVER_ASSESSED)
    assert set(EVERY) - {result.rule for result in results if result.flagged} == set(NEVER_FLAGGED)


def test_every_table_of_the_model_is_filled() -> None:
    for load in range(len(DAYS)):
        tables = markets(load, SIDE_BY_SIDE)
        assert set(tables) == set(TABLES)
        for name, rows in tables.items():
            assert {column for row in rows for column in row if row[column] is not None} == set(
                TABLES[name].columns
            )


@pytest.mark.neo4j
def test_same_bytes_as_neo4j_of_the_made_up_market(neo4j_store: Neo4jStore, tmp_path: Path) -> None:
    truth = write_market(tmp_path / "market", scale=0.003)
    ours, theirs = on_both_engines(tmp_path / "market", tmp_path, neo4j_store)
    assert bare(ours) == bare(theirs)
    assert {finding.rule for finding in ours.sweep.findings} >= set(truth.rules)


def on_both_engines(source: Path, folder: Path, neo4j_store: Neo4jStore, as_of: date | None = None) -> Both:
    """The sweep by the embedded engine and that by the other, of one graph."""
    embedded = LadybugStore(folder / "graph")
    try:
        graph = build_graph(plan_load([Unit(source)]), folder / "tables")
        embedded.publish(graph)
        neo4j_store.publish(graph)
        ours, theirs = (sweep(store, RULES, as_of=as_of, only=EVERY) for store in (embedded, neo4j_store))
        return ours, theirs
    finally:
        embedded.close()


def test_before_anything_happened_no_rule_fails_or_finds(tmp_path: Path) -> None:
    embedded = LadybugStore(tmp_path / "graph")
    try:
        source = write(markets(0, 1), tmp_path / "market")
        embedded.publish(build_graph(plan_load([Unit(source)]), tmp_path / "tables"))
        run = sweep(embedded, RULES, as_of=FIRST - timedelta(days=20_000), only=EVERY)
    finally:
        embedded.close()
    assert not [(result.rule, result.warnings) for result in run.sweep.rules if result.status == "failed"]
    assert not run.sweep.findings


# Rows of these tables come into being on this day, so a cut at a day leaves the later ones out.
BORN = {"invoices": "received_on", "payments": "paid_on", "referrals": "referred_on", "evidence": "issued_on"}


@settings(max_examples=1, deadline=None, derandomize=True, database=None, phases=[Phase.generate])
@given(seed=st.integers(0, 2**32), day=st.integers(200, 600))
def test_an_earlier_day_sees_nothing_of_what_came_later(seed: int, day: int) -> None:
    folder = Path(tempfile.mkdtemp(prefix="as-of-"))
    as_of = FIRST + timedelta(days=day)
    tables = markets(seed, 8)
    cut = {
        name: [row for row in rows if (row.get(BORN.get(name, "")) or FIRST) <= as_of]
        for name, rows in tables.items()
    }
    kept = {row["invoice_id"] for row in cut["invoices"]}
    cut["payments"] = [row for row in cut["payments"] if row["invoice_id"] in kept]
    found = []
    try:
        for name, rows in (("whole", tables), ("cut", cut)):
            store = LadybugStore(folder / name / "graph")
            source = write(rows, folder / name / "market")
            store.publish(build_graph(plan_load([Unit(source)]), folder / name / "tables"))
            run = sweep(store, RULES, as_of=as_of, only=EVERY)
            bare(run)
            found.append(
                {
                    (f.rule, tuple(sorted(f.identity.items())), f.message, f.evidence_count): [
                        e.id for e in f.evidence
                    ]
                    for f in run.sweep.findings
                }
            )
            store.close()
        assert found[0] == found[1]
    finally:
        shutil.rmtree(folder)
