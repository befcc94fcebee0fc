"""A market: a working directory with what is loaded, a graph store, and the questions one can ask.

from chaingraph import Market

with Market("my-market") as market:
    market.load("data/")
    run = market.sweep()
    run.findings()            # a pandas data frame
    market.query("MATCH (c:Contract) RETURN c.contract_id AS contract_id")
"""

from __future__ import annotations

import contextlib
import json
import shutil
from collections.abc import Mapping, Sequence
from datetime import date
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Any, Self

from chaingraph.errors import InputError, StoreError
from chaingraph.loading.pipeline import Plan, Unit, build_graph, plan_load
from chaingraph.loading.report import LoadReport
from chaingraph.settings import Settings, read_settings
from chaingraph.store.connect import connect
from chaingraph.store.lock import exclusive
from chaingraph.store.protocol import Progress, Store, silent

if TYPE_CHECKING:
    import networkx as nx
    import pandas as pd

    from chaingraph.rules.coverage import ClauseCover
    from chaingraph.swept import Swept

DEFAULT_FOLDER = ".chaingraph"


class Market:
    """One market in ``folder``; ``store`` is a Neo4j URI, an open store, or None for the embedded engine.

    Raises SettingsError where the store cannot be told from the settings.
    """

    def __init__(
        self,
        folder: str | Path = DEFAULT_FOLDER,
        *,
        store: str | Store | None = None,
        settings: Settings | None = None,
    ) -> None:
        self.folder = Path(folder)
        self.settings = read_settings() if settings is None else settings
        if store is None or isinstance(store, str):
            sign_in = self.settings.neo4j
            uri = store or self.settings.store
            self.store = connect(self.folder, uri, user=sign_in.user, password=sign_in.password)
        else:
            self.store = store

    def load(
        self,
        *sources: str | Path,
        loader: str | None = None,
        strict: bool = False,
        loaders: Sequence[str | Path] = (),
        progress: Progress = silent,
    ) -> LoadReport:
        """Add sources to the market, or renew those at the same paths; read, check, derive and publish all.

        ``loader`` names the kind of the new sources instead of recognising it. Raises InputError where a
        source cannot be read at all, or where ``strict`` is set and any row is rejected; then nothing changes.
        """
        if not sources:
            raise InputError("No source was named.", remedy="Name a folder or files: chaingraph load SOURCE…")
        self.folder.mkdir(parents=True, exist_ok=True)
        with exclusive(self.folder / "lock", "Another load into this market is under way."):
            plan = plan_load(self._units(sources, loader), [Path(p) for p in loaders])
            try:
                before = self.store.manifest()
            except StoreError:
                before = None  # a load that was broken off: this one replaces it
            if (
                before is not None
                and before["graph_id"] == plan.graph_id
                and self._tables(plan.graph_id).is_dir()
            ):
                return LoadReport(before, changed=False)
            return self._publish(plan, strict, progress)

    def _units(self, sources: Sequence[str | Path], loader: str | None) -> list[Unit]:
        units = {str(Path(unit["path"])): Unit(Path(unit["path"]), unit["loader"]) for unit in self._loaded()}
        for source in sources:
            path = Path(source).absolute()
            units[str(path)] = Unit(path, loader, new=True)
        return list(units.values())

    def _loaded(self) -> list[dict[str, str]]:
        try:
            loaded: list[dict[str, str]] = json.loads(
                (self.folder / "sources.json").read_text(encoding="utf-8")
            )
        except FileNotFoundError:
            return []
        return loaded

    def _tables(self, graph_id: str) -> Path:
        return self.folder / "tables" / graph_id

    def _publish(self, plan: Plan, strict: bool, progress: Progress) -> LoadReport:
        building = self.folder / "tables" / f"building-{plan.graph_id}"
        shutil.rmtree(building, ignore_errors=True)
        try:
            try:
                graph = build_graph(plan, building, progress)
            finally:
                # Kept even where the load is refused: it says what to mend.
                with contextlib.suppress(FileNotFoundError):
                    shutil.copyfile(building / "rejected.csv", self.folder / "rejected.csv")
            report = LoadReport(graph.manifest, changed=True)
            if strict and report.rejected_rows:
                raise InputError(
                    f"{report.rejected_rows:,} row{'s were' if report.rejected_rows > 1 else ' was'} rejected, and --strict "
                    "refuses the load; nothing was published.",
                    remedy=f"See {self.folder / 'rejected.csv'}: each row with its remedy.",
                )
            self.store.publish(graph, progress)
            self._keep(building, plan)
        finally:
            shutil.rmtree(building, ignore_errors=True)
        return report

    def _keep(self, building: Path, plan: Plan) -> None:
        kept = self._tables(plan.graph_id)
        shutil.rmtree(kept, ignore_errors=True)
        building.rename(kept)
        listed = [{"path": str(unit.path), "loader": unit.loader} for unit in plan.units]
        aside = self.folder / "sources.json.new"
        aside.write_text(json.dumps(listed, indent=1, ensure_ascii=False), encoding="utf-8")
        aside.replace(self.folder / "sources.json")
        for old in kept.parent.iterdir():
            if old != kept:
                shutil.rmtree(old, ignore_errors=True)

    def manifest(self) -> Mapping[str, Any]:
        """What is loaded. Raises StoreError where nothing is, or where a load was broken off."""
        manifest = self.store.manifest()
        if manifest is None:
            raise StoreError("Nothing is loaded yet.", remedy="Load a source first: chaingraph load SOURCE…")
        return manifest

    def sweep(
        self,
        *,
        as_of: date | None = None,
        rules: Sequence[str] = (),
        queries: Sequence[str | Path] = (),
        progress: Progress = silent,
    ) -> Swept:
        """Run the rules (default: all) and give back what they found.

        ``as_of`` defaults to the market's own day; ``queries`` are folders with rules of one's own.
        """
        from chaingraph.swept import run_sweep

        return run_sweep(
            self, as_of=as_of, rules=rules, queries=[Path(p) for p in queries], progress=progress
        )

    def coverage(self, queries: Sequence[str | Path] = ()) -> list[ClauseCover]:
        """Every clause, the rules that stand on it, and whether what is loaded lets them judge."""
        from chaingraph.rules import needs
        from chaingraph.rules.catalogue import load_rules
        from chaingraph.rules.clause_texts import load_clauses
        from chaingraph.rules.coverage import cover
        from chaingraph.rules.parameters import resolve, runs

        self.manifest()
        own = [Path(p) for p in queries]
        rules = load_rules(own)
        resolve(rules, self.settings.rules)
        off = {rule.id for rule in rules if not runs(rule, self.settings.rules)}
        missing = needs.absent(self.store, {need for rule in rules for need in rule.needs})
        return cover(load_clauses(own), rules, missing, off)

    def query(self, cypher: str, **parameters: Any) -> pd.DataFrame:
        """Ask a read-only question; the answer is a data frame with one column a returned name."""
        from chaingraph.frames import frame

        return frame(self.store.query(cypher, parameters))

    def chain(self, contract_id: str) -> nx.DiGraph[str]:
        """The chain that a contract is part of: contracts as nodes, an arrow from each to the one it is let under."""
        from chaingraph.frames import chain

        return chain(self.store, contract_id)

    def close(self) -> None:
        """Let go of the store."""
        self.store.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()
