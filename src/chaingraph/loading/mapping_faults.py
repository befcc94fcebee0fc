"""What can be wrong with a mapping beyond its form: names that do not fit together."""

from __future__ import annotations

import re
from collections.abc import Iterator
from graphlib import CycleError
from typing import TYPE_CHECKING

from chaingraph.loading.read.items import is_path
from chaingraph.model import TABLES

if TYPE_CHECKING:
    from chaingraph.loading.mapping import Loader, Rows

USED = ("source_no", "source_row", "line_text")


def wrong(loader: Loader) -> Iterator[str]:
    """Every fault of a mapping, in words."""
    if loader.identity:
        if loader.columns or loader.tables or loader.parts:
            yield "an identity mapping has neither columns nor tables: it has the model's"
        return
    yield from _wrong_shape(loader)
    for rows in loader.rows.values():
        yield from _wrong_rows(rows, documents=loader.documents is not None)
    yield from _wrong_tables(loader)
    yield from _wrong_money(loader)
    if loader.sign and not any(loader.sign.column in rows.columns for rows in loader.rows.values()):
        yield f"sign: {loader.sign.column} is not one of the columns"
    try:
        loader.steps()
    except CycleError as error:
        yield f"views: they read each other in a circle: {' → '.join(error.args[1])}"


def _wrong_shape(loader: Loader) -> Iterator[str]:
    if loader.documents is None:
        if loader.parts:
            yield "parts: only documents have parts; say what tells them in documents.having"
        elif not any(column.required for column in loader.columns.values()):
            yield "columns: at least one must be required, or any file at all would be recognised"
    elif loader.columns or not loader.parts:
        yield "documents: their columns stand under parts, with each part's name"
    for name in (*loader.parts, *loader.views, *loader.lookups):
        if not re.fullmatch(r"[a-z][a-z0-9_]*", name):
            yield f"{name!r} is no usable name (lower case, digits and _)"
        elif name in TABLES:
            yield f"{name!r} is a table of the model: give what stands beside it another name"


def _wrong_rows(rows: Rows, *, documents: bool) -> Iterator[str]:
    for name, column in rows.columns.items():
        if not re.fullmatch(r"[a-z][a-z0-9_]*", name) or name in USED:
            yield f"columns: {name!r} is no usable name (lower case, digits and _)"
        for path in column.headers if documents else ():
            if not is_path(path):
                yield f"columns.{name}: {path!r} is no path in a document"
    if rows.each and not all(is_path(level) for level in rows.each.split("/")):
        yield f"each: {rows.each!r} is no path in a document"
    if rows.table and rows.table not in TABLES:
        yield f"table: {rows.table} is not a table of the model"
    for check in rows.checks:
        if check.column not in rows.columns:
            yield f"checks: {check.column} is not one of the columns"


def _wrong_tables(loader: Loader) -> Iterator[str]:
    if not loader.tables:
        yield "tables: none is filled"
    yield from (f"tables: {name} is not a table of the model" for name in loader.tables if name not in TABLES)
    for permit in loader.permits:
        table, _, column = permit.partition(".")
        if table not in TABLES or column not in TABLES[table].columns:
            yield f"permits: {permit} is not a column of the model"


def _wrong_money(loader: Loader) -> Iterator[str]:
    into = loader.reconcile
    if into is None:
        return
    money = loader.columns.get(into.column)
    if money is None or money.type != "money":
        yield f"reconcile: {into.column} is not a column of type money"
    if into.table not in loader.tables:
        yield f"reconcile: the table {into.table} is not filled by this mapping"
    elif into.into not in {c.graph_name for c in TABLES[into.table].columns.values()}:
        yield f"reconcile: {into.into} is not a graph column of {into.table}"
