"""Which rules there are: the packs that ship, and folders of a steward's own."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from pathlib import Path

from chaingraph.content import content_dir
from chaingraph.errors import ContentError, SettingsError
from chaingraph.rules.clause_texts import duties_of, read_clauses
from chaingraph.rules.rule import Rule, parse_rule, read_text
from chaingraph.written.problem import Problem, refuse
from chaingraph.written.suggest import did_you_mean

# Beside the packs: clause texts, saved questions and cases, which are no rules.
NOT_PACKS = ("clauses", "explore", "cases")


def rule_files(extra: Iterable[Path] = ()) -> list[Path]:
    """Every rule file of the packs that ship and of the folders in ``extra``, in order.

    A folder holds packs (folders of ``.cypher`` files), or is one itself.
    """
    files: list[Path] = []
    for folder in (content_dir("queries"), *extra):
        if not folder.is_dir():
            remedy = "Give --queries a folder of .cypher files."
            raise SettingsError(f"{folder} is not a folder.", remedy=remedy)
        found = [*folder.glob("*.cypher"), *folder.glob("*/*.cypher")]
        files += sorted(file for file in found if file.parent.name not in NOT_PACKS)
    return files


def read_rules(extra: Iterable[Path] = ()) -> tuple[list[Rule], list[Problem]]:
    """All rules, sorted by id, and what is wrong with the files that hold none.

    A rule that asks for its clauses' duties is given them; what is wrong with the clause files is told too.
    """
    extra = list(extra)
    rules: dict[str, Rule] = {}
    problems: list[Problem] = []
    for file in rule_files(extra):
        try:
            rule, found = parse_rule(read_text(file), file)
        except ContentError as error:
            problems.append(Problem(file, 1, error.message.removeprefix(f"{file}: ")))
            continue
        problems += found
        if rule is None:
            continue
        if rule.id in rules:
            problems.append(Problem(file, 1, f"the rule {rule.id} is already in {rules[rule.id].path}"))
        rules.setdefault(rule.id, rule)
    if any(rule.header.duties for rule in rules.values()):
        clauses, found = read_clauses(extra)
        problems += found
        for name, rule in rules.items():
            if rule.header.duties:
                duties = duties_of(rule.clauses, clauses)
                rules[name] = replace(rule, duties=duties, known_clauses=frozenset(clauses))
    return [rules[name] for name in sorted(rules)], problems


def load_rules(extra: Iterable[Path] = ()) -> list[Rule]:
    """All rules, sorted by id. Raises ContentError naming every file that cannot be read as a rule."""
    folders = list(extra)
    rules, problems = read_rules(folders)
    own = "".join(f" --queries {folder}" for folder in folders)
    refuse(problems, remedy=f"See all faults of the rules with: chaingraph rules lint{own}")
    return rules


def find_rule(rules: Sequence[Rule], name: str) -> Rule:
    """The rule of that id. Raises SettingsError that offers the nearest ids."""
    by_id = {rule.id: rule for rule in rules}
    if name not in by_id:
        near = did_you_mean(name, by_id)
        raise SettingsError(
            f"There is no rule {name}{near}.",
            remedy="List them with: chaingraph rules list (your own with --queries FOLDER)",
        )
    return by_id[name]


def choose(rules: Sequence[Rule], names: Iterable[str]) -> list[Rule]:
    """The rules of those ids, sorted by id; all of them where no name is given."""
    wanted = {find_rule(rules, name).id for name in names}
    chosen = [rule for rule in rules if rule.id in wanted or not wanted]
    return sorted(chosen, key=lambda rule: rule.id)
