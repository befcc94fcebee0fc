"""The generated pages say what the code says today."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from scripts.docs import DOCS, pages


@pytest.fixture(scope="module")
def generated() -> dict[Path, str]:
    return pages()


@pytest.mark.parametrize(
    "name", ["data-dictionary.md", "datapackage.json", "command-line.md", "coverage.md", "sweep.schema.json"]
)
def test_a_generated_page_is_current(name: str, generated: dict[Path, str]) -> None:
    page = DOCS / name
    assert page.is_file(), f"{name} is missing: run `make docs`"
    assert page.read_text(encoding="utf-8") == generated[page], f"{name} is out of date: run `make docs`"


def test_each_rule_has_its_page_and_it_is_current(generated: dict[Path, str]) -> None:
    wanted = {page: text for page, text in generated.items() if page.parent == DOCS / "rules"}
    there = {page: page.read_text(encoding="utf-8") for page in (DOCS / "rules").glob("*.md")}
    assert sorted(page.name for page in there.keys() ^ wanted.keys()) == [], "run `make docs`"
    stale = [page.name for page, text in wanted.items() if there[page] != text]
    assert stale == [], "out of date: run `make docs`"


def test_links_between_pages_lead_somewhere() -> None:
    top = DOCS.parent
    broken = [
        f"{page.relative_to(top)}: {target}"
        for page in [*top.glob("*.md"), *DOCS.rglob("*.md")]
        for target in re.findall(r"\]\(([^)#\s]+)[^)]*\)", page.read_text(encoding="utf-8"))
        if "://" not in target and not (page.parent / target).exists()
    ]
    assert broken == []
