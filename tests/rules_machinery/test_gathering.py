"""Rows gathered by identity, column by column, against a plain loop over the same rows."""

from __future__ import annotations

import random
from collections import Counter, defaultdict
from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any

import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from chaingraph.findings.direct import direct_findings
from chaingraph.findings.evidence import EVIDENCE, SHOWN
from chaingraph.findings.identity import finding_id
from chaingraph.rules.order import canonical
from tests.rules_machinery.samples import sample

SCHEMA = pa.schema(
    [
        ("lot_id", pa.string()),
        ("size", pa.int64()),
        ("invoice_id", pa.string()),
        ("source_id", pa.string()),
        ("source_row", pa.int64()),
        ("payer_id", pa.string()),
        ("late", pa.int64()),
        ("share", pa.float64()),
        ("on", pa.date32()),
        ("name", pa.string()),
        ("yes", pa.bool_()),
    ]
)
RULE = sample(
    identity=["lot_id", "size"],
    subject="Lot",
    message="{rows} {late.max} {late.min} {late.sum} {name.count} {name} {on.min}",
)
some = st.none()
ROWS = st.lists(
    st.fixed_dictionaries(
        {
            "lot_id": some | st.sampled_from(["L1", "L2", "L,3"]),
            "size": some | st.integers(-1, 1),
            "invoice_id": st.text("ab", min_size=1, max_size=3),
            "source_id": st.sampled_from(["sha-1", "sha-2"]),
            "source_row": st.integers(2, 9),
            "payer_id": some | st.sampled_from(["P", "Q"]),
            "late": some | st.integers(-5, 5),
            "share": some | st.sampled_from([0.25, 0.5, 1.0]),
            "on": some | st.integers(0, 3).map(lambda n: date(2026, 1, 1) + timedelta(n)),
            "name": some | st.sampled_from(["x", "y"]),
            "yes": some | st.booleans(),
        }
    ),
    max_size=40,
)


def plainly(rows: Sequence[dict[str, Any]]) -> dict[str, dict[str, Any]]:
    """What the findings of these rows have to be, worked out one row at a time."""
    groups: dict[tuple[Any, Any], list[dict[str, Any]]] = defaultdict(list)
    for row in rows:
        groups[row["lot_id"], row["size"]].append(row)
    found = {}
    for (lot, size), members in groups.items():
        members.sort(
            key=lambda row: [
                (row[name] is None, row[name] or 0) if row[name] != "" else (False, "") for name in SORT
            ]
        )
        identity = {"lot_id": lot, "size": size}
        values: dict[str, Any] = {}
        for name in ("late", "share", "on", "name", "yes"):
            listed = [row[name] for row in members]
            known = [value for value in listed if value is not None]
            if all(value == listed[0] for value in listed) and all(
                (v is None) == (listed[0] is None) for v in listed
            ):
                values[name] = listed[0]
            elif name in ("late", "share"):
                values[name] = {"min": min(known), "max": max(known), "mean": sum(known) / len(known)}
            elif name == "on":
                values[name] = {"min": min(known), "max": max(known)}
            else:
                values[name] = {"distinct": len(set(known))}
        found[finding_id(RULE.id, identity)] = {
            "identity": identity,
            "values": values,
            "respondent": members[0]["payer_id"],
            "records": list(dict.fromkeys(row["invoice_id"] for row in members)),
            "message": worded(members),
        }
    return found


SORT = ["invoice_id", "source_row", "source_id", "payer_id", "late", "share", "on", "name", "yes"]


def worded(rows: Sequence[dict[str, Any]]) -> str:
    late = [row["late"] for row in rows if row["late"] is not None]
    on = [row["on"] for row in rows if row["on"] is not None]
    parts = [
        str(len(rows)),
        str(max(late)) if late else "unknown",
        str(min(late)) if late else "unknown",
        str(sum(late)) if late else "unknown",
        str(len({row["name"] for row in rows} - {None})),
        rows[0]["name"] or "unknown",
        min(on).isoformat() if on else "unknown",
    ]
    return " ".join(parts)


@settings(max_examples=60, deadline=None)
@given(ROWS)
def test_gathered_as_a_plain_loop_would(rows: list[dict[str, Any]]) -> None:
    table = pa.Table.from_pylist(rows, schema=SCHEMA)
    findings, evidence = direct_findings(RULE, table, {}, {"sha-1": "a.csv", "sha-2": "b.csv"})
    expected = plainly(rows)
    assert {finding.id for finding in findings} == set(expected)
    assert len(findings) == len(expected)
    for finding in findings:
        wanted = expected[finding.id]
        assert finding.identity == wanted["identity"]
        assert finding.values == wanted["values"]
        assert finding.respondent == wanted["respondent"]
        assert finding.message == wanted["message"]
        assert [record.id for record in finding.evidence] == wanted["records"]
        assert finding.evidence_count == len(wanted["records"])
    assert evidence.schema == EVIDENCE
    assert Counter(evidence.column("finding_id").to_pylist()) == {
        id_: len(wanted["records"]) for id_, wanted in expected.items()
    }


@settings(max_examples=25, deadline=None)
@given(ROWS, st.randoms(use_true_random=False))
def test_the_order_in_which_an_engine_answers_does_not_matter(
    rows: list[dict[str, Any]], chance: random.Random
) -> None:
    shuffled = list(rows)
    chance.shuffle(shuffled)
    there = [
        direct_findings(RULE, pa.Table.from_pylist(listed, schema=SCHEMA), {}, {})
        for listed in (rows, shuffled)
    ]
    assert there[0][0] == there[1][0]
    assert there[0][1].equals(there[1][1])


def test_the_first_hundred_records_stand_in_the_finding_and_all_in_the_table() -> None:
    many = 3 * SHOWN
    rows = [
        dict.fromkeys(SCHEMA.names)
        | {"lot_id": "L", "invoice_id": f"I{n:04}", "source_id": "s", "source_row": n}
        for n in range(many)
    ]
    [finding], evidence = direct_findings(RULE, pa.Table.from_pylist(rows, schema=SCHEMA), {}, {"s": "i.csv"})
    assert finding.evidence_count == evidence.num_rows == many
    assert [record.row for record in finding.evidence] == list(range(SHOWN))
    assert (finding.evidence[5].source, finding.evidence[5].sha256, finding.evidence[5].label) == (
        "i.csv",
        "s",
        "Invoice",
    )


def test_columns_of_nothing_but_unknowns_have_no_type_and_do_no_harm() -> None:
    row = {
        "lot_id": "L",
        "size": None,
        "invoice_id": "I",
        "source_id": None,
        "source_row": None,
        "payer_id": None,
    }
    table = pa.table(
        {name: [value] for name, value in {**row, "late": None, "on": None, "name": None}.items()}
    )
    [finding], evidence = direct_findings(RULE, table, {}, {})
    assert finding.values == {"late": None, "on": None, "name": None}
    assert finding.message == "1 unknown unknown unknown 0 unknown unknown"
    assert evidence.to_pylist()[0]["row"] == 0


def test_the_subject_is_the_identitys_own_node() -> None:
    table = pa.Table.from_pylist([dict.fromkeys(SCHEMA.names) | {"lot_id": "L", "size": 2}], schema=SCHEMA)
    assert direct_findings(RULE, table, {}, {})[0][0].subject == {"label": "Lot", "id": "L"}
    pair = sample(identity=["lot_id", "size"], subject=None, message="m")
    assert direct_findings(pair, table, {}, {})[0][0].subject == {"label": "", "id": "L | 2"}


def test_a_finding_id_depends_on_rule_and_identity_alone() -> None:
    assert finding_id("r", {"a": 1, "b": None}) == finding_id("r", {"b": None, "a": 1})
    ids = {finding_id(*key) for key in (("r", {"a": 1}), ("r", {"a": "1"}), ("s", {"a": 1}), ("r", {"b": 1}))}
    assert len(ids) == 4
    assert all(len(id_) == 32 for id_ in ids)


@pytest.mark.parametrize("seed", range(5))
def test_lists_collected_together_stay_side_by_side(seed: int) -> None:
    pairs = [("b", 2.0), ("a", None), ("c", 1.0), ("a", 0.5)]
    random.Random(seed).shuffle(pairs)
    table = pa.table(
        {
            "k": ["y", "x"],
            "names": [[name for name, _ in pairs], []],
            "sizes": pa.array([[size for _, size in pairs], None], type=pa.list_(pa.float64())),
        }
    )
    assert canonical(table).to_pylist() == [
        {"k": "x", "names": [], "sizes": None},
        {"k": "y", "names": ["a", "a", "b", "c"], "sizes": [0.5, None, 2.0, 1.0]},
    ]
