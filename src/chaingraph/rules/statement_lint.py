"""One statement held against the model and the dialect, with every fault at its line."""

from __future__ import annotations

from chaingraph.rules.blocks import Block, Clause, Item, items, parse
from chaingraph.rules.dialect import RESERVED, WRITES
from chaingraph.rules.expressions import Report, check_expression
from chaingraph.rules.matches import check_match
from chaingraph.rules.misspelt import misspelt
from chaingraph.rules.rule import Statement
from chaingraph.rules.scope import VALUE, Known, Scope
from chaingraph.rules.tokens import Token, code

_SUBQUERIES = ("EXISTS", "COUNT")


def statement_faults(statement: Statement) -> list[tuple[int, str]]:
    """(line, message) of everything in a statement that the model or the dialect does not allow."""
    block, faults = parse(statement.tokens)
    if faults:
        return faults

    def report(line: int, message: str) -> None:
        if (line, message) not in faults:
            faults.append((line, message))

    faults += misspelt(code(statement.tokens), block)
    _read_only(code(statement.tokens), report)
    if not faults:
        _block(block, {}, report)
        if not any(clause.keyword == "RETURN" for clause in block.clauses):
            report(statement.line, "the statement returns nothing")
    return sorted(faults)


def _read_only(tokens: list[Token], report: Report) -> None:
    for at, token in enumerate(tokens):
        before = tokens[at - 1] if at else None
        if token.text == ";":
            report(token.line, "a section holds one statement")
        if token.word in WRITES and (before is None or before.text not in (".", ":")):
            report(token.line, f"{token.text} is not for a rule: it reads, and nothing else")


def _block(block: Block, outer: Scope, report: Report) -> None:
    scope = dict(outer)
    unwound = False
    for at, clause in enumerate(block.clauses):
        follows = block.clauses[at + 1] if at + 1 < len(block.clauses) else Clause("", clause.line)
        match clause.keyword:
            case "":
                wanted = "write EXISTS { MATCH … }" if block.kind else "a statement begins with MATCH"
                report(clause.line, f"{clause.body[0].text if clause.body else block.kind} …: {wanted}")
                return
            case "MATCH" | "OPTIONAL MATCH":
                if unwound:
                    report(clause.line, "one engine binds nothing in a MATCH after UNWIND: use IN")
                where = follows.body if follows.keyword == "WHERE" else []
                scope = check_match(clause, where, scope, report)
            case "WITH":
                scope = _with(block, at, scope, report)
            case "RETURN":
                _return(clause, scope, report)
                scope |= {item.alias: VALUE for item in items(clause) if item.alias}
            case "UNWIND":
                unwound = True
                check_expression(clause.body[:-2], scope, report)
                scope[clause.body[-1].identifier if clause.body else ""] = VALUE
            case "UNION" | "UNION ALL":
                if not any(before.keyword.startswith("UNION") for before in block.clauses[:at]):
                    _same_twice(block.clauses[at - 1], report)
                scope, unwound = dict(outer), False
            case _:
                check_expression(clause.body, scope, report, where=clause.keyword == "WHERE")
        for inner in clause.inner:
            if inner.kind not in _SUBQUERIES:
                report(
                    inner.line,
                    f"{inner.kind} {{ … }} is not read by both engines: "
                    "use EXISTS { MATCH … }, COUNT { MATCH … } or a WITH",
                )
            _block(inner, scope, report)


def _same_twice(clause: Clause, report: Report) -> None:
    """Two columns of one expression in a UNION's first part are one to one engine, in all parts; constants are not."""
    seen: dict[tuple[str, ...], str] = {}
    for item in items(clause):
        expression = tuple(token.text for token in item.expression)
        constant = all(t.kind in ("string", "number") or t.word in ("TRUE", "FALSE") for t in item.expression)
        before = seen.setdefault(expression, item.alias)
        if before != item.alias and not constant:
            report(
                item.line,
                f"{before} and {item.alias} are the same expression in the first part of a UNION, and one engine then "
                "gives one column for both in every part: word one of them otherwise",
            )


def _with(block: Block, at: int, scope: Scope, report: Report) -> Scope:
    clause = block.clauses[at]
    tail = [c.keyword for c in block.clauses[at + 1 : at + 4]]
    if tail[:1] == ["ORDER BY"] and "LIMIT" not in tail:
        report(clause.line, "ORDER BY in a WITH needs a LIMIT: without one the order is lost in one engine")
    listed = items(clause)
    after: Scope = {}
    for item in listed:
        if item.expression and item.expression[0].text == "*" and len(item.expression) == 1:
            after |= scope
            continue
        check_expression(item.expression, scope, report)
        if not item.alias:
            report(item.line, "WITH gives every expression a name: … AS name")
            continue
        after[item.alias] = _alias(item, scope, report)
    # What follows until the next clause still sees the old names in its ORDER BY alone.
    return after | ({n: k for n, k in scope.items() if n not in after} if tail[:1] == ["ORDER BY"] else {})


def _alias(item: Item, scope: Scope, report: Report) -> Known:
    if item.bare:
        return scope.get(item.bare, VALUE)
    if item.alias.lower() in RESERVED:
        report(item.line, f"{item.alias} is a reserved word in one of the engines: choose another name")
    return VALUE


def _return(clause: Clause, scope: Scope, report: Report) -> None:
    for item in items(clause):
        if item.expression and item.expression[0].text == "*" and len(item.expression) == 1:
            report(item.line, "RETURN names its columns")
            continue
        check_expression(item.expression, scope, report)
        kind = scope[item.bare].kind if item.bare in scope else "value"
        if kind != "value":
            report(item.line, f"{item.bare} is a {kind}: return its properties, one a column")
        if not item.alias:
            report(item.line, "RETURN gives every expression a name: … AS name")
        elif not item.bare or item.bare != item.alias:
            _alias(item, scope, report)
    names = [item.alias for item in items(clause) if item.alias]
    for name in sorted({name for name in names if names.count(name) > 1}):
        report(clause.line, f"{name} is returned twice")
