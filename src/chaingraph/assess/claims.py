"""Claims that a check found wrong: the failed ones themselves, a prime's rate of error, and the money behind it."""

from __future__ import annotations

import math
from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

import pandas as pd
from scipy import stats

from chaingraph.assess.registry import assessment
from chaingraph.assess.result import Assessment, Statistics, Unit

CHECKED = ("valid", "invalid")


def clopper_pearson(hits: int, total: int, tail: float = 0.025) -> tuple[float, float]:
    """The exact interval of a share, with at most ``tail`` of probability beyond either end.

    Clopper & Pearson (1934), doi 10.1093/biomet/26.4.404. Raises ValueError where nothing was counted.
    """
    if total <= 0:
        raise ValueError("a share of nothing has no interval")
    low = float(stats.beta.ppf(tail, hits, total - hits + 1)) if hits else 0.0
    high = float(stats.beta.isf(tail, hits + 1, total - hits)) if hits < total else 1.0
    return low, high


@dataclass(frozen=True)
class Stratum:
    """Claims of one kind with a known sum, in pence: all of them, those checked, and those that failed.

    ``*_squared`` are sums of squared sums: floats, as whole numbers of 64 bits do not hold them for large claims.
    """

    claims: int
    pence: int
    checked: int
    checked_pence: int
    checked_squared: float
    failed_pence: int
    failed_squared: float


@dataclass(frozen=True)
class Extrapolated:
    """Money claimed for what was no outcome, in pence: known, estimated for all claims, and what surely is."""

    known: float
    estimate: float
    low: float


def extrapolate(strata: Sequence[Stratum], tail: float = 0.05) -> Extrapolated:
    """The separate ratio estimator: T = Σ R·X with R = Σy/Σx of a stratum's checked claims, X all its money.

    Its variance is Σ N²(1 − n/N)·s²/n with s² = Σ(y − Rx)²/(n − 1) (Cochran 1977, Sampling Techniques, 6.10 and
    6.11); ``low`` is the one-sided normal bound, and never less than what failed itself. A stratum with fewer than two
    checked claims, or none checked with money in it, adds what failed and nothing else. The checked have to be drawn at random.
    """
    known = estimate = variance = 0.0
    for one in strata:
        known += one.failed_pence
        if one.checked < 2 or one.checked_pence == 0:
            estimate += one.failed_pence
            continue
        ratio = one.failed_pence / one.checked_pence
        estimate += ratio * one.pence
        off = (1 - ratio) ** 2 * one.failed_squared + ratio**2 * (one.checked_squared - one.failed_squared)
        share = one.checked / one.claims
        variance += one.claims**2 * (1 - share) * off / (one.checked - 1) / one.checked
    low = estimate - float(stats.norm.isf(tail)) * math.sqrt(max(variance, 0.0))
    return Extrapolated(known, estimate, max(known, low))


@assessment("claims_failed")
def claims_failed(rows: pd.DataFrame, parameters: Mapping[str, Any]) -> Assessment:
    """Flag a contract under which a checked claim was found invalid; each failed claim is direct evidence.

    Columns of ``rows``, cells of claims: ``contract_id``, ``supplier_id``, ``supplier``, ``prime_id``, ``prime`` (the holder of
    the head contract), ``inferred`` (bool), ``kind``, ``state`` (valid, invalid, unchecked, undated: a result without
    its day, or "not claimed"), ``priced`` (bool: the sums are known), ``claims``, ``pence``, ``pence_squared`` (sums). No
    parameters. Figure ``failed_claims``: for each prime the rate of error with its one-sided lower 95 % Clopper-Pearson bound
    and the money by ``extrapolate``, strata being the kinds of outcome.
    """
    if rows.empty:
        return Assessment([])
    # Cells are told one by one: there are thousands of contracts, and a frame of each would take seconds.
    contracts: defaultdict[str, list[Any]] = defaultdict(list)
    for cell in rows.itertuples(index=False):
        contracts[str(cell.contract_id)].append(cell)
    units = [_judged(contract_id, own) for contract_id, own in sorted(contracts.items())]
    counted = rows[~rows["inferred"].astype(bool) & (rows["state"] != "not claimed")]
    figure = [_prime(str(prime_id), own) for prime_id, own in counted.groupby("prime_id", sort=True)]
    known = [row for row in figure if row["checked"]]
    return Assessment(units, figures={"failed_claims": known} if known else {})


def _judged(contract_id: str, own: Sequence[Any]) -> Unit:
    claims: Counter[str] = Counter()
    for cell in own:
        claims[cell.state] += int(cell.claims)
    checked, invalid = sum(claims[state] for state in CHECKED), claims["invalid"]
    first = own[0]
    failed = [int(cell.pence) for cell in own if cell.state == "invalid" and cell.priced]
    values = {
        "supplier_id": first.supplier_id,
        "supplier": first.supplier,
        "prime_id": first.prime_id,
        "claims": claims.total() - claims["not claimed"],
        "checked": checked,
        "invalid": invalid,
        "invalid_pence": sum(failed) if failed else None,
    }
    identity = {"contract_id": contract_id}
    if first.inferred:
        return Unit(identity, "excluded", "inferred contract", values)
    if values["claims"] == 0:
        return Unit(identity, "excluded", "nothing claimed", values)
    if checked == 0:
        undated = "undated" in claims
        reason = "day of the check unknown" if undated else "no claim checked yet"
        return Unit(identity, "not_assessable", reason, values)
    if not invalid and "undated" in claims:
        # One of those without a day may be a failed one that was known by then.
        return Unit(identity, "not_assessable", "day of the check unknown", values)
    low, high = clopper_pearson(invalid, checked)
    statistics = Statistics(effect=invalid / checked, low=low, high=high, n=float(checked))
    outcome: Literal["flagged", "passed"] = "flagged" if invalid else "passed"
    return Unit(identity, outcome, "", values, statistics)


def _prime(prime_id: str, own: pd.DataFrame) -> dict[str, Any]:
    checked = int(own.loc[own["state"].isin(CHECKED), "claims"].sum())
    invalid = int(own.loc[own["state"] == "invalid", "claims"].sum())
    priced = own[own["priced"].astype(bool)]
    strata = [_stratum(cells) for _, cells in priced.groupby("kind", sort=True)]
    money = extrapolate(strata)
    return {
        "prime_id": prime_id,
        "prime": own["prime"].iloc[0],
        "claims": int(own["claims"].sum()),
        "checked": checked,
        "invalid": invalid,
        "error_share": invalid / checked if checked else None,
        "error_share_low": clopper_pearson(invalid, checked, 0.05)[0] if checked else None,
        "claimed_pence": int(priced["pence"].sum()),
        "failed_pence": round(money.known),
        "estimated_pence": round(money.estimate),
        "recoverable_pence": round(money.low),
    }


def _stratum(cells: pd.DataFrame) -> Stratum:
    checked, failed = cells[cells["state"].isin(CHECKED)], cells[cells["state"] == "invalid"]
    return Stratum(
        claims=int(cells["claims"].sum()),
        pence=int(cells["pence"].sum()),
        checked=int(checked["claims"].sum()),
        checked_pence=int(checked["pence"].sum()),
        checked_squared=float(checked["pence_squared"].sum()),
        failed_pence=int(failed["pence"].sum()),
        failed_squared=float(failed["pence_squared"].sum()),
    )
