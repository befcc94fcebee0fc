"""The rule that CONTRIBUTING.md walks through works as it stands there, cases and all."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from chaingraph.rulecases.case import wanted_kinds
from chaingraph.rulecases.scaffold import scaffold
from chaingraph.rules.catalogue import find_rule, load_rules
from chaingraph.rules.lint import lint
from chaingraph.store.ladybug import LadybugStore
from tests.rules.harness import build, check, read_case, run

PAGE = (Path(__file__).resolve().parents[1] / "CONTRIBUTING.md").read_text(encoding="utf-8")
# A file of the walk: its path in backticks with a colon, then its text.
WALK = dict(re.findall(r"^`([\w./-]+)`:\n\n```\w+\n(.*?)^```$", PAGE, re.MULTILINE | re.DOTALL))
CASES = sorted(name for name in WALK if name.endswith(".yaml"))
[RULE] = [name for name in WALK if name.endswith(".cypher")]


@pytest.fixture
def walked(tmp_path: Path) -> Path:
    for name, text in WALK.items():
        file = tmp_path / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text, encoding="utf-8")
    return tmp_path


def test_the_rule_passes_the_lint(walked: Path) -> None:
    ours = [str(problem) for problem in lint([walked / "queries"]) if str(walked) in str(problem)]
    assert ours == []


@pytest.mark.parametrize("name", CASES)
def test_the_case_passes(name: str, walked: Path) -> None:
    rule = find_rule(load_rules([walked / "queries"]), Path(RULE).stem)
    case = read_case(walked / name)
    store = LadybugStore(walked / "graph")
    try:
        store.publish(build(case, walked / "built"))
        check(case, rule, run(case, rule, store))
    finally:
        store.close()


def test_the_cases_are_complete(walked: Path) -> None:
    rule = find_rule(load_rules([walked / "queries"]), Path(RULE).stem)
    shown = {kind for name in CASES for kind in read_case(walked / name).kinds}
    assert wanted_kinds(rule) <= shown


def test_the_page_shows_what_a_new_rule_starts_from(tmp_path: Path) -> None:
    [(name, clause, pack)] = re.findall(r"rules new (\S+) --clause (\S+) --pack (\S+)$", PAGE, re.MULTILINE)
    written = scaffold(name, clause, pack, tmp_path)
    assert {file.name: file.read_text(encoding="utf-8") for file in written} == {
        Path(name).name: text for name, text in WALK.items()
    }
