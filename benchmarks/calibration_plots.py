"""The calibration's figures as SVG: error against size, power against size, and the coverage of every interval."""

from __future__ import annotations

import io
from collections.abc import Sequence
from typing import Any

import matplotlib as mpl
from matplotlib.figure import Figure

from benchmarks.lines import Line
from benchmarks.measure import COVERAGE, FALSE, POWER, SIZE

# Okabe & Ito's colours, which the colour-blind tell apart; markers and dashes say the same again.
COLOURS = ("#0072B2", "#D55E00", "#009E73", "#CC79A7", "#E69F00", "#56B4E9", "#000000")
MARKERS = "osD^vP*"
# Nothing in the file may change by itself from one run to the next; text stays text.
STEADY: dict[Any, Any] = {
    "svg.hashsalt": "calibration",
    "svg.fonttype": "none",
    "font.family": "sans-serif",
    "font.size": 9,
}
NO_METADATA = {"Date": None, "Creator": None}


def plots(lines: Sequence[Line]) -> dict[str, str]:
    """File name → SVG text; a figure of which no line was measured is left out."""
    drawn = {
        "false-positives.svg": _against_size(
            lines, FALSE, "Flagged, or called by the plain test, though honest"
        ),
        "power.svg": _against_size(lines, POWER, "Flagged where the pattern is there"),
        "coverage.svg": _coverage(lines),
    }
    return {name: picture for name, picture in drawn.items() if picture}


def _svg(figure: Figure) -> str:
    made = io.StringIO()
    figure.savefig(made, format="svg", metadata=NO_METADATA)
    # The paths are written with blanks at the ends of their lines.
    return "".join(f"{row.rstrip()}\n" for row in made.getvalue().splitlines())


def _whiskers(one: Line) -> tuple[list[float], list[float]]:
    """How far the Monte Carlo interval goes below and above the estimate."""
    return [max(0.0, one.estimate - one.low)], [max(0.0, one.high - one.estimate)]


def _against_size(lines: Sequence[Line], figure: str, title: str) -> str:
    by_name: dict[str, list[tuple[float, Line]]] = {}
    for one in lines:
        if one.measure.point and one.measure.point.figure == figure:
            by_name.setdefault(one.measure.point.line, []).append((one.measure.point.x, one))
    if not by_name:
        return ""
    with mpl.rc_context(STEADY):
        drawing = Figure(figsize=(7, 4.2), layout="constrained")
        axes = drawing.subplots()
        for place, (name, points) in enumerate(by_name.items()):
            points.sort(key=lambda point: point[0])
            plain = points[0][1].measure.plain
            axes.plot(
                [x for x, _ in points],
                [one.estimate for _, one in points],
                color=COLOURS[place % len(COLOURS)],
                marker=MARKERS[place % len(MARKERS)],
                linestyle="--" if plain else "-",
                label=name,
            )
            for x, one in points:
                below, above = _whiskers(one)
                axes.errorbar([x], [one.estimate], yerr=[below, above], color=COLOURS[place % len(COLOURS)])
        if figure == FALSE:
            axes.axhline(SIZE, color="grey", linewidth=0.8, linestyle=":")
        sizes = sorted({x for points in by_name.values() for x, _ in points})
        axes.set_xscale("log")
        axes.set_xticks(sizes, [f"{x:,.0f}" for x in sizes])
        axes.minorticks_off()
        axes.grid(axis="y", color="#dddddd", linewidth=0.6)
        axes.set_axisbelow(True)
        axes.set_ylabel("share")
        axes.set_ylim(-0.02, 1.02)
        axes.set_xlabel("customers of a prime or provider")
        axes.set_title(title, loc="left")
        drawing.legend(loc="outside right center", frameon=False)
        return _svg(drawing)


def _coverage(lines: Sequence[Line]) -> str:
    held = [one for one in lines if one.measure.interval]
    if not held:
        return ""
    with mpl.rc_context(STEADY):
        drawing = Figure(figsize=(8, 0.8 + 0.24 * len(held)), layout="constrained")
        axes = drawing.subplots()
        axes.axvspan(*COVERAGE, color="#e8f1f8")
        axes.axvline(0.95, color="grey", linewidth=0.8, linestyle=":")
        for place, one in enumerate(held):
            below, above = _whiskers(one)
            colour = COLOURS[1] if one.verdict == "MISSED" else COLOURS[0]
            axes.errorbar(
                [one.estimate], [-place], xerr=[below, above], color=colour, marker="o", markersize=4
            )
        names = [f"{one.measure.rule}: {one.measure.name.removeprefix('coverage of ')}" for one in held]
        axes.set_yticks([-place for place in range(len(held))], names)
        axes.set_ylim(-len(held) + 0.4, 0.6)
        axes.set_xlim(min(0.89, *(one.low for one in held)) - 0.005, 1.005)
        axes.grid(axis="x", color="#dddddd", linewidth=0.6)
        axes.set_axisbelow(True)
        axes.set_xlabel("share of intervals that hold the truth")
        axes.set_title("Coverage of the printed 95 % intervals", loc="left")
        return _svg(drawing)
