"""Who and what a report speaks of: rules and clauses by their words, organisations by name and role."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Protocol

from chaingraph.rules.header import Header
from chaingraph.store.protocol import Store


class RuleText(Protocol):
    """A rule, as far as a reader meets it: its id and what its header says."""

    @property
    def id(self) -> str: ...
    @property
    def header(self) -> Header: ...


class ClauseText(Protocol):
    """One clause: its exact words, where they stand, the most a rule may say, and who answers for it."""

    @property
    def section(self) -> str: ...
    @property
    def quote(self) -> str: ...
    @property
    def ceiling(self) -> str: ...
    @property
    def rolls_up(self) -> tuple[str, ...]: ...


@dataclass(frozen=True)
class Party:
    """An organisation that findings are put to: its name, and its roles in the market with counts."""

    id: str
    name: str
    roles: tuple[str, ...] = ()


_NAMES = "MATCH (o:Organisation) WHERE o.org_id IN $ids RETURN o.org_id AS org_id, o.name AS name"
_ROLES = """MATCH (o:Organisation)-[:{side}]->(c:Contract) WHERE o.org_id IN $ids
RETURN o.org_id AS org_id, c.tier > 1 AS deeper, count(*) AS contracts"""
# (relationship, deeper than tier 1): what to call the organisation, and what its contracts are
_CALLED = {
    ("SUPPLIES", False): ("prime", "head contract"),
    ("SUPPLIES", True): ("sub-contractor", "sub-contract"),
    ("BUYS", False): ("department", "head contract let"),
    ("BUYS", True): ("buyer", "sub-contract let"),
}


def read_parties(store: Store, ids: Iterable[str]) -> dict[str, Party]:
    """Names and roles of organisations out of a published graph; ids that it does not hold are left out."""
    wanted = {"ids": sorted(set(ids))}
    roles: dict[str, list[str]] = {}
    for side in ("SUPPLIES", "BUYS"):
        rows = store.query(_ROLES.format(side=side), wanted).to_pylist()
        for row in sorted(rows, key=lambda row: (row["org_id"], row["deeper"])):
            called, contract = _CALLED[side, bool(row["deeper"])]
            many = contract.replace("contract", "contracts") if row["contracts"] != 1 else contract
            roles.setdefault(row["org_id"], []).append(f"{called} ({row['contracts']:,} {many})")
    names = store.query(_NAMES, wanted).to_pylist()
    return {
        row["org_id"]: Party(row["org_id"], row["name"], tuple(roles.get(row["org_id"], ()))) for row in names
    }
