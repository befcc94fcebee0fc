"""The quick reader: DuckDB's own, for clean files only.

It is used where every physical line is one row, which is checked: the rows read must be as many as the lines
of the file. Whatever it stumbles over is left to the careful reader, which can say what is wrong where.
"""

from __future__ import annotations

from pathlib import Path

import duckdb

from chaingraph.loading.read.bytes import TextFacts
from chaingraph.loading.read.raw import storage
from chaingraph.loading.sql import count

# What the careful reader, too, takes for nothing.
BLANKS = "' ' || chr(9) || chr(11) || chr(12)"


def read_quick(
    con: duckdb.DuckDBPyConnection,
    path: Path,
    facts: TextFacts,
    relation: str,
    *,
    width: int,
    delimiter: str,
    header_row: int,
) -> bool:
    """Fill ``relation``; False (and nothing left behind) when this file needs the careful reader."""
    if not facts.plain:
        return False
    table = storage(relation)
    columns = ", ".join(f"'c{n}': 'VARCHAR'" for n in range(width))
    options = (
        f"auto_detect = false, header = false, skip = {header_row}, delim = {literal(delimiter)}, "
        f"quote = '\"', escape = '\"', columns = {{{columns}}}, strict_mode = true, null_padding = false, "
        f"compression = '{'gzip' if facts.gzipped else 'none'}'"
    )
    try:
        con.execute(f'CREATE TABLE "{table}" AS SELECT * FROM read_csv({file_literal(path)}, {options})')
    except (duckdb.ProgrammingError, duckdb.DataError):  # not: a full disk, no memory, an interruption
        return False
    lines = facts.newlines + (not facts.ends_with_newline)
    if count(con, f'SELECT count(*) FROM "{table}"') != lines - header_row:
        con.execute(f'DROP TABLE "{table}"')
        return False
    blank = " AND ".join(
        f"(c{n} IS NULL OR (c{n} < '!' AND trim(c{n}, {BLANKS}) = ''))" for n in range(width)
    )
    blanks = count(con, f'SELECT count(*) FROM "{table}" WHERE {blank}')
    # rowid is the order of insertion, which DuckDB keeps equal to the order of the file.
    where = f" WHERE NOT ({blank})" if blanks else ""
    con.execute(
        f'CREATE VIEW "{relation}" AS SELECT {", ".join(f"c{n}" for n in range(width))}, '
        f'rowid + {header_row + 1} AS source_row FROM "{table}"{where}'
    )
    return True


def literal(text: str) -> str:
    """A text as an SQL literal."""
    return "'" + text.replace("'", "''") + "'"


def file_literal(path: Path) -> str:
    """A path as an SQL literal that names this one file, even with ``*`` or ``[`` in its name."""
    name = str(path)
    return literal("".join(f"[{char}]" if char in "*?[" else char for char in name))
