"""The careful reader: every row by itself, for files that are not clean.

Windows-1252, UTF-16, blank lines, cells over several lines, rows too short or too long, stray quotation
marks: each row is either taken as it stands or kept, whole, with the reason why not.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Literal

import duckdb
import pyarrow as pa
from pyarrow import compute

from chaingraph.errors import InputError
from chaingraph.loading.read.bytes import text_pieces
from chaingraph.loading.read.lines import lines
from chaingraph.loading.read.raw import storage
from chaingraph.loading.read.records import Fault, Record, records
from chaingraph.loading.read.source import SourceFile
from chaingraph.loading.rejected import VALUE_LENGTH, Rejection, as_line, cut

BATCH_ROWS = 50_000
MOST_REJECTIONS = 100_000  # of one file; each is kept whole, so their number is what bounds memory
Ragged = Literal["reject", "pad"]


@dataclass
class Tally:
    """What happened on the way: rows left out and why."""

    rejections: list[Rejection] = field(default_factory=list)
    blank: int = 0
    padded: int = 0
    overflowing: int = 0
    first_overflow: str = ""


def open_records(source: SourceFile, delimiter: str, widths: range | None = None) -> Iterator[Record]:
    """The rows of a text file from its first line, split into cells."""
    assert source.text is not None
    facts = source.text
    returns = facts.lone_returns and facts.newlines == 0
    pieces = text_pieces(source.path, facts, source.display)
    return records(lines(pieces, returns_end_rows=returns), delimiter, widths)


def read_careful(
    con: duckdb.DuckDBPyConnection,
    source: SourceFile,
    relation: str,
    *,
    header: list[str],
    delimiter: str,
    header_row: int,
    ragged: Ragged,
) -> Tally:
    """Fill ``relation`` with the rows of a text file after its header; the rest is in the tally."""
    rows = open_records(source, delimiter, range(_narrowest(header), len(header) + 1))
    return read_rows(con, source, relation, rows, header, header_row, ragged)


def read_rows(
    con: duckdb.DuckDBPyConnection,
    source: SourceFile,
    relation: str,
    rows: Iterator[Record],
    header: list[str],
    header_row: int,
    ragged: Ragged,
) -> Tally:
    """Fill ``relation`` with the rows after the header, wherever they come from."""
    tally = Tally()
    after = (record for record in rows if record.row > header_row)
    fill(con, relation, len(header), _sound(after, source, header, ragged, tally))
    return tally


def _narrowest(header: list[str]) -> int:
    return max((n + 1 for n, name in enumerate(header) if name), default=1)


def fill(
    con: duckdb.DuckDBPyConnection, relation: str, width: int, rows: Iterator[tuple[int, list[str]]]
) -> None:
    """Create the relation from rows (number, cells); only one batch of them is held in Python at a time."""
    columns = ", ".join(f"c{n} VARCHAR" for n in range(width))
    table = storage(relation)
    con.execute(f'CREATE TABLE "{table}" ({columns}, source_row BIGINT)')
    schema = pa.schema(
        [*(pa.field(f"c{n}", pa.string()) for n in range(width)), pa.field("source_row", pa.int64())]
    )
    numbers: list[int] = []
    batch: list[list[str]] = []
    nothing = pa.scalar(None, pa.string())

    def flush() -> None:
        texts = (pa.array(column, pa.string()) for column in zip(*batch, strict=True))
        arrays = [compute.if_else(compute.equal(text, ""), nothing, text) for text in texts]
        arrow = pa.Table.from_arrays([*arrays, pa.array(numbers, pa.int64())], schema=schema)
        con.register("chaingraph_batch", arrow)
        con.execute(f'INSERT INTO "{table}" SELECT * FROM chaingraph_batch')
        con.unregister("chaingraph_batch")
        numbers.clear()
        batch.clear()

    for number, cells in rows:
        numbers.append(number)
        batch.append(cells)
        if len(batch) == BATCH_ROWS:
            flush()
    if batch:
        flush()
    con.execute(f'CREATE VIEW "{relation}" AS SELECT * FROM "{table}"')


def _sound(
    rows: Iterator[Record], source: SourceFile, header: list[str], ragged: Ragged, tally: Tally
) -> Iterator[tuple[int, list[str]]]:
    width, narrowest = len(header), _narrowest(header)
    for record in rows:
        cells = record.cells
        if len(cells) == width and cells[0][:1] > " " and record.fault is None:
            yield record.row, cells  # nearly every row
            continue
        if record.fault is not None:
            _reject(tally, rejection(source, header, record.row, cells, record.fault))
            continue
        given = len(cells)
        while cells and not cells[-1]:
            cells.pop()
        if not any(cell.strip() for cell in cells):
            tally.blank += 1
            continue
        if len(cells) > width or given < narrowest:
            if ragged == "reject" or not _repeats(cells, width):
                cells += [""] * (given - len(cells))
                fault = ragged_fault(header, narrowest, cells)
                _reject(tally, rejection(source, header, record.row, cells, fault))
                continue
            tally.padded += given < narrowest
            if len(cells) > width:
                tally.first_overflow = tally.first_overflow or f"row {record.row}, {cut(cells[width], 40)!r}"
                tally.overflowing += 1
                del cells[width:]
        yield record.row, cells + [""] * (width - len(cells))


def _repeats(cells: list[str], width: int) -> bool:
    """Whether every cell beyond the header says again what stands before it.

    Anything else, any number above all, may be the end of a value that a comma without quotation marks cut
    in two, and then every cell after the cut stands under the wrong name.
    """
    before = set(cells[:width])
    return all(not cell or (cell in before and not any(c.isdigit() for c in cell)) for cell in cells[width:])


def _reject(tally: Tally, rejected: Rejection) -> None:
    tally.rejections.append(rejected)
    if len(tally.rejections) >= MOST_REJECTIONS:
        raise InputError(
            f"{rejected.file}: {MOST_REJECTIONS:,} rows and more cannot be split into cells; nothing was "
            f"loaded. The first: {tally.rejections[0]}",
            remedy="So many mean that the file as a whole is damaged, or was exported with other delimiters.",
        )


def ragged_fault(header: list[str], narrowest: int, cells: list[str]) -> Fault:
    """A row with more or fewer cells than the header has names."""
    width = len(header)
    more = len(cells) > width
    return Fault(
        "ragged-row",
        None,
        f"{len(cells)} cells",
        f"a row of at most {width} cells" if more else f"a row of at least {narrowest} cells",
        "A comma inside a cell needs quotation marks around the cell."
        if more
        else "The row breaks off; fill in its missing cells.",
    )


def rejection(source: SourceFile, header: list[str], row: int, cells: list[str], fault: Fault) -> Rejection:
    """A faulty row as it is kept."""
    named = header[fault.column] if fault.column is not None and fault.column < len(header) else None
    return Rejection(
        file=source.display,
        sheet=source.sheet,
        table=source.name,
        row=row,
        column=named,
        value=cut(fault.value, VALUE_LENGTH),
        rule=fault.rule,
        expected=fault.expected,
        remedy=fault.remedy,
        line=as_line(cells),
    )
