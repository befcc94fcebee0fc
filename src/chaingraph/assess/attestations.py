"""Duties that only a document shows: who shows one in date, who does not, who is not due to yet."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from datetime import date
from typing import Any, Protocol

import pandas as pd

from chaingraph.assess.registry import assessment
from chaingraph.assess.result import Assessment, Unit
from chaingraph.written.suggest import did_you_mean

EPOCH = date(1970, 1, 1).toordinal()
MARKET = "market"
ANY = "any"


class Duty(Protocol):
    """What a clause wants shown: about whom, how fresh, and who answers where it is not."""

    @property
    def clause(self) -> str: ...
    @property
    def about(self) -> str: ...
    @property
    def within_days(self) -> int | None: ...
    @property
    def respondent(self) -> str: ...
    @property
    def quote(self) -> str: ...


def in_date(issued_day: int | None, within_days: int | None, as_of_day: int) -> bool:
    """Whether a document of that day still counts: the last day on which it does is issued + within_days.

    Without ``within_days`` it counts whatever its age; a document that is not there (None) never does.
    """
    if issued_day is None:
        return False
    return within_days is None or as_of_day - issued_day <= within_days


@assessment("attestations")
def attestations(rows: pd.DataFrame, parameters: Mapping[str, Any]) -> Assessment:
    """Flag each duty and whoever has it where no document in date is known.

    Columns of ``rows``, one row a subject and clause that it has documents for (a subject without any has
    one row with an empty ``clause``): ``about`` (prime, provider, head-contract, lot or market),
    ``about_id``, ``about_name``, ``provider_id`` (who answers where the provider does), ``department_id``,
    ``since_day`` (first day of whatever brings the duty), ``excluded_reason``, ``clause``, ``documents``,
    ``newest_day`` (day of the newest document), ``valid_day`` (that of the newest whose own last day has not
    passed); days since 1970-01-01, all but the ids may be missing. Rows ``about`` "any", one a
    clause, count the documents known of anybody. Parameters: ``as_of``, ``clauses`` (the ids of all there are)
    and ``duties``, each with ``clause``, ``about``, ``within_days``, ``respondent``, ``quote``.

    Whoever has been there for less than ``within_days`` is excluded: the first document is not due before.
    Without any document known of anybody nothing is assessable. Figure ``duties``: one row a clause.
    """
    as_of_day = parameters["as_of"].toordinal() - EPOCH
    listed = [_known(row) for row in rows.to_dict("records")]
    there = sum(row["documents"] for row in listed if row["about"] == ANY) > 0
    subjects: dict[str, dict[str, dict[str, Any]]] = {}
    shown: dict[tuple[str, str, str], dict[str, Any]] = {}
    for row in listed:
        subjects.setdefault(row["about"], {})[row["about_id"]] = row
        shown[row["about"], row["about_id"], row["clause"] or ""] = row
    subjects[MARKET] = {MARKET: {"about": MARKET, "about_id": MARKET, "about_name": ""}}
    department = next((row["department_id"] for row in listed if row["department_id"]), None)
    units, figures, warnings = [], [], _nameless(listed, parameters["clauses"])
    for duty in sorted(parameters["duties"], key=lambda one: one.clause):
        own = [
            _judged(
                duty,
                {**subject, "department_id": department},
                shown.get((duty.about, about_id, duty.clause), {}) if there else None,
                as_of_day,
            )
            for about_id, subject in sorted(subjects.get(duty.about, {}).items())
        ]
        units += own
        figures.append(_row(duty, own))
        known = any(unit.values["documents"] for unit in own)
        if there and not known and figures[-1]["missing"]:
            warnings.append(
                f"{duty.clause}: no document is known of anybody. Look first whether such documents were loaded."
            )
    return Assessment(units, warnings, {"duties": figures} if there else {})


def _nameless(listed: Sequence[Mapping[str, Any]], clauses: Collection[str]) -> list[str]:
    """A warning for each clause that documents name and nobody wrote."""
    return [
        f"Documents that name the clause {row['clause']!r}, which there is not, show nothing ({row['documents']})"
        f"{did_you_mean(row['clause'].upper(), clauses)}."
        for row in sorted((row for row in listed if row["about"] == ANY), key=lambda row: row["clause"] or "")
        if row["clause"] and row["clause"] not in clauses
    ]


def _known(row: Mapping[Any, Any]) -> dict[str, Any]:
    return {str(name): None if pd.isna(value) else value for name, value in row.items()}


def _judged(
    duty: Duty, subject: Mapping[str, Any], document: Mapping[str, Any] | None, as_of_day: int
) -> Unit:
    """One duty of one subject; ``document`` is None where no document is known of anybody."""
    newest = (document or {}).get("newest_day")
    values = {
        "about": duty.about,
        "about_name": _called(subject),
        "respondent_id": subject.get({"provider": "provider_id"}.get(duty.respondent, "department_id")),
        "quote": duty.quote,
        "within_days": duty.within_days,
        "documents": int((document or {}).get("documents") or 0),
        "newest": "none" if newest is None else date.fromordinal(int(newest) + EPOCH).isoformat(),
    }
    identity = {"clause": duty.clause, "about_id": subject["about_id"]}
    since, valid = subject.get("since_day"), (document or {}).get("valid_day")
    if subject.get("excluded_reason"):
        return Unit(identity, "excluded", subject["excluded_reason"], values)
    if document is None:
        return Unit(identity, "not_assessable", "no document is known of anybody", values)
    if in_date(valid, duty.within_days, as_of_day):
        return Unit(identity, "passed", "", values)
    if duty.about != MARKET and since is None:
        return Unit(identity, "not_assessable", "first day of the duty unknown", values)
    if since is not None and as_of_day - since < (duty.within_days or 0):
        return Unit(identity, "excluded", "not due yet", values)
    return Unit(identity, "flagged", "", values)


def _called(subject: Mapping[str, Any]) -> str:
    """Whoever has the duty, in words: an organisation by its name, a contract beside its prime's."""
    about, name = subject["about"], subject["about_name"]
    if about == MARKET:
        return "the market as a whole"
    if about in ("prime", "provider"):
        return str(name)
    thing = f"{about.replace('-', ' ')} {subject['about_id']}"
    return f"{name}, {thing}" if name else thing


def _row(duty: Duty, units: Sequence[Unit]) -> dict[str, Any]:
    outcomes = Counter(unit.outcome for unit in units)
    return {
        "clause": duty.clause,
        "about": duty.about,
        "asked": outcomes["passed"] + outcomes["flagged"],
        "shown": outcomes["passed"],
        "missing": outcomes["flagged"],
    }
