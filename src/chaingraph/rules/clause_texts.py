"""The clauses that rules stand on: ``queries/clauses/*.yaml`` as a model."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from pathlib import Path
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from chaingraph.content import content_dir
from chaingraph.rules.duties import Duty
from chaingraph.rules.rule import read_text
from chaingraph.written.problem import Problem, refuse
from chaingraph.written.yaml_lines import faults, read_yaml

Ceiling = Literal["breach", "indicator", "attestation", "guard"]
# From the least that a finding may say to the most; a guard allows none.
RANK = {"guard": 0, "attestation": 1, "indicator": 2, "breach": 3}


class Attest(BaseModel):
    """Who has to show a document, and how fresh it must be (None: whatever its age)."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    about: Literal["prime", "provider", "head-contract", "lot", "market"]
    within_days: int | None = Field(default=None, gt=0)


class Clause(BaseModel):
    """One clause: its exact words, what they allow a rule to say, who answers, and what data can show.

    ``modal`` is the verb that sets how much the words demand; ``data`` is Y (data decides), P (a proxy),
    T (only a document) or None (no test).
    ``rolls_up`` names the clauses whose findings answer for it where no rule of its own can.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    id: str = Field(pattern=r"^[A-Z]{2,}(-[A-Z0-9]+)+$")
    section: str = Field(min_length=1)
    quote: str = Field(min_length=1)
    modal: Literal["will", "cannot", "no", "should", "expect", "consider", "none"]
    ceiling: Ceiling
    respondent: Literal["provider", "department", "market"]
    data: Literal["Y", "P", "T"] | None
    attest: Attest | None = None
    rolls_up: tuple[str, ...] = ()
    notes: str = ""

    def allows(self, severity: str) -> bool:
        """Whether a rule standing on this clause may say that much."""
        return RANK[severity] <= RANK[self.ceiling]


class Code(BaseModel):
    """The document that the clauses of a file are taken from."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    id: str
    title: str
    source: str
    published_on: date | None = None


class ClauseFile(BaseModel):
    """One file of clauses."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    code: Code
    clauses: tuple[Clause, ...]


def read_clauses(extra: Iterable[Path] = ()) -> tuple[dict[str, Clause], list[Problem]]:
    """Every clause by its id, and what is wrong with the files.

    ``extra`` are folders of a steward's own, whose ``clauses/*.yaml`` stand beside those that ship.
    """
    clauses: dict[str, Clause] = {}
    problems: list[Problem] = []
    for folder in (content_dir("queries"), *extra):
        for file in sorted((folder / "clauses").glob("*.yaml")):
            data, lines, found = read_yaml(read_text(file), file)
            problems += found
            if found:
                continue
            try:
                read = ClauseFile.model_validate(data)
            except ValidationError as error:
                problems += faults(error, ClauseFile, lines, file)
                continue
            for at, clause in enumerate(read.clauses):
                if clause.id in clauses:
                    line = lines.get(("clauses", at), 1)
                    problems.append(Problem(file, line, f"the clause {clause.id} stands here a second time"))
                clauses.setdefault(clause.id, clause)
    return clauses, problems


def load_clauses(extra: Iterable[Path] = ()) -> Mapping[str, Clause]:
    """Every clause by its id. Raises ContentError that lists every fault of the files."""
    clauses, problems = read_clauses(extra)
    refuse(problems)
    return clauses


def duties_of(names: Iterable[str], clauses: Mapping[str, Clause]) -> tuple[Duty, ...]:
    """What those of the named clauses that a document shows ask for, in the order of the names."""
    found = []
    for name in names:
        clause = clauses.get(name)
        if clause and clause.attest:
            attest = clause.attest
            found.append(Duty(name, attest.about, attest.within_days, clause.respondent, clause.quote))
    return tuple(found)
