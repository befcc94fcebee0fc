"""Did you mean: the nearest known names to one that is not known."""

from __future__ import annotations

import difflib
from collections.abc import Iterable


def did_you_mean(name: str, known: Iterable[str]) -> str:
    """`` (did you mean a or b?)``, to stand in any sentence; empty where nothing is near."""
    near = difflib.get_close_matches(name, sorted(known), n=3)
    return f" (did you mean {' or '.join(near)}?)" if near else ""
