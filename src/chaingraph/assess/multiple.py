"""Many tests at once: Benjamini and Hochberg's false discovery rate."""

from __future__ import annotations

from collections.abc import Sequence

from statsmodels.stats.multitest import multipletests


def q_values(p: Sequence[float | None]) -> list[float | None]:
    """The smallest false discovery rate at which each test is called; None stays None.

    Benjamini & Hochberg (1995), doi 10.1111/j.2517-6161.1995.tb02031.x. Only tests that were made count.
    """
    made = [value for value in p if value is not None]
    if not made:
        return list(p)
    adjusted = iter(multipletests(made, method="fdr_bh")[1].tolist())
    return [None if value is None else float(next(adjusted)) for value in p]
