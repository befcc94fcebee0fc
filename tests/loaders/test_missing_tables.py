"""A folder without one of its tables: what points at it stays a value, every other row is in the graph, and no end dangles."""

from __future__ import annotations

from pathlib import Path

import pytest

from chaingraph.loading.pipeline import Unit, build_graph, plan_load
from chaingraph.store.ladybug import LadybugStore

TABLES = {
    "organisations": "org_id,name\nX-DWP,DWP\nX-P,P\nX-S,S\n",
    "areas": "area_id,name,kind\nA,A,lad\n",
    "contracts": "contract_id,tier,parent_contract_id,buyer_id,supplier_id,starts_on\n"
    "H,1,,X-DWP,X-P,2024-01-01\nK,2,H,X-P,X-S,2024-02-01\n",
    "referrals": "referral_id,contract_id,referred_on,area_id,customer_group,difficulty_band,customer_key\n"
    "R1,K,2024-03-01,A,G,4,k\nR2,K,2024-04-01,A,G,1,k\n",
    "outcomes": "outcome_id,referral_id,kind,job_started_on,claimed_on\nO1,R1,job_start,2024-05-01,2024-06-01\n",
    "invoices": "invoice_id,contract_id,amount_gbp,received_on\nI1,K,5,2024-05-01\n",
    "payments": "payment_id,invoice_id,amount_gbp,paid_on\nP1,I1,5,2024-05-09\n",
    "delivery": "delivery_id,contract_id,area_id,need_type\nD1,K,A,housing\n",
}


@pytest.mark.parametrize("gone", TABLES)
def test_the_rest_loads(tmp_path: Path, gone: str) -> None:
    folder = tmp_path / "market"
    folder.mkdir()
    for name, text in TABLES.items():
        if name != gone:
            (folder / f"{name}.csv").write_text(text)
    graph = build_graph(plan_load([Unit(folder)]), tmp_path / "tables")
    store = LadybugStore(tmp_path / "graph")
    try:
        store.publish(graph)
    finally:
        store.close()
    loaded = {row["table"]: row["loaded"] for row in graph.manifest["tables"]}
    assert loaded == {name: text.count("\n") - 1 for name, text in TABLES.items() if name != gone}
    rows = {
        "Referral": "referrals",
        "Invoice": "invoices",
        "Payment": "payments",
        "Outcome": "outcomes",
        "Delivery": "delivery",
    }
    assert {label: graph.node_rows[label] for label in rows if label in graph.node_rows} == {
        label: loaded[name] for label, name in rows.items() if name in loaded
    }
