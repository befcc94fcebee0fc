"""Loader mappings: how the files of one source become market tables, as a steward writes it down in YAML.

A mapping either *is* the model (``identity: true``: a file is the table of its name), or names the columns of
its files with all the headers they go by, and gives one SQL SELECT a market table over the staged rows of all
its files together.
"""

from __future__ import annotations

import re
from datetime import date
from functools import cached_property
from graphlib import TopologicalSorter
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field, model_validator

from chaingraph.model.fields import ColumnType


class _Part(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class MappedColumn(_Part):
    """One column of the staged rows: its kind and the headers it goes by, the best first.

    In documents, headers are paths (``read.items``). ``repeated``: which one is meant where a header is there
    more than once. ``required``: without a value the row is rejected, without the column the file is.
    ``unreadable``: a cell that cannot be read costs the row, or counts as empty (with a note), for columns that
    only describe. ``instead``: texts and what they stand for (``"-": "0"``; an empty one for nothing).
    ``order``: which comes first in dates such as 4/5/2010; ``told``: what the other dates of the file show.
    Money is staged in pence.
    """

    headers: tuple[str, ...] = Field(min_length=1)
    type: ColumnType = "text"
    required: bool = False
    unreadable: Literal["reject", "empty"] = "reject"
    repeated: Literal["first", "last"] | None = None
    instead: dict[str, str] = Field(default_factory=dict)
    order: Literal["day-first", "month-first", "told"] = "day-first"


class Documents(_Part):
    """A source of JSON: the names under which a package keeps its documents, and what tells them.

    ``having``: keys that a document has, alternatives parted by bars (``ocid|compiledRelease``).
    ``compile``: documents that are versions of one thing are put together first (``loading.compile``).
    """

    inside: tuple[str, ...] = ()
    having: tuple[str, ...] = Field(min_length=1)
    compile: Literal["releases"] | None = None

    def fits(self, document: dict[str, object]) -> bool:
        """Whether a document has the keys that tell it."""
        return all(any(key in document for key in keys.split("|")) for keys in self.having)


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


class Rows(_Part):
    """One kind of staged rows: the only one of a table, or one of several things in a document.

    ``each``: where the things stand in a document (``read.items``); empty for the document itself.
    ``table``: the market table under which rejected rows are counted.
    """

    columns: dict[str, MappedColumn]
    each: str = ""
    table: str = ""
    skip: tuple[Skip, ...] = ()
    checks: tuple[Check, ...] = ()

    def headers(self) -> dict[str, tuple[str, ...]]:
        """The headers of each column, normalised."""
        return {name: tuple(map(normalised, column.headers)) for name, column in self.columns.items()}


class Reconciled(_Part):
    """The money that must add up: a staged column, and the graph column that it all ends in."""

    what: str
    column: str
    table: str
    into: str


class Loader(_Part):
    """One mapping.

    ``columns``, ``skip`` and ``checks`` describe the rows of tables; ``parts`` those of documents. ``precedence``:
    whose word counts where two sources say different things of one key; the higher, then the earlier loaded.
    """

    name: str = Field(pattern=r"^[a-z][a-z0-9-]*$")
    title: str
    description: str = ""
    identity: bool = False
    precedence: int = 0
    staged: str = Field(default="lines", pattern=r"^[a-z][a-z0-9_]*$")
    ragged: Literal["reject", "pad"] = "reject"
    columns: dict[str, MappedColumn] = Field(default_factory=dict)
    sign: Sign | None = None
    skip: tuple[Skip, ...] = ()
    checks: tuple[Check, ...] = ()
    documents: Documents | None = None
    parts: dict[str, Rows] = Field(default_factory=dict)
    lookups: dict[str, list[dict[str, str | int | float | date | None]]] = Field(default_factory=dict)
    views: dict[str, str] = Field(default_factory=dict)
    tables: dict[str, str] = Field(default_factory=dict)
    permits: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()
    reconcile: Reconciled | None = None

    @model_validator(mode="after")
    def _belongs_together(self) -> Loader:
        from chaingraph.loading.mapping_faults import wrong

        found = list(wrong(self))
        if found:
            raise ValueError("; ".join(found))
        return self

    @cached_property
    def rows(self) -> dict[str, Rows]:
        """Every kind of staged rows by name."""
        if self.parts:
            return self.parts
        return {self.staged: Rows(columns=self.columns, skip=self.skip, checks=self.checks)}

    def headers(self) -> dict[str, tuple[str, ...]]:
        """The headers of each column of a table, normalised."""
        return self.rows[self.staged].headers() if self.columns else {}

    def steps(self) -> list[str]:
        """The views in an order in which each follows those that it reads. Raises ValueError for a circle."""
        reads = {
            name: {other for other in self.views if other != name and re.search(rf"\b{other}\b", select)}
            for name, select in self.views.items()
        }
        return list(TopologicalSorter(reads).static_order())


def normalised(header: str) -> str:
    """A header as headers are compared: lower case, words parted by one blank, no punctuation, no brackets.

    What stands in brackets is left out (``Amount (£)``) unless nothing else would remain.
    """
    bare = re.sub(r"\([^)]*\)?", " ", header)
    words = re.sub(r"[^0-9a-z#]+", " ", bare.casefold()).split()
    return " ".join(words or re.sub(r"[^0-9a-z#]+", " ", header.casefold()).split())
