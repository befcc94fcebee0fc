"""A Neo4j server for the tests: the one that CHAINGRAPH_NEO4J_URI names, or a throwaway one.

Community holds one database, so tests that use it run one after another: see ``pytest_xdist_make_scheduler``.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from chaingraph.store.neo4j import Neo4jStore
from tools.neo4j.artifacts import Failed, java, prepare
from tools.neo4j.server import running_server


def jars_or_skip() -> Path:
    """The server's jars; without Java or Maven each test that asks says so, and --no-skips makes it a failure."""
    try:
        java()
        return prepare()
    except Failed as error:
        pytest.skip(f"no Neo4j here: {error}")


@pytest.fixture(scope="session")
def neo4j_server() -> Iterator[dict[str, str]]:
    """The environment variables by which a server is found."""
    if os.environ.get("CHAINGRAPH_NEO4J_URI"):
        names = ("CHAINGRAPH_NEO4J_URI", "CHAINGRAPH_NEO4J_USER", "CHAINGRAPH_NEO4J_PASSWORD")
        yield {name: os.environ.get(name, "") for name in names}
        return
    jars_or_skip()
    with running_server(quick=True) as server:
        yield server.environment()


@pytest.fixture(scope="session")
def neo4j_store(neo4j_server: dict[str, str]) -> Iterator[Neo4jStore]:
    """A store on that server."""
    store = Neo4jStore(
        neo4j_server["CHAINGRAPH_NEO4J_URI"],
        neo4j_server["CHAINGRAPH_NEO4J_USER"] or "neo4j",
        neo4j_server["CHAINGRAPH_NEO4J_PASSWORD"],
    )
    yield store
    store.close()
