"""Slips of the pen that an engine, or the rest of the lint, would answer with riddles."""

from __future__ import annotations

from chaingraph.rules.blocks import Block, items, split
from chaingraph.rules.tokens import Token
from chaingraph.written.suggest import did_you_mean

_KEYWORDS = (
    *(
        "MATCH",
        "OPTIONAL",
        "WHERE",
        "WITH",
        "RETURN",
        "UNWIND",
        "ORDER",
        "BY",
        "SKIP",
        "LIMIT",
        "UNION",
        "ALL",
        "ANY",
    ),
    *(
        "EXISTS",
        "COUNT",
        "COLLECT",
        "CALL",
        "AND",
        "OR",
        "XOR",
        "NOT",
        "IN",
        "IS",
        "NULL",
        "AS",
        "DISTINCT",
        "CASE",
    ),
    *(
        "WHEN",
        "THEN",
        "ELSE",
        "END",
        "STARTS",
        "ENDS",
        "CONTAINS",
        "TRUE",
        "FALSE",
        "ASC",
        "DESC",
        "NONE",
        "SINGLE",
    ),
    *(
        "CREATE",
        "MERGE",
        "DELETE",
        "DETACH",
        "SET",
        "REMOVE",
        "FOREACH",
        "DROP",
        "LOAD",
        "COPY",
    ),  # refused by name
)
# After one of these a name in capitals is a type, a property or a new name.
_NAMES_FOLLOW = (":", "|", "&", ".", "$", "AS")


def misspelt(tokens: list[Token], block: Block) -> list[tuple[int, str]]:
    """(line, message) of keywords written wrong, and of commas left out between the columns of a WITH or RETURN."""
    return [*_keywords(tokens), *_commas(block)]


def _keywords(tokens: list[Token]) -> list[tuple[int, str]]:
    found = []
    for at, token in enumerate(tokens):
        before = tokens[at - 1] if at else None
        if before is not None and (before.text in _NAMES_FOLLOW or before.word in _NAMES_FOLLOW):
            continue
        if (
            token.kind == "name"
            and len(token.text) > 1
            and token.text.isupper()
            and token.text not in _KEYWORDS
        ):
            near = did_you_mean(token.text, _KEYWORDS)
            if near:
                found.append((token.line, f"{token.text} is no keyword{near}"))
    return found


def _commas(block: Block) -> list[tuple[int, str]]:
    found = []
    for inner in block.all_blocks():
        for clause in inner.clauses:
            for item in items(clause) if clause.keyword in ("WITH", "RETURN") else ():
                names = [part[0] for part in split(item.expression, "AS")[1:] if part]
                found += [
                    (name.line, f"a comma is missing after AS {name.text}")
                    for name in names
                    if name.kind == "name"
                ]
    return found
