"""From checked tables to the graph's files: one Parquet file a label, one a relationship between two labels."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import duckdb

from chaingraph.loading import derive
from chaingraph.loading.areas import INSIDE_SQL
from chaingraph.loading.journeys import ALONGSIDE_SQL
from chaingraph.loading.sql import count
from chaingraph.model import CAPABILITIES, LINKS, NODES, RELATIONSHIPS, TABLES, Link, Node, day_twin
from chaingraph.store.protocol import GraphTables, RelationshipTable

SQL_TYPES = {"STRING": "VARCHAR", "INT64": "BIGINT", "DOUBLE": "DOUBLE", "BOOL": "BOOLEAN", "DATE": "DATE"}

# Labels whose rows are more than their table's.
NODE_SQL = {
    "Organisation": "SELECT t.*, ultimate_owner_id FROM organisations AS t JOIN owner_now USING (org_id)",
    "Contract": derive.contract_sql(),
    "Process": derive.process_sql(),
    "Commitment": derive.commitment_sql(),
    "Invoice": derive.invoice_sql(),
    "Payment": derive.payment_sql(),
    "GroupOutcome": derive.period_sql("group_outcomes"),
    "Rating": derive.period_sql("ratings"),
    "Outcome": derive.outcome_sql(),
    "Referral": derive.referral_sql(),
    "OwnerSpell": "SELECT * FROM owner_spells",
}

# Relationships that are worked out rather than read from two columns of a table: what they read, and how.
DERIVED_LINKS = {
    ("ALONGSIDE", "Referral"): ("referrals", ALONGSIDE_SQL),
    ("INSIDE", "Area"): ("areas", INSIDE_SQL),
    ("HAS_OWNER", "OwnerSpell"): (
        "organisations",
        "SELECT org_id AS from_id, owner_spell_id AS to_id FROM owner_spells",
    ),
    ("DELIVERED_BY", "Organisation"): (
        "delivery",
        "SELECT delivery_id AS from_id, supplier_id AS to_id FROM delivery JOIN contracts USING (contract_id)",
    ),
    ("NEXT", "Referral"): (
        "referrals",
        "SELECT from_id, to_id, CAST(next_on - referred_on AS BIGINT) AS days FROM (SELECT referral_id AS from_id, "
        "referred_on, lead(referral_id) OVER later AS to_id, lead(referred_on) OVER later AS next_on "
        "FROM referrals WHERE customer_key IS NOT NULL "
        "WINDOW later AS (PARTITION BY customer_key ORDER BY referred_on, referral_id)) WHERE to_id IS NOT NULL",
    ),
}


def write_graph(
    con: duckdb.DuckDBPyConnection,
    folder: Path,
    graph_id: str,
    present: frozenset[str],
    manifest: Mapping[str, Any],
) -> GraphTables:
    """Write every file under ``folder``; ``sources (source_no, source_id)`` gives rows their file's sha256."""
    (folder / "nodes").mkdir(parents=True, exist_ok=True)
    (folder / "relationships").mkdir(exist_ok=True)
    nodes: dict[str, Path] = {}
    rows: dict[str, int] = {}
    for node in NODES.values():
        select = _node_select(node, present)
        if select is not None:
            nodes[node.label] = folder / "nodes" / f"{node.label}.parquet"
            rows[node.label] = _write(con, select, nodes[node.label])
    return GraphTables(graph_id, nodes, rows, tuple(_relationships(con, folder, present)), manifest)


def _node_select(node: Node, present: frozenset[str]) -> str | None:
    if node.label == "Capability":
        listed = ", ".join(f"('{c.code}', '{c.name}', '{c.stage}', '{c.shown_by}')" for c in CAPABILITIES)
        return f"SELECT * FROM (VALUES {listed}) AS c(code, name, stage, shown_by)"
    if (node.table or "organisations") not in present:
        return None
    base = NODE_SQL.get(node.label, f'SELECT * FROM "{node.table}"')
    if node.table is None:
        return f"SELECT {', '.join(node.properties)} FROM ({base})"
    table = TABLES[node.table]
    stored = {c.graph_name for c in table.columns.values()} | {"source_row"}
    twins = {day_twin(name): name for name, kind in node.properties.items() if kind == "DATE"}
    derived = set(node.properties) - stored - set(twins) - {"source_id", node.key}
    columns = []
    for name, kind in node.properties.items():
        if name == "source_id":
            value = "sources.source_id"
        elif name == node.key and name not in stored:
            value = f"concat_ws('|', {', '.join(table.key)})"
        elif name in twins and name not in derived:
            value = f'day(n."{twins[name]}")'
        else:
            value = f'n."{name}"'
        columns.append(f'CAST({value} AS {SQL_TYPES[kind]}) AS "{name}"')
    return f"SELECT {', '.join(columns)} FROM ({base}) AS n JOIN sources USING (source_no)"


def _relationships(
    con: duckdb.DuckDBPyConnection, folder: Path, present: frozenset[str]
) -> list[RelationshipTable]:
    selects: dict[tuple[str, str, str], list[str]] = defaultdict(list)
    for link in LINKS:
        select = _link_select(link, present)
        if select is not None:
            selects[link.type, link.from_label, link.to_label].append(select)
    written = []
    for relationship in RELATIONSHIPS:
        ends = (relationship.type, relationship.from_label, relationship.to_label)
        if ends in selects:
            path = folder / "relationships" / f"{'-'.join(ends)}.parquet"
            names = ", ".join(
                f'CAST("{name}" AS {SQL_TYPES[kind]}) AS "{name}"'
                for name, kind in relationship.properties.items()
            )
            union = " UNION ALL BY NAME ".join(selects[ends])
            rows = _write(con, f"SELECT from_id, to_id{', ' if names else ''}{names} FROM ({union})", path)
            written.append(RelationshipTable(*ends, path=path, rows=rows))
    return written


def _link_select(link: Link, present: frozenset[str]) -> str | None:
    if any(NODES[end].table not in present for end in (link.from_label, link.to_label) if NODES[end].table):
        return None
    if not link.table:
        needed, select = DERIVED_LINKS.get((link.type, link.to_label), ("", ""))
        return select if needed in present else None
    if link.table not in present:
        return None
    table = TABLES[link.table]
    columns = [
        f"{_end(link, link.from_label, link.from_column)} AS from_id",
        f"{_end(link, link.to_label, link.to_column)} AS to_id",
    ]
    for name in link.properties:
        column = table.columns[name]
        columns.append(f't."{column.graph_name}"')
        if column.twin:
            columns.append(f'day(t."{column.graph_name}") AS "{column.twin}"')
    if link.properties:
        columns += ["sources.source_id", "t.source_row"]
    columns += [f"'{value}' AS \"{name}\"" for name, value in link.constants]
    # Only a column that may point at several tables can name a node of another label.
    wheres = ["from_id IS NOT NULL", "to_id IS NOT NULL"]
    for name, end in ((link.from_column, "from_id"), (link.to_column, "to_id")):
        column_model = table.columns.get(name)
        if column_model and len(column_model.references) > 1:
            label = link.from_label if end == "from_id" else link.to_label
            wheres.append(f'{end} IN (SELECT "{NODES[label].key}" FROM "{NODES[label].table}")')
    return (
        f'SELECT {", ".join(columns)} FROM "{link.table}" AS t JOIN sources USING (source_no) '
        f"WHERE {' AND '.join(wheres)}"
    )


def _end(link: Link, label: str, column: str) -> str:
    table = TABLES[link.table]
    if column in table.columns:
        return f't."{column}"'
    return f"concat_ws('|', {', '.join(f't.{name}' for name in table.key)})"


def _write(con: duckdb.DuckDBPyConnection, select: str, path: Path) -> int:
    escaped = str(path).replace("'", "''")
    return count(con, f"COPY ({select}) TO '{escaped}' (FORMAT parquet)")
