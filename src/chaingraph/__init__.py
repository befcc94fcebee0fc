"""chaingraph: a supply chain checked against its code of conduct, every finding down to file and row.

import chaingraph

with chaingraph.Market("my-market") as market:
    market.load("data/")
    run = market.sweep()
    run.findings()
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from chaingraph.errors import ChaingraphError
    from chaingraph.loading.report import LoadReport
    from chaingraph.market import Market
    from chaingraph.swept import Swept

__all__ = ["ChaingraphError", "LoadReport", "Market", "Swept"]

_HOMES = {
    "ChaingraphError": "chaingraph.errors",
    "LoadReport": "chaingraph.loading.report",
    "Market": "chaingraph.market",
    "Swept": "chaingraph.swept",
}


def __getattr__(name: str) -> Any:
    # Engines and statistics take a second to import; who asks for --help should not wait for them.
    if name in _HOMES:
        from importlib import import_module

        return getattr(import_module(_HOMES[name]), name)
    raise AttributeError(f"module 'chaingraph' has no attribute {name!r}")
