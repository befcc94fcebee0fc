"""Which store a market uses: the embedded one in its folder, or a server named by a URI."""

from __future__ import annotations

import os
from pathlib import Path

from chaingraph.errors import SettingsError
from chaingraph.store.ladybug import LadybugStore
from chaingraph.store.protocol import Store


def connect(
    folder: Path, uri: str | None = None, *, user: str | None = None, password: str | None = None
) -> Store:
    """Open a store. ``user`` and ``password`` default to CHAINGRAPH_NEO4J_USER and CHAINGRAPH_NEO4J_PASSWORD.

    Raises SettingsError for an unknown kind of URI or a missing password.
    """
    if uri is None or uri in ("", "ladybug"):
        return LadybugStore(folder / "graph")
    scheme = uri.partition("://")[0]
    if scheme not in ("neo4j", "neo4j+s", "neo4j+ssc", "bolt", "bolt+s", "bolt+ssc"):
        raise SettingsError(
            f"{uri} is not a store that chaingraph knows.",
            remedy="Leave --store out for the embedded engine, or give neo4j://HOST:PORT.",
        )
    from chaingraph.store.neo4j import Neo4jStore, refuse_sign_in

    refuse_sign_in(uri)
    user = user or os.environ.get("CHAINGRAPH_NEO4J_USER") or "neo4j"
    password = password or os.environ.get("CHAINGRAPH_NEO4J_PASSWORD")
    if not password:
        raise SettingsError(
            f"No password is set for {uri}.",
            remedy="Set CHAINGRAPH_NEO4J_PASSWORD (and CHAINGRAPH_NEO4J_USER), or [neo4j] in chaingraph.toml.",
        )
    return Neo4jStore(uri, user, password)
