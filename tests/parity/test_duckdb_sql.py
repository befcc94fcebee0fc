"""A third opinion: DuckDB SQL written from the model, over the same files, gives the same answers as the rules."""

from __future__ import annotations

import math
from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from typing import Any

import duckdb
import pytest

from benchmarks.sql_limit import ask_rule, ask_sql, open_files, questions
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


def _hits_and_total(rows: Rows) -> Rows:
    """Cells of what became of the records, as the two numbers of each organisation."""
    totals: dict[str, dict[str, int]] = {}
    for row in rows:
        own = totals.setdefault(row["org_id"], {"hits": 0, "total": 0})
        if row["state"] in ("hit", "miss"):
            own["total"] += row["records"]
            own["hits"] += row["records"] if row["state"] == "hit" else 0
    return [{"org_id": org, **own} for org, own in totals.items() if own["total"]]


def _strata(rows: Rows) -> Rows:
    """Without the routes, which stand beside the cells."""
    columns = ("org_id", "stratum", "batch_id", "is_passed", "is_hard", "customers")
    return [{name: row[name] for name in columns} for row in rows if row["stratum"]]


# Rules whose statement hands its assessment more than the SQL counts: what of it the SQL answers. All others give the
# same rows, column by column.
SHAPED = {
    "referral-needs-missing": _hits_and_total,
    "referral-skew": _strata,
}
# The markets hold no invoice that the Act's own day condemns and the agreed one does not.
MAY_BE_EMPTY = {"payment-late-statutory"}


def _plain(value: Any) -> Any:
    """DuckDB's sums of whole numbers are decimals without decimal places."""
    return int(value) if isinstance(value, Decimal) and value == int(value) else value


def _in_order(rows: Rows) -> list[list[tuple[str, Any]]]:
    """Rows as pairs by name; floats, which may differ in the last places, do not decide the order unless nothing else does."""
    plain = [sorted((name, _plain(value)) for name, value in row.items()) for row in rows]
    return sorted(
        plain,
        key=lambda row: (
            repr([pair for pair in row if not isinstance(pair[1], float)]),
            [pair[1] for pair in row if isinstance(pair[1], float)],
        ),
    )


def _same(one: list[tuple[str, Any]], other: list[tuple[str, Any]]) -> bool:
    def close(a: Any, b: Any) -> bool:
        if isinstance(a, float) and isinstance(b, float):
            return math.isclose(a, b, rel_tol=1e-9, abs_tol=1e-12)
        return type(a) is type(b) and bool(a == b)

    return len(one) == len(other) and all(
        a[0] == b[0] and close(a[1], b[1]) for a, b in zip(one, other, strict=True)
    )


@pytest.mark.parametrize("as_of", DAYS, ids=str)
@pytest.mark.parametrize("name", questions())
def test_same_answers(engines: tuple[Any, Any], name: str, as_of: date) -> None:
    store, con = engines
    rule = find_rule(load_rules(), name)
    said: Rows = ask_rule(store, rule, as_of).to_pylist()
    limit: Rows = ask_sql(con, rule, as_of).to_pylist()
    if name in SHAPED:
        said = SHAPED[name](said)
    if SHAPED.get(name) is _hits_and_total:
        limit = [{**row, "hits": row["hits"] or 0} for row in limit if row["total"]]
    assert len(said) == len(limit)
    differ = [pair for pair in zip(_in_order(said), _in_order(limit), strict=True) if not _same(*pair)]
    assert not differ, differ[:3]
    if name not in MAY_BE_EMPTY:
        assert limit
