"""Loads into Neo4j that are large, meet others, are killed, or find what they did not bring."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import neo4j
import pytest
from neo4j.exceptions import ServiceUnavailable

from chaingraph.errors import SettingsError, StoreError
from chaingraph.store import neo4j_writing as writing
from chaingraph.store.neo4j import Neo4jStore
from tests.stores.graphs import graph, small

pytestmark = pytest.mark.neo4j

COUNT = "MATCH (i:Invoice) RETURN count(i) AS n"
ROWS = 2 * writing.ROWS_A_BATCH + 5
KILLED = """
import os, sys
from pathlib import Path
from chaingraph.store.neo4j import Neo4jStore
from tests.stores.graphs import small

def die(what, done, total):
    os._exit(9)

Neo4jStore(*sys.argv[2:]).publish(small(Path(sys.argv[1]), "killed"), die)
"""


@pytest.fixture
def driver(neo4j_server: dict[str, str]) -> Iterator[neo4j.Driver]:
    sign_in = (neo4j_server["CHAINGRAPH_NEO4J_USER"], neo4j_server["CHAINGRAPH_NEO4J_PASSWORD"])
    with neo4j.GraphDatabase.driver(neo4j_server["CHAINGRAPH_NEO4J_URI"], auth=sign_in) as driver:
        yield driver


@pytest.fixture
def empty(driver: neo4j.Driver) -> neo4j.Driver:
    """The same, with nothing of ours in it, not even the mark of a load."""
    with driver.session() as session:
        writing.wipe(session)
        session.run(f"MATCH (m:{writing.MARKER}|{writing.LOCK}) DELETE m").consume()
    return driver


def test_several_batches_arrive_whole_and_leave_whole(neo4j_store: Neo4jStore, tmp_path: Path) -> None:
    def invoice(n: int) -> dict[str, Any]:
        due = date(1969, 6, 1) + timedelta(days=n % 5_000)
        known = {"due_on": due, "due_day": (due - date(1970, 1, 1)).days} if n % 7 else {}
        return {"invoice_id": f"I{n}", "amount_pence": n, **known}

    many = graph(
        tmp_path / "many",
        {"Contract": [{"contract_id": "K", "tier": 1}], "Invoice": [invoice(n) for n in range(ROWS)]},
        {("UNDER", "Invoice", "Contract"): [{"from_id": f"I{n}", "to_id": "K"} for n in range(ROWS)]},
        "many",
    )
    heard: list[tuple[int, int]] = []
    neo4j_store.publish(many, lambda what, done, total: heard.append((done, total)))
    assert heard[-1] == (2 * ROWS + 1, 2 * ROWS + 1)
    assert heard == sorted(heard)
    rows = neo4j_store.query(
        "MATCH (i:Invoice)-[:UNDER]->(c:Contract) RETURN i.invoice_id AS id, i.amount_pence AS n, "
        "i.due_on AS due_on, i.due_day AS due_day ORDER BY n"
    ).to_pylist()
    expected = [invoice(n) for n in range(ROWS)]
    assert [row["id"] for row in rows] == [row["invoice_id"] for row in expected]
    assert [row["due_on"] for row in rows] == [row.get("due_on") for row in expected]
    assert [row["due_day"] for row in rows] == [row.get("due_day") for row in expected]
    neo4j_store.publish(small(tmp_path / "few", "few"))
    assert neo4j_store.query(COUNT).to_pylist() == [{"n": 3}]


def test_a_load_beside_another_is_refused_and_harms_nothing(
    neo4j_store: Neo4jStore, driver: neo4j.Driver, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(writing, "SECONDS_TO_LOCK", 2.0)
    neo4j_store.publish(small(tmp_path / "before", "before", market="before"))
    with driver.session() as session, writing.hold(session):
        with pytest.raises(StoreError, match="Another load into this Neo4j is under way"):
            neo4j_store.publish(small(tmp_path / "beside", "beside"))
        assert neo4j_store.manifest() == {"market": "before"}
    neo4j_store.publish(small(tmp_path / "after", "after", market="after"))
    assert neo4j_store.manifest() == {"market": "after"}


def test_a_killed_load_is_refused_but_locks_nobody_out(
    neo4j_store: Neo4jStore, neo4j_server: dict[str, str], tmp_path: Path
) -> None:
    neo4j_store.publish(small(tmp_path / "before", "before"))
    checkout = Path(__file__).resolve().parents[2]
    loader = subprocess.run(
        [sys.executable, "-c", KILLED, str(tmp_path / "killed"), *neo4j_server.values()],
        cwd=checkout,
        check=False,
    )
    assert loader.returncode == 9
    for ask in (neo4j_store.manifest, lambda: neo4j_store.query(COUNT)):
        with pytest.raises(StoreError, match=r"broken off[\s\S]*load the sources again"):
            ask()
    neo4j_store.publish(small(tmp_path / "again", "killed", market="again"))
    assert neo4j_store.manifest() == {"market": "again"}
    assert neo4j_store.query(COUNT).to_pylist() == [{"n": 3}]


def test_nothing_loaded(neo4j_store: Neo4jStore, empty: neo4j.Driver) -> None:
    assert neo4j_store.manifest() is None
    with pytest.raises(StoreError, match=r"Nothing is loaded yet[\s\S]*chaingraph load"):
        neo4j_store.query(COUNT)


def test_somebody_elses_people_are_not_deleted(
    neo4j_store: Neo4jStore, empty: neo4j.Driver, tmp_path: Path
) -> None:
    empty.execute_query("CREATE (:Person {name: 'Ada'}), (:Person {name: 'Ben'})")
    with pytest.raises(StoreError, match=r"did not load, and a load would delete them: 2 Person"):
        neo4j_store.publish(small(tmp_path / "files", "never"))
    assert neo4j_store.manifest() is None
    assert empty.execute_query("MATCH (p:Person) DELETE p RETURN count(p)").records[0][0] == 2
    neo4j_store.publish(small(tmp_path / "files", "now"))


def test_labels_of_an_older_model_go_too(
    neo4j_store: Neo4jStore, driver: neo4j.Driver, tmp_path: Path
) -> None:
    neo4j_store.publish(small(tmp_path / "old", "old"))
    driver.execute_query(
        f"CREATE (:Gone) WITH 1 AS one MATCH (m:{writing.MARKER}) SET m.labels = m.labels + 'Gone'"
    )
    neo4j_store.publish(small(tmp_path / "new", "new"))
    assert driver.execute_query("MATCH (n:Gone) RETURN count(n)").records[0][0] == 0


def test_a_relationship_whose_end_is_missing_is_noticed(neo4j_store: Neo4jStore, tmp_path: Path) -> None:
    files = small(tmp_path / "files", "loose")
    nodes = {label: path for label, path in files.nodes.items() if label != "Organisation"}
    with pytest.raises(
        StoreError, match="does not hold the SUPPLIES relationships from Organisation to Contract"
    ):
        neo4j_store.publish(replace(files, nodes=nodes))
    with pytest.raises(StoreError, match="broken off"):
        neo4j_store.query(COUNT)


def test_a_question_cannot_change_the_schema(neo4j_store: Neo4jStore, tmp_path: Path) -> None:
    neo4j_store.publish(small(tmp_path / "files", "schema"))
    with pytest.raises(StoreError, match="Neo4j could not do it"):
        neo4j_store.query("CREATE INDEX sneaky FOR (i:Invoice) ON (i.kind)")


def test_a_wrong_question_is_one_message(neo4j_store: Neo4jStore, tmp_path: Path) -> None:
    neo4j_store.publish(small(tmp_path / "files", "wrong"))
    with pytest.raises(StoreError, match=r"(?s)Neo4j could not do it: .*Invalid input 'RETRUN'"):
        neo4j_store.query("MATCH (i:Invoice) RETRUN i.kind")
    with pytest.raises(StoreError, match=r"(?s)Neo4j could not do it: .*tier"):
        neo4j_store.query("MATCH (i:Contract {tier: $tier}) RETURN i.kind AS kind")


def _gone(*_: object) -> None:
    raise ServiceUnavailable


@pytest.mark.parametrize(
    ("agent", "refused"),
    [
        ("Neo4j/5.25.1", True),
        ("Neo4j/4.4.44", True),
        ("Other/9.0", True),
        ("Neo4j/5.26.0", False),
        ("Neo4j/5.27-aura", False),
        ("Neo4j/2025.10.1", False),
    ],
)
def test_versions(agent: str, refused: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    store = Neo4jStore("bolt://127.0.0.1:9", "neo4j", "x")
    monkeypatch.setattr(neo4j.Driver, "get_server_info", lambda _: type("Info", (), {"agent": agent}))
    monkeypatch.setattr(neo4j.Session, "execute_read", _gone)
    with pytest.raises(StoreError, match=r"Use Neo4j 5\.26 or later" if refused else "No Neo4j answers"):
        store.manifest()
    store.close()


def test_an_address_that_is_none() -> None:
    with pytest.raises(SettingsError, match=r"not an address of a Neo4j server[\s\S]*neo4j://HOST:PORT"):
        Neo4jStore("neo4j+x://localhost", "neo4j", "x")
