"""Names and roles of those who would be asked, read off a published graph."""

from __future__ import annotations

from pathlib import Path

import pytest

from chaingraph.reporting import Party, read_parties
from chaingraph.store.ladybug import LadybugStore
from tests.stores.graphs import graph


@pytest.fixture
def store(tmp_path: Path) -> LadybugStore:
    names = {"X-D": "Department", "X-P": "Prime", "X-S": "Sub", "X-Z": "Idle"}
    contracts = {"H1": 1, "H2": 1, "S1": 2, "S2": 3}
    sides = {"SUPPLIES": [("X-P", "H1"), ("X-P", "H2"), ("X-S", "S1"), ("X-Z", "S2")],
             "BUYS": [("X-D", "H1"), ("X-D", "H2"), ("X-P", "S1"), ("X-S", "S2")]}  # fmt: skip
    opened = LadybugStore(tmp_path / "graph")
    opened.publish(
        graph(
            tmp_path / "files",
            {
                "Organisation": [{"org_id": org, "name": name} for org, name in names.items()],
                "Contract": [{"contract_id": name, "tier": tier} for name, tier in contracts.items()],
            },
            {
                (side, "Organisation", "Contract"): [{"from_id": a, "to_id": b} for a, b in pairs]
                for side, pairs in sides.items()
            },
        )
    )
    return opened


def test_roles_come_with_their_contracts(store: LadybugStore) -> None:
    assert read_parties(store, ["X-P", "X-S", "X-D", "X-P"]) == {
        "X-D": Party("X-D", "Department", ("department (2 head contracts let)",)),
        "X-P": Party("X-P", "Prime", ("prime (2 head contracts)", "buyer (1 sub-contract let)")),
        "X-S": Party("X-S", "Sub", ("sub-contractor (1 sub-contract)", "buyer (1 sub-contract let)")),
    }


def test_who_is_not_in_the_graph_is_left_out(store: LadybugStore) -> None:
    assert read_parties(store, ["X-nobody"]) == {}
    assert read_parties(store, []) == {}
