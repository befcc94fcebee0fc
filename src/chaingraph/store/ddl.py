"""Ladybug's table definitions, derived from the model."""

from __future__ import annotations

from collections import defaultdict

from chaingraph.model import NODES, RELATIONSHIPS, Relationship


def quoted(name: str) -> str:
    """A name that no reserved word can trip."""
    return f"`{name}`"


def node_ddl() -> list[str]:
    """One CREATE NODE TABLE a label."""
    statements = []
    for node in NODES.values():
        columns = ", ".join(f"{quoted(name)} {kind}" for name, kind in node.properties.items())
        statements.append(
            f"CREATE NODE TABLE {quoted(node.label)} ({columns}, PRIMARY KEY ({quoted(node.key)}))"
        )
    return statements


def relationship_ddl() -> list[str]:
    """One CREATE REL TABLE a type; a type may join many pairs of labels, all with the same properties."""
    by_type: dict[str, list[Relationship]] = defaultdict(list)
    for relationship in RELATIONSHIPS:
        by_type[relationship.type].append(relationship)
    statements = []
    for type_, members in by_type.items():
        pairs = [f"FROM {quoted(m.from_label)} TO {quoted(m.to_label)}" for m in members]
        properties = [f"{quoted(name)} {kind}" for name, kind in members[0].properties.items()]
        statements.append(f"CREATE REL TABLE {quoted(type_)} ({', '.join(pairs + properties)})")
    return statements
