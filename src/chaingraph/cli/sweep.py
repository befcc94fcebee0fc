"""``chaingraph sweep``: run the rules, write a report, tell by the exit code whether there is something to read."""

from __future__ import annotations

from datetime import date

import click

from chaingraph.cli.common import open_market, progress_bar, write_output
from chaingraph.errors import InputError

RANKS = ("attestation", "indicator", "breach")


@click.command("sweep")
@click.option(
    "--as-of", "as_of", metavar="DATE", help="The day to judge by (2026-03-31). Default: the market's own."
)
@click.option(
    "--rule", "rules", multiple=True, metavar="RULE", help="Run this rule only; may be given more than once."
)
@click.option("--queries", multiple=True, type=click.Path(), help="A folder with rules of your own.")
@click.option(
    "--format",
    "form",
    type=click.Choice(["text", "json", "html"]),
    default="text",
    show_default=True,
    help="The report's form.",
)
@click.option("-o", "--output", type=click.Path(dir_okay=False), help="Write the report to this file.")
@click.option(
    "--evidence",
    type=click.Path(dir_okay=False),
    help="Write every evidence row to this .csv or .parquet file.",
)
@click.option(
    "--fail-on",
    type=click.Choice([*RANKS, "never"]),
    default="never",
    show_default=True,
    help="Exit with 1 where a finding is at least this grave.",
)
@click.pass_context
def command(
    ctx: click.Context,
    as_of: str | None,
    rules: tuple[str, ...],
    queries: tuple[str, ...],
    form: str,
    output: str | None,
    evidence: str | None,
    fail_on: str,
) -> None:
    """Run the rules on what is loaded and write a report.

    Exit code 0: swept. 1: swept, with findings at or above --fail-on. 2: could not, or a rule failed.
    """
    day = _date(as_of)
    with open_market(ctx) as market, progress_bar() as progress:
        swept = market.sweep(as_of=day, rules=rules, queries=queries, progress=progress)
    if evidence:
        swept.write_evidence(evidence)
    text = (
        swept.to_html(evidence) if form == "html" else swept.to_json() if form == "json" else swept.to_text()
    )
    write_output(text, output)
    if output:
        found = len(swept.sweep.findings)
        click.echo(f"{found:,} finding{'' if found == 1 else 's'}; the report is in {output}", err=True)
    failed = [result for result in swept.sweep.rules if result.status == "failed"]
    for result in failed:
        click.echo(f"Error: the rule {result.rule} failed: {'; '.join(result.warnings)}", err=True)
    if failed:
        ctx.exit(2)
    grave = fail_on != "never" and any(
        RANKS.index(finding.severity) >= RANKS.index(fail_on) for finding in swept.sweep.findings
    )
    ctx.exit(1 if grave else 0)


def _date(text: str | None) -> date | None:
    if text is None:
        return None
    try:
        return date.fromisoformat(text)
    except ValueError as error:
        raise InputError(f"--as-of {text} is not a date.", remedy="Write it as 2026-03-31.") from error
