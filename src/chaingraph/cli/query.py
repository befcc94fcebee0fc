"""``chaingraph query``: a read-only question in Cypher, answered as a table, CSV or JSON."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

import click
from rich.console import Console
from rich.table import Table

from chaingraph.cli.common import open_market
from chaingraph.errors import InputError


@click.command("query")
@click.argument("cypher")
@click.option(
    "--param",
    "-p",
    "parameters",
    multiple=True,
    metavar="NAME=VALUE",
    help="Bind $NAME (whole numbers stay numbers).",
)
@click.option(
    "--format", "form", type=click.Choice(["table", "csv", "json"]), default="table", show_default=True
)
@click.option("--limit", default=200, show_default=True, help="Rows shown as a table; csv and json give all.")
@click.pass_context
def command(ctx: click.Context, cypher: str, parameters: tuple[str, ...], form: str, limit: int) -> None:
    """Ask the graph CYPHER; @FILE reads the question from a file and - from standard input."""
    with open_market(ctx) as market:
        frame = market.query(_text(cypher), **dict(_bound(p) for p in parameters))
    if form == "csv":
        frame.to_csv(sys.stdout, index=False)
        return
    rows: list[dict[str, Any]] = frame.astype(object).where(frame.notna(), None).to_dict("records")
    if form == "json":
        click.echo(json.dumps(rows, indent=1, ensure_ascii=False, default=str))
        return
    table = Table(*map(str, frame.columns), box=None, pad_edge=False)
    for row in rows[:limit]:
        table.add_row(*("" if value is None else str(value) for value in row.values()))
    out = Console(markup=False, highlight=False)
    out.print(table)
    if len(rows) > limit:
        out.print(f"… {len(rows) - limit:,} more rows (--limit, or --format csv)")


def _text(cypher: str) -> str:
    if cypher == "-":
        return sys.stdin.read()
    if cypher.startswith("@"):
        path = Path(cypher[1:])
        if not path.is_file():
            raise InputError(
                f"There is no file {path}.", remedy="Name a file with one Cypher statement after the @."
            )
        return path.read_text(encoding="utf-8")
    return cypher


def _bound(text: str) -> tuple[str, Any]:
    name, equals, value = text.partition("=")
    if not equals or not name:
        raise InputError(
            f"--param {text} is not NAME=VALUE.", remedy="Write for example --param contract_id=C1."
        )
    whole = value.removeprefix("-")
    return name, int(value) if whole.isascii() and whole.isdigit() else value
