"""Cascades: the published example to six decimals, DebtRank by hand, and what may not matter."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.sparse import csr_array

from chaingraph.assess.cascade import PART, WHOLE, Supply, debtrank, esri

# An example that goes with Diem et al. (2022): data/test_list.csv and data/test_esri.csv of the open implementation
# github.com/vitelot/Economic-Systemic-Risk; supplier, buyer, effect, every link of weight 1.
LINKS = "AX2 BX2 CX2 DX2 EX1 FX1 GX1 HX0 XI2 XJ1 XK2 KL2".split()  # noqa: SIM905
SECTORS = {
    "A": 1,
    "X": 1,
    "B": 2,
    "C": 2,
    "D": 2,
    "E": 3,
    "F": 3,
    "G": 5,
    "H": 99,
    "I": 1,
    "J": 3,
    "K": 4,
    "L": 2,
}
PUBLISHED = {
    "A": 0.416667,
    "X": 1.0,
    **dict.fromkeys("BCD", 0.136905),
    **dict.fromkeys("EFG", 0.123204),
    "H": 0.083333,
    **dict.fromkeys("IJ", 0.305556),
    **dict.fromkeys("KL", 0.388889),
}


def supply(links: list[tuple[int, int, float, int]], sector: list[int]) -> Supply:
    supplier, buyer, value, effect = (np.array(part) for part in zip(*links, strict=True))
    return Supply(supplier, buyer, value.astype(float), effect, np.array(sector))


def test_the_published_example_to_six_decimals() -> None:
    names = sorted(SECTORS)
    place = {name: at for at, name in enumerate(names)}
    made = supply(
        [(place[link[0]], place[link[1]], 1.0, int(link[2])) for link in LINKS],
        [SECTORS[name] for name in names],
    )
    found = dict(zip(names, esri(made, np.arange(13)), strict=True))
    assert {name: round(value, 6) for name, value in found.items()} == PUBLISHED


NETWORKS = st.lists(
    st.tuples(st.integers(0, 5), st.integers(0, 5), st.integers(1, 9), st.integers(0, 2)).filter(
        lambda link: link[0] != link[1]
    ),
    min_size=1,
    max_size=12,
    unique_by=lambda link: link[:2],
)
SECTOR = st.lists(st.integers(0, 2), min_size=6, max_size=6)


@given(NETWORKS, SECTOR, st.permutations(range(6)))
def test_numbers_of_nodes_and_units_of_money_do_not_matter(
    links: list[tuple[int, int, int, int]], sector: list[int], renamed: list[int]
) -> None:
    plain = esri(supply([(a, b, float(v), e) for a, b, v, e in links], sector), np.arange(6))
    moved = [0] * 6
    for node, name in enumerate(renamed):
        moved[name] = sector[node]
    other = supply([(renamed[a], renamed[b], 100.0 * v, e) for a, b, v, e in reversed(links)], moved)
    assert esri(other, np.array(renamed)) == pytest.approx(plain, abs=1e-7)


@given(NETWORKS, SECTOR)
def test_at_least_its_own_sales_are_lost_and_at_most_all(
    links: list[tuple[int, int, int, int]], sector: list[int]
) -> None:
    made = supply([(a, b, float(v), e) for a, b, v, e in links], sector)
    found = esri(made, np.arange(6))
    assert (found >= made.sold / made.sold.sum() - 1e-9).all()
    assert (found <= 1 + 1e-9).all()


def test_what_others_of_the_sector_can_take_over_is_no_loss() -> None:
    # 1 buys half from 0; of the sector of 0, node 2 sells nine times as much elsewhere.
    links = [(0, 1, 1.0, WHOLE), (3, 1, 1.0, PART), (2, 4, 9.0, PART), (1, 5, 2.0, PART)]
    alone = esri(supply(links, [0, 1, 2, 3, 4, 5]), np.array([0]))
    replaced = esri(supply(links, [0, 1, 0, 3, 4, 5]), np.array([0]))
    assert replaced[0] < alone[0]


def test_nothing_sold_nothing_lost() -> None:
    none = np.array([], dtype=np.int64)
    assert esri(
        Supply(none, none, none.astype(float), none, np.array([0, 0])), np.array([0, 1])
    ).tolist() == [0, 0]


def test_debtrank_by_hand() -> None:
    # 0 takes half of 1, which takes 0.4 of 2; 2 takes all of 0, who has spread already.
    impact = csr_array(np.array([[0, 0, 1.0], [0.5, 0, 0], [0, 0.4, 0]]))
    weight = np.array([0.5, 0.3, 0.2])
    assert debtrank(impact, weight, np.array([0, 1, 2])) == pytest.approx(
        [0.3 * 0.5 + 0.2 * 0.2, 0.2 * 0.4 + 0.5 * 0.4, 0.5 + 0.3 * 0.5]
    )


def test_distress_runs_round_a_circle_once() -> None:
    impact = csr_array(np.array([[0, 1.0], [1.0, 0]]))
    assert debtrank(impact, np.array([0.5, 0.5]), np.array([0])) == pytest.approx([0.5])


@given(st.lists(st.floats(0, 1), min_size=16, max_size=16), st.permutations(range(4)))
def test_debtrank_of_renamed_nodes(values: list[float], renamed: list[int]) -> None:
    impact = np.array(values).reshape(4, 4) * (1 - np.eye(4))
    weight = np.array([0.1, 0.2, 0.3, 0.4])
    plain = debtrank(csr_array(impact), weight, np.arange(4))
    turned, moved = np.zeros((4, 4)), np.zeros(4)
    turned[np.ix_(renamed, renamed)] = impact
    moved[renamed] = weight
    assert debtrank(csr_array(turned), moved, np.array(renamed)) == pytest.approx(plain)
    assert ((plain >= -1e-9) & (plain <= 1 - weight + 1e-9)).all()


def test_many_who_fail_are_worked_on_in_pieces() -> None:
    n = 600
    links = [(at, at + 1, 1.0, WHOLE) for at in range(0, n, 2)]
    found = esri(supply(links, list(range(n))), np.arange(n))
    assert found == pytest.approx(np.full(n, 2 / n), abs=1e-9)
