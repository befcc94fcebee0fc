"""Who answers for the commissioning: named by the market, else whoever lets the most head contracts."""

from __future__ import annotations

from pathlib import Path

import pytest

from chaingraph.loading.pipeline import Unit, build_graph, plan_load
from tests.rules.harness import Case, write_market

CONTRACTS = [
    {"contract_id": "A", "tier": 1, "buyer_id": "X-D", "supplier_id": "X-P", "starts_on": "2025-01-01"},
    {"contract_id": "B", "tier": 1, "buyer_id": "X-D", "supplier_id": "X-Q", "starts_on": "2025-01-01"},
    {"contract_id": "C", "tier": 1, "buyer_id": "X-A", "supplier_id": "X-R", "starts_on": "2025-01-01"},
]


@pytest.mark.parametrize(
    ("contracts", "named", "department"),
    [(CONTRACTS, None, "X-D"), (CONTRACTS[1:], None, "X-A"), (CONTRACTS, "X-A", "X-A")],
    ids=["lets the most", "the first of equals", "named"],
)
def test_department(
    contracts: list[dict[str, object]], named: str | None, department: str, tmp_path: Path
) -> None:
    case = Case.model_validate(
        {
            "title": "who lets",
            "kinds": ["as-of"],
            "as_of": "2026-03-31",
            "given": {"contracts": contracts},
            "department_org_id": named,
            "expect": {},
        }
    )
    graph = build_graph(plan_load([Unit(write_market(case, tmp_path / "m"))]), tmp_path / "tables")
    assert graph.manifest["department_org_id"] == department
