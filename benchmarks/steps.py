"""The steps that ``bench.py`` times, each run in a process of its own; each prints what it measured as JSON."""

from __future__ import annotations

import json
import resource
import sys
import time
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import duckdb

from benchmarks.read_and_check import check, read
from benchmarks.sql_limit import ask_rule, ask_sql, open_files
from chaingraph.demo.write import write_market
from chaingraph.findings.run import run_rule
from chaingraph.market import Market
from chaingraph.rules.catalogue import find_rule, load_rules
from chaingraph.rules.parameters import resolve


def _tell(seconds: float, **more: Any) -> None:
    print(json.dumps({"seconds": seconds, "peak_mb": _peak_mb(), **more}))


def _peak_mb() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / (2**20 if sys.platform == "darwin" else 1024)


def _timed(work: Callable[[], Any]) -> float:
    started = time.perf_counter()
    work()
    return time.perf_counter() - started


def make_market(folder: str, scale: float, seed: int) -> None:
    """Write a made-up market."""
    _tell(_timed(lambda: write_market(Path(folder), scale=scale, seed=seed)))


def read_and_check(folder: str) -> None:
    """DuckDB alone."""
    with duckdb.connect() as con:
        _tell(_timed(lambda: check(con, read(con, Path(folder)))))


def load(folder: str, market: str, uri: str | None = None) -> None:
    """A whole load into a new market, and how much of it the store took to take in the finished files."""
    with Market(market, store=uri) as opened:
        publish, published = opened.store.publish, []
        setattr(opened.store, "publish", lambda *given: published.append(_timed(lambda: publish(*given))))  # noqa: B010
        seconds = _timed(lambda: opened.load(folder))
    disk_mb = sum(f.stat().st_size for f in Path(market).rglob("*") if f.is_file()) / 1e6
    _tell(seconds, publish_seconds=sum(published), disk_mb=disk_mb)


def sweep(market: str, uri: str | None = None) -> None:
    """A whole sweep with every rule: the second one in a process, when caches and libraries are warm, and the first."""
    with Market(market, store=uri) as opened:
        first = _timed(opened.sweep)
        _tell(_timed(opened.sweep), first_seconds=first)


def one_rule(market: str, rule: str) -> None:
    """One rule as a sweep runs it; the process's memory before it, with the libraries loaded and the graph open, beside."""
    with Market(market) as opened:
        manifest = opened.manifest()
        rules = load_rules()
        found = find_rule(rules, rule)
        parameters = resolve([found], {})[rule]
        opened.store.query("MATCH (o:Organisation) RETURN count(*) AS n")
        before = _peak_mb()
        seconds = _timed(
            lambda: run_rule(opened.store, found, parameters, date.fromisoformat(manifest["as_of"]))
        )
        _tell(seconds, before_mb=before)


def rule_beside_sql(market: str, rule: str, runs: int) -> None:
    """One rule's question, its SQL, and the whole rule (question, statistics, findings and all their evidence).

    In turn; the first round warms up and does not count.
    """
    with Market(market) as opened, duckdb.connect() as con:
        manifest = opened.manifest()
        as_of = date.fromisoformat(manifest["as_of"])
        open_files(con, Path(market) / "tables" / manifest["graph_id"])
        found = find_rule(load_rules(), rule)
        parameters = resolve([found], {})[rule]
        rounds = [
            (
                _timed(lambda: ask_rule(opened.store, found, as_of)),
                _timed(lambda: ask_sql(con, found, as_of)),
                _timed(lambda: run_rule(opened.store, found, parameters, as_of)),
            )
            for _ in range(runs + 1)
        ][1:]
    _tell(sum(whole for _, _, whole in rounds), rounds=rounds)
