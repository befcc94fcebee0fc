"""Small graphs for the store tests, written as the files that a load would write."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from chaingraph.model import NODES, RELATIONSHIPS
from chaingraph.store.protocol import GraphTables, RelationshipTable

ARROW = {
    "STRING": pa.string(),
    "INT64": pa.int64(),
    "DOUBLE": pa.float64(),
    "BOOL": pa.bool_(),
    "DATE": pa.date32(),
}


def graph(
    folder: Path,
    nodes: dict[str, list[dict[str, Any]]],
    relationships: dict[tuple[str, str, str], list[dict[str, Any]]],
    graph_id: str = "one",
    **manifest: Any,
) -> GraphTables:
    """Write Parquet files for rows given as plain dicts; properties left out are null."""
    folder.mkdir(parents=True, exist_ok=True)
    paths: dict[str, Path] = {}
    for label, rows in nodes.items():
        schema = pa.schema([(name, ARROW[kind]) for name, kind in NODES[label].properties.items()])
        paths[label] = folder / f"{label}.parquet"
        pq.write_table(pa.Table.from_pylist(rows, schema=schema), paths[label])
    written = []
    for ends, rows in relationships.items():
        model = next(r for r in RELATIONSHIPS if (r.type, r.from_label, r.to_label) == ends)
        properties = [(name, ARROW[kind]) for name, kind in model.properties.items()]
        schema = pa.schema([("from_id", pa.string()), ("to_id", pa.string()), *properties])
        path = folder / f"{'-'.join(ends)}.parquet"
        pq.write_table(pa.Table.from_pylist(rows, schema=schema), path)
        written.append(RelationshipTable(*ends, path=path, rows=len(rows)))
    return GraphTables(graph_id, paths, {k: len(v) for k, v in nodes.items()}, tuple(written), manifest)


def small(folder: Path, graph_id: str = "one", **manifest: Any) -> GraphTables:
    """Two contracts of one chain, three invoices, and a value of every type."""
    return graph(
        folder,
        {
            "Organisation": [
                {"org_id": "X-P", "name": "Prime & Söhne", "turnover_pence": 5, "source_row": 2},
                {"org_id": "X-S", "name": 'it\'s \\ "quoted" ; DROP', "source_row": 3},
            ],
            "Contract": [
                {
                    "contract_id": "H",
                    "tier": 1,
                    "fee_share": 0.1,
                    "inferred": False,
                    "starts_on": date(2024, 2, 29),
                },
                {"contract_id": "K", "tier": 2, "starts_on": date(2025, 1, 1), "inferred": True},
            ],
            "Invoice": [
                {"invoice_id": f"I{n}", "contract_id": "K", "amount_pence": 2**40 + n, "due_day": 19_000 + n}
                for n in range(3)
            ],
        },
        {
            ("SUPPLIES", "Organisation", "Contract"): [
                {"from_id": "X-P", "to_id": "H"},
                {"from_id": "X-S", "to_id": "K"},
            ],
            ("SUBCONTRACT_OF", "Contract", "Contract"): [{"from_id": "K", "to_id": "H"}],
            ("UNDER", "Invoice", "Contract"): [{"from_id": f"I{n}", "to_id": "K"} for n in range(3)],
            ("OWNS", "Organisation", "Organisation"): [
                {
                    "from_id": "X-P",
                    "to_id": "X-S",
                    "share_min": 0.5,
                    "valid_from": date(2020, 1, 1),
                    "source_row": 2,
                }
            ],
        },
        graph_id,
        **manifest,
    )
