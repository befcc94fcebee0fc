"""Places and organisations: areas that nest, primes, sub-contractors, and who owns whom."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from chaingraph.demo.chance import day
from chaingraph.demo.names import company
from chaingraph.demo.state import DEPARTMENT, Area, Market

AREAS_A_REGION = 5
SHARERS_EACH = 3


def make_places(market: Market, words: Iterator[str]) -> None:
    """Contract areas of two or three Jobcentre districts, each of two authorities, within regions."""
    rng = market.rng("places")
    market.add("areas", area_id="X-NAT-1", name="The made-up nation", kind="nation", population=0)
    nation, people = market.rows["areas"][0], 0
    for number in range(1, market.size.areas + 1):
        region = f"X-REG-{(number - 1) // AREAS_A_REGION + 1}"
        if number % AREAS_A_REGION == 1:
            market.add("areas", area_id=region, name=f"{next(words)} Region", kind="region")
            market.add("area_within", area_id=region, within_id="X-NAT-1")
        area_id = f"X-CPA-{number:02d}"
        districts = [f"X-JCP-{number:02d}{letter}" for letter in "ABC"[: int(rng.integers(2, 4))]]
        names = [next(words) for _ in districts]
        rural = round(float(rng.uniform(0.0, 0.6)), 2)
        population = int(rng.integers(300, 1_500)) * 1_000
        people += population
        market.add(
            "areas",
            area_id=area_id,
            name=f"{', '.join(names[:-1])} and {names[-1]}",
            kind="contract_area",
            rural_share=rural,
            population=population,
        )
        market.add("area_within", area_id=area_id, within_id=region)
        for district, name in zip(districts, names, strict=True):
            market.add(
                "areas", area_id=district, name=f"{name} District", kind="jcp_district", rural_share=rural
            )
            market.add("area_within", area_id=district, within_id=area_id)
            for half in "12":
                lad = district.replace("JCP", "LAD") + half
                market.add("areas", area_id=lad, name=next(words), kind="lad")
                market.add("area_within", area_id=lad, within_id=district)
        hardness = float(rng.normal(0.0, 0.45))
        market.areas.append(Area(number, area_id, tuple(districts), hardness))
    nation["population"] = people


def make_parties(market: Market, words: Iterator[str]) -> None:
    """The department, primes, sub-contractors and owners: ``primes``, ``subs``, ``pairs``, ``sharers``."""
    rng, size = market.rng("parties"), market.size
    market.add("organisations", org_id=DEPARTMENT, name="The department", sector="public")
    market.owner[DEPARTMENT] = DEPARTMENT
    for number in range(1, size.primes + 1):
        market.primes.append(_organisation(market, rng, words, f"X-P{number:03d}", "private", "large"))
    sectors = ("private", "voluntary", "mutual", "public")
    bands = ("micro", "small", "medium", "large")
    for number in range(1, size.subs + 1):
        sector = sectors[int(rng.choice(4, p=(0.45, 0.4, 0.05, 0.1)))]
        band = bands[int(rng.choice(4, p=(0.25, 0.4, 0.25, 0.1)))]
        market.subs.append(_organisation(market, rng, words, f"X-S{number:04d}", sector, band))
    for number in range(size.prime_pairs):
        holding = _organisation(market, rng, words, f"X-H{number + 1:02d}", "private", "large")
        pair = (market.primes[2 * number], market.primes[2 * number + 1])
        market.pairs.append(pair)
        for prime in pair:
            _own(market, rng, holding, prime)
    _groups(market, rng, words)
    _directors(market, rng)


def _organisation(
    market: Market, rng: np.random.Generator, words: Iterator[str], org_id: str, sector: str, band: str
) -> str:
    market.add(
        "organisations",
        org_id=org_id,
        name=company(next(words), sector, rng),
        sector=sector,
        size_band=band,
        accounts_year=2025 - int(rng.random() < 0.3),
    )
    market.owner[org_id] = org_id
    return org_id


def _own(market: Market, rng: np.random.Generator, owner: str, owned: str) -> None:
    # The public register gives bands of shares; some sources give one figure only.
    low, high = (0.75, 1.0) if rng.random() < 0.7 else (0.6, None)
    since = day("2015-01-01") + int(rng.integers(0, 2_500))
    market.add("ownership", owner_id=owner, owned_id=owned, share_min=low, share_max=high, valid_from=since)
    market.owner[owned] = market.owner.get(owner, owner)


def _groups(market: Market, rng: np.random.Generator, words: Iterator[str]) -> None:
    """Owners of two or three sub-contractors; the first groups are kept for sharing across primes."""
    free = list(market.subs)
    rng.shuffle(free)
    for number in range(1, market.size.groups + 1):
        group = _organisation(market, rng, words, f"X-G{number:03d}", "private", "medium")
        members = [free.pop() for _ in range(SHARERS_EACH)]
        _own(market, rng, group, members[0])
        _own(market, rng, group, members[1])
        if number % 3 == 0:
            # Control through a chain: 0.8 x 0.8 is still more than half.
            market.rows["ownership"][-1] |= {"owner_id": members[0], "share_min": 0.8, "share_max": 0.8}
            market.rows["ownership"][-2] |= {"share_min": 0.8, "share_max": 0.8}
        if number <= shared_areas(market) // 2:
            _own(market, rng, group, members[2])
            market.sharers.append(tuple(members))
        elif number % 2:
            # A minority stake and a holding that was sold: neither is control today.
            market.add("ownership", owner_id=group, owned_id=members[2], share_min=0.2, share_max=0.3)
        else:
            market.add(
                "ownership",
                owner_id=group,
                owned_id=members[2],
                share_min=1.0,
                share_max=1.0,
                valid_from=day("2016-04-01"),
                valid_to=day("2023-06-30"),
            )
    while len(market.sharers) < shared_areas(market):
        market.sharers.append((free.pop(),))


def shared_areas(market: Market) -> int:
    """In how many areas a sub-contractor that works for every prime is planted."""
    return max(2, market.size.areas // 12)


def _directors(market: Market, rng: np.random.Generator) -> None:
    """A person or two an organisation, known by key alone; some small ones are owned by such a person."""
    for org_id in [*market.primes, *market.subs]:
        for role in ("chief executive", "finance director")[: int(rng.integers(1, 3))]:
            person = market.id("people", "X-PER")
            owns = role == "chief executive" and market.owner[org_id] == org_id and rng.random() < 0.2
            owns = owns and org_id in market.subs
            market.add("people", person_id=person, kind="psc" if owns else "director")
            since = day("2014-01-01") + int(rng.integers(0, 3_600))
            market.add("roles", person_id=person, org_id=org_id, role=role, valid_from=since)
            if owns:
                _own(market, rng, person, org_id)
