"""Made-up tenders for the calibration of the rules about bids: honest ones, a cartel's, and honest look-alikes."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import pandas as pd

BIDDERS, BIDS = 12, (3, 4, 5, 6)
# How far honest bids for one lot differ: the deviation of the logarithm of a bid.
SPREAD, SPREAD_WHERE_ALIKE = 0.08, 0.03
CARTEL = 4
Chances = npt.NDArray[np.float64]


def honest_bids(
    rng: np.random.Generator, *, lots: int, alike: tuple[str, str] | None = None, alike_lots: int = 12
) -> pd.DataFrame:
    """Bids of ``BIDDERS`` for ``lots``, each a cost of the lot times a spread of the bidder's own.

    Who bids is drawn with unequal chances, so that some meet often. ``alike``: two who also bid in
    ``alike_lots`` lots more, for which everybody's costs lie close together: honest, and not like the rest.
    """
    keen = rng.dirichlet(np.full(BIDDERS, 2.0))
    parts = [
        _lot(rng, f"lot {n:03d}", list(rng.choice(BIDDERS, int(rng.choice(BIDS)), replace=False, p=keen)))
        for n in range(lots)
    ]
    for n in range(alike_lots if alike else 0):
        others = [i for i in range(BIDDERS) if f"B{i:02d}" not in (alike or ())]
        present = [0, 1, *rng.choice(others, int(rng.choice(BIDS)) - 2, replace=False)]
        parts.append(_lot(rng, f"alike {n:03d}", present, SPREAD_WHERE_ALIKE))
    return pd.concat(parts, ignore_index=True)


def with_a_cartel(rng: np.random.Generator, rows: pd.DataFrame, *, lots: int) -> pd.DataFrame:
    """The same with ``lots`` more in which the first ``CARTEL`` bidders settled who wins.

    The winner's price stands 3 to 6 % below cover bids that lie within 2 % of one another.
    """
    parts = [rows]
    for n in range(lots):
        cost = 1e6 * float(rng.lognormal(0, 0.5))
        covers = cost * (1 + rng.uniform(0.03, 0.06)) * (1 + rng.uniform(0, 0.02, size=CARTEL - 1))
        parts.append(_rows(f"rigged {n:03d}", list(rng.permutation(CARTEL)), np.append(cost, covers)))
    return pd.concat(parts, ignore_index=True)


def _lot(rng: np.random.Generator, lot_id: str, present: list[int], spread: float = SPREAD) -> pd.DataFrame:
    cost = 1e6 * float(rng.lognormal(0, 0.5))
    return _rows(lot_id, present, cost * rng.lognormal(0, spread, size=len(present)))


def _rows(lot_id: str, present: list[int], prices: Chances) -> pd.DataFrame:
    names = [f"B{i:02d}" for i in present]
    return pd.DataFrame(
        {
            "lot_id": lot_id,
            "programme": "made up",
            "bidder_id": names,
            "bidder": names,
            "price_pence": np.rint(prices),
            "still_open": False,
        }
    )


def awards(
    rng: np.random.Generator, *, areas: int, each: int, rotating: int = 0, slips: float = 0.1
) -> pd.DataFrame:
    """``each`` awards in each of ``areas``, among four bidders of unequal strength.

    In the first ``rotating`` areas three of them take turns, but for a share of ``slips`` that anybody wins.
    """
    rows = []
    for area in range(areas):
        strength = rng.dirichlet(np.full(4, 3.0))
        for n in range(each):
            winner = int(rng.choice(4, p=strength))
            if area < rotating and rng.random() >= slips:
                winner = n % 3
            rows += [
                (f"A{area:03d}", f"A{area:03d}-{n:03d}", n, f"B{one}", one == winner) for one in range(4)
            ]
    made = pd.DataFrame(rows, columns=["area_id", "lot_id", "awarded_day", "bidder_id", "is_won"])
    return made.assign(programme="made up", area=made["area_id"], bidder=made["bidder_id"])
