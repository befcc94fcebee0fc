"""A bench that serves several loads leaves nothing of one to the next."""

from __future__ import annotations

from contextlib import closing
from pathlib import Path

import pytest

from chaingraph.errors import InputError
from chaingraph.loading.pipeline import Unit, build_graph, plan_load
from chaingraph.loading.stage import Workbench
from chaingraph.store.protocol import GraphTables

ORGANISATIONS = "org_id,name\nX-1,One\nX-2,Two\n"
CONTRACTS = "contract_id,tier,buyer_id,supplier_id,starts_on\nC1,1,X-1,X-2,2025-04-01\n"
# A row that is rejected, one that names nobody, and a table that the other market has not.
FAULTY = {
    "organisations": "org_id,name\nX-1,One\nX-1,One again\nX-3,Three\n",
    "contracts": CONTRACTS + "C2,1,X-1,X-9,2025-04-01\nC3,1,X-1,X-3,no day\n",
    "areas": "area_id,name,kind\nA1,Here,contract_area\n",
    "policies": "policy_id,org_id,kind,approved_on\nP1,X-3,equality,2025-01-01\n",
}
WHOLE = {"organisations": ORGANISATIONS, "contracts": CONTRACTS}


def written(folder: Path, tables: dict[str, str]) -> Path:
    folder.mkdir()
    for name, text in tables.items():
        (folder / f"{name}.csv").write_text(text, encoding="utf-8")
    return folder


def everything(graph: GraphTables, folder: Path) -> dict[str, bytes]:
    files = {path.name: path.read_bytes() for path in sorted(folder.rglob("*.parquet"))}
    return files | {
        "rejected": (folder / "rejected.csv").read_bytes(),
        "rows": repr((graph.node_rows, [(t.type, t.rows) for t in graph.relationships])).encode(),
        "manifest": repr(dict(graph.manifest)).encode(),
    }


def test_a_bench_that_was_used_before_is_as_good_as_new(tmp_path: Path) -> None:
    faulty, whole = written(tmp_path / "faulty", FAULTY), written(tmp_path / "whole", WHOLE)
    unreadable = written(tmp_path / "unreadable", {**WHOLE, "contracts": "no,columns,of,ours\n1,2,3,4\n"})
    with closing(Workbench()) as bench:

        def load(source: Path, name: str, on: Workbench | None) -> dict[str, bytes]:
            folder = tmp_path / name
            return everything(build_graph(plan_load([Unit(source)]), folder, bench=on), folder)

        assert load(faulty, "first", bench) == load(faulty, "first alone", None)
        with pytest.raises(InputError):
            load(unreadable, "broken off", bench)
        assert load(whole, "second", bench) == load(whole, "second alone", None)
