"""Which clauses the rules can judge with what is loaded, and which table more would open the most of them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from chaingraph.model import LINKS, NODES
from chaingraph.rules.clause_texts import Clause
from chaingraph.rules.rule import Rule

# ``part``: some rules of the clause can be assessed, others not.
Status = Literal["assessable", "part", "not_assessable", "off", "guard", "no rule"]


@dataclass(frozen=True)
class RuleCover:
    """One rule of a clause: what it needs, which of that no record has, and whether a sweep runs it."""

    rule: str
    title: str
    needs: tuple[str, ...]
    missing: tuple[str, ...]
    runs: bool

    @property
    def assessable(self) -> bool:
        """Whether a sweep would judge by it."""
        return self.runs and not self.missing


@dataclass(frozen=True)
class ClauseCover:
    """One clause, the rules that stand on it, or the clauses whose findings answer for it (``rolls_up``)."""

    clause: Clause
    rules: tuple[RuleCover, ...]
    rolls_up: tuple[str, ...]
    status: Status


def cover(
    clauses: Mapping[str, Clause],
    rules: Sequence[Rule],
    absent: Collection[str] = (),
    off: Collection[str] = (),
) -> list[ClauseCover]:
    """Every clause, in the order of the files. ``absent`` are needs without a value, ``off`` rules not run."""
    standing: dict[str, list[RuleCover]] = defaultdict(list)
    for rule in sorted(rules, key=lambda rule: rule.id):
        missing = tuple(need for need in rule.needs if need in absent)
        its = RuleCover(rule.id, rule.title, tuple(rule.needs), missing, rule.id not in off)
        for name in rule.clauses:
            standing[name].append(its)
    covered = {}
    for clause in clauses.values():
        its_rules = tuple(standing[clause.id])
        below = [one for name in clause.rolls_up for one in standing[name]]
        covered[clause.id] = ClauseCover(
            clause, its_rules, clause.rolls_up, _status(clause, [*its_rules, *below])
        )
    return list(covered.values())


def _status(clause: Clause, rules: Sequence[RuleCover]) -> Status:
    if clause.ceiling == "guard":
        return "guard"
    if not rules:
        return "no rule"
    running = [rule for rule in rules if rule.runs]
    if not running:
        return "off"
    judging = sum(rule.assessable for rule in running)
    return "assessable" if judging == len(running) else "part" if judging else "not_assessable"


def openers(covered: Sequence[ClauseCover]) -> list[tuple[str, tuple[str, ...]]]:
    """Each table that would, alone, open clauses of which nothing can be judged yet; the most clauses first.

    A clause counts for a table where all that one of its rules misses is in that table.
    """
    opened: dict[str, set[str]] = defaultdict(set)
    below = {one.clause.id: one.rules for one in covered}
    for one in covered:
        if one.status == "not_assessable":
            for rule in (*one.rules, *(r for name in one.rolls_up for r in below.get(name, ()))):
                tables = {table for need in rule.missing if (table := table_of(need))}
                if rule.runs and len(tables) == 1:
                    opened[tables.pop()].add(one.clause.id)
    ranked = sorted(opened.items(), key=lambda item: (-len(item[1]), item[0]))
    return [(table, tuple(sorted(names))) for table, names in ranked]


def table_of(need: str) -> str | None:
    """The table that holds what a need names: of a label, or of a relationship; None where nothing does."""
    thing = need.strip("-[]").lstrip(":").partition(".")[0]
    if thing in NODES:
        return NODES[thing].table
    return next((link.table for link in LINKS if link.type == thing and link.table), None)
