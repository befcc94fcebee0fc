"""What the commands share: opening the market, a progress bar, and where output goes."""

from __future__ import annotations

import contextlib
import sys
from collections.abc import Iterator
from pathlib import Path

import click
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

from chaingraph.errors import InputError
from chaingraph.market import Market
from chaingraph.store.protocol import Progress as Listener


def open_market(ctx: click.Context) -> Market:
    """The market that the options before the command name."""
    return Market(ctx.obj["market"], store=ctx.obj["store"])


@contextlib.contextmanager
def progress_bar() -> Iterator[Listener]:
    """A bar on standard error for work that takes more than a second; nothing where nobody looks at it."""
    console = Console(stderr=True)
    bar = Progress(
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeElapsedColumn(),
        console=console,
        transient=True,
        disable=not sys.stderr.isatty(),
    )
    task = bar.add_task("", total=None, visible=False)

    def listen(what: str, done: int, total: int) -> None:
        # Short jobs end before anybody could read a bar.
        visible = bar.tasks[0].elapsed is not None and bar.tasks[0].elapsed > 1
        bar.update(task, description=what, completed=done, total=total, visible=visible)

    with bar:
        bar.start_task(task)
        yield listen


def write_output(text: str, path: str | None) -> None:
    """Print ``text``, or write it to ``path`` in one step, so that no half file is ever left."""
    if path is None or path == "-":
        click.echo(text, nl=False)
        return
    target = Path(path)
    if not target.parent.is_dir():
        raise InputError(
            f"The folder {target.parent} is not there.", remedy="Create it, or name another file with -o."
        )
    aside = target.with_name(f".{target.name}.part")
    try:
        aside.write_text(text, encoding="utf-8")
        aside.replace(target)
    finally:
        aside.unlink(missing_ok=True)
