"""``chaingraph load``: read, check and publish; say what was loaded, rejected, and whether the money adds up."""

from __future__ import annotations

import click
from rich.console import Console
from rich.markup import escape
from rich.table import Table

from chaingraph.cli.common import open_market, progress_bar
from chaingraph.loading.report import LoadReport


@click.command("load")
@click.argument("sources", nargs=-1, required=True, type=click.Path())
@click.option(
    "--as",
    "loader",
    default=None,
    metavar="LOADER",
    help="Read the sources as this kind; default: recognise it.",
)
@click.option("--strict", is_flag=True, help="Refuse the whole load where any row is rejected.")
@click.option(
    "--loaders", multiple=True, type=click.Path(), help="A folder with loader mappings of your own."
)
@click.pass_context
def command(
    ctx: click.Context, sources: tuple[str, ...], loader: str | None, strict: bool, loaders: tuple[str, ...]
) -> None:
    """Load SOURCES into the market: folders, CSV or Parquet files, workbooks.

    Sources already in the market stay; a source at the same path is renewed. Rejected rows are kept in
    rejected.csv under the market's working directory with file, row, column, value and remedy.
    """
    with open_market(ctx) as market, progress_bar() as progress:
        report = market.load(*sources, loader=loader, strict=strict, loaders=loaders, progress=progress)
    print_report(report, str(ctx.obj["market"]))


def print_report(report: LoadReport, folder: str) -> None:
    """The load in a table, its warnings and rejections, and the reconciliation of money."""
    out = Console(highlight=False, width=None if Console().is_terminal else 110)
    if not report.changed:
        out.print("These sources are loaded already; nothing changed.")
    table = Table("table", "rows in", "loaded", "merged", "rejected", box=None, pad_edge=False)
    for name in ("rows in", "loaded", "merged", "rejected"):
        next(c for c in table.columns if c.header == name).justify = "right"
    for row in report.tables:
        table.add_row(row["table"], *(f"{row[key]:,}" for key in ("rows", "loaded", "merged", "rejected")))
    out.print(table)
    for money in report.reconciliation:
        out.print(
            f"{money['what']}: £{pounds(money['pence_in'])} in the files = £{pounds(money['pence_loaded'])} in the graph "
            f"+ £{pounds(money['pence_rejected'])} rejected"
            + (f" ({money['note']})" if money.get("note") else "")
        )
    for warning in report.warnings:
        out.print(f"[yellow]Note:[/] {escape(warning)}")
    if report.rejected_rows:
        rows = "1 row was" if report.rejected_rows == 1 else f"{report.rejected_rows:,} rows were"
        out.print(f"{rows} rejected, kept in {folder}/rejected.csv:", markup=False)
        for fault in report.rejected_by_rule[:12]:
            column = f".{fault['column']}" if fault["column"] else ""
            value = "" if fault["example_value"] is None else f"{fault['example_value']!r} in "
            out.print(
                f"  {fault['rows']:,} × {fault['table']}{column}: {fault['rule']}, first {value}"
                f"{fault['example_file']} row {fault['example_row']}; expected "
                f"{fault['expected']}. {fault['remedy']}",
                markup=False,
            )
        if len(report.rejected_by_rule) > 12:
            out.print(f"  … and {len(report.rejected_by_rule) - 12} more kinds of fault in that file.")
    out.print(f"Market {report.market!r}, judged as of {report.as_of}. Next: chaingraph sweep", markup=False)


def pounds(pence: int) -> str:
    """Pence as pounds, exactly."""
    sign = "-" if pence < 0 else ""
    return f"{sign}{abs(pence) // 100:,}.{abs(pence) % 100:02d}"
