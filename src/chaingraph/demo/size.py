"""How large a made-up market is: every count follows from one number, the scale."""

from __future__ import annotations

import math
from dataclasses import dataclass

from chaingraph.errors import InputError

LARGEST_SCALE = 20.0
LARGEST_SEED = 2**63 - 1


@dataclass(frozen=True)
class Size:
    """Counts of a market; ``plants`` and ``prime_plants``: breaches of a kind on contracts and on primes."""

    scale: float
    seed: int
    referrals: int
    invoices: int
    areas: int
    primes: int
    prime_pairs: int
    subs: int
    groups: int
    plants: int
    prime_plants: int


def size_of(scale: float, seed: int) -> Size:
    """The counts for a scale: at 1, 2 million referrals, 3 million invoices and 3,000 organisations.

    Small scales have floors, below which the patterns would drown in noise and nothing could be found.
    Raises ``InputError`` where scale or seed are out of range.
    """
    if not math.isfinite(scale) or not 0 < scale <= LARGEST_SCALE:
        raise InputError(
            f"The scale of a made-up market cannot be {scale:g}.",
            remedy=f"Give a number above 0, at most {LARGEST_SCALE:g}; 0.005 takes a second.",
        )
    if not 0 <= seed <= LARGEST_SEED:
        raise InputError(
            f"The seed of a made-up market cannot be {seed}.", remedy="Give a whole number from 0 upwards."
        )
    organisations = max(90, round(3_000 * scale))
    primes = max(11, round(11 + 45 * min(scale, 1.0)))
    pairs = max(1, primes // 14)
    groups = max(4, organisations // 30)
    return Size(
        scale=scale,
        seed=seed,
        referrals=max(8_000, round(2_000_000 * scale)),
        invoices=max(12_000, round(3_000_000 * scale)),
        areas=max(8, round(8 + 32 * min(scale, 1.0))),
        primes=primes,
        prime_pairs=pairs,
        # The department, the owners of primes and of sub-contractors are organisations, too.
        subs=organisations - primes - pairs - groups - 1,
        groups=groups,
        plants=max(2, round(16 * math.sqrt(min(scale, 1.0)))),
        prime_plants=2 if scale < 0.3 else 4,
    )
