"""Duties that only a document shows, as the clauses of a rule word them."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Duty:
    """Who has to show a document for a clause, how fresh it must be, and who answers where there is none.

    ``about`` is prime, provider, head-contract, lot or market; ``within_days`` None means whatever its age;
    ``respondent`` is provider, department or market.
    """

    clause: str
    about: str
    within_days: int | None
    respondent: str
    quote: str

    def decides(self) -> list[str | int | None]:
        """What of it changes a result: everything but the words for people."""
        return [self.clause, self.about, self.within_days, self.respondent]
