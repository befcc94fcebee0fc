"""Load and sweep beside the practical limit, in one run, as ratios.

    python benchmarks/bench.py --scale 0.1 [--runs 3] [--rules] [--neo4j] [--market FOLDER]

Writes (or takes) a made-up market, then times, each in a process of its own: DuckDB reading and checking the same files;
``chaingraph load``; a whole sweep; and the question of each of the heaviest rules beside its hand-written DuckDB
SQL over the graph's own files (the whole rule, with statistics and the evidence of every finding, stands beside
it). With ``--rules`` every rule runs alone, for its seconds and memory; with ``--neo4j`` a throwaway server loads
and sweeps the same market in the same run.
"""

from __future__ import annotations

import argparse
import json
import os
import statistics
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

from chaingraph.rules.catalogue import load_rules

HERE = Path(__file__).resolve().parent
CHECKOUT = HERE.parent
# Rules whose question has its SQL.
HEAVY = sorted(file.stem for file in (HERE / "sql").glob("*.sql"))

STEP = "from benchmarks.steps import {step}; {step}({arguments})"


def run(step: str, **arguments: Any) -> dict[str, Any]:
    """Run one step in a new process; what it measured (seconds, peak_mb, …)."""
    said = ", ".join(f"{name}={value!r}" for name, value in arguments.items())
    done = subprocess.run(
        [sys.executable, "-c", STEP.format(step=step, arguments=said)],
        cwd=CHECKOUT,
        capture_output=True,
        text=True,
        check=False,
        env=os.environ,
    )
    if done.returncode:
        raise SystemExit(f"{step} failed:\n{done.stderr}")
    measured: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return measured


def spread(values: list[float]) -> str:
    """Median with the least and the most."""
    return f"{statistics.median(values):.2f} ({min(values):.2f} to {max(values):.2f})"


def main() -> None:
    """Measure and print a Markdown table."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("--scale", type=float, default=0.1)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--runs", type=int, default=3)
    parser.add_argument("--neo4j", action="store_true", help="a throwaway Neo4j beside the embedded engine")
    parser.add_argument(
        "--rules", action="store_true", help="every rule in a process of its own: seconds and peak memory"
    )
    parser.add_argument("--market", help="a market folder instead of a new one")
    given = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="chaingraph-bench-") as work:
        folder = given.market or str(Path(work) / "market")
        if not given.market:
            made = run("make_market", folder=folder, scale=given.scale, seed=given.seed)
            print(f"made-up market at scale {given.scale:g}: {made['seconds']:.1f} s")
        limits, loads, ratios = [], [], []
        for number in range(given.runs):
            limits.append(run("read_and_check", folder=folder))
            loads.append(run("load", folder=folder, market=str(Path(work) / f"market-{number}")))
            ratios.append(loads[-1]["seconds"] / limits[-1]["seconds"])
        market = str(Path(work) / f"market-{given.runs - 1}")
        print("\n| step | seconds: median (least to most) | peak memory, MB | disk, MB |\n|---|---|---|---|")
        print(f"| DuckDB reads and checks | {spread([x['seconds'] for x in limits])} | {_peak(limits)} | |")
        print(
            f"| load (Ladybug) | {spread([x['seconds'] for x in loads])} | {_peak(loads)} | {loads[-1]['disk_mb']:.0f} |"
        )
        taken_in = [x["publish_seconds"] for x in loads]
        print(f"|   of which the store takes in the finished files | {spread(taken_in)} | | |")
        sweeps = [run("sweep", market=market) for _ in range(given.runs)]
        print(
            f"| sweep, all rules, warm (Ladybug) | {spread([x['seconds'] for x in sweeps])} | {_peak(sweeps)} | |"
        )
        print(f"|   the first in a process | {spread([x['first_seconds'] for x in sweeps])} | | |")
        print(f"\nload / DuckDB reads and checks: {spread(ratios)}")
        shares = [x["publish_seconds"] / y["seconds"] for x, y in zip(loads, limits, strict=True)]
        print(f"of which the store / DuckDB reads and checks: {spread(shares)}\n")
        print(
            "| rule | its question, seconds | DuckDB SQL, seconds | ratio | whole rule, seconds |\n|---|---|---|---|---|"
        )
        for rule in HEAVY:
            rounds = run("rule_beside_sql", market=market, rule=rule, runs=given.runs)["rounds"]
            asked, sql, whole = (list(column) for column in zip(*rounds, strict=True))
            quotients = [a / b for a, b in zip(asked, sql, strict=True)]
            print(f"| {rule} | {spread(asked)} | {spread(sql)} | {spread(quotients)} | {spread(whole)} |")
        if given.rules:
            _each_rule(market)
        if given.neo4j:
            _neo4j(folder, sweeps)


def _each_rule(market: str) -> None:
    """The slowest first; memory is what the process held at its most, and how much of that the rule added."""
    measured = {rule.id: run("one_rule", market=market, rule=rule.id) for rule in load_rules()}
    print("\n| rule | seconds | peak memory, MB | of which the rule, MB |\n|---|---|---|---|")
    for rule, one in sorted(measured.items(), key=lambda item: (-item[1]["seconds"], item[0])):
        print(
            f"| {rule} | {one['seconds']:.2f} | {one['peak_mb']:.0f} | {one['peak_mb'] - one['before_mb']:.0f} |"
        )


def _neo4j(folder: str, embedded: list[dict[str, Any]]) -> None:
    sys.path.insert(0, str(CHECKOUT / "tools" / "neo4j"))
    from server import running_server  # type: ignore[import-not-found]

    with running_server() as server, tempfile.TemporaryDirectory() as market:
        os.environ.update(server.environment())
        loaded = run("load", folder=folder, market=market, uri=server.uri)
        warm = [run("sweep", market=market, uri=server.uri) for _ in embedded]
        print(f"\nload (Neo4j): {loaded['seconds']:.1f} s")
        print(f"sweep (Neo4j, warm): {spread([x['seconds'] for x in warm])} s")
        print(
            f"Neo4j / Ladybug, sweep: {spread([a['seconds'] / b['seconds'] for a, b in zip(warm, embedded, strict=True)])}"
        )


def _peak(measured: list[dict[str, Any]]) -> str:
    return f"{max(one['peak_mb'] for one in measured):.0f}"


if __name__ == "__main__":
    main()
