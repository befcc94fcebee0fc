"""Running the cases of rules on the embedded engine, and telling what came of them."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

from chaingraph.errors import ChaingraphError
from chaingraph.loading.stage import Workbench
from chaingraph.rulecases.case import Kind, case_files, read_case, wanted_kinds
from chaingraph.rulecases.judged import differences
from chaingraph.rulecases.made import run_embedded
from chaingraph.rules.rule import Rule
from chaingraph.store.protocol import Progress, silent


@dataclass(frozen=True)
class Trial:
    """What came of one rule's cases: how many there are, what differs by file, and the kinds of case it lacks."""

    rule: str
    cases: int
    failures: dict[Path, list[str]]
    lacks: tuple[Kind, ...]


def try_rules(
    rules: Sequence[Rule], queries: Sequence[Path] = (), progress: Progress = silent
) -> Iterator[Trial]:
    """Run every case of each rule, one rule after another."""
    files = case_files(queries)
    total, done = sum(len(files.get(rule.id, ())) for rule in rules), 0
    with closing(Workbench()) as bench:
        for rule in rules:
            failures: dict[Path, list[str]] = {}
            shown: set[Kind] = set()
            for file in files.get(rule.id, ()):
                progress(rule.id, done, total)
                done += 1
                try:
                    case = read_case(file)
                    shown |= set(case.kinds)
                    with tempfile.TemporaryDirectory() as folder:
                        found = differences(case, rule, run_embedded(case, rule, Path(folder), bench)[1])
                except ChaingraphError as error:
                    found = [str(error)]
                if found:
                    failures[file] = found
            lacks = tuple(sorted(wanted_kinds(rule) - shown))
            yield Trial(rule.id, len(files.get(rule.id, ())), failures, lacks)
