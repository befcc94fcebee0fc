"""Documents in date: the last day that counts, who answers, and what order and splitting may not change."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from chaingraph.assess.attestations import EPOCH, attestations, in_date
from chaingraph.assess.result import Assessment

AS_OF = date(2026, 3, 31)
TODAY = AS_OF.toordinal() - EPOCH


@dataclass(frozen=True)
class Wanted:
    clause: str
    about: str
    within_days: int | None = 365
    respondent: str = "provider"
    quote: str = "so it says"


def row(about: str, about_id: str, clause: str = "", day: int | None = None, **more: Any) -> dict[str, Any]:
    return {
        "about": about,
        "about_id": about_id,
        "about_name": about_id.title(),
        "provider_id": about_id,
        "department_id": "D",
        "since_day": TODAY - 2_000,
        "excluded_reason": "",
        "clause": clause,
        "documents": int(day is not None),
        "newest_day": day,
        "valid_day": day,
    } | more


KNOWN = row("any", "", documents=5)
CLAUSES = {"A", "B", "C", "M", "STR-CX-01"}


def judge(rows: list[dict[str, Any]], *duties: Wanted) -> Assessment:
    return attestations(pd.DataFrame(rows), {"as_of": AS_OF, "duties": duties, "clauses": CLAUSES})


def outcomes(result: Assessment) -> dict[tuple[str, str], str]:
    return {(one.identity["clause"], one.identity["about_id"]): one.outcome for one in result.units}


@pytest.mark.parametrize(
    ("issued", "within", "counts"),
    [(0, 365, True), (-365, 365, True), (-366, 365, False), (-9_999, None, True), (None, None, False)],
)
def test_the_last_day_on_which_a_document_counts(
    issued: int | None, within: int | None, counts: bool
) -> None:
    assert in_date(None if issued is None else TODAY + issued, within, TODAY) is counts


def test_each_duty_is_asked_of_its_own_kind_and_answered_by_whoever_the_clause_names() -> None:
    rows = [KNOWN, row("prime", "p"), row("provider", "p", "B", TODAY), row("provider", "s")]
    duties = (Wanted("A", "prime"), Wanted("B", "provider"), Wanted("C", "prime", respondent="department"))
    result = judge(rows, *duties)
    assert outcomes(result) == {
        ("A", "p"): "flagged",
        ("B", "p"): "passed",
        ("B", "s"): "flagged",
        ("C", "p"): "flagged",
    }
    answering = {one.identity["clause"]: one.values["respondent_id"] for one in result.units}
    assert answering == {"A": "p", "B": "s", "C": "D"}
    assert [one["missing"] for one in result.figures["duties"]] == [1, 1, 1]
    # Nobody shows A or C: perhaps nothing of the kind was loaded. Somebody shows B.
    assert [text[0] for text in result.warnings] == ["A", "C"]


def test_the_market_has_its_duty_whether_or_not_a_row_speaks_of_it() -> None:
    duty = Wanted("M", "market", None, "department")
    assert outcomes(judge([KNOWN], duty)) == {("M", "market"): "flagged"}
    assert outcomes(judge([KNOWN, row("market", "market", "M", 0)], duty)) == {("M", "market"): "passed"}
    assert judge([KNOWN, row("prime", "p")], duty).units[0].values["respondent_id"] == "D"


def test_nothing_known_of_anybody_is_no_finding() -> None:
    duties = (Wanted("A", "prime"), Wanted("M", "market"))
    for nothing in ([row("prime", "p")], [row("any", "", documents=0), row("prime", "p")]):
        result = judge(nothing, *duties)
        assert set(outcomes(result).values()) == {"not_assessable"}
        assert result.warnings == []
        assert result.figures == {}


def test_documents_for_a_clause_that_nobody_wrote_are_told() -> None:
    rows = [row("any", "", "A", TODAY), row("any", "", "str-cx-01", TODAY, documents=2), row("prime", "p")]
    result = judge(rows, Wanted("A", "prime"))
    told = "Documents that name the clause 'str-cx-01', which there is not, show nothing (2) (did you mean STR-CX-01?)."
    assert result.warnings[0] == told
    assert not any("'A'" in text for text in result.warnings)


@pytest.mark.parametrize(
    ("since", "outcome"), [(364, "excluded"), (365, "flagged"), (None, "not_assessable")]
)
def test_a_duty_is_not_due_before_its_first_period_is_over(since: int | None, outcome: str) -> None:
    there = None if since is None else TODAY - since
    [unit] = judge([KNOWN, row("prime", "p", since_day=there)], Wanted("A", "prime")).units
    assert unit.outcome == outcome
    # Whoever shows a document all the same has met it.
    [unit] = judge([KNOWN, row("prime", "p", "A", TODAY, since_day=there)], Wanted("A", "prime")).units
    assert unit.outcome == "passed"


def test_a_document_past_its_own_last_day_is_told_but_does_not_count() -> None:
    rows = [KNOWN, row("prime", "p", "A", TODAY - 10, valid_day=None)]
    [unit] = judge(rows, Wanted("A", "prime")).units
    assert (unit.outcome, unit.values["newest"], unit.values["documents"]) == ("flagged", "2026-03-21", 1)


SUBJECTS = st.lists(
    st.tuples(st.sampled_from(["prime", "provider", "lot"]), st.sampled_from("abcd"), st.booleans()),
    unique_by=lambda each: each[:2],
)


@given(subjects=SUBJECTS, order=st.randoms(use_true_random=False))
def test_the_order_of_rows_changes_nothing(subjects: list[tuple[str, str, bool]], order: Any) -> None:
    rows = [KNOWN]
    for about, name, shown in subjects:
        rows += [row(about, name, clause, TODAY) for clause in ("A", "Z")] if shown else [row(about, name)]
    duties = (Wanted("A", "prime"), Wanted("B", "provider"), Wanted("C", "lot"))
    first = judge(rows, *duties)
    order.shuffle(rows)
    assert judge(rows, *reversed(duties)) == first
    assert len(first.units) == len(subjects)
