"""The node that a finding stands on."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from chaingraph.model import NODES
from chaingraph.rules.rule import Rule


def subject(rule: Rule, identity: Mapping[str, Any]) -> dict[str, str]:
    """Label and id: the identity's part that is the label's key, or its only part, or all parts joined.

    Where no one node is meant the label is empty and the identity's parts say what is.
    """
    label = rule.header.subject or ""
    key = NODES[label].key if label in NODES else ""
    parts = identity if key not in identity else {key: identity[key]}
    told = ["unknown" if part is None else str(part) for part in parts.values()]
    return {"label": label, "id": " | ".join(told)}
