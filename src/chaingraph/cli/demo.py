"""``chaingraph demo``: a made-up market folder, with planted breaches and the truth about them."""

from __future__ import annotations

from pathlib import Path

import click

from chaingraph.cli.common import progress_bar
from chaingraph.demo.write import DEFAULT_SCALE, write_market


@click.command("demo")
@click.argument("folder", default="demo-market", type=click.Path(file_okay=False))
@click.option(
    "--scale",
    default=DEFAULT_SCALE,
    show_default=True,
    help="1 = two million referrals, three million invoices, 3,000 organisations.",
)
@click.option(
    "--seed",
    default=1,
    show_default=True,
    help="Another seed makes another market; the same one the same bytes.",
)
@click.option(
    "--form",
    type=click.Choice(["csv", "parquet"]),
    default="csv",
    show_default=True,
    help="What files to write.",
)
def command(folder: str, scale: float, seed: int, form: str) -> None:
    """Write a made-up market to FOLDER (default: demo-market)."""
    with progress_bar() as progress:
        truth = write_market(
            Path(folder),
            scale=scale,
            seed=seed,
            form="parquet" if form == "parquet" else "csv",
            progress=progress,
        )
    click.echo(
        f"Wrote a made-up market to {folder}; {len(truth)} breaches are planted in it, listed in {folder}/truth.json."
    )
    click.echo(f"Next: chaingraph load {folder}")
