"""A statement cut into its clauses, subqueries included: as much of Cypher's grammar as a lint needs."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from chaingraph.rules.tokens import Token, code

OPENING = {"(": ")", "[": "]", "{": "}"}
CLOSING = set(OPENING.values())
_CLAUSES = {"MATCH", "OPTIONAL", "WHERE", "WITH", "RETURN", "UNWIND", "ORDER", "SKIP", "LIMIT", "UNION"}
_TWO_WORDS = {"OPTIONAL": "MATCH", "ORDER": "BY", "UNION": "ALL"}
SUBQUERIES = ("EXISTS", "COUNT", "COLLECT", "CALL")


@dataclass
class Clause:
    """One clause: its keyword (``OPTIONAL MATCH`` and ``ORDER BY`` are one), and the tokens after it.

    A subquery (``EXISTS { … }``) stands among the tokens as its keyword alone; its block is in ``inner``.
    """

    keyword: str
    line: int
    body: list[Token] = field(default_factory=list)
    inner: list[Block] = field(default_factory=list)


@dataclass
class Block:
    """The clauses of a statement or of a subquery; ``kind`` is its keyword there, else empty."""

    kind: str
    line: int
    clauses: list[Clause] = field(default_factory=list)

    def all_blocks(self) -> list[Block]:
        """This block and every one within it."""
        found = [self]
        for clause in self.clauses:
            for inner in clause.inner:
                found += inner.all_blocks()
        return found


def parse(tokens: Sequence[Token]) -> tuple[Block, list[tuple[int, str]]]:
    """The statement's block, and (line, message) of brackets that do not match."""
    listed = code(tokens)
    faults: list[tuple[int, str]] = []
    block, end = _block(listed, 0, "", faults)
    if end < len(listed):
        faults.append((listed[end].line, f"{listed[end].text} closes nothing"))
    return block, faults


def _block(listed: list[Token], at: int, kind: str, faults: list[tuple[int, str]]) -> tuple[Block, int]:
    """Read clauses from ``at`` to the bracket that closes this block; gives the index of that bracket."""
    line = listed[at].line if at < len(listed) else 1
    block = Block(kind, line, [Clause("", line)])
    open_: list[Token] = []
    while at < len(listed):
        token = listed[at]
        before = listed[at - 1] if at else None
        if token.text in CLOSING and token.kind == "mark":
            if not open_:
                break
            if OPENING[open_[-1].text] != token.text:
                faults.append(
                    (token.line, f"{token.text} closes the {open_[-1].text} of line {open_[-1].line}")
                )
            open_.pop()
        elif token.text == "{" and before is not None and before.word in SUBQUERIES:
            inner, at = _block(listed, at + 1, before.word, faults)
            block.clauses[-1].inner.append(inner)
            if at >= len(listed):
                faults.append((token.line, "{ is never closed"))
            at += 1
            continue
        elif token.text in OPENING and token.kind == "mark":
            open_.append(token)
        elif not open_ and _begins_clause(token, before):
            follows = listed[at + 1].word if at + 1 < len(listed) else ""
            two = _TWO_WORDS.get(token.word) == follows
            keyword = f"{token.word} {follows}" if two else token.word
            block.clauses.append(Clause(keyword, token.line))
            at += 2 if two else 1
            continue
        block.clauses[-1].body.append(token)
        at += 1
    faults += [(token.line, f"{token.text} is never closed") for token in open_]
    if not block.clauses[0].body and len(block.clauses) > 1:
        del block.clauses[0]
    return block, at


def _begins_clause(token: Token, before: Token | None) -> bool:
    if token.word not in _CLAUSES:
        return False
    if before is None:
        return True
    if token.word == "WITH" and before.word in ("STARTS", "ENDS"):
        return False
    return before.text not in (".", ":", "$") and before.word != "AS"


def split(tokens: Sequence[Token], mark: str = ",") -> list[list[Token]]:
    """The tokens cut at every ``mark`` (a mark or a keyword) outside brackets; an empty sequence gives nothing."""
    parts: list[list[Token]] = [[]]
    depth = 0
    for token in tokens:
        if token.kind == "mark":
            depth += (token.text in OPENING) - (token.text in CLOSING)
        if token.text == mark and depth == 0:
            parts.append([])
        else:
            parts[-1].append(token)
    return parts if tokens else []


@dataclass(frozen=True)
class Item:
    """One item of a WITH or RETURN: its expression, and the name that it is known by afterwards."""

    expression: list[Token]
    alias: str
    line: int

    @property
    def bare(self) -> str:
        """The variable, where the expression is nothing else; else empty."""
        return self.expression[0].identifier if len(self.expression) == 1 else ""


def items(clause: Clause) -> list[Item]:
    """The items of a WITH or RETURN; the alias is empty where an expression has none."""
    body = clause.body
    if body and body[0].word == "DISTINCT":
        body = body[1:]
    found = []
    for part in split(body):
        line = part[0].line if part else clause.line
        if len(part) > 2 and part[-2].word == "AS":
            found.append(Item(part[:-2], part[-1].identifier, line))
        else:
            plain = part[0].identifier if len(part) == 1 and part[0].kind != "parameter" else ""
            found.append(Item(part, plain, line))
    return found


def returned(block: Block) -> list[str]:
    """The names of the columns that a statement returns; an expression without a name counts as empty."""
    last = [clause for clause in block.clauses if clause.keyword == "RETURN"]
    return [item.alias for item in items(last[0])] if last else []
