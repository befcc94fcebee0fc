"""Loader mappings: how the files of one source become market tables, as a steward writes it down in YAML.

A mapping either *is* the model (``identity: true``: a file is the table of its name), or names the columns of
its files with all the headers they go by, and gives one SQL SELECT a market table over the staged rows of all
its files together.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from datetime import date
from pathlib import Path
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from chaingraph.content import content_dir
from chaingraph.model import TABLES
from chaingraph.model.fields import ColumnType
from chaingraph.written.problem import Problem, refuse
from chaingraph.written.yaml_lines import faults, read_yaml


class _Part(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class MappedColumn(_Part):
    """One column of the staged rows: its kind and the headers it goes by, the best first.

    ``repeated``: which one is meant where a header is there more than once. ``required``: without a value
    the row is rejected, without the column the file is. ``unreadable``: a cell that cannot be read costs the
    row, or counts as empty (with a note), for columns that only describe. Money is staged in pence.
    """

    headers: tuple[str, ...] = Field(min_length=1)
    type: ColumnType = "text"
    required: bool = False
    unreadable: Literal["reject", "empty"] = "reject"
    repeated: Literal["first", "last"] | None = None


class Sign(_Part):
    """What tells a source from others with the same headers: a pattern that most values of a column match."""

    column: str
    matches: str


class Skip(_Part):
    """Rows that are no data: an SQL condition over the staged columns, and what such rows are."""

    when: str
    what: str


class Check(_Part):
    """A condition over the staged columns under which a row is rejected."""

    column: str
    when: str
    rule: str = Field(pattern=r"^[a-z][a-z0-9-]*$")
    expected: str
    remedy: str


class Reconciled(_Part):
    """The money that must add up: a staged column, and the graph column that it all ends in."""

    what: str
    column: str
    table: str
    into: str


class Loader(_Part):
    """One mapping."""

    name: str = Field(pattern=r"^[a-z][a-z0-9-]*$")
    title: str
    description: str = ""
    identity: bool = False
    staged: str = Field(default="lines", pattern=r"^[a-z][a-z0-9_]*$")
    ragged: Literal["reject", "pad"] = "reject"
    columns: dict[str, MappedColumn] = Field(default_factory=dict)
    sign: Sign | None = None
    skip: tuple[Skip, ...] = ()
    checks: tuple[Check, ...] = ()
    lookups: dict[str, list[dict[str, str | int | float | date | None]]] = Field(default_factory=dict)
    views: dict[str, str] = Field(default_factory=dict)
    tables: dict[str, str] = Field(default_factory=dict)
    permits: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()
    reconcile: Reconciled | None = None

    @model_validator(mode="after")
    def _belongs_together(self) -> Loader:
        wrong = list(_wrong(self))
        if wrong:
            raise ValueError("; ".join(wrong))
        return self

    def headers(self) -> dict[str, tuple[str, ...]]:
        """The headers of each column, normalised."""
        return {name: tuple(map(normalised, column.headers)) for name, column in self.columns.items()}


def _wrong(loader: Loader) -> Iterable[str]:
    if loader.identity:
        if loader.columns or loader.tables:
            yield "an identity mapping has neither columns nor tables: it has the model's"
        return
    if not any(column.required for column in loader.columns.values()):
        yield "columns: at least one must be required, or any file at all would be recognised"
    for name in loader.columns:
        if not re.fullmatch(r"[a-z][a-z0-9_]*", name) or name in ("source_no", "source_row"):
            yield f"columns: {name!r} is no usable name (lower case, digits and _)"
    if not loader.tables:
        yield "tables: none is filled"
    yield from (f"tables: {name} is not a table of the model" for name in loader.tables if name not in TABLES)
    for permit in loader.permits:
        table, _, column = permit.partition(".")
        if table not in TABLES or column not in TABLES[table].columns:
            yield f"permits: {permit} is not a column of the model"
    if loader.reconcile:
        money = loader.columns.get(loader.reconcile.column)
        if money is None or money.type != "money":
            yield f"reconcile: {loader.reconcile.column} is not a column of type money"
        if loader.reconcile.table not in loader.tables:
            yield f"reconcile: the table {loader.reconcile.table} is not filled by this mapping"
        elif loader.reconcile.into not in {
            c.graph_name for c in TABLES[loader.reconcile.table].columns.values()
        }:
            yield f"reconcile: {loader.reconcile.into} is not a graph column of {loader.reconcile.table}"
    if loader.sign and loader.sign.column not in loader.columns:
        yield f"sign: {loader.sign.column} is not one of the columns"
    for check in loader.checks:
        if check.column not in loader.columns:
            yield f"checks: {check.column} is not one of the columns"


def normalised(header: str) -> str:
    """A header as headers are compared: lower case, words parted by one blank, no punctuation, no brackets.

    What stands in brackets is left out (``Amount (£)``) unless nothing else would remain.
    """
    bare = re.sub(r"\([^)]*\)?", " ", header)
    words = re.sub(r"[^0-9a-z#]+", " ", bare.casefold()).split()
    return " ".join(words or re.sub(r"[^0-9a-z#]+", " ", header.casefold()).split())


def read_loaders(folders: Sequence[Path] = ()) -> dict[str, Loader]:
    """The mappings of chaingraph and those in further folders (or files), by name; a later one replaces.

    Raises ContentError with all faults of all files at once, each with file and line.
    """
    loaders: dict[str, Loader] = {}
    problems: list[Problem] = []
    for folder in (content_dir("loaders"), *folders):
        paths = sorted(folder.glob("*.yaml")) if folder.is_dir() else [folder]
        if not paths:
            problems.append(Problem(folder, 1, "holds no mapping (*.yaml)"))
        for path in paths:
            found = _read(path, problems)
            if found is not None:
                loaders[found.name] = found
    refuse(problems, remedy="Correct the mapping; docs/loaders.md describes its parts.")
    return loaders


def _read(path: Path, problems: list[Problem]) -> Loader | None:
    try:
        text = path.read_text(encoding="utf-8")
    except OSError as error:
        problems.append(Problem(path, 1, f"cannot be read ({error.strerror})"))
        return None
    except UnicodeDecodeError:
        problems.append(Problem(path, 1, "is not UTF-8 text"))
        return None
    content, lines, found = read_yaml(text, path)
    problems += found
    if found:
        return None
    if not isinstance(content, dict):
        problems.append(Problem(path, 1, "must be a mapping with name, title, …"))
        return None
    try:
        return Loader.model_validate(content)
    except ValidationError as error:
        for problem in faults(error, Loader, lines, path):
            problems += [problem._replace(message=part) for part in problem.message.split("; ")]
    return None
