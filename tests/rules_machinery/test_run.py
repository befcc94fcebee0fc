"""Rules run on a store: needs, failures, parameters, assessments, and the sweep around them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pytest

from chaingraph.assess.registry import ASSESSMENTS
from chaingraph.assess.result import Assessment, Statistics, Unit
from chaingraph.errors import SettingsError, StoreError
from chaingraph.findings.run import run_rule
from chaingraph.findings.sweeping import config_hash, sweep
from chaingraph.rules import needs
from chaingraph.rules.rule import Rule
from tests.rules_machinery.samples import MAIN, FixedStore, sample

DAY = date(2026, 3, 31)
MANIFEST = {
    "as_of": "2026-03-31",
    "market": "made up",
    "sources": [{"path": "invoices.csv", "sha256": "s1", "rows": 3, "rejected": 1}],
}
ROWS = pa.table(
    {
        "contract_id": ["K", "K", "L"],
        "invoice_id": ["I2", "I1", "I3"],
        "source_id": ["s1", "s1", "s1"],
        "source_row": [3, 2, 4],
        "payer_id": ["P", "P", "Q"],
        "late": [9, 4, 1],
        "flagged": [True, True, False],
    }
)


def answers(rows: pa.Table = ROWS) -> FixedStore:
    return FixedStore(lambda cypher, parameters: rows, MANIFEST)


def test_a_direct_rule() -> None:
    store = answers()
    run = run_rule(store, sample(), {"days": 3}, DAY, sources={"s1": "invoices.csv"})
    result = run.result
    assert (result.status, result.population, result.flagged, result.passed) == ("assessed", 3, 2, 1)
    [finding] = run.findings
    assert finding.message == "2 invoices of P, the worst 9"
    assert finding.subject == {"label": "Contract", "id": "K"}
    assert finding.respondent == "P"
    assert finding.values == {"late": {"min": 4, "max": 9, "mean": 6.5}}
    assert [(r.id, r.source, r.row) for r in finding.evidence] == [
        ("I1", "invoices.csv", 2),
        ("I2", "invoices.csv", 3),
    ]
    assert finding.parameters == {"days": 3, "as_of_day": 20543}
    assert finding.reproduce == MAIN
    assert store.asked == [(MAIN, {"days": 3, "as_of_day": 20543})]
    assert run.evidence.column("id").to_pylist() == ["I1", "I2"]


def test_nothing_flagged_leaves_an_empty_table_of_the_same_shape() -> None:
    run = run_rule(answers(ROWS.slice(2)), sample(), {"days": 3}, DAY)
    assert (run.findings, run.evidence.num_rows) == ([], 0)
    assert run.evidence.schema == run_rule(answers(), sample(), {"days": 3}, DAY).evidence.schema


@pytest.mark.parametrize(
    "rows", [ROWS.slice(0, 0), pa.table({name: pa.nulls(0) for name in ROWS.column_names})]
)
def test_no_row_at_all_is_an_empty_population(rows: pa.Table) -> None:
    result = run_rule(answers(rows), sample(), {"days": 3}, DAY).result
    assert (result.status, result.population, result.findings) == ("assessed", 0, 0)


def test_a_population_section_counts_what_the_main_one_does_not_return() -> None:
    rule = sample(MAIN + ";\n// population\nRETURN 'passed' AS outcome, '' AS reason, 1 AS records")
    counts = pa.table({"outcome": ["flagged", "passed"], "reason": ["", ""], "records": [2, 40]})
    store = FixedStore(
        lambda cypher, _: counts if "outcome" in cypher else ROWS.slice(0, 2).drop_columns(["flagged"])
    )
    result = run_rule(store, rule, {"days": 3}, DAY).result
    assert (result.flagged, result.passed, result.population) == (2, 40, 42)
    contradicting = FixedStore(lambda cypher, _: counts if "outcome" in cypher else ROWS.slice(0, 1))
    failed = run_rule(contradicting, rule, {"days": 3}, DAY).result
    assert failed.status == "failed"
    assert "counts 2 flagged records, the main section returned 1" in failed.warnings[0]


@pytest.mark.parametrize(
    ("store", "says"),
    [
        (answers(ROWS.drop_columns(["source_row", "late"])), "does not return source_row, late"),
        (FixedStore(lambda *_: ROWS.column("no such column")), "KeyError"),
    ],
)
def test_a_rule_that_fails_says_why(store: FixedStore, says: str) -> None:
    run = run_rule(store, sample(), {"days": 3}, DAY)
    assert run.result.status == "failed"
    assert says in run.result.warnings[0]
    assert run.findings == []


def _refuse(cypher: str, parameters: Mapping[str, Any]) -> pa.Table:
    raise StoreError("Ladybug could not answer: out of luck")


def test_one_failing_rule_does_not_take_the_sweep_with_it() -> None:
    def answer(cypher: str, parameters: Mapping[str, Any]) -> pa.Table:
        return _refuse(cypher, parameters) if "Referral" in cypher else ROWS

    rules = [sample(name="good"), sample("MATCH (r:Referral) RETURN $days AS n", name="bad")]
    run = sweep(FixedStore(answer, MANIFEST), rules)
    assert {result.rule: result.status for result in run.sweep.rules} == {"good": "assessed", "bad": "failed"}
    assert "out of luck" in next(r for r in run.sweep.rules if r.rule == "bad").warnings[0]
    assert [finding.rule for finding in run.sweep.findings] == ["good"]


def counting(**there: int) -> FixedStore:
    """A store in which ``Label_property`` is known that many times, ``Label`` there that often."""

    def answer(cypher: str, parameters: Mapping[str, Any]) -> pa.Table:
        if "LIMIT 1" in cypher:
            return pa.table({"found": [1] * there.get(cypher.split(":`")[2].split("`")[0], 0)})
        if "count(n)" not in cypher:
            return ROWS
        label = cypher.split("`")[1]
        names = [part.split("`")[0] for part in cypher.split("AS `")[1:]]
        return pa.table({name: [there.get(label if " " in name else f"{label}_{name}", 0)] for name in names})

    return FixedStore(answer, MANIFEST)


def test_a_need_without_a_value_makes_the_rule_not_assessable() -> None:
    wanted = ["Invoice.due_on", "Invoice.received_on", "Contract", "Bid", "-[UNDER]-", "-[SETTLES]-"]
    store = counting(Invoice=3, Invoice_due_on=2, Contract=1, UNDER=1)
    assert needs.absent(store, wanted) == {"Invoice.received_on", "Bid", "-[SETTLES]-"}
    assert sum("count(n)" in cypher for cypher, _ in store.asked) == 3  # one question a label

    rules = [
        sample(name="a", needs=["Invoice.received_on", "Contract"]),
        sample(name="b", needs=["Invoice.due_on"]),
    ]
    run = sweep(store, rules)
    first, second = run.sweep.rules
    assert (first.status, list(first.missing), first.population) == (
        "not_assessable",
        ["Invoice.received_on"],
        0,
    )
    assert second.status == "assessed"


def test_a_sweep_names_what_it_ran_on_and_with() -> None:
    told: list[tuple[str, int, int]] = []
    run = sweep(answers(), [sample(name="b"), sample(name="a")], progress=lambda *step: told.append(step))
    swept = run.sweep
    assert (swept.as_of, swept.store, swept.market) == ("2026-03-31", "fixed", "made up")
    assert [(s.path, s.rows, s.rejected) for s in swept.sources] == [("invoices.csv", 3, 1)]
    assert swept.findings[0].evidence[0].source == "invoices.csv"
    assert [result.rule for result in swept.rules] == ["a", "b"]
    assert run.parameters == {"a": {"days": 3}, "b": {"days": 3}}
    assert told[0] == ("a", 0, 2)
    assert told[-1][1:] == (2, 2)


def test_only_enabled_stable_rules_run_unless_asked_for() -> None:
    rules = [sample(name="a"), sample(name="b", status="draft"), sample(name="c", enabled=False)]
    run = sweep(answers(), rules)
    assert [result.status for result in run.sweep.rules] == ["assessed", "off", "off"]
    asked = sweep(answers(), rules, only=["c"])
    assert [(result.rule, result.status) for result in asked.sweep.rules] == [("c", "assessed")]
    with pytest.raises(SettingsError, match="no rule d"):
        sweep(answers(), rules, only=["d"])


def test_nothing_loaded_is_told() -> None:
    with pytest.raises(StoreError, match="Nothing is loaded yet"):
        sweep(FixedStore(_refuse), [sample()])


def test_the_configurations_hash_sees_rules_bodies_parameters_and_day() -> None:
    rule = sample()
    hashes = {
        config_hash([rule], {"sample": {"days": 3}}, DAY),
        config_hash([rule], {"sample": {"days": 4}}, DAY),
        config_hash([rule], {"sample": {"days": 3}}, date(2026, 4, 1)),
        config_hash([sample(version=2)], {"sample": {"days": 3}}, DAY),
        config_hash([sample(MAIN.replace("<", "<="))], {"sample": {"days": 3}}, DAY),
    }
    assert len(hashes) == 5
    two = [sample(name="a"), sample(name="b")]
    values = {"a": {"days": 1}, "b": {"days": 2}}
    assert config_hash(two, values, DAY) == config_hash(two[::-1], values, DAY)


# Rules that an assessment decides

EVIDENCE = ";\n// evidence\nMATCH (r:Referral) WHERE r.org = $org_id RETURN r.referral_id AS referral_id"
CELLS = pa.table({"org_id": ["B", "A"], "n": [4, None], "names": [["y", "x"], []]})


@pytest.fixture
def assessed() -> Iterator[Rule]:
    """A rule whose assessment flags whoever has an ``n`` and keeps what it was given."""

    def decide(rows: pd.DataFrame, parameters: Mapping[str, Any]) -> Assessment:
        seen.append((rows.to_dict("list"), dict(parameters)))
        units = [
            Unit(
                {"org_id": row.org_id},
                "passed" if np.isnan(row.n) else "flagged",
                values={"n": np.int64(7), "sizes": np.array([1.5, 2.5]), "who": row.org_id},
                statistics=Statistics(effect=np.float64(1.5), n=7),
                records=np.int64(5),  # type: ignore[arg-type]  # as assessments do
            )
            for row in rows.itertuples()
        ]
        excluded = Unit({"org_id": "C"}, "excluded", reason="too few", records=3)
        doubtful = Unit({"org_id": "D"}, "not_assessable", reason="no band", records=2)
        return Assessment([*units, excluded, doubtful], ["low power"], {"cells": [{"n": np.int64(1)}]})

    seen.clear()
    ASSESSMENTS["made_up"] = decide
    yield sample(
        "MATCH (r:Referral) RETURN r.org AS org_id, $days AS n" + EVIDENCE,
        assess="made_up",
        evidence="Referral",
        record="Referral",
        identity=["org_id"],
        subject="Organisation",
        respondent="who",
        message="{who}: {effect} over {rows}, {sizes.max} {sizes.mean} {sizes.sum} {sizes.count}",
    )
    del ASSESSMENTS["made_up"]


seen: list[tuple[Any, Any]] = []


def referrals(cypher: str, parameters: Mapping[str, Any]) -> pa.Table:
    if "$org_id" not in cypher:
        return CELLS
    count = 120
    return pa.table(
        {
            "referral_id": [f"R{n:03}" for n in reversed(range(count))] + ["R000"],
            "source_id": ["s1"] * (count + 1),
            "source_row": list(range(2, count + 3)),
        }
    )


def test_an_assessment_decides(assessed: Rule) -> None:
    store = FixedStore(referrals)
    run = run_rule(store, assessed, {"days": 3}, DAY, sources={"s1": "referrals.csv"})
    [(cells, parameters)] = seen
    assert cells["org_id"] == ["A", "B"]
    assert list(cells["names"][1]) == ["x", "y"]
    assert parameters == {"days": 3, "as_of": DAY}
    assert run.result.population == 15
    assert (run.result.flagged, run.result.passed, run.result.not_assessable) == (5, 5, 2)
    assert run.result.excluded == {"too few": 3}
    assert run.result.warnings == ["low power"]
    assert run.result.figures == {
        "cells": [{"n": 1}],
        "not_assessable": [{"reason": "no band", "records": 2}],
    }
    [finding] = run.findings
    assert finding.identity == {"org_id": "B"}
    assert finding.respondent == "B"
    assert finding.message == "B: 1.5 over 120, 2.5 2 4 2"
    assert finding.statistics == {"effect": 1.5, "low": None, "high": None, "p": None, "q": None, "n": 7}
    assert [type(finding.values["n"]), type(finding.values["sizes"])] == [int, list]
    assert finding.evidence_count == run.evidence.num_rows == 120
    assert [record.id for record in finding.evidence][:2] == ["R000", "R001"]
    assert len(finding.evidence) == 100
    assert store.asked[-1][1] == {"org_id": "B"}


def test_the_order_of_the_cells_does_not_matter(assessed: Rule) -> None:
    turned = FixedStore(lambda c, p: referrals(c, p) if "$org_id" in c else CELLS.take(pa.array([1, 0])))
    runs = [run_rule(store, assessed, {"days": 3}, DAY) for store in (FixedStore(referrals), turned)]
    assert runs[0].findings == runs[1].findings
    assert str(seen[0]) == str(seen[1])


@pytest.mark.parametrize(
    ("units", "says"),
    [
        ([Unit({"org": "A"}, "passed")], "identifies a unit by org; the header says org_id"),
        (
            [Unit({"org_id": "A"}, "passed"), Unit({"org_id": "A"}, "flagged")],
            "judges one identity more than once",
        ),
        ([Unit({"org_id": "A"}, "flagged")], "The message speaks of who"),
    ],
)
def test_an_assessment_that_breaks_its_word_fails(assessed: Rule, units: list[Unit], says: str) -> None:
    ASSESSMENTS["made_up"] = lambda rows, parameters: Assessment(units)
    run = run_rule(FixedStore(referrals), assessed, {"days": 3}, DAY)
    assert run.result.status == "failed"
    assert says in run.result.warnings[0]


def test_an_assessment_that_is_not_there_is_told() -> None:
    run = run_rule(answers(), sample(assess="no_such"), {"days": 3}, DAY)
    assert "There is no assessment no_such" in run.result.warnings[0]
