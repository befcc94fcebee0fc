"""What was planted: the answers against which a sweep of a made-up market is marked."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

TRUTH_FILE = "truth.json"


@dataclass(frozen=True)
class Planted:
    """One breach that a sweep must find: the rule, the finding's identity, and how it was done."""

    rule: str
    identity: Mapping[str, str]
    note: str


@dataclass(frozen=True)
class Truth:
    """Everything planted in one made-up market, sorted, and the rows of each table written."""

    as_of: str
    scale: float
    seed: int
    rows: Mapping[str, int]
    planted: tuple[Planted, ...]

    def __len__(self) -> int:
        """How many breaches are planted."""
        return len(self.planted)

    @property
    def rules(self) -> list[str]:
        """The rules for which something was planted, sorted."""
        return sorted({one.rule for one in self.planted})

    def identities(self, rule: str) -> list[dict[str, str]]:
        """The identities that one rule must flag."""
        return [dict(one.identity) for one in self.planted if one.rule == rule]

    def write(self, folder: Path) -> None:
        """Write ``truth.json`` beside the tables."""
        planted = [{"rule": p.rule, "identity": dict(p.identity), "note": p.note} for p in self.planted]
        content = {
            "as_of": self.as_of,
            "scale": self.scale,
            "seed": self.seed,
            "rows": dict(self.rows),
            "planted": planted,
        }
        text = json.dumps(content, indent=1, ensure_ascii=False) + "\n"
        (folder / TRUTH_FILE).write_text(text, encoding="utf-8")


def in_order(planted: list[Planted]) -> tuple[Planted, ...]:
    """The same, sorted by rule and identity, each identity of a rule once."""
    found = {(p.rule, tuple(sorted(p.identity.items()))): p for p in planted}
    return tuple(found[key] for key in sorted(found))
