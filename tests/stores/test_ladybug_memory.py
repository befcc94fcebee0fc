"""The embedded engine in memory: one store for many graphs, and nothing of one in the next."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from chaingraph.errors import StoreError
from chaingraph.loading.pipeline import Unit, build_graph, plan_load
from chaingraph.loading.stage import Workbench
from chaingraph.store import ladybug_memory
from chaingraph.store.ladybug_memory import MemoryStore
from chaingraph.store.protocol import GraphTables
from tests.rules.harness import Case, write_market

NODES = "MATCH (n) RETURN label(n) AS label, count(*) AS n ORDER BY label"
EDGES = "MATCH (a)-[r]->(b) RETURN label(r) AS type, label(a) AS start, label(b) AS stop, count(*) AS n ORDER BY type, start, stop"


@pytest.fixture
def store() -> Iterator[MemoryStore]:
    with closing(MemoryStore()) as store:
        yield store


def graph(folder: Path, contracts: int) -> GraphTables:
    rows = [
        {
            "contract_id": f"K{n}",
            "tier": 1,
            "buyer_id": "X-D",
            "supplier_id": f"X-{n}",
            "starts_on": "2025-01-01",
        }
        for n in range(contracts)
    ]
    about = {"title": "t", "kinds": ["as-of"], "as_of": "2026-03-31", "expect": {}}
    case = Case.model_validate({**about, "given": {"contracts": rows}})
    with closing(Workbench(threads=1)) as bench:
        return build_graph(
            plan_load([Unit(write_market(case, folder / "market"))]), folder / "tables", bench=bench
        )


def holds(store: MemoryStore) -> list[object]:
    return [store.query(query).to_pylist() for query in (NODES, EDGES)]


@pytest.mark.parametrize("renewed_after", [1, 200])
def test_a_graph_is_what_it_would_be_alone(
    renewed_after: int, store: MemoryStore, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(ladybug_memory, "GRAPHS_A_DATABASE", renewed_after)
    graphs = [graph(tmp_path / str(n), n) for n in (3, 1, 2, 5)]
    for one in (*graphs, graphs[0]):
        with closing(MemoryStore()) as alone:
            alone.publish(one)
            wanted = holds(alone)
        store.publish(one)
        assert holds(store) == wanted
    assert holds(store) != []


def test_before_and_after(store: MemoryStore, tmp_path: Path) -> None:
    assert store.manifest() is None
    with pytest.raises(StoreError, match="Nothing is loaded yet"):
        store.query(NODES)
    store.publish(graph(tmp_path / "a", 2))
    assert store.manifest() is not None
    store.close()
    assert store.manifest() is None


def test_a_load_that_fails_leaves_nothing(store: MemoryStore, tmp_path: Path) -> None:
    whole, broken = graph(tmp_path / "a", 2), graph(tmp_path / "b", 4)
    store.publish(whole)
    wanted = holds(store)
    broken.nodes["Contract"].write_bytes(b"no parquet")
    with pytest.raises(StoreError, match="Ladybug refused the load"):
        store.publish(broken)
    assert store.manifest() is None
    store.publish(whole)
    assert holds(store) == wanted
