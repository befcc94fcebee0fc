"""Files of JSON to raw tables: the documents of a source, and of each the rows of every part of its mapping."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import duckdb
import pyarrow as pa

from chaingraph.loading.compile import Placed, put_together
from chaingraph.loading.mapping import Loader, Rows
from chaingraph.loading.read import RawTable, SourceFile
from chaingraph.loading.read.documents import Document, documents
from chaingraph.loading.read.items import getter, items
from chaingraph.loading.read.raw import storage
from chaingraph.loading.read.source import check_unchanged
from chaingraph.loading.rejected import VALUE_LENGTH, Rejection, cut

BATCH_ROWS = 20_000
MOST_CELL = 1_000_000  # characters; more than this is no value


class _Part:
    """The rows of one part in one file, on their way into a raw table."""

    def __init__(self, con: duckdb.DuckDBPyConnection, relation: str, rows: Rows) -> None:
        self.con, self.relation, self.rows = con, relation, rows
        self.gets = [getter(column.headers) for column in rows.columns.values()]
        self.width = len(self.gets)
        self.waiting: list[list[str | int | None]] = []
        self.written = 0
        columns = ", ".join(f"c{n} VARCHAR" for n in range(self.width))
        con.execute(
            f'CREATE OR REPLACE TABLE "{storage(relation)}" '
            f"({columns}, source_row BIGINT, document_no BIGINT, line_no BIGINT)"
        )
        con.execute(f'CREATE OR REPLACE VIEW "{relation}" AS SELECT * FROM "{storage(relation)}"')

    def add(self, document: Document, number: int) -> None:
        for item in items(document.value, self.rows.each):
            self.written += 1
            cells: list[str | int | None] = [get(item) for get in self.gets]
            cells += [document.row, number, self.written]
            self.waiting.append(cells)
        if len(self.waiting) >= BATCH_ROWS:
            self.flush()

    def flush(self) -> None:
        if not self.waiting:
            return
        kinds = [pa.string()] * self.width + [pa.int64()] * 3
        columns = list(zip(*self.waiting, strict=True))
        arrays = [pa.array(column, kind) for column, kind in zip(columns, kinds, strict=True)]
        batch = pa.table(dict(zip([f"c{n}" for n in range(self.width + 3)], arrays, strict=True)))
        self.con.register("json_rows", batch)
        self.con.execute(f'INSERT INTO "{storage(self.relation)}" SELECT * FROM json_rows')
        self.con.unregister("json_rows")
        self.waiting = []


def read_documents(
    con: duckdb.DuckDBPyConnection, loader: Loader, files: Sequence[SourceFile]
) -> list[tuple[int, dict[str, RawTable]]]:
    """For each file the number of its documents, and a raw table for every part; faults stand with the first.

    Raises InputError where a file as a whole is no JSON.
    """
    parts = [
        {name: _Part(con, f"raw_{n}_{name}", rows) for name, rows in loader.parts.items()}
        for n in range(len(files))
    ]
    faults: list[list[Rejection]] = [[] for _ in files]
    counts = [0] * len(files)
    for number, (place, document) in enumerate(_all(loader, files, counts), 1):
        if document.fault is not None:
            faults[place].append(_rejection(files[place], document))
            continue
        for part in parts[place].values():
            part.add(document, number)
    for file in files:
        check_unchanged(file)
    first = next(iter(loader.parts))
    read = []
    for n, file in enumerate(files):
        raws = {name: _raw(file, part, faults[n] if name == first else []) for name, part in parts[n].items()}
        read.append((counts[n], raws))
    return read


def _all(loader: Loader, files: Sequence[SourceFile], counts: list[int]) -> Iterator[Placed]:
    if loader.documents is not None and loader.documents.compile == "releases":
        return put_together(_each(loader, files, counts), _each(loader, files))
    return _each(loader, files, counts)


def _each(loader: Loader, files: Sequence[SourceFile], counts: list[int] | None = None) -> Iterator[Placed]:
    assert loader.documents is not None
    for n, file in enumerate(files):
        for document in documents(file, loader.documents.inside):
            if counts is not None:
                counts[n] += 1
            yield Placed(n, document)


def _raw(file: SourceFile, part: _Part, rejections: list[Rejection]) -> RawTable:
    part.flush()
    header = [column.headers[0] for column in part.rows.columns.values()]
    types = ["VARCHAR"] * part.width
    raw = RawTable(file.name, file, header, part.relation, part.written, types, key="line_no")
    raw.rejections = rejections
    return raw


def _rejection(file: SourceFile, document: Document) -> Rejection:
    fault = document.fault
    assert fault is not None
    return Rejection(
        file=file.display,
        sheet=None,
        table="",
        row=document.row,
        column=None,
        value=cut(fault.value, VALUE_LENGTH),
        rule=fault.rule,
        expected=fault.expected,
        remedy=fault.remedy,
        line=cut(document.text, 10_000),
    )
