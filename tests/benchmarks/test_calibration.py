"""The calibration's machinery: right sums, every market once, the same page and plots whoever does the work."""

from __future__ import annotations

from collections import Counter
from functools import partial
from pathlib import Path

import numpy as np
import pytest
from click.testing import CliRunner

from benchmarks.calibrate import calibrate, chosen_by, main, write
from benchmarks.calibration_page import ALTERNATIVES, page
from benchmarks.calibration_plots import plots
from benchmarks.chunks import tasks
from benchmarks.lines import Line, line
from benchmarks.measure import FALSE, POWER, Measure, Point
from benchmarks.measures import MEASURES
from chaingraph.rules.catalogue import load_rules

SEED = 20080228
made_up = partial(Measure, "Any (`any`)", "any", lambda rng, markets: np.zeros(markets))


def nothing(count: int, total: int) -> None:
    pass


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
    assert Line(made_up(target), estimate, low, high, 100).verdict == verdict


def test_events_get_wilsons_interval_and_shares_a_normal_one() -> None:
    measure = made_up()
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


def test_a_measure_without_a_trial_is_no_measure() -> None:
    with pytest.raises(ValueError, match="no trial of: Any"):
        line(made_up(), [np.zeros(0)])


def test_no_two_measures_share_a_name_and_every_section_names_its_rule() -> None:
    names = Counter(measure.full_name for measure in MEASURES)
    assert [name for name, many in names.items() if many > 1] == []
    rules = {rule.id for rule in load_rules()}
    assert {measure.rule for measure in MEASURES} - rules == set()


def test_the_methods_own_table_is_answered_in_full() -> None:
    asked = {measure.asked: measure.wording for measure in MEASURES if measure.asked}
    assert asked == {
        "clean 40-prime market: chance of any skew flag": "≤ 0.08",
        "false discovery rate, 4 of 40 dumping": "≤ 0.07",
        "power a prime, n = 1,000: odds ratio 1.5": "≥ 0.8",
        "power a prime, n = 1,000: odds ratio 2": "≥ 0.97",
        "batch-clustered clean market, permutation": "0.03 to 0.07",
        "promised volume, honest prime, market at 60 %": "≤ 0.05",
        "retaliation, clean": "≤ 0.07",
    }


def test_page_and_plots_do_not_depend_on_who_did_the_work(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr("benchmarks.chunks.MARKETS_A_CHUNK", 2)
    words = ["Late payment", "a provider that sees all alike flagged, 200"]
    found = []
    for jobs in (1, 2):
        output = tmp_path / str(jobs) / "calibration.md"
        output.parent.mkdir()
        write(output, calibrate(30, SEED, jobs, nothing, words), 30, SEED)
        found.append({file.name: file.read_bytes() for file in output.parent.rglob("*") if file.is_file()})
    assert found[0] == found[1]
    assert sorted(found[0]) == ["calibration.md", "coverage.svg", "false-positives.svg"]


def test_a_target_reads_as_it_is_meant() -> None:
    wordings = [made_up(target).wording for target in ((0, 0.08), (0.8, 1), (0.03, 0.07), None)]
    assert wordings == ["≤ 0.08", "≥ 0.8", "0.03 to 0.07", "(told)"]
    assert made_up(plain=True).wording == "(the plain test)"


def lines() -> list[Line]:
    at = [("ours", False, FALSE), ("plain", True, FALSE), ("ours", False, POWER)]
    return [
        Line(made_up((0, 0.5), plain=plain, point=Point(figure, name, size), asked="asked"), share, 0, 1, 100)
        for name, plain, figure in at
        for size, share in ((200.0, 0.1), (1000.0, 0.9))
    ]


def test_a_page_says_what_was_asked_met_and_missed_and_shows_the_plots_with_words_for_them() -> None:
    drawn = plots(lines())
    assert list(drawn) == ["false-positives.svg", "power.svg"]
    text = page(lines(), 10, SEED, [f"calibration/{name}" for name in drawn])
    assert "Of 6 lines with a target 3 meet it, 3 do within the Monte Carlo error, and 0 miss it." in text
    assert "| asked | ≤ 0.5 | 0.900 | 0.000 to 1.000 | 100 | within error |" in text
    for name in drawn:
        assert f"![{ALTERNATIVES[name]}](calibration/{name})" in text
    assert "| 1,000 | 0.900 | 0.900 |" in text


def test_plots_are_plain_text_without_date_or_blanks_at_line_ends() -> None:
    for picture in plots(lines()).values():
        assert picture.endswith("</svg>\n")
        assert "dc:date" not in picture
        assert not any(row != row.rstrip() for row in picture.splitlines())
        assert ">1,000</text>" in picture


def test_words_that_choose_nothing_are_refused() -> None:
    assert chosen_by(["no such measure"]) == []
    result = CliRunner().invoke(main, ["--only", "no such measure"])
    assert result.exit_code == 2
    assert "no measure's section or name holds that" in result.output
