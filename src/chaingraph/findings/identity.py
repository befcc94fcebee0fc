"""What makes a finding the same finding in every sweep."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from typing import Any

from chaingraph.rules.rule import canonical_json

ID_LENGTH = 32


def finding_id(rule: str, identity: Mapping[str, Any]) -> str:
    """32 hexadecimal digits out of the rule's id and the identity; no date, count or parameter enters."""
    return hashlib.sha256((rule + "\n" + canonical_json(dict(identity))).encode()).hexdigest()[:ID_LENGTH]
