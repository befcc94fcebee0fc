"""A MATCH held against the model and the dialect."""

from __future__ import annotations

from collections.abc import Sequence

from chaingraph.model import NODES
from chaingraph.rules.blocks import Clause, split
from chaingraph.rules.dialect import RESERVED
from chaingraph.rules.expressions import Report, check_expression
from chaingraph.rules.patterns import NodePattern, Pattern, RelationshipPattern, read_pattern
from chaingraph.rules.scope import TYPES, Known, Scope, is_tree, joined_types, pairs
from chaingraph.rules.tokens import Token
from chaingraph.written.suggest import did_you_mean

LONGEST_CHAIN = 8


def check_match(clause: Clause, where: Sequence[Token], scope: Scope, report: Report) -> Scope:
    """Report every fault of a MATCH; gives the scope after it. ``where`` are the tokens of its WHERE."""
    parts = split(clause.body)
    if len(parts) > 1:
        report(
            clause.line,
            "one pattern a MATCH (one engine loses labels or doubles rows after a comma): "
            "chain a second MATCH",
        )
    scope = dict(scope)
    for pattern in map(read_pattern, parts):
        for line, message in pattern.faults:
            report(line, message)
        if pattern.path:
            _new(scope, pattern.path, Known("path"), clause.line, report)
        nodes = [_node(node, scope, report) for node in pattern.nodes]
        for relationship in pattern.relationships:
            _relationship(relationship, nodes, scope, report)
        _repeated(pattern, nodes, where, report)
        for node in pattern.nodes:
            _inline(node, scope, report)
    return scope


def _new(scope: Scope, name: str, known: Known, line: int, report: Report) -> None:
    if name.lower() in RESERVED:
        report(line, f"{name} is a reserved word in one of the engines: choose another name")
    scope[name] = known


def _node(node: NodePattern, scope: Scope, report: Report) -> Known:
    for label in node.labels:
        if label not in NODES:
            report(node.line, f"the model has no label {label}{did_you_mean(label, NODES)}")
    if len(node.labels) > 1:
        report(node.line, "a node has one label")
    known = Known("node", tuple(node.labels))
    if not node.variable:
        if not node.labels:
            report(node.line, "every node of a pattern names its label: (:Label)")
        return known
    if node.variable in scope:
        before = scope[node.variable]
        if before.kind != "node":
            report(node.line, f"{node.variable} is already something else than a node")
        elif node.labels and tuple(node.labels) != before.names:
            report(node.line, f"{node.variable} is already a {' or '.join(before.names)}")
        return before
    if not node.labels:
        report(node.line, f"({node.variable}) names no label where it first stands: ({node.variable}:Label)")
    _new(scope, node.variable, known, node.line, report)
    return known


def _relationship(found: RelationshipPattern, nodes: Sequence[Known], scope: Scope, report: Report) -> None:
    if found.properties:
        report(found.line, "put a condition on a relationship's property into the WHERE of the MATCH")
    if not found.types:
        report(found.line, "every relationship of a pattern names its type: -[:TYPE]->")
    unknown = [name for name in found.types if name not in TYPES]
    for name in unknown:
        report(found.line, f"the model has no relationship {name}{did_you_mean(name, TYPES)}")
    if found.variable:
        if found.variable in scope:
            report(found.line, f"{found.variable} is already in use: a relationship is matched once")
        kind = Known("relationship", tuple(found.types)) if found.span is None else Known("path")
        _new(scope, found.variable, kind, found.line, report)
    if found.span is not None:
        _span(found, report)
    elif found.types and not unknown:
        _joins(found, nodes, report)


def _span(found: RelationshipPattern, report: Report) -> None:
    bound = found.span.split("..")[-1] if found.span else ""
    if not bound.isdigit() or int(bound) > LONGEST_CHAIN:
        report(
            found.line, f"a chain of any length has a bound of at most {LONGEST_CHAIN}: *1..{LONGEST_CHAIN}"
        )
    for name in found.types:
        if name in TYPES and not is_tree(name):
            report(
                found.line,
                f"{name} may run in a circle, and one engine then walks it twice: "
                "chains of any length only over a tree",
            )


def _joins(found: RelationshipPattern, nodes: Sequence[Known], report: Report) -> None:
    if found.left < 0 or found.right >= len(nodes):
        report(found.line, "a relationship stands between two nodes")
        return
    left, right = nodes[found.left].names, nodes[found.right].names
    if not (left and right) or any(label not in NODES for label in (*left, *right)):
        return
    there = pairs(found.types)
    forwards = any((a, b) in there for a in left for b in right)
    backwards = any((b, a) in there for a in left for b in right)
    wanted = {">": forwards, "<": backwards, "": forwards or backwards}[found.direction]
    if wanted:
        return
    a, b = left[0], right[0]
    types = "|".join(found.types)
    if forwards or backwards:
        start, end = (a, b) if forwards else (b, a)
        report(found.line, f"{types} runs from {start} to {end}: turn the arrow round")
    else:
        common = sorted(set(joined_types(a)) & set(joined_types(b)))
        hint = f": these two share {', '.join(common)}" if common else ""
        report(found.line, f"{types} does not join {a} and {b}{hint}")


def _repeated(pattern: Pattern, nodes: Sequence[Known], where: Sequence[Token], report: Report) -> None:
    """Neither engine's answer is wrong alone, but only one keeps a relationship from standing for two."""
    listed = [r for r in pattern.relationships if r.types]
    apart = _apart(where)
    for i, first in enumerate(listed):
        for second in listed[i + 1 :]:
            shared = set(first.types) & set(second.types)
            if not shared or not _may_coincide(first, second, nodes):
                continue
            ends = [
                frozenset((pattern.nodes[a].variable, pattern.nodes[b].variable))
                for a in (first.left, first.right)
                for b in (second.left, second.right)
                if max(a, b) < len(pattern.nodes)
            ]
            if not any(len(pair) == 2 and pair in apart for pair in ends):
                report(
                    second.line,
                    f"{sorted(shared)[0]} stands twice in one MATCH, and one engine lets both be the same "
                    "relationship: say that the ends differ (a.id <> b.id), or use two MATCH clauses",
                )


def _may_coincide(a: RelationshipPattern, b: RelationshipPattern, nodes: Sequence[Known]) -> bool:
    """Whether two relationships may join the same labels."""
    ends = [{nodes[i].names for i in (r.left, r.right) if 0 <= i < len(nodes)} for r in (a, b)]
    return a.span is not None or b.span is not None or ends[0] == ends[1] or () in (ends[0] | ends[1])


def _apart(where: Sequence[Token]) -> set[frozenset[str]]:
    """The pairs of variables of which a property is said to differ: ``a.x <> b.x``."""
    found = set()
    for at, token in enumerate(where):
        if token.text == "<>" and at >= 3 and at + 3 < len(where):
            left, right = where[at - 3 : at], where[at + 1 : at + 4]
            if left[1].text == "." and right[1].text == "." and left[2].text == right[2].text:
                found.add(frozenset((left[0].identifier, right[0].identifier)))
    return found


def _inline(part: NodePattern, scope: Scope, report: Report) -> None:
    names = Known(
        "node", tuple(part.labels) or (scope[part.variable].names if part.variable in scope else ())
    )
    properties = names.properties() or {}
    for pair in split(part.properties[1:-1]):
        name = pair[0].identifier if pair else ""
        if properties and name not in properties:
            report(part.line, f"{names.names[0]} has no property {name}{did_you_mean(name, properties)}")
        check_expression(pair[2:], scope, report)
