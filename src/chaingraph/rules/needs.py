"""Whether the data that a rule needs is there at all."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Sequence

from chaingraph.model import NODES, RELATIONSHIPS
from chaingraph.store.protocol import Store
from chaingraph.written.suggest import did_you_mean

_NODE = re.compile(r"(?P<label>[A-Za-z_]\w*)(?:\.(?P<property>\w+))?")
_NODES = "number of nodes"  # no property can be called that
_RELATIONSHIP = re.compile(r"-\[:?(?P<type>[A-Za-z_]\w*)\]->?")


def fault(need: str) -> str:
    """What is wrong with a need; empty where the model knows it."""
    node = _NODE.fullmatch(need)
    relationship = _RELATIONSHIP.fullmatch(need)
    if relationship:
        types = {r.type for r in RELATIONSHIPS}
        name = relationship["type"]
        return "" if name in types else f"the model has no relationship {name}{did_you_mean(name, types)}"
    if node is None:
        return f"{need} is neither Label, Label.property nor -[TYPE]-"
    if node["label"] not in NODES:
        return f"the model has no label {node['label']}{did_you_mean(node['label'], NODES)}"
    known = NODES[node["label"]].properties
    if node["property"] and node["property"] not in known:
        return f"{node['label']} has no property {node['property']}{did_you_mean(node['property'], known)}"
    return ""


def absent(store: Store, needs: Iterable[str]) -> set[str]:
    """Those of the needs without a value in the graph: one question a label, one a relationship's labels."""
    wanted = sorted(set(needs))
    by_label: dict[str, list[str]] = defaultdict(list)
    missing: set[str] = set()
    for need in wanted:
        relationship = _RELATIONSHIP.fullmatch(need)
        if relationship:
            if not _related(store, relationship["type"]):
                missing.add(need)
            continue
        label, _, name = need.partition(".")
        by_label[label].append(name)
    for label, names in by_label.items():
        known = _known(store, label, [name for name in names if name])
        missing |= {f"{label}.{name}" if name else label for name in names if name not in known}
    return missing


def _known(store: Store, label: str, names: Sequence[str]) -> set[str]:
    """Those of the properties that some node of the label has; the empty name where there is a node."""
    counts = "".join(f", count(n.`{name}`) AS `{name}`" for name in names)
    row = store.query(f"MATCH (n:`{label}`) RETURN count(n) AS `{_NODES}`{counts}").to_pylist()[0]
    nodes = row.pop(_NODES)
    return {name for name, number in row.items() if number} | ({""} if nodes else set())


def _related(store: Store, type_: str) -> bool:
    return any(
        store.query(
            f"MATCH (a:`{r.from_label}`)-[:`{r.type}`]->(b:`{r.to_label}`) RETURN 1 AS found LIMIT 1"
        ).num_rows
        for r in RELATIONSHIPS
        if r.type == type_
    )
