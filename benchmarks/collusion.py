"""Holds the bid screens against two real cartels: published values reproduced, collusive tenders ranked above clean.

    python benchmarks/collusion.py FOLDER [-o docs/collusion-screens.md]

``FOLDER`` holds ``brazil.csv`` and ``ticino.csv`` of García Rodríguez et al. (2022), doi 10.1016/j.autcon.2021.104047.
The files stay where they are: no licence comes with them.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import click
import numpy as np
import pandas as pd
from scipy import stats

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))  # so that it also runs as a script

from benchmarks.measure import judged
from chaingraph.assess.bid_screens import BIDS_CLASSES
from chaingraph.assess.meetings import meetings
from chaingraph.assess.screens import DIRECTION, SCREENS, screens

# File → what it holds, the name of its cartel, and its screens that follow our definitions to four decimals.
CARTELS = {
    "brazil": "oil infrastructure, Brazil (Operation Car Wash)",
    "ticino": "asphalt, canton of Ticino, Switzerland",
}
PUBLISHED = {"cv": "CV", "spd": "SPD", "kurtosis": "KURT", "skewness": "SKEW", "diffp": "DIFFP", "rd": "RD"}
# The least number of bids for which each is defined; the files hold 0 below it.
LEAST_BIDS = {"cv": 2, "spd": 2, "kurtosis": 4, "skewness": 3, "diffp": 2, "rd": 3}
HALF_A_DIGIT = 0.5001e-4
CV_BELOW, RD_ABOVE = 0.06, 1.0


def tenders(folder: Path, cartel: str) -> pd.DataFrame:
    """One row a tender: ``bids``, ``collusive``, our screens, and the published ones under ``published_…``."""
    bids = pd.read_csv(folder / f"{cartel}.csv")
    made = []
    for tender, own in bids.groupby("Tender", sort=True):
        row: dict[str, Any] = {"tender": tender, "bids": len(own)}
        row |= screens(own["Bid_value"].tolist())
        row |= {f"published_{name}": own[column].iloc[0] for name, column in PUBLISHED.items()}
        made.append({**row, "collusive": bool(own["Collusive_competitor"].max())})
    numbers = dict.fromkeys(SCREENS, float)
    return pd.DataFrame(made).astype(numbers)


def reproduced(found: pd.DataFrame, screen: str) -> tuple[int, int]:
    """(tenders whose published value is ours to four decimals, tenders for which the screen is defined)."""
    defined = found[(found["bids"] >= LEAST_BIDS[screen]) & found[screen].notna()]
    apart = (defined[screen] - defined[f"published_{screen}"]).abs()
    return int((apart <= HALF_A_DIGIT).sum()), len(defined)


def auc(values: pd.Series[float], collusive: pd.Series[bool], direction: int) -> tuple[float, float, float]:
    """P(a collusive tender is more suspicious than a clean one), ties half, with its 95 % interval.

    Hanley & McNeil (1982), Radiology 143, 29. ½ is chance.
    """
    known = values.notna()
    a = direction * values[known & collusive].to_numpy()
    b = direction * values[known & ~collusive].to_numpy()
    area = float(stats.mannwhitneyu(a, b).statistic) / (len(a) * len(b))
    q1, q2 = area / (2 - area), 2 * area**2 / (1 + area)
    variance = area * (1 - area) + (len(a) - 1) * (q1 - area**2) + (len(b) - 1) * (q2 - area**2)
    margin = 1.96 * float(np.sqrt(variance / (len(a) * len(b))))
    return area, max(0.0, area - margin), min(1.0, area + margin)


def auc_among_like(found: pd.DataFrame, screen: str) -> float:
    """The same, each tender compared only with those of about as many bids, as the rule does."""
    better, pairs = 0.0, 0
    known = found[found[screen].notna()]
    for _, own in known.groupby(np.searchsorted(BIDS_CLASSES, known["bids"], side="right")):
        a, b = own[screen][own["collusive"]], own[screen][~own["collusive"]]
        if len(a) and len(b):
            area = auc(own[screen], own["collusive"], DIRECTION[screen] or 1)[0]
            better, pairs = better + area * len(a) * len(b), pairs + len(a) * len(b)
    return better / pairs


def right_at_best(found: pd.DataFrame, screen: str) -> float:
    """The share of tenders on their right side of the cut that suits these very data best, both sides weighing alike."""
    known = found[found[screen].notna()]
    values = (DIRECTION[screen] or 1) * known[screen]
    sides = [
        ((values[known["collusive"]] >= cut).mean() + (values[~known["collusive"]] < cut).mean()) / 2
        for cut in values.unique()
    ]
    return float(max(sides))


@dataclass(frozen=True)
class Called:
    """How many collusive and clean tenders a way of judging calls, of how many it can judge."""

    collusive: int
    of_collusive: int
    clean: int
    of_clean: int


def fixed_cut(found: pd.DataFrame) -> Called:
    """The rule of thumb that this project does not use: CV below 0.06 and RD above 1."""
    judgeable = found[found["rd"].notna()]
    hit = (judgeable["cv"] < CV_BELOW) & (judgeable["rd"] > RD_ABOVE)
    return _called(hit, judgeable["collusive"])


def by_rule(folder: Path, cartel: str) -> Called:
    """The rule as it ships, on a file that says who bid."""
    bids = pd.read_csv(folder / f"{cartel}.csv")
    rows = pd.DataFrame(
        {
            "lot_id": bids["Tender"].astype(str),
            "programme": cartel,
            "bidder_id": bids["Competitors"].astype(str),
            "bidder": bids["Competitors"].astype(str),
            "price_pence": (100 * bids["Bid_value"]).round(),
            "still_open": False,
        }
    )
    labels = bids.groupby(bids["Tender"].astype(str))["Collusive_competitor"].max().astype(bool)
    units = [unit for unit in judged("bid-screens", rows) if unit.outcome in ("flagged", "passed")]
    hit = pd.Series([unit.outcome == "flagged" for unit in units])
    return _called(hit, pd.Series([bool(labels[unit.identity["lot_id"]]) for unit in units]))


def _called(hit: pd.Series[bool], collusive: pd.Series[bool]) -> Called:
    return Called(
        int((hit & collusive).sum()),
        int(collusive.sum()),
        int((hit & ~collusive).sum()),
        int((~collusive).sum()),
    )


def page(folder: Path) -> str:
    """The figures as a Markdown page."""
    return "\n".join(_page(folder, {cartel: tenders(folder, cartel) for cartel in CARTELS})) + "\n"


def _page(folder: Path, found: dict[str, pd.DataFrame]) -> Iterator[str]:
    yield "# The bid screens beside two real cartels\n"
    yield (
        "Generated by `python benchmarks/collusion.py FOLDER -o docs/collusion-screens.md`. The bids, the labels and the "
        "published screens are\nthose of García Rodríguez et al. (2022), *Collusion detection in public procurement "
        "auctions with machine learning algorithms*,\n[doi 10.1016/j.autcon.2021.104047]"
        "(https://doi.org/10.1016/j.autcon.2021.104047). The files are not part of the project.\n"
    )
    yield "| data | tenders | collusive | bids a tender, collusive | bids a tender, clean |\n|---|---|---|---|---|"
    for cartel, name in CARTELS.items():
        own = found[cartel]
        bids = own.groupby("collusive")["bids"].median()
        yield f"| {name} | {len(own)} | {int(own['collusive'].sum())} | {bids[True]:g} | {bids[False]:g} |"
    yield "\n## The published values\n"
    yield "Tenders whose published value is ours to four decimals, of those for which the screen is defined.\n"
    yield f"| screen |{_each(lambda cartel: f' {cartel} |')}\n|---|{'---|' * len(CARTELS)}"
    for screen in PUBLISHED:
        counts = {cartel: reproduced(found[cartel], screen) for cartel in CARTELS}
        yield f"| {screen} |{_each(lambda cartel, c=counts: f' {c[cartel][0]} of {c[cartel][1]} |')}"  # type: ignore[misc]
    yield (
        "\nDIFFP of the Ticino file and RD of both follow definitions of their own and are not ours: RD here is "
        "(b₂ − b₁) over the\ndeviation of the losing bids. KSTEST is the textbook's distance, ours that of Wallimann, "
        "Imhof and Huber.\n"
    )
    yield "## Collusive above clean\n"
    yield (
        "Area under the curve: the chance that a collusive tender looks more suspicious than a clean one (½ is chance), "
        "with its 95 %\ninterval; the same from the published column; the same among tenders with about as many bids, as the "
        "rule compares them; and the\nshare put right by the best cut in these very data, both kinds weighing alike.\n"
    )
    for cartel, name in CARTELS.items():
        yield f"### {cartel.capitalize()}: {name}\n"
        yield "| screen | a cartel | AUC | 95 % interval | from the published column | among like tenders | best cut |"
        yield "|---|---|---|---|---|---|---|"
        yield from (_line(found[cartel], screen) for screen in SCREENS)
        yield ""
    yield (
        "The papers print no such areas but how many tenders a trained classifier puts right, with all screens at once: more "
        "than 84 % in the\nSwiss construction sector (Huber & Imhof 2019, doi 10.1016/j.ijindorg.2019.04.002), 88 to 93 % in "
        "Switzerland and Japan (Huber,\nImhof & Ishii, Working Papers SES 519, Fribourg). Of a cartel's bids they say lower "
        "spread, a gap below the losing ones and\nskewness to the left (Imhof 2017, Working Papers SES 484), as above. DIFFP "
        "goes with the market: it is shown beside a finding and not\njudged.\n"
    )
    yield "## Called\n"
    yield "| data | judged how | collusive called | clean called |\n|---|---|---|---|"
    for cartel in CARTELS:
        yield _call(
            cartel, f"CV < {CV_BELOW:g} and RD > {RD_ABOVE:g}, whatever the market", fixed_cut(found[cartel])
        )
    yield _call("brazil", "`bid-screens` as it ships", by_rule(folder, "brazil"))
    met, bidders, both = together(folder, "brazil")
    yield (
        f"\nThe Ticino file does not say who bid, so the rule cannot be asked. In Brazil it calls nobody: of the {bidders} "
        f"bidders in collusive tenders\n{both} bid in clean ones as well, and {met} pairs of bidders met in three "
        "collusive tenders or more. What the rule looks for, the same\nbidders in several lots that stand out, is hardly "
        "there; its silence is no clearance. The fixed cut finds more, and accuses the clean\nwith it: of made-up honest "
        "tenders of three bids every fourth (`make calibrate`)."
    )


def together(folder: Path, cartel: str) -> tuple[int, int, int]:
    """(pairs that met in three collusive tenders or more, bidders in collusive tenders, of these also in clean ones)."""
    bids = pd.read_csv(folder / f"{cartel}.csv").astype({"Tender": str, "Competitors": str})
    collusive = bids["Collusive_competitor"] > 0
    present = bids[collusive].groupby("Tender")["Competitors"].apply(set).to_dict()
    own = set(bids["Competitors"][collusive])
    return len(meetings(present, 3)), len(own), len(own & set(bids["Competitors"][~collusive]))


def _each(cell: Callable[[str], str]) -> str:
    return "".join(cell(cartel) for cartel in CARTELS)


def _line(found: pd.DataFrame, screen: str) -> str:
    direction = DIRECTION[screen] or 1
    area, low, high = auc(found[screen], found["collusive"], direction)
    published = ""
    if screen in PUBLISHED:
        column = found[f"published_{screen}"].where(found[screen].notna())
        published = f"{auc(column, found['collusive'], direction)[0]:.3f}"
    way = {1: "higher", -1: "lower", 0: "(higher)"}[DIRECTION[screen]]
    return (
        f"| {screen} | {way} | {area:.3f} | {low:.3f} to {high:.3f} | {published} "
        f"| {auc_among_like(found, screen):.3f} | {right_at_best(found, screen):.0%} |"
    )


def _call(cartel: str, how: str, called: Called) -> str:
    return (
        f"| {cartel} | {how} | {called.collusive} of {called.of_collusive} "
        f"| {called.clean} of {called.of_clean} |"
    )


@click.command(help=(__doc__ or "").partition("\n")[0])
@click.argument("folder", type=click.Path(exists=True, file_okay=False, path_type=Path))
@click.option(
    "-o", "--output", type=click.Path(dir_okay=False, path_type=Path), help="Write the page here, too."
)
def main(folder: Path, output: Path | None) -> None:
    """Print the page."""
    text = page(folder)
    click.echo(text, nl=False)
    if output:
        output.write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()
