"""``chaingraph coverage``: clause by clause, what the loaded data can and cannot tell."""

from __future__ import annotations

from pathlib import Path

import click

from chaingraph.cli.common import open_market, write_output


@click.command("coverage")
@click.option(
    "--all", "everything", is_flag=True, help="Clauses and their rules alone: no market is looked at."
)
@click.option(
    "--queries", multiple=True, type=click.Path(path_type=Path), help="A folder with rules of your own."
)
@click.option(
    "--format",
    "form",
    type=click.Choice(["text", "json", "markdown"]),
    default="text",
    show_default=True,
    help="The page's form.",
)
@click.option("-o", "--output", type=click.Path(dir_okay=False), help="Write it to this file.")
@click.pass_context
def command(
    ctx: click.Context, everything: bool, queries: tuple[Path, ...], form: str, output: str | None
) -> None:
    """Say which clauses your data can answer, what is missing for the others, and which table would open most.

    A clause can be judged where the columns that a rule needs hold a value somewhere. Whether every record
    has them is what a sweep counts.
    """
    from chaingraph.reporting import coverage
    from chaingraph.rules.catalogue import load_rules
    from chaingraph.rules.clause_texts import load_clauses
    from chaingraph.rules.coverage import cover

    if everything:
        name, covered = "Any market", cover(load_clauses(queries), load_rules(queries))
    else:
        with open_market(ctx) as market:
            name, covered = str(market.manifest()["market"]), market.coverage(queries)
    if form == "json":
        text = coverage.to_json(covered, name)
    elif form == "markdown":
        text = f"# Coverage of the clauses: {name}\n" + coverage.to_markdown(covered, loaded=not everything)
    else:
        text = coverage.to_text(covered, name, loaded=not everything)
    write_output(text, output)
