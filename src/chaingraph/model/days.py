"""Day counts: the last day on which a payment is in time. Plain and slow, the reference for the load's SQL.

Sources: the agreed term (Code of Conduct, "Timing of payments"); Procurement Act 2023 ss. 68 and 73 ("before
the end of the period of 30 days beginning with" the day, so the day itself counts); Public Contracts
Regulations 2015 reg. 113 ("30 days from the date" on which an invoice is regarded as valid and undisputed).
"""

from __future__ import annotations

from datetime import date, timedelta

PA2023_DAYS_AFTER = 29
PCR2015_DAYS_AFTER = 30


def agreed_due_on(
    *,
    payment_term_days: int | None,
    term_starts: str | None,
    received_on: date | None,
    validated_on: date | None,
    invoiced_on: date | None,
    dispute_days: int = 0,
) -> date | None:
    """The last day in time under the agreed term, in calendar days; None where it cannot be known."""
    starts = {
        "validation": validated_on or received_on,
        "invoice_date": invoiced_on,
    }.get(term_starts or "receipt", received_on)
    if payment_term_days is None or starts is None:
        return None
    return starts + timedelta(days=payment_term_days + dispute_days)


def statutory_due_on(
    *, regime: str | None, received_on: date | None, validated_on: date | None, dispute_days: int = 0
) -> date | None:
    """The last day in time under the law that the contract stands under; None where no law sets one."""
    if regime == "pa2023" and received_on is not None:
        return received_on + timedelta(days=PA2023_DAYS_AFTER + dispute_days)
    valid_on = validated_on or received_on
    if regime == "pcr2015" and valid_on is not None:
        return valid_on + timedelta(days=PCR2015_DAYS_AFTER + dispute_days)
    return None


def dispute_days(disputed_on: date | None, dispute_resolved_on: date | None) -> int:
    """Days for which the clock stood still; 0 without a dispute that has ended."""
    if disputed_on is None or dispute_resolved_on is None:
        return 0
    return (dispute_resolved_on - disputed_on).days


def settled_on(amount_pence: int, payments: list[tuple[date, int]]) -> date | None:
    """The day on which payments (day, pence) first reach the amount; None while they do not."""
    paid = 0
    by_day: dict[date, int] = {}
    for day, pence in payments:
        by_day[day] = by_day.get(day, 0) + pence
    for day in sorted(by_day):
        paid += by_day[day]
        if paid >= amount_pence:
            return day
    return None
