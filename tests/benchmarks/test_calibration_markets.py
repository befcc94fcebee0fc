"""Simulated markets are what they are said to be; on small ones the rules keep their error rates and plain tests do not."""

from __future__ import annotations

import numpy as np
import pytest

from benchmarks import simulated
from benchmarks.measures import skew, volumes
from chaingraph.assess.strata import Strata, odds_ratio

SEED = 20080228


def generator() -> np.random.Generator:
    return np.random.default_rng(SEED)


def strata(made: simulated.Referrals, prime: int) -> Strata:
    def counted(passed: int, hard: int) -> np.ndarray[tuple[int], np.dtype[np.int64]]:
        own = (made.prime == prime) & (made.passed == passed) & (made.hard == hard)
        return np.bincount(made.stratum[own], minlength=simulated.STRATA)

    return Strata(counted(1, 1), counted(1, 0), counted(0, 1), counted(0, 0))


def test_only_the_dumping_primes_dump_and_by_the_ratio_they_were_given() -> None:
    made = simulated.referrals(generator(), primes=2, each=400_000, dumping=1, odds_ratio=1.5)
    dumping, honest = odds_ratio(strata(made, 0)), odds_ratio(strata(made, 1))
    assert dumping and honest
    assert dumping.value == pytest.approx(1.5, rel=0.02)
    assert honest.value == pytest.approx(1.0, rel=0.02)


def test_batches_are_alike_inside_and_go_one_way() -> None:
    made = simulated.batched_referrals(generator(), primes=20, each=20_000, correlation=0.05)
    passed = made.passed.reshape(-1, 10)
    assert (passed == passed[:, :1]).all()
    hard = made.hard.reshape(-1, 10).astype(float)
    stratum = made.prime.reshape(-1, 10)[:, 0] * simulated.STRATA + made.stratum.reshape(-1, 10)[:, 0]
    rate = np.bincount(stratum, hard.mean(axis=1)) / np.bincount(stratum)
    chance = rate[stratum]
    pairs = ((hard - chance[:, None]).sum(axis=1) ** 2 - ((hard - chance[:, None]) ** 2).sum(axis=1)) / 90
    assert (pairs / (chance * (1 - chance))).mean() == pytest.approx(0.05, abs=0.01)


def test_cells_count_every_referral_once() -> None:
    made = simulated.referrals(generator(), primes=3, each=500)
    for batches in (False, True):
        cells = simulated.cells(made, batches=batches)
        assert cells["customers"].sum() == 1500
        assert (cells["customers"] * cells["is_hard"]).sum() == made.hard.sum()
        assert (cells["customers"] * cells["is_passed"]).sum() == made.passed.sum()
        assert cells["batch_id"].notna().all() == batches


def test_honest_promises_come_short_only_as_the_market_does() -> None:
    rows = simulated.promises(generator(), primes=20_000, market_share=0.6, dispersion=0.05)
    share = rows["delivered"] / rows["promised"] / 0.6
    assert share.mean() == pytest.approx(1.0, abs=0.01)
    large = share[rows["promised"] > 500]
    assert large.var() == pytest.approx(0.05, rel=0.15)


def test_the_plain_test_accuses_the_innocent_and_the_method_does_not() -> None:
    plain = np.concatenate([skew.clean_called_by_pooling(generator(), each=5000) for _ in range(3)])
    ours = np.concatenate([skew.found(generator(), odds_ratio=1.0, each=5000) for _ in range(3)])
    assert len(plain) == len(ours) == 120
    assert plain.mean() > 0.9
    assert ours.mean() < 0.05


def test_promises_held_against_their_wording_accuse_the_innocent() -> None:
    assert volumes.promise_called_unscaled(generator()).mean() > 0.4
    assert volumes.promise_flagged(generator(), kept=1.0).mean() <= 0.05
