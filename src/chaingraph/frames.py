"""Answers as the shapes that analysts use: pandas data frames and networkx graphs."""

from __future__ import annotations

import networkx as nx
import pandas as pd
import pyarrow as pa

from chaingraph.errors import InputError
from chaingraph.store.protocol import Store

CHAIN = """
MATCH (asked:Contract) WHERE asked.contract_id = $contract_id
WITH asked.head_contract_id AS head_contract_id
MATCH (c:Contract) WHERE c.head_contract_id = head_contract_id
RETURN c.contract_id AS contract_id, c.parent_contract_id AS parent_contract_id, c.tier AS tier,
       c.buyer_id AS buyer_id, c.supplier_id AS supplier_id, c.role AS role, c.starts_on AS starts_on,
       c.ends_on AS ends_on, c.annual_value_pence AS annual_value_pence
ORDER BY contract_id
"""


def frame(table: pa.Table) -> pd.DataFrame:
    """An answer as a data frame; dates stay ``datetime.date``, absent values are missing."""
    return table.to_pandas(date_as_object=True)


def chain(store: Store, contract_id: str) -> nx.DiGraph[str]:
    """See ``Market.chain``. Node attributes are the contract's parties, tier, role, dates and value a year.

    Raises InputError where there is no such contract.
    """
    rows = store.query(CHAIN, {"contract_id": contract_id}).to_pylist()
    if not rows:
        raise InputError(
            f"There is no contract {contract_id} in this market.", remedy="Look it up with chaingraph query."
        )
    graph: nx.DiGraph[str] = nx.DiGraph()
    for row in rows:
        graph.add_node(
            row["contract_id"], **{key: value for key, value in row.items() if key != "contract_id"}
        )
    for row in rows:
        if row["parent_contract_id"] is not None:
            graph.add_edge(row["contract_id"], row["parent_contract_id"])
    return graph
