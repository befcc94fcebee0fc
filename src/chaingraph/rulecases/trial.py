"""Running the cases of rules on the embedded engine, and telling what came of them."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

from chaingraph.assess.registry import ASSESSMENTS
from chaingraph.errors import ChaingraphError
from chaingraph.loading.stage import Workbench
from chaingraph.rulecases.case import Kind, case_files, read_case, wanted_kinds
from chaingraph.rulecases.judged import differences
from chaingraph.rulecases.made import run_embedded
from chaingraph.rules.clause_texts import read_clauses
from chaingraph.rules.lint import lint_rule
from chaingraph.rules.rule import Rule
from chaingraph.store.ladybug_memory import MemoryStore
from chaingraph.store.protocol import Progress, silent
from chaingraph.written.problem import Problem


@dataclass(frozen=True)
class Trial:
    """What came of one rule's cases: how many there are, what differs by file, and the kinds of case it lacks.

    ``faults`` are the lint's; a rule that has any is not run, as an engine would only say the same in its own words.
    """

    rule: str
    cases: int
    faults: tuple[Problem, ...]
    failures: dict[Path, list[str]]
    lacks: tuple[Kind, ...]


def try_rules(
    rules: Sequence[Rule], queries: Sequence[Path] = (), progress: Progress = silent
) -> Iterator[Trial]:
    """Run every case of each rule without faults, one rule after another."""
    files = case_files(queries)
    clauses, _ = read_clauses(queries)
    total, done = sum(len(files.get(rule.id, ())) for rule in rules), 0
    with closing(Workbench(threads=1)) as bench, closing(MemoryStore()) as store:
        for rule in rules:
            failures: dict[Path, list[str]] = {}
            shown: set[Kind] = set()
            its_own = files.get(rule.id, [])
            faults = tuple(sorted(set(lint_rule(rule, clauses, ASSESSMENTS))))
            for file in its_own if not faults else ():
                progress(rule.id, done, total)
                done += 1
                try:
                    case = read_case(file)
                    shown |= set(case.kinds)
                    with tempfile.TemporaryDirectory() as folder:
                        found = differences(case, rule, run_embedded(case, rule, Path(folder), bench, store))
                except ChaingraphError as error:
                    found = [str(error)]
                if found:
                    failures[file] = found
            lacks = () if faults else tuple(sorted(wanted_kinds(rule) - shown))
            yield Trial(rule.id, len(its_own), faults, failures, lacks)
