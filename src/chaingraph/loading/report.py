"""What a load says of itself: rows in, loaded, merged, rejected and why, and whether the money adds up."""

from __future__ import annotations

import csv
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import duckdb

from chaingraph.loading.sql import count
from chaingraph.model import TABLES

REJECTED_COLUMNS = ("file", "sheet", "row", "table", "column", "value", "rule", "expected", "remedy", "line")


def source_rows(con: duckdb.DuckDBPyConnection) -> list[dict[str, Any]]:
    """One entry a file: path, sha256, rows in it and how many of them were rejected."""
    rows = con.execute(
        """
        SELECT s.path, s.source_id, s.rows, coalesce(r.rejected, 0), s.loader
        FROM sources AS s LEFT JOIN (
            SELECT source_no, count(DISTINCT source_row) AS rejected FROM rejected GROUP BY 1
        ) AS r USING (source_no) ORDER BY s.source_no
        """
    ).fetchall()
    keys = ("path", "sha256", "rows", "rejected", "loader")
    return [dict(zip(keys, row, strict=True)) for row in rows]


def table_rows(
    con: duckdb.DuckDBPyConnection, present: frozenset[str], merged: dict[str, int]
) -> list[dict[str, Any]]:
    """One entry a table: rows that came, were loaded, merged with an equal row, and rejected."""
    entries = []
    for name in TABLES:
        if name not in present:
            continue
        loaded = count(con, f'SELECT count(*) FROM "{name}"')
        rejected = count(con, "SELECT sum(rows) FROM moved WHERE table_name = ?", [name])
        entries.append(
            {
                "table": name,
                "rows": loaded + merged.get(name, 0) + rejected,
                "loaded": loaded,
                "merged": merged.get(name, 0),
                "rejected": rejected,
            }
        )
    return entries


def rejected_by_rule(con: duckdb.DuckDBPyConnection) -> list[dict[str, Any]]:
    """One entry a table, column and rule, most rows first, each with its first example."""
    rows = con.execute(
        """
        SELECT table_name, column_name, rule, expected, count(*) AS rows, arg_min(value, place), arg_min(path, place),
               min(source_row), arg_min(remedy, place)
        FROM (SELECT *, source_no * 10000000000 + source_row AS place FROM rejected LEFT JOIN sources USING (source_no))
        GROUP BY ALL ORDER BY rows DESC, table_name, column_name, rule, expected
        """
    ).fetchall()
    keys = (
        "table",
        "column",
        "rule",
        "expected",
        "rows",
        "example_value",
        "example_file",
        "example_row",
        "remedy",
    )
    return [dict(zip(keys, row, strict=True)) for row in rows]


def write_rejected(con: duckdb.DuckDBPyConnection, path: Path) -> int:
    """Write every fault to ``path`` (CSV). Cells that a spreadsheet would run as a formula get an apostrophe."""
    answer = con.execute(
        """
        SELECT sources.path, sources.sheet, source_row, table_name, column_name, value, rule, expected, remedy, line
        FROM rejected LEFT JOIN sources USING (source_no) ORDER BY source_no, source_row, table_name, column_name, rule
        """
    )
    written = 0
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(REJECTED_COLUMNS)
        while rows := answer.fetchmany(10_000):
            writer.writerows([[_inert(cell) for cell in row] for row in rows])
            written += len(rows)
    return written


def _inert(cell: object) -> object:
    if isinstance(cell, str) and cell[:1] in ("=", "+", "-", "@", "\t", "\r"):
        return "'" + cell
    return cell


@dataclass(frozen=True)
class LoadReport:
    """What became of a load. ``changed`` is False where the same sources were loaded before.

    The manifest's lists are documented at ``source_rows``, ``table_rows`` and ``rejected_by_rule``; an entry of
    ``reconciliation`` has ``what``, ``pence_in``, ``pence_loaded``, ``pence_rejected`` and perhaps a ``note``.
    """

    manifest: Mapping[str, Any]
    changed: bool

    @property
    def market(self) -> str:
        """The market's name."""
        return str(self.manifest["market"])

    @property
    def as_of(self) -> str:
        """The day that a sweep judges by unless told otherwise, ISO 8601."""
        return str(self.manifest["as_of"])

    @property
    def sources(self) -> list[dict[str, Any]]:
        """One entry a file."""
        return list(self.manifest["sources"])

    @property
    def tables(self) -> list[dict[str, Any]]:
        """One entry a table."""
        return list(self.manifest["tables"])

    @property
    def rejected_by_rule(self) -> list[dict[str, Any]]:
        """One entry a kind of fault, most rows first."""
        return list(self.manifest["rejected_by_rule"])

    @property
    def rejected_rows(self) -> int:
        """Rows of the files that did not come through."""
        return sum(int(source["rejected"]) for source in self.sources)

    @property
    def reconciliation(self) -> list[dict[str, Any]]:
        """Money in the files, in the graph, and rejected, in pence."""
        return list(self.manifest["reconciliation"])

    @property
    def warnings(self) -> list[str]:
        """What a person should know and can do something about."""
        return list(self.manifest["warnings"])
