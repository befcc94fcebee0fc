"""The made-up sweep, rendered once for every test that reads the page."""

from __future__ import annotations

import pytest

from chaingraph.reporting import to_html
from tests.reporting import sample, sample_rules
from tests.reporting.parsed import Page


def rendered(late: int = 14) -> str:
    """The sample as a page."""
    return to_html(
        sample.sweep(late),
        sample_rules.rules(),
        sample_rules.clauses(),
        sample.manifest(),
        parties=sample.parties(),
        evidence_file="evidence.csv",
    )


@pytest.fixture(scope="session")
def html() -> str:
    return rendered()


@pytest.fixture(scope="session")
def page(html: str) -> Page:
    return Page.of(html)
