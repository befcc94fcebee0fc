"""``chaingraph rules``: which rules there are, what one looks for, whether all are sound."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

import click
import yaml
from rich.console import Console
from rich.table import Table

from chaingraph.cli.rule_cases import new, test
from chaingraph.rules.catalogue import find_rule, load_rules
from chaingraph.rules.clause_texts import load_clauses
from chaingraph.rules.lint import lint, lock_versions
from chaingraph.rules.listing import description, listing

QUERIES = click.option("--queries", multiple=True, type=click.Path(), help="A folder with rules of your own.")


@click.group("rules")
def command() -> None:
    """List, show, check, test the rules, or start a new one."""


command.add_command(new)
command.add_command(test)


@command.command("list")
@QUERIES
@click.option("--format", "form", type=click.Choice(["table", "json"]), default="table", show_default=True)
def _list(queries: tuple[str, ...], form: str) -> None:
    """One line a rule; whole where it goes to a file or another program, in a table on a screen."""
    rows = listing(load_rules([Path(p) for p in queries]))
    if form == "json":
        click.echo(json.dumps(rows, indent=1, ensure_ascii=False, default=str))
        return
    told = [
        (row["rule"], row["pack"], row["severity"], ",".join(row["clauses"]), row["title"]) for row in rows
    ]
    if not sys.stdout.isatty():
        widths = [max(map(len, column), default=0) for column in list(zip(*told, strict=True))[:-1]]
        for *cells, title in told:
            aligned = (cell.ljust(width) for cell, width in zip(cells, widths, strict=True))
            click.echo("  ".join([*aligned, title]))
        return
    table = Table(box=None, pad_edge=False)
    for name in ("rule", "pack", "severity", "clauses", "title"):
        table.add_column(name, no_wrap=name == "rule")
    for line in told:
        table.add_row(*line)
    Console(markup=False, highlight=False).print(table)


@command.command("show")
@click.argument("rule")
@QUERIES
def _show(rule: str, queries: tuple[str, ...]) -> None:
    """Everything about RULE: the clause's words, thresholds and their basis, innocent explanations, the Cypher."""
    extra = [Path(p) for p in queries]
    said: dict[str, Any] = description(find_rule(load_rules(extra), rule), load_clauses(extra))
    statements = said.pop("statements")
    click.echo(yaml.safe_dump(said, sort_keys=False, allow_unicode=True, width=100), nl=False)
    for name, text in statements.items():
        click.echo(f"\n{name}:\n{text}")


@command.command("lint")
@QUERIES
@click.option("--write-lock", is_flag=True, help="Lock new versions in versions.lock.")
@click.pass_context
def _lint(ctx: click.Context, queries: tuple[str, ...], write_lock: bool) -> None:
    """Check every rule and clause file; all faults at once, with file and line."""
    extra = [Path(p) for p in queries]
    if write_lock:
        click.echo(f"locked: {', '.join(lock_versions(extra)) or 'nothing new'}")
    problems = lint(extra)
    for problem in problems:
        click.echo(str(problem))
    click.echo(f"{len(problems)} fault{'' if len(problems) == 1 else 's'}.")
    ctx.exit(2 if problems else 0)
