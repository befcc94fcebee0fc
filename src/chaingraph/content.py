"""Where the domain's content (rules, loader mappings, report templates) lives."""

from __future__ import annotations

from pathlib import Path
from typing import Literal

from chaingraph.errors import ContentError

Kind = Literal["queries", "loaders", "reports", "examples", "cases"]
# In a checkout the cases of the rules are with the other tests.
_IN_CHECKOUT = {"cases": "tests/rules"}


def content_dir(kind: Kind) -> Path:
    """The folder of one kind of content.

    An installed wheel carries the folders inside the package (``_content``); a checkout has them at its
    top, where a steward edits them. The checkout wins only when the package itself runs from it.
    """
    package = Path(__file__).resolve().parent
    for candidate in (package / "_content" / kind, package.parent.parent / _IN_CHECKOUT.get(kind, kind)):
        if candidate.is_dir():
            return candidate
    raise ContentError(
        f"The folder {kind}/ that ships with chaingraph is missing.",
        remedy="Install chaingraph again; its wheel holds queries/, loaders/ and reports/.",
    )
