"""Money in the files = money in the graph + money rejected, to the penny."""

from __future__ import annotations

from typing import Any

import duckdb

from chaingraph.errors import ContentError
from chaingraph.loading.mapping import Loader

FILE_KEYS = ("path", "rows", "loaded", "rejected", "unreadable", "pence_in", "pence_loaded", "pence_rejected")


def reconcile(con: duckdb.DuckDBPyConnection, loader: Loader) -> dict[str, Any]:
    """What a mapped source's money came to, once checks are done; the mapping says what is to be reconciled.

    Keys: ``what``, ``rows``, ``loaded``, ``rejected``, ``unreadable`` (rejected rows whose amount nobody can
    read), ``pence_in``, ``pence_loaded``, ``pence_rejected``, ``note``, and ``files`` with the same a file.
    The three sums are counted independently. Raises ContentError where they do not add up: the mapping then
    drops rows without rejecting them, or doubles some.
    """
    into = loader.reconcile
    if into is None:
        raise ValueError(f"the mapping {loader.name} reconciles nothing")
    rows = con.execute(
        f"""
        WITH refused AS (SELECT DISTINCT source_no, source_row FROM rejected),
        came AS (
            SELECT m.source_no, count(*) AS rows, count(*) FILTER (unreadable) AS unreadable,
                   sum(pence) AS pence_in, count(r.source_row) AS rejected,
                   sum(pence) FILTER (r.source_row IS NOT NULL) AS pence_rejected
            FROM "{loader.name}_money" AS m LEFT JOIN refused AS r USING (source_no, source_row)
            GROUP BY ALL
        ), stayed AS (
            SELECT source_no, sum("{into.into}") AS pence_loaded, count(*) AS loaded FROM "{into.table}"
            GROUP BY ALL
        )
        SELECT path, came.rows, coalesce(loaded, 0), rejected, unreadable,
               CAST(coalesce(pence_in, 0) AS BIGINT), CAST(coalesce(pence_loaded, 0) AS BIGINT),
               CAST(coalesce(pence_rejected, 0) AS BIGINT)
        FROM came JOIN sources USING (source_no) LEFT JOIN stayed USING (source_no) ORDER BY source_no
        """
    ).fetchall()
    files = [dict(zip(FILE_KEYS, row, strict=True)) for row in rows]
    totals: dict[str, int] = {key: sum(file[key] for file in files) for key in FILE_KEYS[1:]}
    lost = totals["pence_in"] - totals["pence_loaded"] - totals["pence_rejected"]
    if lost:
        raise ContentError(
            f"The mapping {loader.name} loses £{lost / 100:,.2f} of {into.what}: it is neither in "
            f"{into.table} nor rejected.",
            remedy="Its SELECTs must bring every staged row into that table, once.",
        )
    unreadable = totals["unreadable"]
    note = f"{unreadable:,} rejected rows hold an amount that nobody can read" if unreadable else ""
    return {"what": into.what, **totals, "note": note, "files": files}
