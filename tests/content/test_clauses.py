"""The clause files: well-formed, within what their words allow, and true to the strategy's own text."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
import yaml

from chaingraph.content import content_dir

FILES = ("dwp-code-of-conduct-2008", "dwp-commissioning-strategy-2008", "statutes")
FROM_STRATEGY = FILES[:2]
FIELDS = {"id", "section", "quote", "modal", "ceiling", "respondent", "data", "attest", "notes"}
MODALS = {"will", "cannot", "no", "should", "expect", "consider", "none"}
STRONG = {"will", "cannot", "no"}
CEILINGS = {"breach", "indicator", "attestation", "guard"}
ABOUT = {"prime", "provider", "head-contract", "lot", "market"}


def clause_file(name: str) -> dict[str, Any]:
    text = (content_dir("queries") / "clauses" / f"{name}.yaml").read_text(encoding="utf-8")
    loaded: dict[str, Any] = yaml.safe_load(text)
    return loaded


CLAUSES: list[tuple[str, dict[str, Any]]] = [
    (name, clause) for name in FILES for clause in clause_file(name)["clauses"]
]
QUOTED = [pair for pair in CLAUSES if pair[0] in FROM_STRATEGY]
each_clause = pytest.mark.parametrize(("name", "clause"), CLAUSES, ids=[c["id"] for _, c in CLAUSES])
each_quote = pytest.mark.parametrize(("name", "clause"), QUOTED, ids=[c["id"] for _, c in QUOTED])


STRAIGHT = {
    "\N{LEFT SINGLE QUOTATION MARK}": "'",
    "\N{RIGHT SINGLE QUOTATION MARK}": "'",
    "\N{LEFT DOUBLE QUOTATION MARK}": '"',
    "\N{RIGHT DOUBLE QUOTATION MARK}": '"',
    "\N{EN DASH}": "-",
    "\N{SOFT HYPHEN}": "",
    "*": "",
}


def plain(text: str) -> str:
    """One line of text with straight quotation marks, plain dashes and no emphasis marks."""
    for typographic, straight in STRAIGHT.items():
        text = text.replace(typographic, straight)
    return re.sub(r"\s+", " ", text).strip()


@pytest.fixture(scope="module")
def strategy(real_data: Path) -> str:
    """The strategy's whole text, from the folder beside the real data."""
    path = real_data.parent / "reference" / "dwp-commissioning-strategy-2008.txt"
    if not path.is_file():
        pytest.skip(f"the strategy's text is not at {path}; quotes cannot be held against it")
    return plain(path.read_text(encoding="utf-8"))


@pytest.mark.parametrize("name", FILES)
def test_code_says_what_it_is(name: str) -> None:
    code = clause_file(name)["code"]
    assert set(code) == {"id", "title", "source", "published_on"}
    assert code["id"] == name


def test_ids_are_unique_and_name_their_code() -> None:
    ids = [clause["id"] for _, clause in CLAUSES]
    assert len(ids) == len(set(ids))
    prefixes = {(name, clause["id"].split("-")[0]) for name, clause in CLAUSES}
    assert prefixes == set(zip(FILES, ("COC", "STR", "LAW"), strict=True))


@each_clause
def test_fields(name: str, clause: dict[str, Any]) -> None:
    assert set(clause) - {"rolls_up"} == FIELDS
    assert clause["modal"] in MODALS
    assert clause["ceiling"] in CEILINGS
    assert clause["respondent"] in {"provider", "department", "market"}
    assert clause["data"] in {"Y", "P", "T"} or (clause["data"] is None and clause["ceiling"] == "guard")
    assert clause["section"] and clause["notes"]


@each_clause
def test_a_breach_needs_words_that_command(name: str, clause: dict[str, Any]) -> None:
    if clause["ceiling"] == "breach":
        assert clause["modal"] in STRONG


@each_clause
def test_attest_says_who_and_how_fresh(name: str, clause: dict[str, Any]) -> None:
    attest = clause["attest"]
    if attest is not None:
        assert set(attest) == {"about", "within_days"}
        assert attest["about"] in ABOUT
        assert attest["within_days"] is None or attest["within_days"] > 0


@each_quote
def test_quote_is_the_strategys_own(name: str, clause: dict[str, Any], strategy: str) -> None:
    assert plain(clause["quote"]) in strategy
