"""A table as it was read: text in columns c0, c1, …, each row with its number in the file."""

from __future__ import annotations

from dataclasses import dataclass, field

import duckdb

from chaingraph.loading.read.source import SourceFile
from chaingraph.loading.rejected import Rejection


@dataclass
class RawTable:
    """What reading a file gave.

    ``relation`` is a DuckDB relation with the columns ``c0`` … ``cN`` (one a header, in the file's order; an
    empty cell is NULL) and ``source_row`` (BIGINT: the number a spreadsheet shows, the header row is 1).
    ``types`` are the columns' SQL types: VARCHAR as written in the file, or, from Parquet, one of DATE,
    BIGINT, DOUBLE, BOOLEAN, DECIMAL(p,s). ``header`` is trimmed; an unnamed column has the name "". ``key`` is the
    column that numbers the rows one by one: a document may give several, which all bear its number.
    """

    name: str
    source: SourceFile
    header: list[str]
    relation: str
    rows: int
    types: list[str]
    header_row: int = 1
    key: str = "source_row"
    notes: list[str] = field(default_factory=list)
    rejections: list[Rejection] = field(default_factory=list)

    def column(self, index: int) -> str:
        """The SQL name of the column under a header."""
        return f"c{index}"

    def drop(self, con: duckdb.DuckDBPyConnection) -> None:
        """Free the rows; notes and rejections stay."""
        con.execute(f'DROP VIEW IF EXISTS "{self.relation}"')
        con.execute(f'DROP TABLE IF EXISTS "{storage(self.relation)}"')


def storage(relation: str) -> str:
    """The table behind a relation: readers fill it, the relation is a view that adds or hides little."""
    return f"{relation}__rows"
