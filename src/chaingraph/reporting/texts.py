"""What a report needs of a rule, a clause and an organisation: the words, not the machinery."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from chaingraph.store.protocol import Store


class ParameterText(Protocol):
    """A threshold of a rule: its default, its unit and where the number comes from."""

    @property
    def default(self) -> Any: ...
    @property
    def unit(self) -> str: ...
    @property
    def basis(self) -> str: ...


class RuleText(Protocol):
    """The header of a rule, as far as a reader meets it."""

    @property
    def id(self) -> str: ...
    @property
    def title(self) -> str: ...
    @property
    def severity(self) -> str: ...
    @property
    def clauses(self) -> Sequence[str]: ...
    @property
    def needs(self) -> Sequence[str]: ...
    @property
    def record(self) -> str | None: ...
    @property
    def respondent(self) -> str | None: ...
    @property
    def parameters(self) -> Mapping[str, ParameterText]: ...
    @property
    def innocent(self) -> Sequence[str]: ...
    @property
    def ask(self) -> Sequence[str]: ...


class ClauseText(Protocol):
    """One clause: its exact words and where they stand."""

    @property
    def id(self) -> str: ...
    @property
    def section(self) -> str: ...
    @property
    def quote(self) -> str: ...


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
