"""The screens beside two real cartels: the values that were published, and collusive tenders above clean ones."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest

from benchmarks.collusion import CARTELS, auc, page, tenders
from chaingraph.assess.screens import DIRECTION
from scripts.docs import DOCS

# Published column, our screen, least number of bids: García Rodríguez et al. (2022), doi 10.1016/j.autcon.2021.104047.
REPRODUCED = [("CV", "cv", 2), ("SPD", "spd", 2), ("KURT", "kurtosis", 4), ("SKEW", "skewness", 3)]
# How well each ranks collusive tenders above clean ones, measured once; half is chance.
RANKED = {
    "brazil": {"cv": 0.901, "spd": 0.902, "rd": 0.763, "skewness": 0.718},
    "ticino": {"cv": 0.816, "spd": 0.775, "rd": 0.683, "skewness": 0.819, "kurtosis": 0.687},
}


@pytest.fixture(scope="module", params=sorted(CARTELS))
def cartel(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture(scope="module")
def found(cartel: str, real_data: Path) -> pd.DataFrame:
    return tenders(real_data / "collusion", cartel)


@pytest.mark.parametrize(("published", "screen", "least"), REPRODUCED)
def test_published_values_to_four_decimals(
    published: str, screen: str, least: int, cartel: str, found: pd.DataFrame, real_data: Path
) -> None:
    wanted = pd.read_csv(real_data / "collusion" / f"{cartel}.csv").groupby("Tender")[published].first()
    defined = found[found["bids"] >= least]
    assert len(defined) > 70
    assert defined[screen].notna().all()
    assert (defined[screen].to_numpy() - wanted[defined["tender"]].to_numpy()) == pytest.approx(
        0, abs=0.5001e-4
    )


def test_collusive_tenders_rank_above_clean_ones(cartel: str, found: pd.DataFrame) -> None:
    for screen, wanted in RANKED[cartel].items():
        area, low, high = auc(found[screen], found["collusive"], DIRECTION[screen])
        assert area == pytest.approx(wanted, abs=0.0006), screen
        assert 0.5 < low < area < high, screen


def test_the_page_says_what_comes_out(real_data: Path) -> None:
    text = (DOCS / "collusion-screens.md").read_text(encoding="utf-8")
    assert text == page(real_data / "collusion"), (
        "run benchmarks/collusion.py FOLDER -o docs/collusion-screens.md"
    )
