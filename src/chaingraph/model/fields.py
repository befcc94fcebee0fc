"""Columns and tables: the two shapes in which the vocabulary is written down."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

ColumnType = Literal[
    "id", "text", "date", "moment", "money", "integer", "number", "share", "boolean", "code", "list"
]
PropertyType = Literal["STRING", "INT64", "DOUBLE", "BOOL", "DATE"]

PROPERTY_TYPES: dict[str, PropertyType] = {
    "id": "STRING",
    "text": "STRING",
    "code": "STRING",
    "list": "STRING",
    "date": "DATE",
    "moment": "STRING",
    "money": "INT64",
    "integer": "INT64",
    "number": "DOUBLE",
    "share": "DOUBLE",
    "boolean": "BOOL",
}


class Column(BaseModel):
    """One column of a market table.

    ``references`` names the ``table.column``s of which one must hold the value; ``literals`` are values that
    stand for themselves there (``market``). ``minimum`` and ``maximum`` are inclusive, in the file's unit.
    """

    model_config = ConfigDict(frozen=True)

    name: str
    type: ColumnType
    description: str
    required: bool = False
    codes: tuple[str, ...] = ()
    references: tuple[str, ...] = ()
    literals: tuple[str, ...] = ()
    minimum: float | None = None
    maximum: float | None = None
    unit: str = ""
    default: int | None = None
    ahead: bool = Field(default=False, description="a date that may lie ahead of the day the data was made")

    @property
    def graph_name(self) -> str:
        """The property's name in the graph: pounds in a file become pence there."""
        return self.name.removesuffix("_gbp") + "_pence" if self.type == "money" else self.name

    @property
    def property_type(self) -> PropertyType:
        """The type of the property in the graph."""
        return PROPERTY_TYPES[self.type]

    @property
    def twin(self) -> str | None:
        """The integer twin of a date (``due_on`` → ``due_day``, days since 1970-01-01); None for others."""
        return day_twin(self.name) if self.type == "date" else None


def day_twin(name: str) -> str:
    """The name of a date's integer twin: ``due_on`` → ``due_day``, ``valid_from`` → ``valid_from_day``."""
    return name.removesuffix("_on") + "_day"


class Table(BaseModel):
    """One table of a market folder.

    ``key`` is unique together. ``in_order`` lists pairs of dates of which the first may not be after the
    second. ``parent`` names a column that refers to the table itself and may not run in a circle.
    """

    model_config = ConfigDict(frozen=True)

    name: str
    description: str
    key: tuple[str, ...]
    columns: dict[str, Column]
    label: str | None = None
    required: bool = False
    in_order: tuple[tuple[str, str], ...] = ()
    parent: str | None = None
    restricted: bool = Field(default=False, description="left out of exports unless asked for by name")


def table(
    name: str,
    label: str | None,
    description: str,
    columns: Iterable[Column],
    *,
    key: tuple[str, ...] = (),
    required: bool = False,
    in_order: tuple[tuple[str, str], ...] = (),
    parent: str | None = None,
    restricted: bool = False,
) -> Table:
    """Write a table down; without ``key`` its first column is the key."""
    listed = {column.name: column for column in columns}
    return Table(
        name=name,
        label=label,
        description=description,
        key=key or (next(iter(listed)),),
        columns=listed,
        required=required,
        in_order=in_order,
        parent=parent,
        restricted=restricted,
    )


def col(type_: ColumnType, name: str, description: str, **more: object) -> Column:
    """Write a column down; a trailing ``*`` on its name says that it is required."""
    return Column.model_validate(
        {
            "name": name.removesuffix("*"),
            "type": type_,
            "description": description,
            "required": name.endswith("*"),
            **more,
        }
    )


def ref(name: str, description: str, *targets: str, literals: tuple[str, ...] = ()) -> Column:
    """A column that refers to the key of another table."""
    return col("id", name, description, references=targets, literals=literals)


def code(name: str, description: str, codes: str) -> Column:
    """A column that takes one of a few words, given separated by blanks."""
    return col("code", name, description, codes=tuple(codes.split()))


def money(name: str, description: str, **more: object) -> Column:
    """An amount in pounds, with up to two decimals."""
    return col("money", name, description, unit="GBP", **{"minimum": 0.0, **more})


def share(name: str, description: str) -> Column:
    """A part of a whole, 0 to 1."""
    return col("share", name, description, minimum=0.0, maximum=1.0, unit="share")


def days(name: str, description: str) -> Column:
    """A duration in whole calendar days."""
    return col("integer", name, description, minimum=0.0, unit="days")


def date(name: str, description: str, *, ahead: bool = False) -> Column:
    """A calendar date; ``ahead`` where it may be a plan rather than something that happened."""
    return col("date", name, description, ahead=ahead)


def moment(name: str, description: str, *, ahead: bool = False) -> Column:
    """A day and time of day, kept as text in UTC (``2026-03-31T12:00:00Z``) that compares in time order."""
    return col("moment", name, description, ahead=ahead)


def yes(name: str, description: str) -> Column:
    """A statement that holds or does not; empty is unknown."""
    return col("boolean", name, description)


def count(name: str, description: str, **more: object) -> Column:
    """A whole number of things."""
    return col("integer", name, description, **{"minimum": 0.0, **more})
