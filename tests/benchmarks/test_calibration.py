"""The calibration: markets that are what they are said to be, right sums, a plain test that fails."""

from __future__ import annotations

from functools import partial

import numpy as np
import pytest

from benchmarks import measures, simulated
from benchmarks.calibrate import Line, calibrate, line, table, tasks
from benchmarks.measures import MEASURES, Measure
from chaingraph.assess.strata import Strata, odds_ratio

SEED = 20080228


def generator() -> np.random.Generator:
    return np.random.default_rng(SEED)


def nothing(count: int, total: int) -> None:
    pass


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
    plain = measures.clean_called_by_pooling(generator(), 3, each=5000)
    ours = measures.clean_flagged(generator(), 3, each=5000)
    assert len(plain) == len(ours) == 120
    assert plain.mean() > 0.9
    assert ours.mean() < 0.05


def test_the_method_finds_who_dumps() -> None:
    assert measures.power(generator(), 2, odds_ratio=2.0).mean() > 0.9


def test_promises_held_against_their_wording_accuse_the_innocent() -> None:
    assert measures.promise_called_unscaled(generator(), 5).mean() > 0.4
    assert measures.promise_flagged(generator(), 5).mean() <= 0.05


@pytest.mark.parametrize(
    ("target", "estimate", "low", "high", "verdict"),
    [
        ((0.0, 0.05), 0.04, 0.03, 0.06, "met"),
        ((0.0, 0.05), 0.06, 0.04, 0.08, "within error"),
        ((0.0, 0.05), 0.09, 0.07, 0.11, "MISSED"),
        ((0.8, 1.0), 0.7, 0.6, 0.79, "MISSED"),
        ((0.93, 0.97), 0.99, 0.98, 1.0, "MISSED"),
        (None, 0.99, 0.98, 1.0, ""),
    ],
)
def test_verdict(
    target: tuple[float, float] | None, estimate: float, low: float, high: float, verdict: str
) -> None:
    measure = Measure("any", lambda rng, markets: np.zeros(markets), target)
    assert Line(measure, estimate, low, high, 100).verdict == verdict


def test_events_get_wilsons_interval_and_shares_a_normal_one() -> None:
    measure = Measure("any", lambda rng, markets: np.zeros(markets))
    events = line(measure, [np.array([1.0, 0.0]), np.zeros(98)])
    assert (events.estimate, events.trials) == (0.01, 100)
    assert (events.low, events.high) == pytest.approx((0.00177, 0.05449), abs=1e-5)
    shares = line(measure, [np.array([0.5, 0.0, 0.0, 0.5])])
    assert (shares.estimate, shares.low) == (0.25, 0.0)
    assert shares.high == pytest.approx(0.25 + 1.96 * np.std([0.5, 0, 0, 0.5], ddof=1) / 2)


def test_every_wanted_market_is_simulated_once_with_its_own_stream() -> None:
    work = list(tasks(25, SEED, range(len(MEASURES))))
    assert len({task[:3] for task in work}) == len(work)
    for place, measure in enumerate(MEASURES):
        done = sum(markets for _, at, _, markets in work if at == place)
        assert done == max(1, round(25 * measure.share_of_markets))


def test_the_table_does_not_depend_on_who_did_the_work(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("benchmarks.calibrate.MARKETS_A_CHUNK", 2)
    one, two = (table(calibrate(30, SEED, jobs, nothing, ["late payment"]), 30, SEED) for jobs in (1, 2))
    assert one == two
    assert one.count("| late payment") == 2


def test_a_target_reads_as_it_is_meant() -> None:
    of = partial(Measure, "any", lambda rng, markets: np.zeros(markets))
    wordings = [of(target).wording for target in ((0, 0.08), (0.8, 1), (0.03, 0.07), None)]
    assert wordings == ["≤ 0.08", "≥ 0.8", "0.03 to 0.07", "(the plain test)"]
