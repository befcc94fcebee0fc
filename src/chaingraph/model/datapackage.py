"""``datapackage.json`` for a market folder: the model as a Frictionless Data Package (Table Schema 1.0)."""

from __future__ import annotations

from typing import Any

from chaingraph.model.fields import Column, Table
from chaingraph.model.tables import TABLES

_TYPES = {
    "id": "string",
    "text": "string",
    "code": "string",
    "list": "string",
    "date": "date",
    "moment": "datetime",
    "money": "number",
    "integer": "integer",
    "number": "number",
    "share": "number",
    "boolean": "boolean",
}


def datapackage(tables: list[str] | None = None, *, extension: str = "csv") -> dict[str, Any]:
    """The descriptor of a market folder that holds the named tables (default: all of them)."""
    names = list(TABLES) if tables is None else [name for name in TABLES if name in tables]
    return {
        "profile": "tabular-data-package",
        "name": "chaingraph-market",
        "title": "A market folder for chaingraph",
        "resources": [_resource(TABLES[name], extension, set(names)) for name in names],
    }


def _resource(table: Table, extension: str, present: set[str]) -> dict[str, Any]:
    foreign = []
    for column in table.columns.values():
        # A value that may point into several tables, or stand for itself, is no foreign key of one.
        if len(column.references) == 1 and not column.literals:
            name, key = column.references[0].split(".")
            if name in present:
                target = "" if name == table.name else name
                foreign.append({"fields": column.name, "reference": {"resource": target, "fields": key}})
    schema: dict[str, Any] = {
        "fields": [_field(column) for column in table.columns.values()],
        # A key that may be empty (valid_from) cannot be a primary key in Table Schema.
        "primaryKey": [name for name in table.key if table.columns[name].required],
        "missingValues": [""],
    }
    if foreign:
        schema["foreignKeys"] = foreign
    return {
        "name": table.name,
        "path": f"{table.name}.{extension}",
        "profile": "tabular-data-resource",
        "description": table.description,
        "schema": schema,
    }


def _field(column: Column) -> dict[str, Any]:
    constraints: dict[str, Any] = {}
    if column.required:
        constraints["required"] = True
    if column.codes:
        constraints["enum"] = list(column.codes)
    whole = column.type == "integer"
    for name, bound in (("minimum", column.minimum), ("maximum", column.maximum)):
        if bound is not None:
            constraints[name] = int(bound) if whole else bound
    if column.type == "id":
        constraints |= {"minLength": 1, "maxLength": 128}
    field: dict[str, Any] = {
        "name": column.name,
        "type": _TYPES[column.type],
        "description": column.description + (f" ({column.unit})" if column.unit else ""),
    }
    return field | ({"constraints": constraints} if constraints else {})
