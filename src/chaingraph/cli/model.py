"""``chaingraph model``: what the vocabulary is, generated from the one place where it is written."""

from __future__ import annotations

import json

import click

from chaingraph.errors import InputError
from chaingraph.model import TABLES
from chaingraph.model.datapackage import datapackage
from chaingraph.model.dictionary import dictionary
from chaingraph.written.suggest import did_you_mean


@click.group("model")
def command() -> None:
    """Print the data dictionary or a folder's datapackage.json."""


@command.command("dictionary")
def _dictionary() -> None:
    """Every table, column, label and relationship, as Markdown."""
    click.echo(dictionary(), nl=False)


@command.command("datapackage")
@click.argument("tables", nargs=-1)
@click.option("--parquet", is_flag=True, help="The folder holds Parquet files, not CSV.")
def _datapackage(tables: tuple[str, ...], parquet: bool) -> None:
    """A Frictionless datapackage.json for a market folder with TABLES (default: all)."""
    for name in tables:
        if name not in TABLES:
            raise InputError(
                f"There is no table {name}{did_you_mean(name, TABLES)}.",
                remedy="chaingraph model dictionary lists them.",
            )
    extension = "parquet" if parquet else "csv"
    click.echo(
        json.dumps(datapackage(list(tables) or None, extension=extension), indent=2, ensure_ascii=False)
    )
