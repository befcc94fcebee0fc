"""The data dictionary as a Markdown page, generated from the model."""

from __future__ import annotations

from chaingraph.model.fields import Column
from chaingraph.model.graph import NODES, RELATIONSHIPS
from chaingraph.model.tables import TABLES


def dictionary() -> str:
    """Every table with its columns, and the graph that they become."""
    parts = [
        "# Data dictionary\n",
        "Generated from the model (`chaingraph model dictionary`). A market folder holds these tables as CSV "
        "(UTF-8, header row), Parquet, or sheets of one workbook. `*` = required. An empty cell is *unknown*, never "
        "zero and never false. Money is pounds in a file (`_gbp`) and whole pence in the graph (`_pence`); every "
        "date in the graph has an integer twin (`due_on`, `due_day`: days since 1970-01-01).\n",
    ]
    for table in TABLES.values():
        becomes = f"Node label `{table.label}`." if table.label else "Becomes relationships."
        need = " **Required.**" if table.required else ""
        parts.append(f"## {table.name}\n\n{table.description} {becomes} Key: {', '.join(table.key)}.{need}\n")
        parts.append("| column | type | what it is | allowed |\n|---|---|---|---|")
        parts += [_row(column) for column in table.columns.values()]
        parts.append("")
    parts.append("## The graph\n\n| label | key | properties that no file holds |\n|---|---|---|")
    for node in NODES.values():
        stored = {c.graph_name for c in TABLES[node.table].columns.values()} if node.table else set()
        worked_out = [f"`{name}`" for name in node.properties if name not in stored and name != node.key]
        parts.append(f"| {node.label} | `{node.key}` | {', '.join(worked_out)} |")
    parts.append("\n| relationship | from | to | properties |\n|---|---|---|---|")
    for r in RELATIONSHIPS:
        properties = ", ".join(f"`{name}`" for name in r.properties)
        parts.append(f"| {r.type} | {r.from_label} | {r.to_label} | {properties} |")
    return "\n".join(parts) + "\n"


def _row(column: Column) -> str:
    allowed = ", ".join(column.codes)
    if not allowed and (column.minimum is not None or column.maximum is not None):
        low = "" if column.minimum is None else f"{column.minimum:g}"
        high = "" if column.maximum is None else f"{column.maximum:g}"
        allowed = f"{low} to {high}" if high else f"{low} or more"
    if column.references:
        allowed = "an id in " + " or ".join((*column.references, *column.literals))
    kind = f"{column.type} ({column.unit})" if column.unit else column.type
    return f"| {column.name}{'*' if column.required else ''} | {kind} | {column.description} | {allowed} |"
