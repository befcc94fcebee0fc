"""Measures the error rates of the statistical methods on simulated markets, beside their targets.

    python benchmarks/calibrate.py [--markets 1000] [--seed 20080228] [--jobs 2] [-o FILE]

Each line of the table is one measure with the 95 % interval of its Monte Carlo error. The rules' own defaults
are used, so what is measured is what ships. Lines without a target show what the plain test would do to the
same markets. The same number of markets and the same seed give the same table, however many processes share
the work. Ends with 1 where a target is missed.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from multiprocessing import get_context
from pathlib import Path

import click
import numpy as np
from statsmodels.stats.proportion import proportion_confint

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))  # so that it also runs as a script

from benchmarks.measures import MEASURES, Counts, Measure

# The unit of work and of randomness: each has its own stream, whoever does it.
MARKETS_A_CHUNK = 10


@dataclass(frozen=True)
class Line:
    """One line of the table: the estimate with its Monte Carlo interval, from ``trials`` trials."""

    measure: Measure
    estimate: float
    low: float
    high: float
    trials: int

    @property
    def verdict(self) -> str:
        """Whether the target is kept; "within error" where only the Monte Carlo error says no."""
        if self.measure.target is None:
            return ""
        least, most = self.measure.target
        if least <= self.estimate <= most:
            return "met"
        return "within error" if self.low <= most and self.high >= least else "MISSED"


def chunk(task: tuple[int, int, int, int]) -> Counts:
    """Run one chunk: (seed, place of the measure, place of the chunk, markets)."""
    seed, place, at, markets = task
    generator = np.random.default_rng(np.random.SeedSequence((seed, place, at)))
    return MEASURES[place].run(generator, markets)


def tasks(markets: int, seed: int, chosen: Sequence[int]) -> Iterator[tuple[int, int, int, int]]:
    """The chunks that make up ``markets`` simulated markets of each chosen measure."""
    for place in chosen:
        wanted = max(1, round(markets * MEASURES[place].share_of_markets))
        for at, start in enumerate(range(0, wanted, MARKETS_A_CHUNK)):
            yield seed, place, at, min(MARKETS_A_CHUNK, wanted - start)


def line(measure: Measure, parts: Sequence[Counts]) -> Line:
    """All chunks of a measure as one estimate: a share (Wilson's interval), or a mean of shares (normal)."""
    values = np.concatenate(parts)
    trials, total = len(values), float(values.sum())
    if set(np.unique(values)) <= {0.0, 1.0}:
        low, high = proportion_confint(total, trials, method="wilson")
    else:
        margin = 1.96 * float(values.std(ddof=1)) / trials**0.5
        low, high = max(0.0, total / trials - margin), total / trials + margin
    return Line(measure, total / trials, float(low), float(high), trials)


def calibrate(
    markets: int, seed: int, jobs: int, done: Callable[[int, int], None], only: Sequence[str] = ()
) -> list[Line]:
    """Every measure's line; ``only`` limits them to names that contain one of those words."""
    chosen = [i for i, m in enumerate(MEASURES) if not only or any(word in m.name for word in only)]
    work = list(tasks(markets, seed, chosen))
    parts: dict[int, list[Counts]] = {place: [] for place in chosen}
    # Fresh processes: a copy of one whose libraries already run threads may hang.
    with ProcessPoolExecutor(jobs, mp_context=get_context("spawn")) as pool:
        made = pool.map(chunk, work) if jobs > 1 else map(chunk, work)
        for count, (task, part) in enumerate(zip(work, made, strict=True), 1):
            parts[task[1]].append(part)
            done(count, len(work))
    return [line(MEASURES[place], parts[place]) for place in chosen]


def table(lines: Sequence[Line], markets: int, seed: int) -> str:
    """The lines as a Markdown page."""
    rows = [
        "# Calibration\n",
        f"From `make calibrate MARKETS={markets} SEED={seed}`; intervals are of the Monte Carlo error.\n",
        "| measure | target | estimate | 95 % interval | trials | |",
        "|---|---|---|---|---|---|",
    ]
    for one in lines:
        rows.append(
            f"| {one.measure.name} | {one.measure.wording} | {one.estimate:.3f} "
            f"| {one.low:.3f} to {one.high:.3f} | {one.trials:,} | {one.verdict} |"
        )
    return "\n".join(rows) + "\n"


@click.command(help=(__doc__ or "").partition("\n")[0])
@click.option(
    "--markets", default=1000, show_default=True, type=click.IntRange(1), help="Simulated markets a measure."
)
@click.option("--seed", default=20080228, show_default=True, type=click.IntRange(0))
@click.option(
    "--jobs", default=2, show_default=True, type=click.IntRange(1), help="Processes that share the work."
)
@click.option("--only", multiple=True, help="Only measures whose name holds this word.")
@click.option(
    "-o", "--output", type=click.Path(dir_okay=False, path_type=Path), help="Write the table here, too."
)
def main(markets: int, seed: int, jobs: int, only: tuple[str, ...], output: Path | None) -> None:
    """Print the table; end with 1 where a target is missed."""
    with click.progressbar(length=1000, label="Simulating", file=sys.stderr) as bar:
        shown = 0

        def done(count: int, total: int) -> None:
            nonlocal shown
            step = 1000 * count // total - shown
            shown += step
            bar.update(step)

        lines = calibrate(markets, seed, jobs, done, only)
    text = table(lines, markets, seed)
    click.echo(text)
    if output:
        output.write_text(text, encoding="utf-8")
    sys.exit(any(one.verdict == "MISSED" for one in lines))


if __name__ == "__main__":
    main()
