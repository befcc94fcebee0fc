"""A rule file: header, main statement, and the two statements that may follow it."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from chaingraph.errors import ContentError
from chaingraph.model import NODES
from chaingraph.rules.duties import Duty
from chaingraph.rules.header import Header, Parameter
from chaingraph.rules.tokens import Token, code, tokens
from chaingraph.written.problem import Problem, refuse
from chaingraph.written.yaml_lines import Lines, faults, read_yaml

OPENS, CLOSES = "/*---", "---*/"
SECTION = re.compile(r"//\s*(population|evidence)\s*")
ALWAYS_BOUND = ("as_of", "as_of_day", "department_org_id")
# The header's lines that change what comes out, beside the parameters' defaults.
DECIDE = {
    "severity", "needs", "record", "record_key", "evidence", "subject", "identity", "respondent", "assess",
}  # fmt: skip


@dataclass(frozen=True)
class Statement:
    """One read-only Cypher statement: its text as written, without what ends it, and its tokens."""

    text: str
    tokens: tuple[Token, ...]
    closed: bool

    @property
    def line(self) -> int:
        """The line on which its code begins."""
        return next((token.line for token in code(self.tokens)), self.tokens[0].line if self.tokens else 1)

    @cached_property
    def parameters(self) -> frozenset[str]:
        """The names of the parameters that it uses, without the dollar."""
        return frozenset(token.identifier for token in self.tokens if token.kind == "parameter")


@dataclass(frozen=True)
class Rule:
    """A rule as its file says. ``id`` is the file's name, ``pack`` the folder's.

    ``duties`` are those of its clauses that a document shows, where the header asks for them; the catalogue
    fills them in, as a file of rules knows no clause's text, and so it does the ids of all clauses beside them.
    """

    id: str
    pack: str
    path: Path
    header: Header
    lines: Lines
    main: Statement
    population: Statement | None
    evidence: Statement | None
    duties: tuple[Duty, ...] = ()
    known_clauses: frozenset[str] = frozenset()

    @property
    def title(self) -> str:
        return self.header.title

    @property
    def severity(self) -> str:
        return self.header.severity

    @property
    def version(self) -> int:
        return self.header.version

    @property
    def clauses(self) -> Sequence[str]:
        return self.header.clauses

    @property
    def needs(self) -> Sequence[str]:
        return self.header.needs

    @property
    def record(self) -> str | None:
        return self.header.record

    @property
    def respondent(self) -> str | None:
        return self.header.respondent

    @property
    def parameters(self) -> Mapping[str, Parameter]:
        return self.header.parameters

    @property
    def innocent(self) -> Sequence[str]:
        return self.header.innocent

    @property
    def ask(self) -> Sequence[str]:
        return self.header.ask

    @property
    def runs_by_default(self) -> bool:
        """Whether a sweep runs the rule without being asked for it by name."""
        return self.header.enabled and self.header.status == "stable"

    @property
    def record_key(self) -> str:
        """The column of the main statement that holds the id of the record."""
        return self.header.record_key or _key(self.header.record)

    @property
    def evidence_label(self) -> str:
        """The label of the records behind a finding."""
        return self.header.evidence or self.header.record

    @property
    def evidence_key(self) -> str:
        """The column that holds the id of a record behind a finding."""
        return _key(self.evidence_label) if self.evidence else self.record_key

    @property
    def statements(self) -> list[tuple[str, Statement]]:
        """The statements that the file has, each with its section's name."""
        listed = (("main", self.main), ("population", self.population), ("evidence", self.evidence))
        return [(name, statement) for name, statement in listed if statement is not None]

    @cached_property
    def body_hash(self) -> str:
        """sha256 over everything that a result depends on: statements' code, thresholds, identity, needs, duties.

        Blanks, comments and words for people do not count.
        """
        body = {
            **self.header.model_dump(mode="json", include=DECIDE),
            "defaults": {name: parameter.default for name, parameter in self.parameters.items()},
            "statements": {name: [t.text for t in code(s.tokens)] for name, s in self.statements},
        }
        if self.header.duties:
            body["duties"] = [duty.decides() for duty in self.duties]
        return hashlib.sha256(canonical_json(body).encode()).hexdigest()


def canonical_json(value: Any) -> str:
    """One text for one value: keys sorted, no blanks, dates in ISO 8601."""
    return json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False, default=_iso)


def _iso(value: object) -> str:
    if isinstance(value, date):
        return value.isoformat()
    raise TypeError(f"{value!r} has no JSON form")


def _key(label: str) -> str:
    return NODES[label].key if label in NODES else ""


def parse_rule(text: str, path: Path) -> tuple[Rule | None, list[Problem]]:
    """The rule in a file's text, or the problems that keep it from being one."""
    pieces = tokens(text)
    if not (pieces and pieces[0].text.startswith(OPENS) and pieces[0].text.rstrip().endswith(CLOSES)):
        return None, [Problem(path, 1, f"the file begins with its header, between {OPENS} and {CLOSES}")]
    top = pieces[0]
    data, lines, problems = read_yaml(top.text[len(OPENS) : -len(CLOSES)], path)
    if not problems and not isinstance(data, dict):
        problems = [Problem(path, 1, "the header is a list of `name: value` lines")]
    if problems:
        return None, problems
    try:
        header = Header.model_validate(data)
    except ValidationError as error:
        return None, faults(error, Header, lines, path)
    sections, problems = _sections(pieces[1:], path)
    if problems:
        return None, problems
    rule = Rule(
        id=path.stem,
        pack=path.parent.name,
        path=path,
        header=header,
        lines=lines,
        main=sections["main"],
        population=sections.get("population"),
        evidence=sections.get("evidence"),
    )
    return rule, []


def read_rule(path: Path) -> Rule:
    """The rule in a file. Raises ContentError that lists every fault which keeps it from being read."""
    rule, problems = parse_rule(read_text(path), path)
    refuse(problems)
    assert rule is not None
    return rule


def read_text(path: Path) -> str:
    """The file's text. Raises ContentError where it is not UTF-8 or cannot be read."""
    try:
        return path.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError as error:
        raise ContentError(f"{path}: the file is not UTF-8 text", remedy="Save it as UTF-8.") from error
    except OSError as error:
        raise ContentError(f"{path}: the file cannot be read: {error.strerror or error}") from error


def _sections(pieces: Sequence[Token], path: Path) -> tuple[dict[str, Statement], list[Problem]]:
    problems = [
        Problem(path, piece.line, f"{piece.text.splitlines()[0][:40]} … is never closed")
        for piece in pieces
        if piece.kind == "broken"
    ]
    cut: dict[str, list[Token]] = {"main": []}
    current = "main"
    for piece in pieces:
        marker = SECTION.fullmatch(piece.text) if piece.kind == "comment" else None
        if marker is None:
            cut[current].append(piece)
            continue
        current = marker[1]
        if current in cut:
            problems.append(Problem(path, piece.line, f"the section {current} stands here twice"))
        cut[current] = []
    sections = {}
    for name, listed in cut.items():
        last = next((i for i in range(len(listed) - 1, -1, -1) if code([listed[i]])), -1)
        if last < 0:
            line = listed[0].line if listed else 1
            problems.append(Problem(path, line, f"the {name} section holds no statement"))
            continue
        closed = listed[last].text == ";"
        body = tuple(listed[: last if closed else len(listed)])
        text = "".join(piece.text for piece in body).strip()
        sections[name] = Statement(text, body, closed)
    return sections, problems
