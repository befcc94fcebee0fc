"""The embedded store: whole or not at all, counted back, and plain types out."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from pathlib import Path

import pyarrow.parquet as pq
import pytest

from chaingraph.errors import StoreError
from chaingraph.store.ladybug import LadybugStore
from chaingraph.store.lock import exclusive
from tests.stores.graphs import small

COUNT = "MATCH (i:Invoice) RETURN count(i) AS n"


@pytest.fixture
def store(tmp_path: Path) -> LadybugStore:
    return LadybugStore(tmp_path / "graph")


def test_nothing_loaded(store: LadybugStore) -> None:
    assert store.manifest() is None
    with pytest.raises(StoreError, match="Nothing is loaded"):
        store.query(COUNT)


def test_values_come_back_as_plain_types(store: LadybugStore, tmp_path: Path) -> None:
    store.publish(small(tmp_path / "files", market="m"))
    assert store.manifest() == {"market": "m"}
    rows = store.query(
        "MATCH (o:Organisation)-[:SUPPLIES]->(c:Contract) RETURN o.name AS name, o.turnover_pence AS pence, "
        "c.fee_share AS fee, c.inferred AS inferred, c.starts_on AS starts_on, c.starts_day AS starts_day ORDER BY c.contract_id"
    ).to_pylist()
    assert rows == [
        {
            "name": "Prime & Söhne",
            "pence": 5,
            "fee": 0.1,
            "inferred": False,
            "starts_on": date(2024, 2, 29),
            "starts_day": None,
        },
        {
            "name": 'it\'s \\ "quoted" ; DROP',
            "pence": None,
            "fee": None,
            "inferred": True,
            "starts_on": date(2025, 1, 1),
            "starts_day": None,
        },
    ]
    total = store.query(
        "MATCH (i:Invoice) RETURN sum(i.amount_pence) AS pence, collect(i.due_day) AS days"
    ).to_pylist()
    assert total[0]["pence"] == 3 * 2**40 + 3
    assert type(total[0]["pence"]) is int
    assert sorted(total[0]["days"]) == [19_000, 19_001, 19_002]


def test_parameters_are_bound(store: LadybugStore, tmp_path: Path) -> None:
    store.publish(small(tmp_path / "files"))
    found = store.query(
        "MATCH (c:Contract) WHERE c.starts_on <= $as_of AND c.tier = $tier RETURN c.contract_id AS contract_id",
        {"as_of": date(2024, 12, 31), "tier": 1},
    )
    assert found.to_pylist() == [{"contract_id": "H"}]


def test_a_question_cannot_write(store: LadybugStore, tmp_path: Path) -> None:
    store.publish(small(tmp_path / "files"))
    with pytest.raises(StoreError):
        store.query("MATCH (i:Invoice) DETACH DELETE i")
    assert store.query(COUNT).to_pylist() == [{"n": 3}]


def test_readers_keep_the_old_graph_until_they_look_again(store: LadybugStore, tmp_path: Path) -> None:
    store.publish(small(tmp_path / "files", "one"))
    reader = LadybugStore(store.root)
    assert reader.query(COUNT).to_pylist() == [{"n": 3}]
    second = small(tmp_path / "second", "two")
    del second.nodes["Invoice"]  # type: ignore[attr-defined]
    store.publish(replace(second, relationships=tuple(r for r in second.relationships if r.type != "UNDER")))
    assert reader.query(COUNT).to_pylist() == [{"n": 3}]
    reader.close()
    assert reader.query(COUNT).to_pylist() == [{"n": 0}]


def test_the_same_graph_twice_changes_nothing(store: LadybugStore, tmp_path: Path) -> None:
    store.publish(small(tmp_path / "files"))
    before = [(path.name, path.stat().st_mtime_ns) for path in sorted(store.root.rglob("*"))]
    store.publish(small(tmp_path / "files"))
    assert [(path.name, path.stat().st_mtime_ns) for path in sorted(store.root.rglob("*"))] == before


def test_a_load_that_breaks_off_leaves_the_old_graph(store: LadybugStore, tmp_path: Path) -> None:
    store.publish(small(tmp_path / "files", "one", market="old"))
    broken = small(tmp_path / "broken", "two", market="new")
    broken.relationships[0].path.write_bytes(b"this is no parquet file")
    with pytest.raises(StoreError, match="Nothing was published"):
        store.publish(broken)
    assert store.manifest() == {"market": "old"}
    assert store.query(COUNT).to_pylist() == [{"n": 3}]
    assert not list(store.root.glob("building-*"))


def test_lost_rows_are_noticed(store: LadybugStore, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    # The graph is built from a file that holds fewer rows than the load wrote: as if COPY had dropped some.
    files = small(tmp_path / "files")
    whole = files.nodes["Invoice"]
    short = tmp_path / "short.parquet"
    pq.write_table(pq.read_table(whole).slice(0, 2), short)
    from chaingraph.store import counting

    sent = counting._sent
    monkeypatch.setattr(
        counting, "_sent", lambda c, path, what: sent(c, whole if path == short else path, what)
    )
    nodes = dict(files.nodes) | {"Invoice": short}
    kept = tuple(r for r in files.relationships if r.type != "UNDER")
    with pytest.raises(StoreError, match="does not hold the Invoice nodes that were sent"):
        store.publish(replace(files, nodes=nodes, relationships=kept))
    assert store.manifest() is None


def test_one_load_at_a_time(store: LadybugStore, tmp_path: Path) -> None:
    with exclusive(store.root / "lock", "busy"), pytest.raises(StoreError, match="Another load"):
        store.publish(small(tmp_path / "files"))


def test_a_vanished_graph_is_explained(store: LadybugStore, tmp_path: Path) -> None:
    store.publish(small(tmp_path / "files"))
    store.close()
    for path in (store.root / "graph-one").iterdir():
        path.unlink()
    with pytest.raises(StoreError, match="Load the sources again"):
        store.query(COUNT)
