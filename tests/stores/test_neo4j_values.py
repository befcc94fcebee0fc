"""Values on their way to and from Neo4j, without a server."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

import pyarrow as pa
import pytest
from neo4j.time import Date, DateTime, Duration

from chaingraph.errors import StoreError
from chaingraph.store import neo4j_values
from chaingraph.store.neo4j_values import as_parameters, as_table


class Answer:
    """As much of a driver's result as is read here."""

    def __init__(self, names: Sequence[str], *rows: Sequence[Any]) -> None:
        self._names, self._rows = names, list(rows)

    def keys(self) -> Sequence[str]:
        return self._names

    def fetch(self, n: int) -> list[Sequence[Any]]:
        taken, self._rows = self._rows[:n], self._rows[n:]
        return taken


@pytest.fixture(autouse=True)
def two_rows_a_chunk(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(neo4j_values, "ROWS_A_CHUNK", 2)


def table(*values: Any) -> pa.Table:
    return as_table(Answer(["x"], *((value,) for value in values)))  # type: ignore[arg-type]


def test_dates_point_into_one_list_of_days() -> None:
    first, second = date(1969, 12, 31), date(2024, 2, 29)
    batch = pa.record_batch(
        {
            "key": ["a", "b", "c"],
            "starts_on": pa.array([second, None, first], pa.date32()),
            "ends_on": pa.array([second, second, None], pa.date32()),
            "unknown_on": pa.array([None, None, None], pa.date32()),
            "amount_pence": pa.array([1, None, -3], pa.int64()),
        }
    )
    found = as_parameters(batch)
    days = found.pop("_days")
    assert sorted(days) == [first, second]
    place = {day: days.index(day) for day in days}
    assert found == {
        "_last": 2,
        "key": ["a", "b", "c"],
        "starts_on": [place[second], None, place[first]],
        "ends_on": [place[second], place[second], None],
        "unknown_on": [None, None, None],
        "amount_pence": [1, None, -3],
    }


def test_a_column_called_days_is_no_trouble() -> None:
    batch = pa.record_batch({"days": [3], "moved_on": pa.array([date(2024, 1, 1)], pa.date32())})
    found = as_parameters(batch)
    assert found == {"_last": 0, "_days": [date(2024, 1, 1)], "days": [3], "moved_on": [0]}


def test_a_batch_without_dates() -> None:
    assert as_parameters(pa.record_batch({"key": ["a"]})) == {"_last": 0, "_days": [], "key": ["a"]}


@pytest.mark.parametrize(
    ("values", "kind", "expected"),
    [
        ([1, 2, 3], pa.int64(), [1, 2, 3]),
        ([1, None, 2.5], pa.float64(), [1.0, None, 2.5]),
        ([1, 2, 2.5], pa.float64(), [1.0, 2.0, 2.5]),
        ([None, None, True], pa.bool_(), [None, None, True]),
        ([None, None, None], pa.null(), [None, None, None]),
        ([], pa.null(), []),
        (["é", None, "", "x"], pa.string(), ["é", None, "", "x"]),
        (
            [None, Date(1969, 12, 31), Date(2024, 2, 29)],
            pa.date32(),
            [None, date(1969, 12, 31), date(2024, 2, 29)],
        ),
        ([DateTime(2024, 2, 29), None], pa.date32(), [date(2024, 2, 29), None]),
        ([[], ["a"], None], pa.list_(pa.string()), [[], ["a"], None]),
        ([[Date(2024, 2, 29)]], pa.list_(pa.date32()), [[date(2024, 2, 29)]]),
    ],
)
def test_types_hold_across_chunks(values: list[Any], kind: pa.DataType, expected: list[Any]) -> None:
    found = table(*values)
    assert found.column("x").type == kind
    assert found.column("x").to_pylist() == expected


@pytest.mark.parametrize(
    "values",
    [
        ["a", 1],
        [1, 1, "a"],
        [True, 1],
        [Date(2024, 1, 1), 1],
        [object()],
        [{"a": 1}],
        [[{"a": 1}]],
        [["a", 1]],
        [Duration(days=1)],
        [b"a"],
    ],
)
def test_mixed_columns_and_things_are_no_answers(values: list[Any]) -> None:
    with pytest.raises(StoreError, match="column x is not made of plain values"):
        table(*values)


def test_two_columns_of_one_name() -> None:
    with pytest.raises(StoreError, match="one name"):
        as_table(Answer(["x", "x"], (1, 2)))  # type: ignore[arg-type]
