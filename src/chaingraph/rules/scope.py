"""What a name stands for at a place in a statement, and what the model knows of it."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Literal, NamedTuple

from chaingraph.model import LINKS, NODES, RELATIONSHIPS, TABLES
from chaingraph.model.fields import PropertyType


class Known(NamedTuple):
    """A variable: a node with its labels, a relationship with its types, or another value."""

    kind: Literal["node", "relationship", "path", "value"]
    names: tuple[str, ...] = ()

    def properties(self) -> dict[str, PropertyType] | None:
        """The properties that it may have; None where nothing is known about it."""
        if self.kind == "node":
            found = [NODES[label].properties for label in self.names if label in NODES]
        elif self.kind == "relationship":
            found = [r.properties for r in RELATIONSHIPS if r.type in self.names]
        else:
            return None
        if not found:
            return None
        return {name: kind for properties in found for name, kind in properties.items()}


Scope = dict[str, Known]
VALUE = Known("value")
TYPES = frozenset(r.type for r in RELATIONSHIPS)


def pairs(types: Iterable[str]) -> set[tuple[str, str]]:
    """The pairs of labels that relationships of these types join."""
    wanted = set(types)
    return {(r.from_label, r.to_label) for r in RELATIONSHIPS if r.type in wanted}


def joined_types(label: str) -> list[str]:
    """The types of relationships that begin or end at a label."""
    return sorted({r.type for r in RELATIONSHIPS if label in (r.from_label, r.to_label)})


def is_tree(type_: str) -> bool:
    """Whether a chain of this type always ends: the model names it as its table's parent."""
    links = [link for link in LINKS if link.type == type_]
    return bool(links) and all(
        link.from_label != link.to_label or (link.table != "" and TABLES[link.table].parent == link.to_column)
        for link in links
    )
