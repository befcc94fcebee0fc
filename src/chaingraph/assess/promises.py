"""Promised volumes: what came beside what was promised, scaled to the market as it turned out."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pandas as pd
from scipy import special

from chaingraph.assess.multiple import q_values
from chaingraph.assess.registry import assessment
from chaingraph.assess.result import Assessment, Statistics, Unit

# Of a promise under which nobody came: after two quarters, where as many were to be expected by then.
TWO_QUARTERS_DAYS, LEAST_EXPECTED = 182, 5.0
RUNNING = "period not over"


def shortfall_p(delivered: int, expected: float, tolerance: float, dispersion: float) -> float:
    """P(X ≤ delivered), X negative binomial with mean m = tolerance·expected, variance m + dispersion·m².

    The lower tail: small where less came than even ``tolerance`` of the expectation explains.
    """
    mean, size = tolerance * expected, 1 / dispersion
    return float(special.betainc(size, delivered + 1, size / (size + mean)))


def rate_interval(delivered: int, dispersion: float) -> tuple[float, float]:
    """The 95 % interval of the mean behind a negative binomial count (exact, by inversion of both tails).

    P(X ≤ k) is the regularised incomplete beta function I_p(size, k + 1) with p = size / (size + mean).
    """
    size = 1 / dispersion

    def mean_where(at_most: int, probability: float) -> float:
        p = float(special.betaincinv(size, at_most + 1, probability))
        return size * (1 - p) / p

    return mean_where(delivered - 1, 0.975) if delivered else 0.0, mean_where(delivered, 0.025)


def expectation(kind: str, promised: float, forecast: float | None, actual: float | None) -> float | None:
    """E = promise × actual / forecast market volume; for a share of the market, share × actual.

    None where unknown.
    """
    if actual is None:
        return None
    if kind == "volume_share":
        return promised * actual
    return promised * actual / forecast if forecast else None


def expectation_so_far(kind: str, promised: float, forecast: float | None, elapsed: float) -> float | None:
    """What a promise amounts to after the ``elapsed`` part (0..1) of its period, the market taken as forecast.

    How the market turned out is known at the end only. None for a share of a market that nobody forecast.
    """
    whole = promised if kind == "volume" else None if forecast is None else promised * forecast
    return None if whole is None else whole * elapsed


@assessment("promised_volume")
def promised_volume(rows: pd.DataFrame, parameters: Mapping[str, Any]) -> Assessment:
    """Flag commitments of which significantly less than ``tolerance_share`` of the scaled promise came.

    Columns of ``rows``: ``commitment_id``, ``contract_id``, ``by_org_id``, ``by_org``, ``to_org_id``,
    ``to_org``, ``kind`` (volume or volume_share), ``promised`` (customers, or a share 0..1),
    ``forecast_market_volume``, ``actual_market_volume`` (may be missing), ``delivered`` (customers referred
    in the period), ``excluded_reason`` (or missing), ``days`` (length of the period), ``is_running`` (the
    period is not over), ``elapsed_days`` (of it so far), ``nobody_yet`` (no customer so far). Parameters:
    ``tolerance_share``, ``dispersion``, ``q_max``. Flagged without a test, and listed in the figure ``nothing_came``: no
    customer at all after two quarters although five or more were to be expected by then, in a period that is over
    or still running.
    """
    made: list[tuple[dict[str, Any], float | None, float | None]] = []
    for row in rows.sort_values("commitment_id").to_dict("records"):
        known: dict[str, Any] = {str(name): None if pd.isna(value) else value for name, value in row.items()}
        expected = expectation(
            known["kind"],
            float(known["promised"]),
            known["forecast_market_volume"],
            known["actual_market_volume"],
        )
        tested = known["excluded_reason"] is None and expected is not None and expected > 0
        p = (
            shortfall_p(
                int(known["delivered"]),
                float(expected or 0),
                parameters["tolerance_share"],
                parameters["dispersion"],
            )
            if tested
            else None
        )
        made.append((known, expected, p))
    qs = q_values([p for _, _, p in made])
    units, nothing = [], []
    for (row, expected, p), q in zip(made, qs, strict=True):
        told = _nothing_came(row, expected if p is not None else None)
        units.append(_judged(row, expected, p, q, parameters, told))
        nothing += [told] if told else []
    return Assessment(units, figures={"nothing_came": nothing} if nothing else {})


def _judged(
    row: Mapping[str, Any],
    expected: float | None,
    p: float | None,
    q: float | None,
    parameters: Mapping[str, Any],
    nothing: Mapping[str, Any] | None,
) -> Unit:
    identity = {"commitment_id": row["commitment_id"]}
    names = ("contract_id", "by_org_id", "by_org", "to_org_id", "to_org", "kind", "promised", "delivered")
    values = {name: row[name] for name in names} | {"expected": expected}
    if nothing is not None and row["excluded_reason"] == RUNNING:
        # Customers of a later day have not come yet.
        return Unit(identity, "flagged", "", values | {"expected": nothing["expected"], "delivered": 0})
    if row["excluded_reason"] is not None:
        return Unit(identity, "excluded", row["excluded_reason"], values)
    if p is None or expected is None:
        reason = "market volume unknown" if expected is None else "nothing to be expected"
        return Unit(identity, "not_assessable", reason, values)
    delivered = int(row["delivered"])
    low, high = rate_interval(delivered, parameters["dispersion"])
    statistics = Statistics(
        effect=delivered / expected, low=low / expected, high=high / expected, p=p, q=q, n=float(delivered)
    )
    flagged = nothing is not None or (q is not None and q <= parameters["q_max"])
    return Unit(identity, "flagged" if flagged else "passed", "", values, statistics)


def _nothing_came(row: Mapping[str, Any], expected: float | None) -> dict[str, Any] | None:
    """The row of the list that a promise belongs on, if it does; ``expected`` where it was tested."""
    running = bool(row["is_running"])
    if running:
        elapsed = row["elapsed_days"] / row["days"]
        expected = expectation_so_far(
            row["kind"], float(row["promised"]), row["forecast_market_volume"], elapsed
        )
    long = row["elapsed_days"] >= TWO_QUARTERS_DAYS
    if expected is None or expected < LEAST_EXPECTED or not long or not row["nobody_yet"]:
        return None
    return {
        **{name: row[name] for name in ("commitment_id", "by_org", "to_org")},
        "period": "still running" if running else "over",
        "elapsed_days": int(row["elapsed_days"]),
        "expected": expected,
    }
