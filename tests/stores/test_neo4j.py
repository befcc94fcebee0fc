"""The server store: marked while it loads, counted back, refused when broken, and the same types out."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import neo4j
import pyarrow.parquet as pq
import pytest

from chaingraph.errors import SettingsError, StoreError
from chaingraph.store.connect import connect
from chaingraph.store.ladybug import LadybugStore
from chaingraph.store.neo4j import Neo4jStore
from chaingraph.store.neo4j_writing import MARKER
from tests.stores.graphs import small

pytestmark = pytest.mark.neo4j

COUNT = "MATCH (i:Invoice) RETURN count(i) AS n"
QUESTIONS = [
    "MATCH (o:Organisation) RETURN o.org_id AS org_id, o.name AS name, o.turnover_pence AS pence, o.sector AS sector ORDER BY org_id",
    "MATCH (c:Contract) RETURN c.contract_id AS contract_id, c.tier AS tier, c.fee_share AS fee, c.inferred AS inferred, "
    "c.starts_on AS starts_on ORDER BY contract_id",
    "MATCH (i:Invoice) RETURN sum(i.amount_pence) AS pence, count(i) AS n, min(i.due_day) AS first_day, avg(i.due_day) AS mean",
    "MATCH (i:Invoice)-[:UNDER]->(c:Contract) RETURN c.contract_id AS contract_id, 1.0 * count(i) / 2 AS half",
    "MATCH (a:Organisation)-[o:OWNS]->(b:Organisation) RETURN a.org_id AS a_id, b.org_id AS b_id, o.share_min AS low, "
    "o.share_max AS high, o.valid_from AS valid_from, o.source_row AS source_row",
    "MATCH (k:Contract)-[:SUBCONTRACT_OF]->(h:Contract) RETURN k.contract_id AS k_id, collect(h.tier) AS tiers",
    "MATCH (c:Contract) WHERE c.tier > 8 RETURN c.contract_id AS contract_id, c.tier AS tier",
]


def _types(value: Any) -> Any:
    return [type(value), *map(_types, value)] if isinstance(value, list) else type(value)


def test_both_engines_give_the_same_values_as_the_same_types(neo4j_store: Neo4jStore, tmp_path: Path) -> None:
    graph = small(tmp_path / "files", "parity", market="m")
    embedded = LadybugStore(tmp_path / "graph")
    embedded.publish(graph)
    neo4j_store.publish(graph)
    assert neo4j_store.manifest() == embedded.manifest() == {"market": "m"}
    for question in QUESTIONS:
        ours, theirs = embedded.query(question).to_pylist(), neo4j_store.query(question).to_pylist()
        assert ours == theirs, question
        assert [[_types(v) for v in row.values()] for row in ours] == [
            [_types(v) for v in row.values()] for row in theirs
        ]


def test_publishing_replaces_the_whole_graph(neo4j_store: Neo4jStore, tmp_path: Path) -> None:
    neo4j_store.publish(small(tmp_path / "files", "first"))
    fewer = small(tmp_path / "fewer", "second")
    nodes = {label: path for label, path in fewer.nodes.items() if label != "Invoice"}
    kept = tuple(r for r in fewer.relationships if r.type != "UNDER")
    neo4j_store.publish(replace(fewer, nodes=nodes, relationships=kept))
    assert neo4j_store.query(COUNT).to_pylist() == [{"n": 0}]
    assert neo4j_store.query("MATCH (c:Contract) RETURN count(c) AS n").to_pylist() == [{"n": 2}]


def test_the_same_graph_twice_changes_nothing(neo4j_store: Neo4jStore, tmp_path: Path) -> None:
    graph = small(tmp_path / "files", "again")
    neo4j_store.publish(graph)
    for path in graph.nodes.values():
        path.unlink()  # a second reading would fail
    neo4j_store.publish(graph)
    assert neo4j_store.query(COUNT).to_pylist() == [{"n": 3}]


def test_a_broken_load_is_refused_until_it_is_loaded_again(neo4j_store: Neo4jStore, tmp_path: Path) -> None:
    broken = small(tmp_path / "broken", "broken")
    broken.relationships[0].path.write_bytes(b"this is no parquet file")
    with pytest.raises(Exception, match=r"(?i)parquet"):
        neo4j_store.publish(broken)
    with pytest.raises(StoreError, match=r"broken off[\s\S]*load the sources again"):
        neo4j_store.manifest()
    neo4j_store.publish(small(tmp_path / "whole", "whole", market="whole"))
    assert neo4j_store.manifest() == {"market": "whole"}


def test_lost_rows_are_noticed(
    neo4j_store: Neo4jStore, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    files = small(tmp_path / "files", "short")
    whole, short = files.nodes["Invoice"], tmp_path / "short.parquet"
    pq.write_table(pq.read_table(whole).slice(0, 2), short)
    from chaingraph.store import counting

    sent = counting._sent
    monkeypatch.setattr(
        counting, "_sent", lambda c, path, what: sent(c, whole if path == short else path, what)
    )
    kept = tuple(r for r in files.relationships if r.type != "UNDER")
    with pytest.raises(StoreError, match="does not hold the Invoice nodes"):
        neo4j_store.publish(replace(files, nodes=dict(files.nodes) | {"Invoice": short}, relationships=kept))
    with pytest.raises(StoreError, match="broken off"):
        neo4j_store.manifest()


def test_a_question_cannot_write(neo4j_store: Neo4jStore, tmp_path: Path) -> None:
    neo4j_store.publish(small(tmp_path / "files", "readonly"))
    with pytest.raises(StoreError):
        neo4j_store.query("MATCH (i:Invoice) DETACH DELETE i")
    assert neo4j_store.query(COUNT).to_pylist() == [{"n": 3}]


def test_nodes_are_not_answers(neo4j_store: Neo4jStore, tmp_path: Path) -> None:
    neo4j_store.publish(small(tmp_path / "files", "nodes"))
    with pytest.raises(StoreError, match="plain values"):
        neo4j_store.query("MATCH (c:Contract) RETURN c")


def test_what_is_not_ours_is_left_alone(
    neo4j_store: Neo4jStore, neo4j_server: dict[str, str], tmp_path: Path
) -> None:
    sign_in = (neo4j_server["CHAINGRAPH_NEO4J_USER"], neo4j_server["CHAINGRAPH_NEO4J_PASSWORD"])
    with neo4j.GraphDatabase.driver(neo4j_server["CHAINGRAPH_NEO4J_URI"], auth=sign_in) as driver:
        driver.execute_query("CREATE (:SomebodyElses {name: 'kept'})")
        try:
            neo4j_store.publish(small(tmp_path / "files", "beside"))
            found = driver.execute_query("MATCH (n:SomebodyElses) RETURN n.name AS name").records
            assert [record["name"] for record in found] == ["kept"]
        finally:
            driver.execute_query("MATCH (n:SomebodyElses) DELETE n")


def test_wrong_password(neo4j_server: dict[str, str]) -> None:
    store = Neo4jStore(neo4j_server["CHAINGRAPH_NEO4J_URI"], "neo4j", "wrong-password")
    with pytest.raises(SettingsError, match="refuses the user or the password"):
        store.query(COUNT)
    store.close()


def test_nobody_there() -> None:
    store = Neo4jStore("bolt://127.0.0.1:9", "neo4j", "x")
    with pytest.raises(StoreError, match="No Neo4j answers"):
        store.query(COUNT)
    store.close()


def test_no_password_in_the_address(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(SettingsError, match="holds a user or password"):
        Neo4jStore("neo4j://neo4j:secret@localhost", "neo4j", "secret")
    monkeypatch.delenv("CHAINGRAPH_NEO4J_PASSWORD", raising=False)
    with pytest.raises(SettingsError, match="No password is set"):
        connect(tmp_path, "neo4j://localhost:7687")
    with pytest.raises(SettingsError, match="not a store"):
        connect(tmp_path, "postgres://localhost")


def test_the_marker_names_the_last_graph(neo4j_store: Neo4jStore, tmp_path: Path) -> None:
    for n in range(3):
        neo4j_store.publish(small(tmp_path / str(n), f"tiny-{n}"))
    assert neo4j_store.query(f"MATCH (m:{MARKER}) RETURN m.graph_id AS graph_id").to_pylist() == [
        {"graph_id": "tiny-2"}
    ]
