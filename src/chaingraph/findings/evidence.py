"""The records behind findings: the first hundred in the finding, all of them in a table."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from chaingraph.findings.spread import Groups
from chaingraph.findings.sweep import Evidence
from chaingraph.rules.columns import PROVENANCE

SHOWN = 100
EVIDENCE = pa.schema(
    [
        ("finding_id", pa.string()),
        ("rule", pa.string()),
        ("label", pa.string()),
        ("id", pa.string()),
        ("source", pa.string()),
        ("sha256", pa.string()),
        ("row", pa.int64()),
    ]
)


def records(
    groups: Groups, ids: Sequence[str], rule: str, label: str, key: str, sources: Mapping[str, str]
) -> tuple[pa.Table, list[int], list[list[Evidence]]]:
    """The evidence table, how many records stand behind each finding, and the first hundred of each.

    ``ids`` are the findings' ids, one a group. A record that several rows of a finding name stands there
    once. ``sources`` maps a file's sha256 to its path; a record out of no file has an empty one, and row 0.
    """
    at = groups.firsts_of_runs(key)
    owner = groups.of_row[at]
    finding = pa.array(ids, type=pa.string()).take(pa.array(owner))
    table = _table(groups, at, finding, rule, label, key, sources)
    within = np.arange(len(at)) - np.searchsorted(owner, np.arange(len(ids)))[owner]
    few = np.flatnonzero(within < SHOWN)
    shown: list[list[Evidence]] = [[] for _ in ids]
    first = table.select(["id", "source", "sha256", "row"]).take(pa.array(few))
    rows = zip(*(column.to_pylist() for column in first.columns), strict=True)
    for group, (record, source, sha256, row) in zip(owner[few].tolist(), rows, strict=True):
        shown[group].append(Evidence(label, record, source, sha256, row))
    return table, np.bincount(owner, minlength=len(ids)).tolist(), shown


def _table(
    groups: Groups,
    at: np.ndarray[tuple[int], np.dtype[np.int64]],
    finding: pa.Array,
    rule: str,
    label: str,
    key: str,
    sources: Mapping[str, str],
) -> pa.Table:
    rows = groups.rows.select([key, *PROVENANCE])
    rows = rows if len(at) == rows.num_rows else rows.take(pa.array(at))
    sha256 = pc.fill_null(pc.cast(rows.column("source_id"), pa.string()), "")
    known = pa.array([*sources, None], type=pa.string())
    paths = pa.array([*sources.values(), ""], type=pa.string())
    where = pc.fill_null(pc.index_in(sha256, value_set=known), len(sources))
    columns = {
        "finding_id": finding,
        "rule": pa.repeat(pa.scalar(rule), len(at)),
        "label": pa.repeat(pa.scalar(label), len(at)),
        "id": pc.fill_null(pc.cast(rows.column(key), pa.string()), ""),
        "source": paths.take(where.combine_chunks()),
        "sha256": sha256,
        "row": pc.fill_null(pc.cast(rows.column("source_row"), pa.int64()), 0),
    }
    return pa.table([columns[name] for name in EVIDENCE.names], schema=EVIDENCE)
