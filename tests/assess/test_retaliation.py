"""After a grievance: the placebo's figures by hand, its error rate beside the plain test's, and who is never named."""

from __future__ import annotations

import json
import math
import statistics as by_hand
from typing import Any

import numpy as np
import pandas as pd
import pytest
from scipy import stats

from chaingraph.assess import ASSESSMENTS, Unit
from chaingraph.assess.retaliation import Volume, log_change, placebo

PARAMETERS: dict[str, Any] = {
    "before_days": 365,
    "after_days": 183,
    "min_peers": 8,
    "min_before": 6,
    "drop_min_share": 0.3,
    "q_max": 0.05,
}
PEERS = [Volume(60, after) for after in (48, 50, 52, 47, 53, 50, 49, 51)]


def test_the_placebo_by_hand() -> None:
    """T = (y - ȳ)/(s√(1+1/8)) with 7 degrees of freedom; lengths of time are the same to all and cancel out."""
    found = placebo(Volume(60, 20), PEERS, 365, 304)
    changes = [math.log(peer.after + 0.5) for peer in PEERS]
    difference = math.log(20.5) - by_hand.mean(changes)
    error = by_hand.stdev(changes) * math.sqrt(1 + 1 / 8)
    assert found.p == pytest.approx(stats.t.cdf(difference / error, 7))
    margin = stats.t.ppf(0.975, 7) * error
    assert (found.ratio, found.low, found.high) == pytest.approx(
        (math.exp(difference), math.exp(difference - margin), math.exp(difference + margin))
    )


def test_a_change_is_of_rates() -> None:
    assert log_change(Volume(59.5, 29.5), 360, 180) == pytest.approx(0.0)
    assert log_change(Volume(59.5, 0), 360, 360) == pytest.approx(math.log(0.5 / 60))


def test_order_of_peers_leaves_no_trace() -> None:
    peers = [*PEERS[::2], Volume(7, 9)]
    assert placebo(Volume(60, 20), peers, 365, 304) == placebo(Volume(60, 20), peers[::-1], 365, 304)


def test_a_small_complainant_varies_more_by_chance() -> None:
    large, small = placebo(Volume(60, 20), PEERS, 365, 304), placebo(Volume(6, 2), PEERS, 365, 304)
    assert small.p > 0.05 > large.p


def test_one_peer_is_none() -> None:
    with pytest.raises(ValueError, match="two at least"):
        placebo(Volume(60, 20), PEERS[:1], 365, 304)


@pytest.mark.parametrize(("size", "peers", "spread"), [(60, 60, 0.3), (60, 60, 0.0), (10, 200, 0.1)])
def test_it_holds_its_size_where_the_plain_test_does_not(size: int, peers: int, spread: float) -> None:
    """What must not be done: Poisson before and after. All providers vary, and the whole market falls by a fifth."""
    rng = np.random.default_rng(20080228)
    ours, naive = [], []
    for _ in range(600):
        change = 0.8 * np.exp(rng.normal(0.0, spread, 11))
        level = np.array([size, *[peers] * 10], dtype=float)
        before, after = rng.poisson(level), rng.poisson(level * change)
        volumes = [Volume(float(b), float(a)) for b, a in zip(before, after, strict=True)]
        ours.append(placebo(volumes[0], volumes[1:], 365, 365).p <= 0.05)
        naive.append(stats.binom.cdf(after[0], max(1, after[0] + before[0]), 0.5) <= 0.05)
    # 600 trials at 0.05: above 0.09 once in a hundred thousand.
    assert np.mean(ours) <= 0.09
    if size == 60:
        assert np.mean(naive) > 0.2


def rows(after: int, *, ended: int = -1, unclear: bool = False, peers: int = 8) -> pd.DataFrame:
    common: dict[str, Any] = {
        "grievance_id": "G",
        "against_id": "X-PRIME",
        "raised_day": 1000,
        "as_of_day": 1300,
        "starts_day": 400,
        "last_day": 9999,
        "ended_after_days": ended,
        "end_unclear": unclear,
        "first_day": 640,
    }
    head = {**common, "kind": "grievance", "against": "The prime", "party_id": "", "is_complainant": False}
    parties = [
        {
            **common,
            "kind": "provider",
            "party_id": f"X-SUB-{i}",
            "is_complainant": i == 0,
            "area_id": "A",
            "customer_group": "g",
            "early": 30,
            "late": 30,
            "outcomes": 6,
            "after": after if i == 0 else 45 + i,
        }
        for i in range(peers + 1)
    ]
    return pd.DataFrame([head, *parties])


def judged(made: pd.DataFrame, **changed: Any) -> Unit:
    (unit,) = ASSESSMENTS["grievance_retaliation"](made, {**PARAMETERS, **changed}).units
    return unit


def test_the_complainant_is_never_named_nor_counted() -> None:
    unit = judged(rows(5, ended=100))
    assert unit.outcome == "flagged"
    told = json.dumps([dict(unit.values), dict(unit.identity)])
    assert "X-SUB" not in told
    assert set(unit.values) == {
        "against_id", "against", "contract_ended_after_days", "peers", "trend_before", "trend_before_p", "outcome_rate",
        "peers_outcome_rate", "change", "days_after", "what_happened",
    }  # fmt: skip
    assert "ended by the buyer 100 days after" in unit.values["what_happened"]
    assert "fell by" in unit.values["what_happened"]


@pytest.mark.parametrize(
    ("made", "outcome", "reason"),
    [
        (rows(48), "passed", ""),
        (rows(5), "flagged", ""),
        (rows(5, peers=7), "not_assessable", "fewer than 8 peers"),
        (rows(5, peers=7, ended=3), "flagged", ""),
        (rows(5, unclear=True), "not_assessable", "by whom is unknown"),
        (rows(5).assign(as_of_day=1181), "not_assessable", "183 days of referrals after"),
        (rows(5).assign(as_of_day=1182), "flagged", ""),
        (rows(5).assign(starts_day=636), "not_assessable", "365 days of referrals before"),
        (rows(5).assign(starts_day=635), "flagged", ""),
        (rows(5).assign(first_day=667), "not_assessable", "365 days of referrals before"),
        (rows(5).assign(first_day=666), "flagged", ""),
        (rows(5).query("kind == 'grievance'"), "not_assessable", "no referral"),
    ],
)
def test_what_is_judged(made: pd.DataFrame, outcome: str, reason: str) -> None:
    unit = judged(made)
    assert unit.outcome == outcome
    assert reason in unit.reason


def test_a_steep_fall_must_also_be_deep() -> None:
    assert judged(rows(36)).outcome == "passed"
    assert judged(rows(36), drop_min_share=0.2).outcome == "flagged"
