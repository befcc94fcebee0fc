"""Expressions of a statement: names, properties, functions and constructs, held against model and dialect."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from chaingraph.rules.blocks import SUBQUERIES
from chaingraph.rules.dialect import LIST_TESTS, WORDS, function_fault
from chaingraph.rules.scope import VALUE, Scope, pairs
from chaingraph.rules.tokens import Token
from chaingraph.written.suggest import did_you_mean

Report = Callable[[int, str], None]
_COMPARES = ("=", "<>", "<", ">", "<=", ">=")
_NOTHING = Token("mark", "", 0)
_ALSO_FUNCTIONS = ("ALL", "COLLECT", "COUNT", "EXISTS")
_NUMBERS = ("INT64", "DOUBLE")


def check_expression(tokens: Sequence[Token], scope: Scope, report: Report, *, where: bool = False) -> None:
    """Report every fault of an expression; ``where`` says that it decides which rows there are."""
    there = {**scope, **_locals(tokens)}
    for at, token in enumerate(tokens):
        before, after = _at(tokens, at - 1), _at(tokens, at + 1)
        if token.kind == "mark":
            _mark(tokens, at, report)
        elif token.text == "$as_of":
            if before.text in ("+", "-") or after.text in ("+", "-"):
                report(token.line, "$as_of is a date and cannot be counted with: use $as_of_day")
        elif token.kind not in ("name", "quoted") or before.text == ".":
            continue
        elif before.text == ":":
            report(
                token.line,
                f":{token.text} in an expression is not read by both engines: name it in the MATCH",
            )
        elif after.text == "(" and (token.word not in WORDS or token.word in _ALSO_FUNCTIONS):
            _function(tokens, at, token.text, report)
        elif token.word in WORDS and token.identifier not in there:
            continue
        elif after.text == "." and _called(tokens, at):
            _function(tokens, at, f"{token.text}.{_at(tokens, at + 2).text}", report)
        else:
            _name(tokens, at, there, report, where)


def _at(tokens: Sequence[Token], at: int) -> Token:
    return tokens[at] if 0 <= at < len(tokens) else _NOTHING


def _called(tokens: Sequence[Token], at: int) -> bool:
    return _at(tokens, at + 2).kind == "name" and _at(tokens, at + 3).text == "("


def _locals(tokens: Sequence[Token]) -> Scope:
    """The variables of ``any(x IN …)`` and its like."""
    return {
        token.identifier: VALUE
        for at, token in enumerate(tokens)
        if _at(tokens, at - 1).text == "("
        and _at(tokens, at - 2).text.lower() in LIST_TESTS
        and _at(tokens, at + 1).word == "IN"
    }


def _function(tokens: Sequence[Token], at: int, name: str, report: Report) -> None:
    fault = function_fault(name)
    if fault:
        report(tokens[at].line, fault)
    inside = _at(tokens, at - 1).text == "(" and _at(tokens, at - 2).text.lower() == "coalesce"
    if name.lower() == "sum" and not inside:
        report(
            tokens[at].line,
            "sum() over nothing is null in one engine and 0 in the other: coalesce(sum(…), 0)",
        )


def _mark(tokens: Sequence[Token], at: int, report: Report) -> None:
    token, before, after = tokens[at], _at(tokens, at - 1), _at(tokens, at + 1)
    ends_a_value = before.text in (")", "]") or before.kind in ("quoted", "parameter", "string")
    ends_a_value = ends_a_value or (before.kind == "name" and before.word not in WORDS)
    if token.text == "[" and ends_a_value:
        report(
            token.line,
            "a list's index or slice counts from 0 in one engine and from 1 in the other: "
            "return the list and do list work in the assessment",
        )
    elif token.text == "[" and (after.text == "(" or _at(tokens, at + 2).word == "IN"):
        report(
            token.line,
            "a comprehension is not read by both engines: use collect(), count() or COUNT { MATCH … }",
        )
    elif token.text == "[" and before.word == "IN" and _holds_null(tokens, at):
        report(token.line, "IN over a list that holds null differs between the engines: leave the null out")
    elif token.text == "{" and before.word not in SUBQUERIES:
        report(token.line, "a map, or a projection of one, is not the same in both engines: return scalars")
    elif token.text == "=~":
        report(
            token.line,
            "regular expressions are each engine's own: use STARTS WITH, CONTAINS or a derived property",
        )


def _holds_null(tokens: Sequence[Token], at: int) -> bool:
    for token in tokens[at + 1 :]:
        if token.text == "]":
            return False
        if token.word == "NULL":
            return True
    return False


def _name(tokens: Sequence[Token], at: int, scope: Scope, report: Report, where: bool) -> None:
    token = tokens[at]
    name = token.identifier
    if name not in scope:
        report(token.line, f"{name} is not known at this place{did_you_mean(name, scope)}")
        return
    if _at(tokens, at + 1).text != ".":
        return
    known = scope[name]
    property_ = _at(tokens, at + 2).identifier
    if known.kind in ("value", "path"):
        report(token.line, f"{name} is a value and has no property {property_}")
        return
    if _at(tokens, at + 3).text == ".":
        part = _at(tokens, at + 4).text
        report(
            token.line,
            f"{name}.{property_}.{part}: parts of a date are not read by both engines; "
            "use a derived property such as quarter, or the integer twin",
        )
    properties = known.properties()
    if properties is None:
        return
    if property_ not in properties:
        listed = " or ".join(known.names)
        report(token.line, f"{listed} has no property {property_}{did_you_mean(property_, properties)}")
        return
    if where and known.kind == "relationship" and len(pairs(known.names)) > 1:
        report(
            token.line,
            f"a condition on {name}.{property_}: {known.names[0]} joins several pairs of labels, "
            "where one engine loses rows; put the condition on a node",
        )
    _typed(tokens, at, f"{name}.{property_}", properties[property_], report)


def _typed(tokens: Sequence[Token], at: int, name: str, kind: str, report: Report) -> None:
    before, after = _at(tokens, at - 1), _at(tokens, at + 3)
    if kind == "DATE" and (before.text in ("+", "-") or after.text in ("+", "-")):
        report(tokens[at].line, f"{name} is a date and cannot be counted with: use its integer twin")
    others = [_at(tokens, at + 4)] if after.text in _COMPARES else []
    others += [_at(tokens, at - 2)] if before.text in _COMPARES else []
    for other in others:
        text_and_number = (kind == "STRING" and other.kind == "number") or (
            kind in _NUMBERS and other.kind == "string"
        )
        if text_and_number:
            report(
                tokens[at].line, f"{name} is {kind}: comparing text with a number differs between the engines"
            )
