"""What a reader must know beside the findings of referral skew."""

from __future__ import annotations

from collections.abc import Sequence

from chaingraph.assess.result import Unit

LOW_POWER_BELOW = 500
MOST_NAMED = 5


def skew_warnings(units: Sequence[Unit]) -> list[str]:
    """The sentences printed beside the findings of ``referral_skew``."""
    warnings = []
    weak = [
        str(unit.values["org_name"])
        for unit in units
        if unit.outcome != "flagged" and unit.values["customers_in_all"] < LOW_POWER_BELOW
    ]
    if weak:
        warnings.append(
            f"low power: silence is not clearance for {len(weak)} primes with under {LOW_POWER_BELOW} "
            f"referrals ({_named(weak)})"
        )
    if unknown := sum(unit.values["customers_unknown"] for unit in units):
        warnings.append(
            f"not assessable: {unknown} customers of unknown difficulty, stratum or way through the chain"
        )
    varied = [
        str(unit.values["org_name"])
        for unit in units
        if unit.outcome == "flagged" and unit.values["differs_between_strata"]
    ]
    if varied:
        warnings.append(
            f"one odds ratio says too little: it differs between the strata of {len(varied)} flagged primes "
            f"({_named(varied)})"
        )
    return warnings


def _named(names: Sequence[str]) -> str:
    return f"{', '.join(names[:MOST_NAMED])}{', …' if len(names) > MOST_NAMED else ''}"
