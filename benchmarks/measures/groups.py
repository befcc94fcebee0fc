"""Groups in strata: enforcement by size of provider, entrants beside incumbents, outcomes of protected groups."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial

import numpy as np
import pandas as pd

from benchmarks.measure import (
    BY_PRIME,
    COVERAGE,
    EXACT,
    ONE_IN_TWENTY,
    SIZE,
    Counts,
    Measure,
    covers,
    each_market,
    flagged,
    judged,
    named,
    significant,
)
from chaingraph.assess import Unit
from chaingraph.assess.compare import Contrast, contrast
from chaingraph.assess.strata import Strata

ENFORCED = "Enforcement (`enforcement-uneven`)"
ENTRANTS = "Entrants (`entrant-disadvantage`)"
GAPS = "Protected groups (`outcome-gap`)"
CLAUSES, FINDINGS = 20, 100


def _odds(
    log_odds: np.ndarray[tuple[int, ...], np.dtype[np.float64]],
) -> np.ndarray[tuple[int, ...], np.dtype[np.float64]]:
    return np.asarray(1 / (1 + np.exp(-log_odds)))


def _pooled(tables: Iterator[tuple[int, int, int, int]], side: str) -> Counts:
    """Which tables are called when everything is thrown together: one stratum each."""
    found = [contrast(Strata(*np.array([table]).T), side) for table in tables]  # type: ignore[arg-type]
    return np.array([isinstance(one, Contrast) and one.p <= SIZE for one in found], dtype=float)


def findings(rng: np.random.Generator, *, odds_ratio: float) -> pd.DataFrame:
    """Findings under ``CLAUSES`` clauses: some are acted on more than others, and those more often against the small.

    Within a clause the large are acted on at ``odds_ratio`` times the odds of the small; sector makes no difference.
    """
    clause = np.repeat(np.arange(CLAUSES), FINDINGS)
    usual = rng.normal(0, 1, CLAUSES)
    large = rng.random(clause.size) < _odds(-0.8 * usual)[clause]
    acted = rng.random(clause.size) < _odds(usual[clause] + np.log(odds_ratio) * large)
    made = pd.DataFrame(
        {
            "clause": named("C", clause),
            "size_band": np.where(large, "large", "small"),
            "sector": np.where(rng.random(clause.size) < 0.5, "private", "voluntary"),
            "state": np.where(acted, "hit", "miss"),
        }
    )
    counted = made.value_counts().rename("records").reset_index()
    return counted.assign(severity="breach", reason=None, department_id="D")


def enforcement(rng: np.random.Generator, *, odds_ratio: float) -> list[Unit]:
    """What the rule says of them, a unit a clause."""
    return judged("enforcement-uneven", findings(rng, odds_ratio=odds_ratio))


def any_uneven(rng: np.random.Generator) -> bool:
    """A trial is a department that acts alike on all; the event, that some clause is flagged."""
    return bool(flagged(enforcement(rng, odds_ratio=1.0)).any())


def uneven(rng: np.random.Generator, *, odds_ratio: float) -> Counts:
    """A trial is a clause; the event, that it is flagged."""
    return flagged(enforcement(rng, odds_ratio=odds_ratio)).astype(float)


def uneven_pooled(rng: np.random.Generator) -> Counts:
    """The same department, all clauses in one table."""
    rows = findings(rng, odds_ratio=1.0)
    large, hit = rows["size_band"] == "large", rows["state"] == "hit"
    cells = [int(rows.loc[a & b, "records"].sum()) for a in (large, ~large) for b in (hit, ~hit)]
    return _pooled(iter([(cells[0], cells[1], cells[2], cells[3])]), "either")


def enforcement_interval(rng: np.random.Generator) -> Counts:
    """Whether the interval that is told holds 1, the sharper of two looks being told."""
    return covers(enforcement(rng, odds_ratio=1.0), 1.0)


PROGRAMMES, LOTS = 20, 12


def bids(rng: np.random.Generator, *, odds_ratio: float) -> pd.DataFrame:
    """Lots with one to three winners; where there are more there are more incumbents, so pooled entrants seem to lose.

    Within a lot everybody is drawn without return, entrants with the weight ``odds_ratio``.
    """
    rows = []
    for lot in range(PROGRAMMES * LOTS):
        winners = int(rng.integers(1, 4))
        entrants, incumbents = (4, 2) if winners == 1 else (2, 3) if winners == 2 else (1, 5)
        weight = np.array([odds_ratio] * entrants + [1.0] * incumbents)
        won = rng.choice(len(weight), winners, replace=False, p=weight / weight.sum())
        of_entrants = int((won < entrants).sum())
        counts = (
            of_entrants,
            entrants - of_entrants,
            winners - of_entrants,
            incumbents - winners + of_entrants,
        )
        rows += [
            (lot // LOTS, lot, cell < 2, cell % 2 == 0, many) for cell, many in enumerate(counts) if many
        ]
    made = pd.DataFrame(rows, columns=["programme", "lot_id", "is_entrant", "is_won", "records"])
    return made.assign(
        programme=named("P", made["programme"]), lot_id=named("L", made["lot_id"]), department_id="D"
    )


def awards(rng: np.random.Generator, *, odds_ratio: float) -> list[Unit]:
    """What the rule says, a unit a programme."""
    return judged("entrant-disadvantage", bids(rng, odds_ratio=odds_ratio))


def shut_out(rng: np.random.Generator, *, odds_ratio: float) -> Counts:
    """A trial is a programme; the event, that it is flagged."""
    return flagged(awards(rng, odds_ratio=odds_ratio)).astype(float)


def entrants_called(rng: np.random.Generator) -> Counts:
    """A trial is a programme in which entrants have equal chances; the event, p below 0.05."""
    return significant(awards(rng, odds_ratio=1.0))


def entrants_pooled(rng: np.random.Generator) -> Counts:
    """The same programmes, all lots in one table."""
    rows = bids(rng, odds_ratio=1.0)
    cell = 2 * ~rows["is_entrant"] + ~rows["is_won"]
    tables = rows.groupby(["programme", cell])["records"].sum().unstack(fill_value=0)
    return _pooled(iter(tables.itertuples(index=False, name=None)), "less")


def entrants_interval(rng: np.random.Generator) -> Counts:
    """Whether the interval of the odds ratio holds 1."""
    return covers(awards(rng, odds_ratio=1.0), 1.0)


PROVIDERS, CONTRACTS = 30, 4


def outcomes(rng: np.random.Generator, *, risk_ratio: float) -> pd.DataFrame:
    """Providers with contracts that differ in their rates; the group is where rates are low.

    Within a contract the group's rate is ``risk_ratio`` times that of the others.
    """
    at = np.arange(PROVIDERS * CONTRACTS)
    rate = rng.uniform(0.1, 0.5, at.size)
    many = rng.integers(80, 300, at.size)
    group = np.maximum(10, np.rint(many * np.clip(0.75 - 1.2 * rate, 0.1, 0.9))).astype(np.int64)
    parts = [
        pd.DataFrame({"protected_group": name, "customers": n, "outcomes": rng.binomial(n, p), "at": at})
        for name, n, p in (("disabled", group, rate * risk_ratio), ("not disabled", many, rate))
    ]
    made = pd.concat(parts, ignore_index=True)
    return made.assign(
        org_id=named("P", made["at"] // CONTRACTS),
        org_name=named("Provider ", made["at"] // CONTRACTS),
        contract_id=named("C", made["at"]),
        period="2024-25",
    )


def gaps(rng: np.random.Generator, *, risk_ratio: float) -> list[Unit]:
    """What the rule says of the group that is asked about, a unit a provider."""
    found = judged("outcome-gap", outcomes(rng, risk_ratio=risk_ratio))
    return [unit for unit in found if unit.identity["protected_group"] == "disabled"]


def gap_flagged(rng: np.random.Generator, *, risk_ratio: float) -> Counts:
    """A trial is a provider; the event, that it is flagged."""
    return flagged(gaps(rng, risk_ratio=risk_ratio)).astype(float)


def gap_called(rng: np.random.Generator) -> Counts:
    """A trial is a provider under whose contracts groups fare alike; the event, p below 0.05."""
    return significant(gaps(rng, risk_ratio=1.0))


def gap_by_four_fifths(rng: np.random.Generator) -> Counts:
    """The same providers by the four-fifths heuristic alone, all contracts together."""
    rows = outcomes(rng, risk_ratio=1.0)
    sums = rows.groupby(["org_id", "protected_group"])[["customers", "outcomes"]].sum()
    rate = (sums["outcomes"] / sums["customers"]).unstack()
    called: Counts = (rate["disabled"] < 0.8 * rate["not disabled"]).to_numpy(dtype=float)
    return called


def gap_interval(rng: np.random.Generator, *, risk_ratio: float) -> Counts:
    """Whether the interval of the risk ratio holds the true one."""
    return covers(gaps(rng, risk_ratio=risk_ratio), risk_ratio)


MEASURES: tuple[Measure, ...] = (
    Measure(
        ENFORCED,
        "any of 20 clauses flagged, all acted on alike",
        each_market(any_uneven),
        ONE_IN_TWENTY,
        0.5,
    ),
    Measure(
        ENFORCED, "the same by one table of all clauses", each_market(uneven_pooled), None, 0.5, plain=True
    ),
    Measure(
        ENFORCED,
        "a clause flagged, odds of the large a sixth",
        each_market(partial(uneven, odds_ratio=1 / 6)),
        (0.8, 1),
        BY_PRIME,
    ),
    Measure(
        ENFORCED,
        "coverage of the odds ratio's interval",
        each_market(enforcement_interval),
        COVERAGE,
        BY_PRIME,
    ),
    Measure(
        ENTRANTS,
        "a programme flagged that gives equal chances",
        each_market(partial(shut_out, odds_ratio=1.0)),
        ONE_IN_TWENTY,
        2 * BY_PRIME,
    ),
    Measure(ENTRANTS, "size on such programmes", each_market(entrants_called), (0.03, 0.07), 2 * BY_PRIME),
    Measure(
        ENTRANTS,
        "the same by one table of all lots",
        each_market(entrants_pooled),
        None,
        BY_PRIME,
        plain=True,
    ),
    Measure(
        ENTRANTS,
        "a programme flagged, chances of entrants a tenth",
        each_market(partial(shut_out, odds_ratio=0.1)),
        (0.8, 1),
        BY_PRIME,
    ),
    Measure(
        ENTRANTS, "coverage of the odds ratio's interval", each_market(entrants_interval), EXACT, 2 * BY_PRIME
    ),
    Measure(
        GAPS,
        "a provider flagged under whose contracts groups fare alike",
        each_market(partial(gap_flagged, risk_ratio=1.0)),
        ONE_IN_TWENTY,
        BY_PRIME,
    ),
    Measure(GAPS, "size on such providers", each_market(gap_called), (0.03, 0.07), BY_PRIME),
    Measure(
        GAPS,
        "the same by four fifths of pooled rates",
        each_market(gap_by_four_fifths),
        None,
        BY_PRIME,
        plain=True,
    ),
    Measure(
        GAPS,
        "a provider flagged, risk ratio 0.6",
        each_market(partial(gap_flagged, risk_ratio=0.6)),
        (0.8, 1),
        BY_PRIME,
    ),
    *(
        Measure(
            GAPS,
            f"coverage of the risk ratio's interval, risk ratio {ratio:g}",
            each_market(partial(gap_interval, risk_ratio=ratio)),
            COVERAGE,
            BY_PRIME,
        )
        for ratio in (1.0, 0.6)
    ),
)
