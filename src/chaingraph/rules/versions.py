"""``versions.lock``: which body each rule's version stands for, so that no rule changes under its number.

A draft is nobody's yet: it is locked when it becomes stable, and may change until then.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from pathlib import Path
from typing import NamedTuple

from chaingraph.rules.rule import Rule, read_text
from chaingraph.written.problem import Problem, refuse

NAME = "versions.lock"
_TOP = """# Rule, version, sha256 of its statements, defaults and needs. To change them is a new version.
# Written by: chaingraph rules lint --write-lock
"""


class Locked(NamedTuple):
    """A released version of a rule, and the line it stands on."""

    version: int
    body: str
    line: int


def lock_file(folder: Path) -> Path:
    """Where a folder of packs keeps its lock."""
    return folder / NAME


def read_lock(path: Path) -> tuple[dict[str, Locked], list[Problem]]:
    """What the lock says of each rule (nothing where there is no lock), and the lines that say nothing."""
    if not path.is_file():
        return {}, []
    locked: dict[str, Locked] = {}
    problems = []
    for number, line in enumerate(read_text(path).splitlines(), 1):
        words = line.split("#")[0].split()
        if len(words) == 3 and words[1].isdigit():
            locked[words[0]] = Locked(int(words[1]), words[2], number)
        elif words:
            problems.append(Problem(path, number, "a line holds a rule, its version and its sha256"))
    return locked, problems


def lock_problems(rules: Sequence[Rule], path: Path) -> list[Problem]:
    """Rules that changed under their version, are not locked, or are gone; nothing where no lock is kept."""
    if not path.is_file():
        return []
    locked, problems = read_lock(path)
    for rule in rules:
        known = locked.get(rule.id)
        if rule.header.status != "draft" and (known is None or rule.version > known.version):
            text = f"version: {rule.version} is not in {path.name}: chaingraph rules lint --write-lock"
            problems.append(Problem(rule.path, rule.lines.get(("version",), 1), text))
    return problems + broken_promises(rules, path)


def broken_promises(rules: Sequence[Rule], path: Path) -> list[Problem]:
    """What no new lock may paper over: a rule that changed under its version, went back, or is gone."""
    locked, _ = read_lock(path)
    problems = []
    there = {rule.id: rule for rule in rules}
    for name, known in locked.items():
        if name not in there:
            text = f"the rule {name} is gone; ids are stable: keep it as deprecated"
            problems.append(Problem(path, known.line, text))
            continue
        rule = there[name]
        line = rule.lines.get(("version",), 1)
        if rule.version < known.version:
            problems.append(Problem(rule.path, line, f"version: {known.version} was released already"))
        elif rule.version == known.version and rule.body_hash != known.body:
            text = f"version: the rule changed since version {rule.version} was locked: raise it"
            problems.append(Problem(rule.path, line, text))
    return problems


def write_lock(
    rules: Sequence[Rule], path: Path, *, leave: Collection[str] = (), renew: bool = False
) -> list[str]:
    """Write the lock anew, whole or not at all; gives the rules that it now holds to another version than before.

    Drafts, and the rules that ``leave`` names, stay as the lock has them. Raises ContentError where a rule changed
    without a new version, or is gone; ``renew`` locks them all the same (for rules that were never released).
    """
    if not renew:
        refuse(broken_promises(rules, path))
    before, _ = read_lock(path)
    now = {name: (known.version, known.body) for name, known in before.items()}
    now = {name: now[name] for name in now.keys() & {rule.id for rule in rules}}
    for rule in rules:
        if rule.header.status != "draft" and rule.id not in leave:
            now[rule.id] = rule.version, rule.body_hash
    lines = [f"{name} {version} {body}\n" for name, (version, body) in sorted(now.items())]
    aside = path.with_name(path.name + ".new")
    aside.write_text(_TOP + "".join(lines), encoding="utf-8")
    aside.replace(path)
    return [name for name, new in sorted(now.items()) if name not in before or before[name][:2] != new]
