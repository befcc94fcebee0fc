"""Every rule held against its clauses, the model, the dialect and itself: all faults at once."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Mapping, Sequence
from pathlib import Path

import chaingraph.assess  # noqa: F401 - importing the package registers the assessments
from chaingraph.assess.registry import ASSESSMENTS
from chaingraph.content import content_dir
from chaingraph.model import NODES
from chaingraph.rules import needs
from chaingraph.rules.blocks import parse, returned
from chaingraph.rules.catalogue import load_rules, read_rules
from chaingraph.rules.clause_texts import Clause, read_clauses
from chaingraph.rules.columns import POPULATION, PROVENANCE, wanted_columns
from chaingraph.rules.message import fields
from chaingraph.rules.parameters import SWITCH
from chaingraph.rules.rule import ALWAYS_BOUND, Rule, Statement
from chaingraph.rules.statement_lint import statement_faults
from chaingraph.rules.versions import lock_file, lock_problems, write_lock
from chaingraph.written.problem import Problem
from chaingraph.written.suggest import did_you_mean

ID = re.compile(r"[a-z][a-z0-9]*(-[a-z0-9]+)*")


def lint(extra: Iterable[Path] = ()) -> list[Problem]:
    """Every fault of every rule and clause file, in reading order; ``extra`` are folders of one's own."""
    folders = [content_dir("queries"), *extra]
    rules, problems = read_rules(folders[1:])
    clauses, found = read_clauses(folders[1:])
    problems += found
    for rule in rules:
        problems += lint_rule(rule, clauses, ASSESSMENTS)
    for folder in folders:
        its_own = [rule for rule in rules if folder in rule.path.parents]
        problems += lock_problems(its_own, lock_file(folder))
    return sorted(set(problems))


def lock_versions(extra: Iterable[Path] = ()) -> list[str]:
    """Write the lock of the packs that ship, or of the folders in ``extra`` where there are any.

    Gives the rules that were locked; drafts, and rules with a fault, are not. Raises ContentError, and writes nothing,
    where a rule changed without a new version.
    """
    own = list(extra)
    rules = load_rules(own)
    clauses, _ = read_clauses(own)
    faulty = {rule.id for rule in rules if lint_rule(rule, clauses, ASSESSMENTS)}
    locked = []
    for folder in own or [content_dir("queries")]:
        its_own = [rule for rule in rules if folder in rule.path.parents]
        locked += write_lock(its_own, lock_file(folder), leave=faulty)
    return locked


def lint_rule(rule: Rule, clauses: Mapping[str, Clause], assessments: Collection[str]) -> list[Problem]:
    """Every fault of one rule."""
    found = [
        *_header(rule),
        *_clauses(rule, clauses),
        *_assessment(rule, assessments),
        *_parameters(rule),
        *_sections(rule),
        *_columns(rule),
    ]
    for _, statement in rule.statements:
        found += statement_faults(statement)
    return [Problem(rule.path, line, message) for line, message in found]


Faults = list[tuple[int, str]]


def _at(rule: Rule, *where: str | int) -> int:
    return rule.lines.get(where, rule.lines.get(where[:1], 1))


def _header(rule: Rule) -> Faults:
    found: Faults = []
    header = rule.header
    if not ID.fullmatch(rule.id):
        found.append((1, f"{rule.id}: a rule's file is named in small letters, digits and hyphens"))
    for name in ("record", "evidence", "subject"):
        label = getattr(header, name)
        if label and label not in NODES:
            near = did_you_mean(label, NODES)
            found.append((_at(rule, name), f"{name}: the model has no label {label}{near}"))
    if header.subject in NODES:
        key = NODES[header.subject].key
        if key not in header.identity and len(header.identity) > 1:
            text = f"subject: none of the identity's columns is {key}, the key of {header.subject}"
            found.append((_at(rule, "subject"), text))
    for at, need in enumerate(rule.needs):
        fault = needs.fault(need)
        if fault:
            found.append((_at(rule, "needs", at), f"needs: {fault}"))
    for name in ("innocent", "ask"):
        for at, text in enumerate(getattr(header, name)):
            if not text.strip():
                found.append((_at(rule, name, at), f"{name}: an empty line says nothing"))
    try:
        fields(header.message)
    except ValueError as error:
        found.append((_at(rule, "message"), f"message: {error}"))
    return found


def _clauses(rule: Rule, clauses: Mapping[str, Clause]) -> Faults:
    found: Faults = []
    for at, name in enumerate(rule.clauses):
        line = _at(rule, "clauses", at)
        if name not in clauses:
            found.append((line, f"clauses: there is no clause {name}{did_you_mean(name, clauses)}"))
        elif not clauses[name].allows(rule.severity):
            ceiling = clauses[name].ceiling
            text = f"severity: {name} allows no more than {ceiling}, not {rule.severity}"
            if ceiling == "guard":
                text = f"clauses: {name} limits what rules may do, and no rule stands on it"
            found.append((line, text))
        elif rule.header.duties and clauses[name].attest is None:
            found.append((line, f"duties: {name} has no attest entry, which would say what has to be shown"))
    if rule.header.assess and rule.severity == "breach":
        text = "severity: what an assessment finds is a pattern, never more than an indicator"
        found.append((_at(rule, "severity"), text))
    return found


def _assessment(rule: Rule, assessments: Collection[str]) -> Faults:
    name = rule.header.assess
    if rule.header.duties and not name:
        return [(_at(rule, "duties"), "duties: they are handed to an assessment, and the rule names none")]
    if not name:
        extra = "evidence" if rule.evidence else ""
        text = "a rule without assess has its rows as evidence, and no evidence section"
        if extra or rule.header.evidence:
            return [(rule.evidence.line if rule.evidence else _at(rule, "evidence"), text)]
        return []
    found: Faults = []
    if name not in assessments:
        near = did_you_mean(name, assessments)
        found.append((_at(rule, "assess"), f"assess: there is no assessment {name}{near}"))
    if rule.evidence is None:
        found.append(
            (_at(rule, "assess"), "assess: the records behind a finding need an // evidence section")
        )
    elif not rule.evidence.parameters & set(rule.header.identity):
        names = ", ".join(f"${part}" for part in rule.header.identity)
        found.append((rule.evidence.line, f"the evidence section does not ask for one identity: {names}"))
    if not rule.header.evidence:
        found.append((_at(rule, "assess"), "assess: evidence names the label of the rows behind a finding"))
    if rule.population:
        found.append((rule.population.line, "with assess, the assessment counts the population"))
    return found


def _parameters(rule: Rule) -> Faults:
    found: Faults = []
    used: set[str] = set()
    for name, statement in rule.statements:
        used |= statement.parameters
        there = {*rule.parameters, *ALWAYS_BOUND}
        there |= set(rule.header.identity) if name == "evidence" else set()
        for token in statement.tokens:
            if token.kind == "parameter" and token.identifier not in there:
                near = did_you_mean(token.identifier, there)
                found.append((token.line, f"{token.text} is no parameter of the rule{near}"))
    for name in rule.parameters:
        line = _at(rule, "parameters", name)
        if name in (*ALWAYS_BOUND, "duties") or name in rule.header.identity:
            found.append((line, f"parameters: {name} is bound by the sweep itself"))
        elif name == SWITCH:
            found.append((line, f"parameters: {name} is what settings switch rules on and off with"))
        elif name not in used and not rule.header.assess:
            found.append((line, f"parameters: ${name} is used nowhere"))
    return found


def _sections(rule: Rule) -> Faults:
    return [
        (statement.line, f"the {name} section ends with a semicolon, so that the file can be pasted whole")
        for (name, statement) in rule.statements[:-1]
        if not statement.closed
    ]


def _columns(rule: Rule) -> Faults:
    found: Faults = []
    if rule.header.assess is None:
        found += _missing(rule.main, wanted_columns(rule), "main")
    if rule.population:
        found += _missing(rule.population, POPULATION, "population")
    if rule.evidence:
        found += _missing(rule.evidence, [rule.evidence_key, *PROVENANCE], "evidence")
    return found


def _missing(statement: Statement, wanted: Sequence[str], section: str) -> Faults:
    block, faults = parse(statement.tokens)
    there = returned(block)
    if faults or not there:
        return []
    last = block.clauses[-1].line
    return [
        (last, f"the {section} section does not return {name}{did_you_mean(name, there)}")
        for name in wanted
        if name not in there
    ]
