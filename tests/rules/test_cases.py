"""Every case of every rule, on both engines, and both engines' answers to the byte."""

from __future__ import annotations

import pickle
import tempfile
from pathlib import Path
from typing import NamedTuple

import pyarrow as pa
import pytest

from chaingraph.loading.stage import Workbench
from chaingraph.rules.catalogue import load_rules
from chaingraph.store.ladybug_memory import MemoryStore
from chaingraph.store.neo4j import Neo4jStore
from chaingraph.store.protocol import GraphTables
from tests.rules.harness import CASES, build, case_files, check, read_case, run, same_bytes

RULES = {rule.id: rule for rule in load_rules()}
FILES = case_files()


class Made(NamedTuple):
    """A case's graph, and what Ladybug says of it (after the case's expectations were met)."""

    graph: GraphTables
    answer: tuple[str, pa.Table]


class Workshop:
    """Makes each case once for all workers: whichever needs it first leaves it for the others.

    Two that need it at once both make it, which is harmless: the last one's stays.
    """

    def __init__(self, shared: Path) -> None:
        self.shared = shared
        self.bench = Workbench(threads=1)
        self.store = MemoryStore()

    def made(self, file: Path) -> Made:
        kept = self.shared / f"{file.parent.name}--{file.stem}.pickle"
        if not kept.exists():
            folder = Path(tempfile.mkdtemp(dir=self.shared))
            made = self._make(file, folder)
            aside = folder / "made"
            aside.write_bytes(pickle.dumps(made))
            aside.replace(kept)
        loaded: Made = pickle.loads(kept.read_bytes())
        return loaded

    def _make(self, file: Path, folder: Path) -> Made:
        case, rule = read_case(file), RULES[file.parent.name]
        graph = build(case, folder, self.bench)
        self.store.publish(graph)
        found = run(case, rule, self.store)
        check(case, rule, found)
        return Made(graph, same_bytes(found))


@pytest.fixture(scope="session")
def workshop(tmp_path_factory: pytest.TempPathFactory, testrun_uid: str) -> Workshop:
    """One for all workers of a run, wherever the run's own folder is."""
    own = tmp_path_factory.getbasetemp()
    shared = (own.parent if own.name.startswith("popen-") else own) / f"cases-{testrun_uid}"
    shared.mkdir(exist_ok=True)
    return Workshop(shared)


def _name(file: Path) -> str:
    return f"{file.parent.name}/{file.stem}"


def test_every_case_belongs_to_a_rule() -> None:
    assert {file.parent.name for file in FILES} <= set(RULES)
    stray = [path for path in CASES.glob("*/*") if path.suffix != ".yaml" and path.name != "__pycache__"]
    assert stray == []


@pytest.mark.parametrize("file", FILES, ids=_name)
def test_on_ladybug(file: Path, workshop: Workshop) -> None:
    workshop.made(file)


# From the other end, so that two workers share the making of them.
@pytest.mark.neo4j
@pytest.mark.parametrize("file", FILES[::-1], ids=_name)
def test_on_neo4j(file: Path, workshop: Workshop, neo4j_store: Neo4jStore) -> None:
    case, rule = read_case(file), RULES[file.parent.name]
    graph, answer = workshop.made(file)
    neo4j_store.publish(graph)
    found = run(case, rule, neo4j_store)
    check(case, rule, found)
    assert same_bytes(found) == answer
