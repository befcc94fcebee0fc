"""``chaingraph status``: what is loaded, from which files, what was rejected."""

from __future__ import annotations

import json

import click

from chaingraph.cli.common import open_market
from chaingraph.cli.load import print_report
from chaingraph.loading.report import LoadReport


@click.command("status")
@click.option("--format", "form", type=click.Choice(["text", "json"]), default="text", show_default=True)
@click.pass_context
def command(ctx: click.Context, form: str) -> None:
    """Say what is loaded, what was rejected and why."""
    with open_market(ctx) as market:
        manifest = market.manifest()
        if form == "json":
            click.echo(json.dumps(manifest, indent=2, ensure_ascii=False))
            return
        click.echo(f"Store: {market.store.name}")
    for source in manifest["sources"]:
        click.echo(
            f"  {source['path']} ({source['loader']}): {source['rows']:,} rows, {source['rejected']:,} rejected"
        )
    print_report(LoadReport(manifest, changed=True), str(ctx.obj["market"]))
