"""Loading sources as far as the checked market tables, for a test."""

from __future__ import annotations

from pathlib import Path

import duckdb

from chaingraph.loading import stage
from chaingraph.loading.check import check_everything
from chaingraph.loading.read import open_source
from chaingraph.loading.sources import Staged, stage_files
from chaingraph.store.protocol import silent


def load_tables(
    con: duckdb.DuckDBPyConnection, *paths: Path, asked: str | None = None, loaders: tuple[Path, ...] = ()
) -> Staged:
    """Read, map and check sources into the typed tables of ``con``."""
    stage.prepare(con)
    found = [open_source(path) for path in paths]
    staged = stage_files(con, [(path, asked) for path in paths], found, loaders, silent)
    check_everything(con, staged.present, staged.permits)
    return staged
