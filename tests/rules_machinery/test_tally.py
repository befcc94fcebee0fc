"""Records counted by outcome: what is unknown is neither a breach nor a pass."""

from __future__ import annotations

from typing import Any

import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from chaingraph.errors import ContentError
from chaingraph.findings.tally import Tally, from_population, split

ROW = st.fixed_dictionaries(
    {
        "flagged": st.none() | st.booleans(),
        "not_assessable": st.none() | st.booleans(),
        "excluded_reason": st.none() | st.sampled_from(["in dispute", "not due"]),
    }
)
SCHEMA = pa.schema(
    [("flagged", pa.bool_()), ("not_assessable", pa.bool_()), ("excluded_reason", pa.string())]
)


@given(st.lists(ROW))
def test_every_row_is_counted_once(rows: list[dict[str, Any]]) -> None:
    flagged, tally = split(pa.Table.from_pylist(rows, schema=SCHEMA))
    wanted = Tally()
    kept = []
    for row in rows:
        if row["excluded_reason"] is not None:
            wanted.add("excluded", row["excluded_reason"], 1)
        elif row["not_assessable"] or row["flagged"] is None:
            wanted.add("not_assessable", "", 1)
        else:
            wanted.add("flagged" if row["flagged"] else "passed", "", 1)
            kept += [row] if row["flagged"] else []
    assert tally.counts() == wanted.counts()
    assert tally.counts()["population"] == len(rows)
    assert flagged.to_pylist() == kept


def test_a_reason_not_to_judge_may_be_a_text_and_becomes_a_figure() -> None:
    rows = pa.table({"flagged": [True, False, None], "not_assessable": ["no date", None, "no date"]})
    flagged, tally = split(rows)
    assert (flagged.num_rows, tally.passed, tally.not_assessable) == (0, 1, 2)
    assert tally.figures() == {"not_assessable": [{"reason": "no date", "records": 2}]}


@pytest.mark.parametrize("rows", [0, 2])
def test_columns_without_a_type_are_unknown(rows: int) -> None:
    nothing = pa.nulls(rows)
    flagged, tally = split(
        pa.table({"flagged": nothing, "excluded_reason": nothing, "not_assessable": nothing})
    )
    assert flagged.num_rows == 0
    assert tally.counts()["not_assessable"] == rows


def test_a_judgement_has_to_be_a_truth_value() -> None:
    with pytest.raises(ContentError, match="flagged is of type int64"):
        split(pa.table({"flagged": [1]}))


def population(*rows: tuple[str, str | None, int]) -> pa.Table:
    return pa.table(
        {name: [row[at] for row in rows] for at, name in enumerate(("outcome", "reason", "records"))}
    )


def test_a_population_section_counts_by_outcome() -> None:
    rows = population(
        ("flagged", "", 2), ("passed", None, 5), ("excluded", "not due", 3), ("not_assessable", "no date", 4)
    )
    assert from_population(rows, 2).counts() == {
        "population": 14,
        "assessed": 7,
        "flagged": 2,
        "passed": 5,
        "excluded": {"not due": 3},
        "not_assessable": 4,
    }


@pytest.mark.parametrize(
    ("rows", "says"),
    [
        (population(("flagged", "", 3)), "counts 3 flagged records, the main section returned 2"),
        (population(("flagged", "", 2), ("clean", "", 1)), "'clean' is no outcome"),
        (pa.table({"outcome": ["flagged"]}), "does not return reason, records"),
    ],
)
def test_a_population_that_contradicts_is_refused(rows: pa.Table, says: str) -> None:
    with pytest.raises(ContentError, match=says):
        from_population(rows, 2)
