"""Every case of every rule, on both engines, and both engines' answers to the byte."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pyarrow as pa
import pytest

from chaingraph.rules.catalogue import load_rules
from chaingraph.store.ladybug import LadybugStore
from chaingraph.store.neo4j import Neo4jStore
from chaingraph.store.protocol import GraphTables
from tests.rules.harness import CASES, build, case_files, check, read_case, run, same_bytes

RULES = {rule.id: rule for rule in load_rules()}
FILES = case_files()


class Bench:
    """Graphs and Ladybug's answers of the cases at hand, so that each is made once for both engines."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._graphs: dict[Path, GraphTables] = {}
        self._answers: dict[Path, tuple[str, pa.Table]] = {}

    def graph(self, file: Path) -> GraphTables:
        if file not in self._graphs:
            self._graphs = {file: build(read_case(file), self.folder / f"{file.parent.name}-{file.stem}")}
        return self._graphs[file]

    def on_ladybug(self, file: Path) -> tuple[str, pa.Table]:
        if file not in self._answers:
            case, rule = read_case(file), RULES[file.parent.name]
            store = LadybugStore(self.folder / "graphs" / f"{file.parent.name}-{file.stem}")
            try:
                store.publish(self.graph(file))
                found = run(case, rule, store)
            finally:
                store.close()
            check(case, rule, found)
            self._answers[file] = same_bytes(found)
        return self._answers[file]


@pytest.fixture(scope="module")
def bench(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Bench]:
    yield Bench(tmp_path_factory.mktemp("cases"))


def _name(file: Path) -> str:
    return f"{file.parent.name}/{file.stem}"


def test_every_case_belongs_to_a_rule() -> None:
    assert {file.parent.name for file in FILES} <= set(RULES)
    stray = [path for path in CASES.glob("*/*") if path.suffix != ".yaml" and path.name != "__pycache__"]
    assert stray == []


# One worker has the one Neo4j, and what Ladybug answered to compare with.
@pytest.mark.xdist_group("neo4j")
@pytest.mark.parametrize("file", FILES, ids=_name)
class TestCase:
    def test_on_ladybug(self, file: Path, bench: Bench) -> None:
        bench.on_ladybug(file)

    @pytest.mark.neo4j
    def test_on_neo4j(self, file: Path, bench: Bench, neo4j_store: Neo4jStore) -> None:
        case, rule = read_case(file), RULES[file.parent.name]
        neo4j_store.publish(bench.graph(file))
        found = run(case, rule, neo4j_store)
        check(case, rule, found)
        assert same_bytes(found) == bench.on_ladybug(file)
