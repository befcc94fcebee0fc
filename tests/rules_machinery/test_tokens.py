"""The tokenizer: nothing is lost, and what stands in a string or a comment is never code."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chaingraph.rules.tokens import code, tokens

QUOTED = ["'it\\'s'", '"a // b"', "'/* no */'", "/* a 'b */", "// c 'd\n", "`odd ``name`", "$days", "$`odd`"]
PLAIN = ["MATCH", "1.5", "1", "..", "8", "<>", "<", "-", "[", "]", "{", "}", "\n", " ", "é", "n", "."]
OPEN = ["'", '"', "`", "\\", "*", "/"]
PIECES = st.sampled_from([*QUOTED, *PLAIN, *OPEN])


@given(st.text() | st.lists(PIECES).map("".join))
def test_the_pieces_joined_give_the_text_back(text: str) -> None:
    cut = tokens(text)
    assert "".join(token.text for token in cut) == text
    assert all(token.text for token in cut)
    line = 1
    for token in cut:
        assert token.line == line
        line += token.text.count("\n")


@pytest.mark.parametrize(
    ("text", "kinds"),
    [
        ("'a // b'", ["string"]),
        ("'a /* b' + 'c */ d'", ["string", "mark", "string"]),
        ("'it\\'s // one'", ["string"]),
        ('"say \\"CREATE\\""', ["string"]),
        ("x // 'not a string\ny", ["name", "comment", "name"]),
        ("x /* 'a\n\" */ y", ["name", "comment", "name"]),
        ("`a // b`", ["quoted"]),
        ("*1..8", ["mark", "number", "mark", "number"]),
        ("1.5e3 .5 1.", ["number", "number", "number", "mark"]),
        ("a<-1", ["name", "mark", "mark", "number"]),
        ("$as_of_day $`a b`", ["parameter", "parameter"]),
        ("'never closed // x", ["broken"]),
        ("/* never closed", ["broken"]),
    ],
)
def test_kinds(text: str, kinds: list[str]) -> None:
    assert [token.kind for token in tokens(text) if token.kind != "space"] == kinds


def test_a_comment_that_looks_like_a_string_hides_nothing_after_it() -> None:
    words = [token.text for token in code(tokens("RETURN 1 // it's\n, 2 AS b // don't"))]
    assert words == ["RETURN", "1", ",", "2", "AS", "b"]


def test_names_without_their_quotes() -> None:
    assert [t.identifier for t in tokens("a`b ``c`$d$`e f`'g'")] == ["a", "b `c", "d", "e f", ""]
