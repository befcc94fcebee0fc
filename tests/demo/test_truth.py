"""What was planted is there, nothing else is, and what looks like a breach but is none is there as well."""

from __future__ import annotations

import json
from pathlib import Path

import duckdb
import numpy as np
import pytest
from scipy.stats import chi2_contingency, norm
from statsmodels.stats.contingency_tables import StratifiedTable

from chaingraph.demo import write_market
from tests.demo import oracle
from tests.demo.conftest import Made

PATTERNS = {
    "choice-not-offered",
    "enforcement-uneven",
    "entrant-disadvantage",
    "esf-overlap",
    "exclusivity-pattern",
    "failure-cascade",
    "good-subcontractor-dropped",
    "grievance-retaliation",
    "handoffs-excessive",
    "outcome-gap",
    "parking-gradient",
    "payment-lateness",
    "promised-volume-unmet",
    "referral-depth-gradient",
    "referral-skew",
    "staff-poaching",
    "unequal-treatment",
    "uneven-across-areas",
}


def test_the_file_says_what_the_function_returned(made: Made) -> None:
    told = json.loads((made.folder / "truth.json").read_text(encoding="utf-8"))
    assert told["as_of"] == made.truth.as_of
    assert [(one["rule"], one["identity"]) for one in told["planted"]] == [
        (one.rule, dict(one.identity)) for one in made.truth.planted
    ]
    assert set(made.truth.rules) >= oracle.RULES.keys() | PATTERNS


@pytest.mark.parametrize("rule", oracle.RULES)
def test_what_was_planted_is_all_there_is(rule: str, made: Made) -> None:
    planted = oracle.as_identities(tuple(one.values()) for one in made.truth.identities(rule))
    assert oracle.flagged(made.con, rule) == planted
    assert planted


@pytest.mark.parametrize("seed", [2, 3, 5])
def test_the_same_holds_for_other_seeds_and_parquet(
    seed: int, tmp_path_factory: pytest.TempPathFactory
) -> None:
    folder = tmp_path_factory.mktemp("demo") / "market"
    truth = write_market(folder, seed=seed, form="parquet")
    with oracle.open_market(folder, truth.as_of) as con:
        for rule in oracle.RULES:
            planted = oracle.as_identities(tuple(one.values()) for one in truth.identities(rule))
            assert oracle.flagged(con, rule) == planted, rule


DECOYS = {
    "settled after the day first due, but inside the clock that a dispute stopped": """
        SELECT count(*) FROM due WHERE stopped > 0 AND settled_on > due_on - stopped::INTEGER
        AND settled_on <= due_on""",
    "in open dispute past its day": "SELECT count(*) FROM due WHERE in_dispute AND due_on < as_of()",
    "settled on the last day in time": "SELECT count(*) FROM due WHERE settled_on = least(due_on, lawful_on)",
    "not paid and not yet due": """
        SELECT count(*) FROM due WHERE settled_on IS NULL AND due_on >= as_of() AND NOT in_dispute""",
    "no day of receipt": "SELECT count(*) FROM due WHERE received_on IS NULL",
    "paid in parts": """
        SELECT count(*) FROM (SELECT invoice_id FROM payments GROUP BY 1 HAVING count(*) > 1)""",
    "invoices under a stream without a contract": """
        SELECT count(*) FROM invoices JOIN contracts USING (contract_id) WHERE inferred""",
    "exclusivity that the sub-contractor offered": """
        SELECT count(*) FROM negotiations WHERE exclusivity AND exclusivity_proposed_by = 'sub'""",
    "exclusivity asked for before there was a short list": """
        SELECT count(*) FROM negotiations JOIN lots USING (lot_id) WHERE exclusivity
        AND exclusivity_proposed_by = 'prime' AND ends_on < shortlisted_on""",
    "a cohort of customers in one row": "SELECT count(*) FROM referrals WHERE customers > 1",
    "referrals decided on in batches": "SELECT count(batch_id) FROM referrals",
    "a few referrals without a record, at primes that do record": """
        SELECT count(*) FROM referrals JOIN chain USING (contract_id) WHERE NOT needs_recorded
        AND prime_id NOT IN (SELECT planted_id FROM careless)""",
    "specialists that get harder customers, agreed and paid for": """
        SELECT count(*) FROM delivery
        WHERE agreed_specialism AND agreed_on <= as_of() AND price_uplift_share > 0""",
    "evidence that has expired or is weak": """
        SELECT count(*) FROM evidence WHERE expires_on < as_of() OR level < 2""",
    "an older policy that no longer counts": """
        SELECT count(*) FROM policies WHERE kind = 'equality' AND review_due_on < as_of()""",
    "a guarantee that is kept": "SELECT count(*) FROM commitments WHERE guaranteed",
    "a stake that is no control": "SELECT count(*) FROM ownership WHERE share_max < 0.5",
    "a holding that was sold": "SELECT count(*) FROM ownership WHERE valid_to < as_of()",
}


@pytest.mark.parametrize("what", DECOYS)
def test_what_may_not_be_flagged_is_there(what: str, made: Made) -> None:
    careless = [one["org_id"] for one in made.truth.identities("referral-needs-missing")]
    made.con.execute("CREATE OR REPLACE TABLE careless AS SELECT unnest(?) AS planted_id", [careless])
    (count,) = made.con.execute(DECOYS[what]).fetchone() or (0,)
    assert count > 0


Counts = np.ndarray[tuple[int, ...], np.dtype[np.float64]]


def _tables(con: duckdb.DuckDBPyConnection) -> dict[str, list[Counts]]:
    """For each prime the 2 × 2 tables (passed, kept by hard, not hard) of its strata."""
    rows = con.execute(
        """
        SELECT prime_id, sum(n) FILTER (p AND h), sum(n) FILTER (p AND NOT h), sum(n) FILTER (NOT p AND h),
               sum(n) FILTER (NOT p AND NOT h)
        FROM (SELECT prime_id, r.area_id, year(referred_on), quarter(referred_on), customer_group, need_type,
                     tier > 1 AS p, difficulty_band >= 4 AS h, coalesce(customers, 1) AS n
              FROM referrals r JOIN (SELECT contract_id, tier, prime_id FROM chain) USING (contract_id)
              WHERE need_type IS NOT NULL) AS t(prime_id, area_id, y, q, g, need, p, h, n)
        GROUP BY prime_id, area_id, y, q, g, need ORDER BY ALL
        """
    ).fetchall()
    tables: dict[str, list[Counts]] = {}
    for prime, *cells in rows:
        tables.setdefault(prime, []).append(np.array([c or 0 for c in cells], dtype=float).reshape(2, 2))
    return tables


def test_pooled_honest_primes_look_guilty_and_within_strata_they_do_not(tmp_path: Path) -> None:
    """Difficulty and passing on both go with place, group and need: that is what the strata are for."""
    truth = write_market(tmp_path / "market", scale=0.04)
    skewed = {one["org_id"] for one in truth.identities("referral-skew")}
    with oracle.open_market(tmp_path / "market", truth.as_of) as con:
        by_prime = _tables(con)
    accused, lowest = [], []
    for prime, tables in by_prime.items():
        # Strata without anybody passed or kept, hard or not, say nothing.
        telling = [t for t in tables if (t.sum(0) > 0).all() and (t.sum(1) > 0).all()]
        stratified = StratifiedTable(telling)
        lower = stratified.oddsratio_pooled_confint(alpha=0.1)[0]
        if prime in skewed:
            assert 2 < stratified.oddsratio_pooled < 5
            assert lower > 1.5
            continue
        lowest.append(lower)
        accused.append(chi2_contingency(sum(tables), correction=False).pvalue < 0.05)
    assert len(lowest) >= 8
    assert max(lowest) < 1.2
    assert np.mean(accused) > 0.6


def test_primes_that_pay_late_are_far_over_the_rate_and_all_others_far_under(made: Made) -> None:
    late = {one["org_id"] for one in made.truth.identities("payment-lateness")}
    rows = made.con.execute(
        """
        SELECT buyer_id, count(*) FILTER (coalesce(settled_on, as_of()) > due_on), count(*) FROM due
        WHERE tier > 1 AND NOT in_dispute AND received_on IS NOT NULL AND due_on < as_of() GROUP BY 1
        """
    ).fetchall()
    z = norm.ppf(0.975)
    for payer, k, n in rows:
        p = k / n
        lower = (p + z * z / (2 * n) - z * ((p * (1 - p) + z * z / (4 * n)) / n) ** 0.5) / (1 + z * z / n)
        assert (lower > 0.1) if payer in late else (lower < 0.03), (payer, k, n)


def test_promises_are_kept_or_broken_once_the_market_is_reckoned_in(made: Made) -> None:
    broken = {one["commitment_id"] for one in made.truth.identities("promised-volume-unmet")}
    overdone = {one["commitment_id"] for one in made.truth.identities("guarantee-missed")}
    rows = made.con.execute(
        """
        SELECT commitment_id, quantity, quantity * actual_market_volume / forecast_market_volume,
               (SELECT coalesce(sum(coalesce(customers, 1)), 0) FROM referrals AS r
                WHERE r.contract_id = c.contract_id AND referred_on BETWEEN c.starts_on AND c.ends_on)
        FROM commitments AS c
        """
    ).fetchall()
    assert broken <= {row[0] for row in rows}
    for commitment_id, _, expected, came in rows:
        if commitment_id in overdone:
            assert came < expected
        elif commitment_id in broken:
            assert expected >= 60
            assert came < 0.2 * expected
        else:
            assert came > 0.85 * expected
    # Against the bare promise, honest primes in a shrunken market would be accused.
    assert any(came < 0.8 * promised for one, promised, _, came in rows if one not in broken)
