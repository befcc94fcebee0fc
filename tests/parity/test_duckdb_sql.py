"""A third opinion: DuckDB SQL written from the model, over the same files, gives the same answers as the rules."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Any

import duckdb
import pytest

from benchmarks.sql_limit import ask_rule, ask_sql, open_files
from chaingraph.demo.write import write_market
from chaingraph.loading.pipeline import Unit, build_graph, plan_load
from chaingraph.rules.catalogue import find_rule, load_rules
from chaingraph.store.ladybug import LadybugStore
from tests.parity.markets import markets
from tests.parity.test_both_engines import write

Rows = list[dict[str, Any]]
DAYS = [date(2025, 3, 31), date(2026, 3, 31)]


@pytest.fixture(scope="module", params=["made-up", "random"])
def engines(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[tuple[Any, Any]]:
    folder = tmp_path_factory.mktemp("sql")
    if request.param == "made-up":
        write_market(folder / "market", scale=0.003, seed=7)
    else:
        write(markets(7, 30), folder / "market")
    graph = build_graph(plan_load([Unit(folder / "market")]), folder / "tables")
    store = LadybugStore(folder / "graph")
    store.publish(graph)
    with duckdb.connect() as con:
        open_files(con, folder / "tables")
        yield store, con
    store.close()


def _key(row: dict[str, Any]) -> str:
    return repr(sorted(row.items(), key=lambda item: item[0]))


def _shares(rows: Rows) -> Rows:
    totals: dict[str, dict[str, int]] = {}
    for row in rows:
        own = totals.setdefault(row["org_id"], {"hits": 0, "total": 0})
        if row["state"] in ("hit", "miss"):
            own["total"] += row["records"]
            own["hits"] += row["records"] if row["state"] == "hit" else 0
    return [{"org_id": org, **own} for org, own in totals.items() if own["total"]]


@pytest.mark.parametrize("as_of", DAYS, ids=str)
@pytest.mark.parametrize(
    "name",
    ["payment-late", "payment-late-statutory", "payment-lateness", "referral-skew", "referral-needs-missing"],
)
def test_same_answers(engines: tuple[Any, Any], name: str, as_of: date) -> None:
    store, con = engines
    rule = find_rule(load_rules(), name)
    said: Rows = ask_rule(store, rule, as_of).to_pylist()
    limit: Rows = ask_sql(con, name, as_of).to_pylist()
    if name in ("payment-lateness", "referral-needs-missing"):
        said = _shares(said)
        limit = [
            {k: int(v or 0) if k != "org_id" else v for k, v in row.items()} for row in limit if row["total"]
        ]
    elif name == "referral-skew":
        said = [row for row in said if row["stratum"]]  # routes stand beside the cells
        limit = [{k: int(v) if k == "customers" else v for k, v in row.items()} for row in limit]
    columns = set(limit[0]) if limit else set()
    assert sorted(_key({k: v for k, v in row.items() if k in columns}) for row in said) == sorted(
        map(_key, limit)
    )
    if name != "payment-late-statutory":
        assert limit
