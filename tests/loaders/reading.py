"""Reading one file, whole, for a test."""

from __future__ import annotations

from pathlib import Path
from typing import Any, Literal

import duckdb

from chaingraph.loading.read import RawTable, open_source, read_table


def read_all(
    path: Path,
    *,
    careful: bool = False,
    ragged: Literal["reject", "pad"] = "reject",
    header_row: int | None = None,
) -> tuple[RawTable, list[tuple[Any, ...]]]:
    """The only table of a source and its rows, each with its number last."""
    (source,) = open_source(path)
    with duckdb.connect() as con:
        raw = read_table(con, source, "raw", careful=careful, ragged=ragged, header_row=header_row)
        rows = con.execute("SELECT * FROM raw ORDER BY source_row").fetchall()
    assert raw.rows == len(rows)
    return raw, rows
