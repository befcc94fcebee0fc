"""One small made-up market for all tests of a run, and its tables in DuckDB."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import duckdb
import pytest

from chaingraph.demo import Truth, write_market
from tests.demo import oracle


@dataclass(frozen=True)
class Made:
    """A market folder, its truth, and its tables."""

    folder: Path
    truth: Truth
    con: duckdb.DuckDBPyConnection


@pytest.fixture(scope="session")
def made(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Made]:
    """The default market of seed 1: what ``chaingraph demo`` writes."""
    folder = tmp_path_factory.mktemp("demo") / "market"
    truth = write_market(folder)
    with oracle.open_market(folder, truth.as_of) as con:
        yield Made(folder, truth, con)
