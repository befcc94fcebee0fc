"""The one way in: read → map → check → derive → files of a graph, ready to be published."""

from __future__ import annotations

import hashlib
import json
import shutil
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from importlib.metadata import version
from pathlib import Path
from typing import Any

import duckdb

from chaingraph.errors import InputError
from chaingraph.loading import derive, graph_files, report
from chaingraph.loading.check import check_everything
from chaingraph.loading.journeys import derive_journeys
from chaingraph.loading.mapping_files import read_loaders
from chaingraph.loading.market_file import MarketFile, read_market_file
from chaingraph.loading.read import SourceFile, open_source
from chaingraph.loading.sources import Staged, stage_files
from chaingraph.loading.sql import count, scalar
from chaingraph.loading.stage import Workbench
from chaingraph.model import TABLES
from chaingraph.store.protocol import GraphTables, Progress, silent

FIRST_DATE = date(1970, 1, 1)
# Parts of a load as the progress bar counts them: read, check, derive, write.
STEPS = 4


@dataclass(frozen=True)
class Unit:
    """One source as it was named: a folder or a file, the loader asked for, and whether this load brings it."""

    path: Path
    loader: str | None = None
    new: bool = False


@dataclass(frozen=True)
class Plan:
    """What a load will read. ``graph_id`` is the same for the same files, mappings and version of chaingraph."""

    units: tuple[Unit, ...]
    files: tuple[tuple[SourceFile, ...], ...]
    market: MarketFile
    loaders: tuple[Path, ...]
    graph_id: str


def plan_load(units: Sequence[Unit], loaders: Sequence[Path] = ()) -> Plan:
    """Find and fingerprint every file. Raises InputError for a source that is missing or cannot be read."""
    files = []
    for unit in units:
        try:
            files.append(tuple(open_source(unit.path)))
        except InputError as error:
            if unit.new:
                raise
            raise InputError(
                f"{unit.path} was loaded into this market before, and is needed to build it anew. {error.message}",
                remedy="Put it back, or start another market with --market.",
            ) from error
    market = MarketFile()
    for unit in units:
        market = market.overridden(read_market_file(unit.path))
    digest = hashlib.sha256(version("chaingraph").encode())
    for unit, found in zip(units, files, strict=True):
        digest.update(json.dumps([unit.loader, [[f.path.name, f.sheet, f.sha256] for f in found]]).encode())
    for loader in sorted(read_loaders(loaders).values(), key=lambda one: one.name):
        digest.update(loader.model_dump_json().encode())
    digest.update(market.model_dump_json().encode())
    return Plan(tuple(units), tuple(files), market, tuple(loaders), digest.hexdigest()[:32])


def build_graph(
    plan: Plan, folder: Path, progress: Progress = silent, bench: Workbench | None = None
) -> GraphTables:
    """Read and check everything and write the graph's files, and ``rejected.csv``, under ``folder``.

    ``bench`` is one to be used again for the next load; without it the load has its own.
    Raises InputError where a file cannot be read at all, misses a required column, or nothing is left to load.
    """
    folder.mkdir(parents=True, exist_ok=True)
    spill = folder / "spill"
    own = bench or Workbench()
    try:
        with own.cleared(spill) as con:
            return _build(con, plan, folder, progress)
    except duckdb.IOException as error:
        raise InputError(
            f"The load stopped: {error}",
            remedy="Nothing was published. If the disk is full, free some space.",
        ) from error
    except duckdb.OutOfMemoryException as error:
        raise InputError(
            f"There is not enough memory for this load: {error}",
            remedy="Nothing was published. Close other programs, or load fewer files at a time.",
        ) from error
    finally:
        if own is not bench:
            own.close()
        shutil.rmtree(spill, ignore_errors=True)


def _build(con: duckdb.DuckDBPyConnection, plan: Plan, folder: Path, progress: Progress) -> GraphTables:
    named = [(unit.path, unit.loader) for unit in plan.units]
    staged = stage_files(con, named, plan.files, plan.loaders, progress)
    progress("checking", 1, STEPS)
    merged, warnings = check_everything(con, staged.present, staged.permits)
    # Registers of control and officers name companies by number alone.
    con.execute("UPDATE organisations SET name = org_id WHERE name IS NULL")
    report.write_rejected(con, folder / "rejected.csv")
    progress("deriving", 2, STEPS)
    _require_rows(con, staged.present)
    as_of = plan.market.as_of or newest_date(con, staged.present)
    wrong_tiers = derive.derive_chain(con)
    derive.derive_owners(con, (as_of - FIRST_DATE).days)
    derive.derive_settlement(con)
    derive_journeys(con)
    warnings += _further_warnings(con, wrong_tiers)
    manifest = _manifest(con, plan, staged, merged, [*staged.warnings, *warnings], as_of)
    progress("writing", 3, STEPS)
    graph = graph_files.write_graph(con, folder, plan.graph_id, staged.present, manifest)
    progress("writing", STEPS, STEPS)
    return graph


def _require_rows(con: duckdb.DuckDBPyConnection, present: frozenset[str]) -> None:
    if any(count(con, f'SELECT count(*) FROM "{name}"') for name in present):
        return
    if not count(con, "SELECT count(*) FROM rejected"):
        raise InputError("The tables have headers, but no rows.", remedy="Add rows, or name other files.")
    first = report.rejected_by_rule(con)[0]
    raise InputError(
        f"Nothing is left to load: all rows were rejected, most of them like {first['example_file']}, row "
        f"{first['example_row']}, column {first['column']}: {first['example_value']!r} is not {first['expected']}.",
        remedy=f"{first['remedy']} All of them are in rejected.csv in the market's folder.",
    )


def newest_date(con: duckdb.DuckDBPyConnection, present: frozenset[str]) -> date:
    """The newest date in the data on which something happened; planned dates (ends, expiries) only as a last resort."""
    for planned in (False, True):
        newest = [
            scalar(con, f'SELECT max("{column.graph_name}") FROM "{name}"')
            for name in sorted(present)
            for column in TABLES[name].columns.values()
            if column.type == "date" and column.ahead is planned
        ]
        known = [day for day in newest if day is not None]
        if known:
            found: date = min(known) if planned else max(known)
            return found
    rejected = count(con, "SELECT count(*) FROM (SELECT DISTINCT source_no, source_row FROM rejected)")
    if rejected:
        raise InputError(
            f"No row that could be loaded holds a date, so there is no day to judge by; {rejected:,} rejected.",
            remedy="Mend the rows in rejected.csv in the market's folder, each with its remedy.",
        )
    raise InputError(
        "No row holds a date, so there is no day to judge by.",
        remedy="Give as_of in market.toml (as_of = 2026-03-31).",
    )


def _further_warnings(con: duckdb.DuckDBPyConnection, wrong_tiers: int) -> list[str]:
    warnings = []
    if wrong_tiers:
        warnings.append(
            f"{wrong_tiers:,} contracts name a tier that their chain of parents does not bear out; the chain counts"
        )
    for table in TABLES.values():
        if table.required and not count(con, f'SELECT count(*) FROM "{table.name}"'):
            warnings.append(
                f"No row of {table.name} is loaded, without which hardly any rule can judge anything"
            )
    no_share = count(con, "SELECT count(*) FROM ownership WHERE share_min IS NULL")
    if no_share:
        warnings.append(f"{no_share:,} rows of ownership name no least share and cannot count as control")
    return warnings


def _department(con: duckdb.DuckDBPyConnection) -> str | None:
    """Who lets the most head contracts; of equals, the first by id. None where there is no head contract."""
    row = con.execute(
        "SELECT buyer_id FROM contracts WHERE tier = 1 GROUP BY buyer_id ORDER BY count(*) DESC, buyer_id LIMIT 1"
    ).fetchone()
    return None if row is None else str(row[0])


def _manifest(
    con: duckdb.DuckDBPyConnection,
    plan: Plan,
    staged: Staged,
    merged: dict[str, int],
    warnings: list[str],
    as_of: date,
) -> dict[str, Any]:
    return {
        "schema": 1,
        "graph_id": plan.graph_id,
        "market": plan.market.name or next(unit.path for unit in plan.units).name,
        "department_org_id": plan.market.department_org_id or _department(con),
        "as_of": as_of.isoformat(),
        "as_of_from": "market.toml" if plan.market.as_of else "the newest date in the data",
        "sources": report.source_rows(con),
        "tables": report.table_rows(con, staged.present, merged),
        "rejected_by_rule": report.rejected_by_rule(con),
        "reconciliation": staged.reconcile(con),
        "warnings": warnings,
    }
