"""Patterns of a MATCH: the nodes and relationships that it names."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from chaingraph.rules.blocks import CLOSING, OPENING
from chaingraph.rules.tokens import Token


@dataclass
class NodePattern:
    """``(variable:Label {property: …})``; what is not written is empty."""

    line: int
    variable: str = ""
    labels: list[str] = field(default_factory=list)
    properties: list[Token] = field(default_factory=list)


@dataclass
class RelationshipPattern:
    """``-[variable:TYPE*1..8]->`` between the nodes ``left`` and ``right`` of its pattern (by number).

    ``direction`` is ``>``, ``<`` or empty; ``span`` is None for one step, else the text after the star.
    """

    line: int
    left: int
    direction: str = ""
    variable: str = ""
    types: list[str] = field(default_factory=list)
    span: str | None = None
    properties: list[Token] = field(default_factory=list)

    @property
    def right(self) -> int:
        """The number of the node after it."""
        return self.left + 1


@dataclass
class Pattern:
    """One path of a MATCH. ``faults`` holds what could not be read, as (line, message)."""

    path: str = ""
    nodes: list[NodePattern] = field(default_factory=list)
    relationships: list[RelationshipPattern] = field(default_factory=list)
    faults: list[tuple[int, str]] = field(default_factory=list)


def read_pattern(tokens: Sequence[Token]) -> Pattern:
    """Read one path: ``p = (a:A)-[r:T]->(b:B)…``."""
    pattern = Pattern()
    at = 0
    if len(tokens) > 2 and tokens[1].text == "=":
        pattern.path, at = tokens[0].identifier, 2
    arrow = ""
    while at < len(tokens):
        token = tokens[at]
        if token.text in ("(", "["):
            end = _closing(tokens, at)
            inside = tokens[at + 1 : end]
            if token.text == "(":
                pattern.nodes.append(_node(inside, token.line))
                if len(pattern.nodes) > 1 + len(pattern.relationships):
                    # "(a)-->(b)": a relationship without brackets, so without a type.
                    direction = "<" if "<" in arrow else ">" if ">" in arrow else ""
                    left = len(pattern.nodes) - 2
                    pattern.relationships.append(RelationshipPattern(token.line, left, direction))
            else:
                relationship = _relationship(inside, token.line, len(pattern.nodes) - 1)
                after = tokens[end + 1 : end + 3]
                forward = len(after) == 2 and after[1].text == ">"
                relationship.direction = "<" if "<" in arrow else ">" if forward else ""
                pattern.relationships.append(relationship)
            arrow = ""
            at = end + 1
            continue
        if token.text in ("-", "<", ">"):
            arrow += token.text
        else:
            pattern.faults.append((token.line, f"{token.text} has no place in a pattern"))
        at += 1
    return pattern


def _closing(tokens: Sequence[Token], at: int) -> int:
    depth = 0
    for index in range(at, len(tokens)):
        if tokens[index].kind == "mark":
            depth += (tokens[index].text in OPENING) - (tokens[index].text in CLOSING)
        if depth == 0:
            return index
    return len(tokens)


def _node(inside: Sequence[Token], line: int) -> NodePattern:
    node = NodePattern(line)
    node.variable, node.labels, rest = _named(inside)
    node.properties = list(rest)
    return node


def _relationship(inside: Sequence[Token], line: int, left: int) -> RelationshipPattern:
    found = RelationshipPattern(line, left)
    found.variable, found.types, rest = _named(inside)
    if rest and rest[0].text == "*":
        end = next((i for i, token in enumerate(rest) if token.text == "{"), len(rest))
        found.span = "".join(token.text for token in rest[1:end])
        rest = rest[end:]
    found.properties = list(rest)
    return found


def _named(inside: Sequence[Token]) -> tuple[str, list[str], Sequence[Token]]:
    """The variable, the labels or types, and the rest."""
    at = 0
    variable = ""
    if inside and inside[0].kind in ("name", "quoted"):
        variable, at = inside[0].identifier, 1
    names: list[str] = []
    while at < len(inside) and inside[at].text in (":", "|", "&"):
        at += 1
        if at < len(inside) and inside[at].text == ":":
            at += 1
        if at < len(inside) and inside[at].kind in ("name", "quoted"):
            names.append(inside[at].identifier)
            at += 1
    return variable, names, inside[at:]
