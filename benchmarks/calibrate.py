"""Measures the error rates of the statistical rules on simulated markets, beside their targets.

    python benchmarks/calibrate.py [--markets 1000] [--seed 20080228] [--jobs 2] [--only WORD] [-o FILE]

Each line is one measure with the 95 % interval of its Monte Carlo error. The rules' own defaults are used, so what
is measured is what ships; the plain test stands beside it, on markets of the same kind. The same number of markets
and the same seed give the same page and plots, however many processes share the work. Ends with 1 where a target is
missed. With ``-o docs/calibration.md`` the page is written there, and its plots into the folder docs/calibration.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Sequence
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context
from pathlib import Path

import click

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))  # so that it also runs as a script

from benchmarks.calibration_page import page
from benchmarks.calibration_plots import plots
from benchmarks.chunks import chunk, tasks
from benchmarks.lines import Line, line
from benchmarks.measure import Counts, Measure
from benchmarks.measures import MEASURES


def chosen_by(words: Sequence[str], measures: Sequence[Measure] = MEASURES) -> list[int]:
    """Places of the measures whose section or name holds one of the words; all of them without a word."""
    return [i for i, one in enumerate(measures) if not words or any(word in one.full_name for word in words)]


def calibrate(
    markets: int, seed: int, jobs: int, done: Callable[[int, int], None], only: Sequence[str] = ()
) -> list[Line]:
    """Every measure's line; ``only`` limits them to those whose section or name holds one of the words."""
    chosen = chosen_by(only)
    work = list(tasks(markets, seed, chosen))
    parts: dict[int, list[Counts]] = {place: [] for place in chosen}
    # Fresh processes: a copy of one whose libraries already run threads may hang.
    with ProcessPoolExecutor(jobs, mp_context=get_context("spawn")) as pool:
        made = pool.map(chunk, work) if jobs > 1 else map(chunk, work)
        for count, (task, part) in enumerate(zip(work, made, strict=True), 1):
            parts[task[1]].append(part)
            done(count, len(work))
    return [line(MEASURES[place], parts[place]) for place in chosen]


def write(output: Path, lines: Sequence[Line], markets: int, seed: int) -> str:
    """Write the page and, into the folder of its name beside it, its plots; return the page."""
    folder = output.with_suffix("")
    drawn = plots(lines)
    folder.mkdir(parents=True, exist_ok=True)
    for name, picture in drawn.items():
        (folder / name).write_text(picture, encoding="utf-8", newline="\n")
    text = page(lines, markets, seed, [f"{folder.name}/{name}" for name in drawn])
    output.write_text(text, encoding="utf-8", newline="\n")
    return text


@click.command(help=(__doc__ or "").partition("\n")[0])
@click.option(
    "--markets", default=1000, show_default=True, type=click.IntRange(1), help="Simulated markets a measure."
)
@click.option("--seed", default=20080228, show_default=True, type=click.IntRange(0))
@click.option(
    "--jobs", default=2, show_default=True, type=click.IntRange(1), help="Processes that share the work."
)
@click.option("--only", multiple=True, help="Only measures whose section or name holds this word.")
@click.option(
    "-o", "--output", type=click.Path(dir_okay=False, path_type=Path), help="Write the page here, too."
)
def main(markets: int, seed: int, jobs: int, only: tuple[str, ...], output: Path | None) -> None:
    """Print the page; end with 1 where a target is missed."""
    if not chosen_by(only):
        raise click.BadParameter("no measure's section or name holds that", param_hint="--only")
    with click.progressbar(length=1000, label="Simulating", file=sys.stderr) as bar:
        shown = 0

        def done(count: int, total: int) -> None:
            nonlocal shown
            step = 1000 * count // total - shown
            shown += step
            bar.update(step)

        lines = calibrate(markets, seed, jobs, done, only)
    click.echo(write(output, lines, markets, seed) if output else page(lines, markets, seed), nl=False)
    sys.exit(any(one.verdict == "MISSED" for one in lines))


if __name__ == "__main__":
    main()
