"""Every table of a market folder, in the order in which references point (a table after those it needs)."""

from __future__ import annotations

from chaingraph.model.fields import Table
from chaingraph.model.tables import chain, conduct, delivery, market

TABLES: dict[str, Table] = {
    table.name: table for table in (*market.TABLES, *chain.TABLES, *delivery.TABLES, *conduct.TABLES)
}

__all__ = ["TABLES"]
