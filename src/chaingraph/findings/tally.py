"""What became of a rule's records: flagged, passed, excluded or not assessable, never mixed up."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from chaingraph.errors import ContentError
from chaingraph.rules.columns import POPULATION

OUTCOMES = ("flagged", "passed", "excluded", "not_assessable")


@dataclass
class Tally:
    """Records by outcome; ``unknown`` gives the reasons of those not assessable, where a rule tells them."""

    flagged: int = 0
    passed: int = 0
    not_assessable: int = 0
    excluded: Counter[str] = field(default_factory=Counter)
    unknown: Counter[str] = field(default_factory=Counter)

    def add(self, outcome: str, reason: str, records: int) -> None:
        """Count records of one outcome. Raises ContentError for an outcome that is none."""
        if outcome not in OUTCOMES:
            raise ContentError(f"{outcome!r} is no outcome: a rule says {', '.join(OUTCOMES)}.")
        if outcome == "excluded":
            self.excluded[reason or "no reason given"] += records
            return
        setattr(self, outcome, getattr(self, outcome) + records)
        if outcome == "not_assessable" and reason and records:
            self.unknown[reason] += records

    def counts(self) -> dict[str, Any]:
        """The fields of a ``RuleResult`` that count records; the reasons not assessable become a figure."""
        assessed = self.flagged + self.passed
        return {
            "population": assessed + self.excluded.total() + self.not_assessable,
            "assessed": assessed,
            "flagged": self.flagged,
            "passed": self.passed,
            "excluded": {reason: n for reason, n in sorted(self.excluded.items()) if n},
            "not_assessable": self.not_assessable,
        }

    def figures(self) -> dict[str, list[Mapping[str, Any]]]:
        """The reasons for which records were not assessable, as a table; nothing where none was told."""
        rows: list[Mapping[str, Any]] = [{"reason": r, "records": n} for r, n in sorted(self.unknown.items())]
        return {"not_assessable": rows} if rows else {}


def split(rows: pa.Table) -> tuple[pa.Table, Tally]:
    """The flagged rows, and the tally of all of them.

    A reason to exclude wins over ``not_assessable``, and that over ``flagged``. Where ``flagged`` is unknown
    the record is not assessable: a comparison with a missing value is neither a breach nor a pass.
    """
    reason = _column(rows, "excluded_reason", pa.string())
    excluded = pc.is_valid(reason)
    told = "not_assessable" in rows.column_names
    doubt = rows.column("not_assessable") if told else pa.chunked_array([pa.nulls(rows.num_rows)])
    why = pc.cast(pa.nulls(rows.num_rows), pa.string())
    if pa.types.is_string(doubt.type):
        why, doubtful = doubt, pc.is_valid(doubt)
    else:
        doubtful = pc.fill_null(_typed(doubt, "not_assessable", pa.bool_()), False)
    flagged = _column(rows, "flagged", pa.bool_())
    unknown = pc.and_not(pc.or_(doubtful, pc.is_null(flagged)), excluded)
    judged = pc.invert(pc.or_(excluded, unknown))
    is_flagged = pc.and_(judged, pc.fill_null(flagged, False))

    tally = Tally(flagged=_number(is_flagged), not_assessable=_number(unknown))
    tally.passed = _number(judged) - tally.flagged
    for value, records in _counts(reason):
        tally.add("excluded", value, records)
    for value, records in _counts(pc.if_else(unknown, why, None)):
        tally.unknown[value] += records
    return rows.filter(is_flagged), tally


def from_population(rows: pa.Table, flagged: int) -> Tally:
    """The tally of a population section. Raises ContentError where it contradicts the flagged rows."""
    require(rows, POPULATION, "population")
    tally = Tally()
    for row in rows.to_pylist():
        tally.add(row["outcome"], row["reason"] or "", row["records"] or 0)
    if tally.flagged != flagged:
        raise ContentError(
            f"The population section counts {tally.flagged:,} flagged records, "
            f"the main section returned {flagged:,}."
        )
    return tally


def require(rows: pa.Table, wanted: Sequence[str], section: str) -> None:
    """Raise ContentError naming every column that a section should return and does not."""
    absent = [name for name in wanted if name not in rows.column_names]
    if absent:
        raise ContentError(f"The {section} section does not return {', '.join(absent)}.")


def _counts(values: pa.ChunkedArray) -> Iterable[tuple[str, int]]:
    known = pc.drop_null(values)
    return ((pair["values"], pair["counts"]) for pair in pc.value_counts(known).to_pylist())


def _number(mask: pa.ChunkedArray) -> int:
    return int(pc.sum(mask).as_py() or 0)


def _column(rows: pa.Table, name: str, kind: pa.DataType) -> pa.ChunkedArray:
    """The column, or nothing but unknowns where the rule returns none."""
    column = rows.column(name) if name in rows.column_names else pa.chunked_array([pa.nulls(rows.num_rows)])
    return _typed(column, name, kind)


def _typed(column: pa.ChunkedArray, name: str, kind: pa.DataType) -> pa.ChunkedArray:
    if pa.types.is_null(column.type):
        return pc.cast(column, kind)
    if column.type != kind:
        raise ContentError(f"The column {name} is of type {column.type}, it has to be {kind}.")
    return column
