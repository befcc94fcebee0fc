"""A case file as a model.

``<rule id>/<case>.yaml``::

    title: Settled a day after the agreed day
    kinds: [positive, threshold-at]     # what the case shows; see ``Kind``
    as_of: 2026-03-31
    given:                              # rows of market tables, under the column names of the files
      contracts:
        - {contract_id: H, tier: 1, buyer_id: D, supplier_id: P, starts_on: 2025-01-01}
    parameters: {tolerance_days: 3}     # only those that differ from the rule's defaults
    expect:
      flagged: [{contract_id: K}]       # identities, or bare values where the identity is one column
      counts: {population: 2, flagged: 1, passed: 1}
      excluded: {in dispute: 1}         # all reasons with their counts
      values: [{contract_id: K, days_late.max: 1, rows: 1}]
      warnings: [low power]             # what some warning says; [] = there is none
      status: assessed                  # or not_assessable, with the needs that are absent:
      missing: [Invoice.received_on]

Each entry of ``values`` has to be true of some finding: identity and respondent columns, columns of its
values (``days_late.max`` where they vary), statistics (``effect``, ``n``), ``rows`` (records), ``evidence``
(their ids, in order) and ``message`` (a part of it).

Organisations that a row names and ``given`` does not hold are added, called by their id. The market goes
through the real loader, and no row of it may be rejected.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from pathlib import Path
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError, field_validator, model_validator

from chaingraph.content import content_dir
from chaingraph.model import TABLES
from chaingraph.rules.blocks import parse, returned
from chaingraph.rules.rule import Rule, read_text
from chaingraph.written.problem import refuse
from chaingraph.written.suggest import did_you_mean
from chaingraph.written.yaml_lines import faults, read_yaml

# Where the cases of a folder of packs lie.
FOLDER = "cases"
Kind = Literal[
    "positive",
    "negative",
    "threshold-below",
    "threshold-at",
    "missing-data",
    "exclusion",
    "cohort",
    "as-of",
]
Row = dict[str, Any]
COUNTS = ("population", "assessed", "flagged", "passed", "not_assessable", "findings")


class Expect(BaseModel):
    """What the rule has to say; what is left out is not looked at, but for ``flagged``."""

    model_config = ConfigDict(extra="forbid")

    status: Literal["assessed", "not_assessable", "off"] = "assessed"
    flagged: list[Any] = Field(default_factory=list)
    counts: dict[str, int] = Field(default_factory=dict)
    excluded: dict[str, int] | None = None
    values: list[Row] = Field(default_factory=list)
    warnings: list[str] | None = None
    missing: list[str] | None = None

    @model_validator(mode="after")
    def _agrees_with_itself(self) -> Expect:
        unknown = sorted(set(self.counts) - set(COUNTS))
        if unknown:
            raise ValueError(f"counts: {', '.join(unknown)}{did_you_mean(unknown[0], COUNTS)}")
        if self.missing and self.status != "not_assessable":
            raise ValueError("missing stands with status: not_assessable")
        return self


class Case(BaseModel):
    """One case file."""

    model_config = ConfigDict(extra="forbid")

    title: str = Field(min_length=1)
    kinds: list[Kind] = Field(min_length=1)
    as_of: date
    given: dict[str, list[Row]]
    parameters: dict[str, Any] = Field(default_factory=dict)
    department_org_id: str | None = None
    expect: Expect

    @field_validator("given")
    @classmethod
    def _known_columns(cls, given: dict[str, list[Row]]) -> dict[str, list[Row]]:
        for table, rows in given.items():
            if table not in TABLES:
                raise ValueError(f"there is no table {table}{did_you_mean(table, TABLES)}")
            known = TABLES[table].columns
            for name in {name for row in rows for name in row}:
                if name not in known:
                    raise ValueError(f"{table} has no column {name}{did_you_mean(name, known)}")
        return given

    @model_validator(mode="after")
    def _shows_what_it_claims(self) -> Case:
        expect = self.expect
        shows = {
            "positive": ("something in expect.flagged", bool(expect.flagged)),
            "negative": ("expect.counts.passed above 0", expect.counts.get("passed", 0) > 0),
            "missing-data": (
                "expect.counts.not_assessable above 0, or status: not_assessable",
                expect.status == "not_assessable" or expect.counts.get("not_assessable", 0) > 0,
            ),
            "exclusion": ("a reason in expect.excluded", bool(expect.excluded)),
        }
        for kind in self.kinds:
            wanted, shown = shows.get(kind, ("", True))
            if not shown:
                raise ValueError(f"a case of kind {kind} has {wanted}")
        return self


def read_case(path: Path) -> Case:
    """The case in a file. Raises ContentError with every fault in it, and its line."""
    case: Case | None = None
    data, lines, problems = read_yaml(read_text(path), path)
    if not problems:
        try:
            case = Case.model_validate(data)
        except ValidationError as error:
            problems = faults(error, Case, lines, path)
    refuse(problems, remedy="CONTRIBUTING.md shows a whole case.")
    assert case is not None
    return case


def case_folders(queries: Iterable[Path] = ()) -> list[Path]:
    """Where cases lie: those of the rules that ship, and ``cases/`` beside the packs of each own folder."""
    return [content_dir("cases"), *(folder / FOLDER for folder in queries)]


def case_files(queries: Iterable[Path] = ()) -> Mapping[str, list[Path]]:
    """Rule id → its case files, both in order."""
    found: dict[str, list[Path]] = {}
    for folder in case_folders(queries):
        for file in sorted(folder.glob("*/*.yaml")):
            found.setdefault(file.parent.name, []).append(file)
    return found


def wanted_kinds(rule: Rule) -> set[Kind]:
    """The kinds of case that a rule cannot do without."""
    kinds: set[Kind] = {"positive", "negative", "missing-data", "as-of"}
    if any(parameter.type in ("integer", "number") for parameter in rule.parameters.values()):
        kinds |= {"threshold-below", "threshold-at"}
    if rule.population or "excluded_reason" in returned(parse(rule.main.tokens)[0]):
        kinds.add("exclusion")
    return kinds
