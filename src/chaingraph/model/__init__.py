"""The vocabulary, written once: tables, labels, relationships, codes and day counts."""

from __future__ import annotations

from chaingraph.model.codes import CAPABILITIES, Capability
from chaingraph.model.fields import Column, Table, day_twin
from chaingraph.model.graph import NODES, RELATIONSHIPS, Node, Relationship
from chaingraph.model.links import LINKS, Link
from chaingraph.model.tables import TABLES

__all__ = [
    "CAPABILITIES",
    "LINKS",
    "NODES",
    "RELATIONSHIPS",
    "TABLES",
    "Capability",
    "Column",
    "Link",
    "Node",
    "Relationship",
    "Table",
    "day_twin",
]
